"""The story as GitHub tells it: published examples with its values in them, and the roots of the GraphQL schema."""

import itertools
from typing import Any

from metrics.signals.changes.types import Change, Check, Outcome, Verdict
from tests.metrics.hosts.server import example_of, load
from tests.metrics.hosts.story import Telling, stamp

DESCRIPTION = load("github.json")
_RUNS = "GET /repos/{owner}/{repo}/actions/runs"
_STATES = {
    Verdict.APPROVED: "APPROVED",
    Verdict.CHANGES_REQUESTED: "CHANGES_REQUESTED",
    Verdict.COMMENTED: "COMMENTED",
    Verdict.DISMISSED: "DISMISSED",
}
PLAIN = (
    "allowsForcePushes",
    "requiredApprovingReviewCount",
    "requiredStatusCheckContexts",
    "requiresCodeOwnerReviews",
)
_ENDS = {
    Outcome.PASSED: "success",
    Outcome.FAILED: "failure",
    Outcome.CANCELLED: "cancelled",
    Outcome.SKIPPED: "skipped",
}


class AsGitHub:
    """What `tests.metrics.hosts.server` asks of a story."""

    def __init__(self, told: Telling, *, permission: str = "ADMIN") -> None:
        self.told, self.permission = told, permission
        self.classic = True  # the rules stand in a classic branch protection, else in a ruleset
        self.teams = {"pay": ["ada", "ben"]}

    def rest(self, path: str, params: dict[str, str]) -> Any:
        last = path.removeprefix("/repos/{owner}/{repo}/")
        if last == "rules/branches/{branch}":
            return [] if self.classic else self.ruleset()
        if last == "pulls/comments":
            return self.comments(params["since"])
        if last == "actions/runs":
            begin, _, end = params["created"].partition("..")
            found = [run for run in self.runs() if begin <= run["created_at"] <= end]
            return {"total_count": len(found), "workflow_runs": found}
        if last == "actions/runs/{run_id}/attempts/{attempt_number}":
            return self.attempts.get((int(params["run_id"]), int(params["attempt_number"])))
        if last.endswith("/alerts"):
            return self.alerts(last.partition("/")[0])
        if path.endswith("/access_tokens"):
            return {**example_of(DESCRIPTION, f"POST {path}"), "token": self.lent, "expires_at": self.lent_until}
        raise AssertionError(path)

    def comments(self, since: str) -> list[Any]:
        found = []
        for change in self.told.changes:
            for n, remark in enumerate(change.remarks):
                if remark.is_on_code and (stamp(remark.at) or "") >= since:
                    (comment,) = example_of(DESCRIPTION, "GET /repos/{owner}/{repo}/pulls/comments")
                    comment["id"] = int(change.number[1:]) * 100 + n
                    comment["user"] = {**comment["user"], "login": remark.actor.id}
                    comment["created_at"] = comment["updated_at"] = stamp(remark.at)
                    comment["body"] = (
                        "nit: rename this" if remark.is_mechanical else "This breaks when the list is empty"
                    )
                    comment["pull_request_url"] = f"https://example.org/repos/org/service/pulls/{change.number[1:]}"
                    found.append(comment)
        return found

    def runs(self) -> list[Any]:
        """The newest attempt of each run; the earlier ones are kept for their own address."""
        self.attempts: dict[tuple[int, int], Any] = {}
        newest = {}
        key = lambda run: (run.commit, run.name, run.branch)  # noqa: E731  (a key of three parts, used twice)
        for n, (_, group) in enumerate(itertools.groupby(sorted(self.told.runs, key=key), key=key), 1):
            for run in sorted(group, key=lambda run: run.attempt):
                data = self.run(n, run)
                self.attempts[n, run.attempt] = newest[n] = data
        first = {n: self.attempts[n, 1]["created_at"] for n in newest}
        return [{**run, "created_at": first[n]} for n, run in newest.items()]

    def run(self, n: int, run: Check) -> Any:
        data = example_of(DESCRIPTION, _RUNS)["workflow_runs"][0]
        return data | {
            "id": n,
            "name": run.name,
            "head_sha": run.commit,
            "head_branch": run.branch,
            "event": "pull_request" if run.is_before_merge else "push",
            "status": "completed",
            "conclusion": _ENDS[run.outcome],
            "created_at": stamp(run.queued_at),
            "run_started_at": stamp(run.queued_at),
            "updated_at": stamp(run.finished_at),
            "run_attempt": run.attempt,
        }

    def alerts(self, place: str) -> list[Any]:
        family = {"dependabot": "dependency", "code-scanning": "code", "secret-scanning": "secret"}[place]
        found = []
        for alert in self.told.alerts:
            if alert.family == family:
                data = example_of(DESCRIPTION, f"GET /repos/{{owner}}/{{repo}}/{place}/alerts")[0]
                data |= {"number": int(alert.id.partition("#")[2]), "created_at": stamp(alert.created_at)}
                data |= {"fixed_at": stamp(alert.closed_at), "dismissed_at": None}
                if family == "dependency":
                    epss = {"percentage": 0.1, "percentile": 0.2}  # the published example is no number here
                    data["security_advisory"] = {**data["security_advisory"], "severity": alert.severity, "epss": epss}
                    data["auto_dismissed_at"] = None
                else:
                    data["rule"] = {**data["rule"], "security_severity_level": alert.severity}
                found.append(data)
        return found

    def ruleset(self) -> list[Any]:
        rules = self.told.protection
        source = {"ruleset_source_type": "Repository", "ruleset_source": "org/service", "ruleset_id": 1}
        review = {
            "allowed_merge_methods": ["merge"], "dismiss_stale_reviews_on_push": bool(rules.dismisses_stale),
            "require_code_owner_review": bool(rules.requires_owners), "require_last_push_approval": False,
            "required_approving_review_count": rules.approvals, "required_review_thread_resolution": False,
        }  # fmt: skip
        checks = {
            "required_status_checks": [{"context": name} for name in sorted(rules.required_checks)],
            "strict_required_status_checks_policy": False,
        }
        return [
            {"type": "non_fast_forward", **source},
            {"type": "pull_request", "parameters": review, **source},
            {"type": "required_status_checks", "parameters": checks, **source},
        ]

    def graphql(self) -> Any:
        """The root of the schema: `repository` and `organization` as functions of their arguments."""
        return {"repository": self.repository, "organization": self.organization}

    def organization(self, _info: Any, login: str) -> Any:
        if login != "org":
            return None
        teams = [
            {"slug": slug, "members": nodes([{"login": each} for each in people])}
            for slug, people in self.teams.items()
        ]
        return {"teams": lambda _info, **page: paged(teams, page)}

    def repository(self, _info: Any, owner: str, name: str, **_: Any) -> Any:
        if (owner, name) != ("org", "service"):
            return None
        latest = sorted(self.told.changes, key=self.told.touched, reverse=True)
        items = sorted(self.told.items, key=lambda item: item.created_at)
        deployed = sorted(self.told.releases, key=lambda release: release.at, reverse=True)
        return {
            "nameWithOwner": "org/service",
            "viewerPermission": self.permission,
            "mergeQueue": None,
            "defaultBranchRef": self.branch(),
            "pullRequests": lambda _info, **page: paged([self.pull(c) for c in latest], page),
            "issues": lambda _info, filterBy, **page: paged(
                [self.issue(i) for i in items if (stamp(i.created_at) or "") >= filterBy["since"]], page
            ),
            "deployments": lambda _info, **page: paged([self.deployment(r) for r in deployed if r.environment], page),
            "releases": lambda _info, **page: paged([self.release(r) for r in deployed if not r.environment], page),
        }

    def branch(self) -> Any:
        rules = self.told.protection
        names = sorted(rules.required_checks)
        whole = {
            "allowsForcePushes": not rules.forbids_force_push,
            "requiresApprovingReviews": bool(rules.approvals),
            "requiredApprovingReviewCount": rules.approvals,
            "requiresStatusChecks": bool(rules.requires_checks),
            "requiredStatusCheckContexts": names,
            "requiresCodeOwnerReviews": bool(rules.requires_owners),
            "dismissesStaleReviews": bool(rules.dismisses_stale),
            "isAdminEnforced": bool(rules.includes_admins),
        }
        plain = {key: whole[key] for key in PLAIN}
        return {
            "name": "main",
            "branchProtectionRule": whole if self.classic and self.permission == "ADMIN" else None,
            "refUpdateRule": plain if self.classic else None,
        }

    def pull(self, change: Change) -> Any:
        drafted = change.ready_at and change.ready_at != change.created_at
        events = [{"__typename": "ReadyForReviewEvent", "createdAt": stamp(change.ready_at)}] if drafted else []
        events += [{"__typename": "ReviewRequestedEvent", "createdAt": stamp(each)} for each in change.asked_at]
        files = change.files or ()
        talk = [r for r in change.remarks if not r.is_on_code]
        return {
            "number": int(change.number[1:]),
            "title": change.title,
            "body": change.body,
            "state": "MERGED" if change.merged_at else "OPEN",
            "isDraft": change.is_draft,
            "createdAt": stamp(change.created_at),
            "updatedAt": stamp(self.told.touched(change)),
            "publishedAt": stamp(change.created_at),
            "mergedAt": stamp(change.merged_at),
            "closedAt": stamp(change.closed_at),
            "additions": sum(f.added for f in change.files or ()),
            "deletions": sum(f.deleted for f in change.files or ()),
            "headRefName": change.source_branch,
            "headRefOid": change.head_commit,
            "baseRefName": change.target_branch,
            "author": account(change.author),
            "mergedBy": account(change.merged_by) if change.merged_by else None,
            "mergeCommit": {"oid": change.merge_commit} if change.merge_commit else None,
            "labels": nodes([{"name": label} for label in change.labels]),
            "commits": lambda _info, first=None, last=None, **_: nodes(
                [{"commit": self.commit(p, change)} for p in (change.pushes if first else change.pushes[-1:])]
            ),
            "reviews": nodes(
                [
                    {"state": _STATES[r.verdict], "submittedAt": stamp(r.at), "author": account(r.actor),
                     "body": "Checked the retry path by hand" if r.says_something else "LGTM"}
                    for r in change.reviews
                ]
            ),
            "comments": nodes([{"createdAt": stamp(r.at), "body": "Hello", "author": account(r.actor)} for r in talk]),
            "files": nodes([{"path": f.path, "additions": f.added, "deletions": f.deleted} for f in files]),
            "closingIssuesReferences": nodes(
                [{"number": int(i[1:]), "repository": {"nameWithOwner": "org/service"}} for i in change.closes]
            ),
            "timelineItems": nodes(events),
        }  # fmt: skip

    def commit(self, push: Any, change: Change) -> Any:
        half = (push.lines or 0) // 2
        contexts = [
            {
                "__typename": "CheckRun", "name": check.name, "status": "COMPLETED",
                "conclusion": _ENDS[check.outcome].upper(), "startedAt": stamp(check.queued_at),
                "completedAt": stamp(check.finished_at), "checkSuite": {"createdAt": stamp(check.queued_at)},
            }
            for check in change.checks or ()
        ]  # fmt: skip
        return {
            "oid": push.sha,
            "authoredDate": stamp(push.authored_at),
            "committedDate": stamp(push.committed_at),
            "messageHeadline": push.subject,
            "messageBody": push.body,
            "additions": (push.lines or 0) - half,
            "deletions": half,
            "statusCheckRollup": {"contexts": lambda _info, **_: nodes(contexts)},
        }

    def issue(self, item: Any) -> Any:
        return {
            "number": int(item.id[1:]),
            "title": item.title,
            "createdAt": stamp(item.created_at),
            "updatedAt": stamp(item.created_at),
            "closedAt": stamp(item.closed_at),
            "labels": nodes([]),
        }

    def deployment(self, release: Any) -> Any:
        return {
            "databaseId": int(release.id.split()[1]),
            "environment": release.environment,
            "commitOid": release.commit,
            "createdAt": stamp(release.at),
            "description": "",
            "ref": {"name": "main"},
            "statuses": nodes([{"state": "SUCCESS", "createdAt": stamp(release.at)}]),
        }

    def release(self, release: Any) -> Any:
        return {
            "tagName": release.id.split()[1],
            "name": None,
            "isDraft": False,
            "isPrerelease": False,
            "createdAt": stamp(release.at),
            "publishedAt": stamp(release.at),
            "tagCommit": {"oid": release.commit},
        }


def account(actor: Any) -> Any:
    return {"__typename": "User" if actor.is_person else "Bot", "login": actor.id}


def nodes(every: list[Any]) -> Any:
    return {"nodes": every}


def paged(every: list[Any], page: dict[str, Any]) -> Any:
    start = int(page.get("after") or 0)
    end = start + int(page["first"])
    return {
        "pageInfo": {"hasNextPage": end < len(every), "endCursor": str(end)},
        "nodes": every[start:end],
    }
