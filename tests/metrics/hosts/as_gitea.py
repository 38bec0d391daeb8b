"""The story as Gitea and Forgejo tell it."""

import dataclasses
from typing import Any

from metrics.signals.changes.types import Actor, Change, Check, Outcome, Part, Protection, Verdict
from tests.metrics.hosts.server import TOKEN, load
from tests.metrics.hosts.story import Telling, as_told, stamp

DESCRIPTION = load("gitea.json")
TOKEN_SENT = ("Authorization", f"token {TOKEN}")
PROJECT = "org/service"
RULES = Protection(
    True, 1, True, frozenset({"tests"}), requires_owners=None, dismisses_stale=True, includes_admins=False
)
HIDDEN = [
    (r"/pulls$", 403, Part.CHANGES),
    (r"/issues$", 403, Part.ITEMS),
    (r"/releases", 403, Part.RELEASES),
    (r"/actions/tasks", 404, Part.RUNS),
    (r"/orgs/", 403, Part.MEMBERS),
    (r"/branch_protections", 403, Part.PROTECTION),
]
_REPOSITORY = "/repos/{owner}/{repo}"
_VERDICTS = {
    Verdict.APPROVED: "APPROVED",
    Verdict.CHANGES_REQUESTED: "REQUEST_CHANGES",
    Verdict.COMMENTED: "COMMENT",
    Verdict.DISMISSED: "APPROVED",
}
_ENDS = {
    Outcome.PASSED: "success",
    Outcome.FAILED: "failure",
    Outcome.CANCELLED: "cancelled",
    Outcome.SKIPPED: "skipped",
}


def expected(change: Change, access: Any) -> Change:
    """The story's change without what this host keeps nowhere: links to items."""
    return dataclasses.replace(as_told(change, access), closes=())


def expected_run(run: Check) -> Check:
    return run


class AsGitea:
    """What `tests.metrics.hosts.server` asks of a story."""

    def __init__(self, told: Telling) -> None:
        self.told = told
        self.is_protected = True

    def rest(self, path: str, params: dict[str, str]) -> Any:
        if path.startswith("/orgs"):
            return [{"id": 7, "name": "Pay"}]
        if path.startswith("/teams"):
            return [{"login": "ada"}, {"login": "ben"}]
        if (params["owner"], params["repo"]) != ("org", "service"):
            return None
        last = path.removeprefix(_REPOSITORY).removeprefix("/")
        if "{index}" in last:
            change = next(c for c in self.told.changes if c.number == f"#{params['index']}")
            return getattr(self, "of_" + last.rpartition("/")[2])(change)
        if last.startswith("commits"):
            return self.statuses(params["ref"])
        name = last.partition("/")[0] or "repository"
        return getattr(self, f"list_{name}")(params)

    def list_repository(self, _params: Any) -> Any:
        return {"full_name": "org/service", "default_branch": "main"}

    def list_branches(self, params: Any) -> Any:
        if not self.is_protected:
            return {"name": params["branch"], "protected": False}
        rules = self.told.protection
        return {
            "name": params["branch"],
            "protected": True,
            "effective_branch_protection_name": "ma*",
            "required_approvals": rules.approvals,
            "enable_status_check": bool(rules.requires_checks),
            "status_check_contexts": sorted(rules.required_checks),
        }

    def list_branch_protections(self, _params: Any) -> Any:
        rules = self.told.protection
        return [
            {"rule_name": "release/*", "required_approvals": 5},
            {
                "rule_name": "ma*",
                "required_approvals": rules.approvals,
                "enable_force_push": not rules.forbids_force_push,
                "enable_status_check": bool(rules.requires_checks),
                "status_check_contexts": sorted(rules.required_checks),
                "dismiss_stale_approvals": rules.dismisses_stale,
                "block_admin_merge_override": rules.includes_admins,
            },
        ]

    def list_pulls(self, _params: Any) -> Any:
        latest = sorted(self.told.changes, key=self.told.touched, reverse=True)
        return [self.request(change) for change in latest]

    def request(self, change: Change) -> Any:
        return {
            "number": int(change.number[1:]),
            "title": change.title,
            "body": change.body,
            "user": account(change.author),
            "state": "open" if not change.resolved_at else "closed",
            "draft": change.is_draft,
            "created_at": stamp(change.created_at),
            "updated_at": stamp(self.told.touched(change)),
            "merged": bool(change.merged_at),
            "merged_at": stamp(change.merged_at),
            "closed_at": stamp(change.closed_at),
            "merged_by": account(change.merged_by) if change.merged_by else None,
            "merge_commit_sha": change.merge_commit or None,
            "labels": [{"id": 1, "name": label} for label in change.labels],
            "head": {"ref": change.source_branch, "sha": change.head_commit},
            "base": {"ref": change.target_branch},
        }

    def of_commits(self, change: Change) -> Any:
        return [
            {
                "sha": push.sha,
                "commit": {
                    "message": push.subject,
                    "author": {"date": stamp(push.authored_at)},
                    "committer": {"date": stamp(push.committed_at)},
                },
                "stats": {"total": push.lines},
            }
            for push in reversed(change.pushes)
        ]

    def of_files(self, change: Change) -> Any:
        return [{"filename": f.path, "additions": f.added, "deletions": f.deleted} for f in change.files or ()]

    def of_reviews(self, change: Change) -> Any:
        on_code = [(remark.actor, remark.at) for remark in change.remarks if remark.is_on_code]
        return [
            {
                "id": n,
                "user": account(review.actor),
                "state": _VERDICTS[review.verdict],
                "dismissed": review.verdict is Verdict.DISMISSED,
                "submitted_at": stamp(review.at),
                "body": "This says more than a word of assent does." if review.says_something else "LGTM",
                "comments_count": on_code.count((review.actor, review.at)),
            }
            for n, review in enumerate(change.reviews, 1)
        ]

    def of_comments(self, change: Change) -> Any:
        return [
            {
                "user": account(remark.actor),
                "created_at": stamp(remark.at),
                "body": "nit: rename this" if remark.is_mechanical else "This breaks when the list is empty",
            }
            for remark in change.remarks
            if remark.is_on_code
        ]

    def of_timeline(self, change: Change) -> Any:
        events = [
            {"type": "comment", "user": account(r.actor), "created_at": stamp(r.at), "body": "Which empty list?"}
            for r in change.remarks
            if not r.is_on_code
        ]
        if change.ready_at != change.created_at:
            titles = {"old_title": f"WIP: {change.title}", "new_title": change.title}
            events.append({"type": "change_title", "created_at": stamp(change.ready_at), **titles})
        return events

    def statuses(self, sha: str) -> Any:
        """The newest first, as the host has them: an end and before it a beginning."""
        checks = [c for change in self.told.changes for c in change.checks or () if c.commit == sha]
        return [
            {"id": n, "context": check.name, "status": state, "created_at": stamp(at)}
            for check in checks
            for n, state, at in (
                (2, _ENDS[check.outcome], check.finished_at),
                (1, "pending", check.queued_at),
            )
        ]

    def list_issues(self, params: Any) -> Any:
        return [
            {
                "number": int(item.id[1:]),
                "title": item.title,
                "created_at": stamp(item.created_at),
                "updated_at": stamp(item.created_at),
                "closed_at": None,
                "labels": [],
            }
            for item in self.told.items
            if (stamp(item.created_at) or "") > params["since"]
        ]

    def list_releases(self, _params: Any) -> Any:
        return [
            {
                "tag_name": release.id.replace("deployment ", "v"),
                "name": "",
                "draft": False,
                "created_at": stamp(release.at),
                "published_at": stamp(release.at),
            }
            for release in sorted(self.told.releases, key=lambda release: release.at, reverse=True)
        ]

    def list_tags(self, params: Any) -> Any:
        found = next(r for r in self.told.releases if r.id == params["tag"].replace("v", "deployment "))
        return {"name": params["tag"], "commit": {"sha": found.commit}}

    def list_actions(self, _params: Any) -> Any:
        latest = sorted(self.told.runs, key=lambda run: run.queued_at, reverse=True)
        return {"workflow_runs": [task(n, run) for n, run in enumerate(latest)], "total_count": len(latest)}


def task(n: int, run: Check) -> Any:
    return {
        "id": 10_000 - n,
        "name": run.name,
        "head_sha": run.commit,
        "head_branch": run.branch,
        "event": "pull_request" if run.is_before_merge else "push",
        "status": _ENDS[run.outcome],
        "created_at": stamp(run.queued_at),
        "updated_at": stamp(run.finished_at),
    }


def account(actor: Actor) -> Any:
    return {"login": actor.id if actor.is_person else f"{actor.id}[bot]"}
