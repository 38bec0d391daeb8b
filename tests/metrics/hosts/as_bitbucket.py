"""The story as Bitbucket Cloud tells it: people by numbers, short ids of commits, times in the activity."""

import dataclasses
from typing import Any

from metrics.signals.changes.types import Actor, Change, Check, Outcome, Part, Protection, Verdict
from tests.metrics.hosts.server import load
from tests.metrics.hosts.story import Telling, as_told, stamp

DESCRIPTION = load("bitbucket.json")
PROJECT = "org/service"
RULES = Protection(True, 1, True, requires_whole_pipeline=True, dismisses_stale=True, includes_admins=True)
HIDDEN = [
    (r"/pullrequests$", 403, Part.CHANGES),
    (r"/issues$", 404, Part.ITEMS),
    (r"/deployments", 403, Part.RELEASES),
    (r"/refs/tags", 403, Part.RELEASES),
    (r"/pipelines", 404, Part.RUNS),
    (r"/branch-restrictions", 403, Part.PROTECTION),
]
_ENDS = {
    Outcome.PASSED: "SUCCESSFUL",
    Outcome.FAILED: "FAILED",
    Outcome.CANCELLED: "STOPPED",
}
_REPOSITORY = "/repositories/{workspace}/{repo_slug}"


def expected(change: Change, access: Any) -> Change:
    """The story's change without what this host keeps nowhere: labels, sizes of commits, texts of approvals."""
    told = as_told(change, access)
    return dataclasses.replace(
        told,
        labels=(),
        closes=(),
        pushes=tuple(dataclasses.replace(push, lines=None) for push in told.pushes),
        reviews=tuple(dataclasses.replace(review, says_something=False) for review in told.reviews),
    )


def expected_run(run: Check) -> Check:
    return dataclasses.replace(run, name="pipeline")


class AsBitbucket:
    """What `tests.metrics.hosts.server` asks of a story."""

    def __init__(self, told: Telling) -> None:
        self.told = told
        self.enforced = True

    def rest(self, path: str, params: dict[str, str]) -> Any:
        if f"{params['workspace']}/{params['repo_slug']}" != PROJECT:
            return None
        last = path.removeprefix(_REPOSITORY).removeprefix("/")
        if "{pull_request_id}" in last:
            change = next(c for c in self.told.changes if c.number == f"#{params['pull_request_id']}")
            return {"values": getattr(self, "of_" + last.rpartition("/")[2])(change)}
        if last.startswith("commit/"):
            return self.commit(params["commit"])
        if not last:
            return {"type": "repository", "full_name": PROJECT, "mainbranch": {"type": "branch", "name": "main"}}
        if last == "branching-model":
            return {
                "type": "branching_model",
                "development": {"name": "main", "use_mainbranch": True},
                "branch_types": [],
            }
        return {"values": getattr(self, "list_" + last.replace("/", "_").replace("-", "_"))(params)}

    def list_branch_restrictions(self, _params: Any) -> Any:
        rules = [
            restriction("force", pattern="ma*"),
            restriction("require_approvals_to_merge", pattern="release/*", value=5),
            restriction("require_approvals_to_merge", value=self.told.protection.approvals),
            restriction("require_passing_builds_to_merge", value=1),
            restriction("reset_pullrequest_approvals_on_change"),
        ]
        return [*rules, restriction("enforce_merge_checks")] if self.enforced else rules

    def list_pullrequests(self, params: Any) -> Any:
        begin = params["q"].removeprefix("updated_on > ")
        latest = sorted(self.told.changes, key=self.told.touched)
        return [self.request(change) for change in latest if self.told.touched(change).isoformat() > begin]

    def request(self, change: Change) -> Any:
        made = {
            "type": "pullrequest",
            "id": int(change.number[1:]),
            "title": change.title,
            "summary": {"raw": change.body},
            "state": "MERGED" if change.merged_at else "OPEN",
            "draft": change.is_draft,
            "author": account(change.author),
            "created_on": precise(change.created_at),
            "updated_on": precise(self.told.touched(change)),
            "source": {"branch": {"name": change.source_branch}, "commit": {"hash": change.head_commit[:12]}},
            "destination": {"branch": {"name": change.target_branch}},
        }
        if change.merged_by:
            made |= {"closed_by": account(change.merged_by), "merge_commit": {"hash": change.merge_commit[:12]}}
        return made

    def commit(self, short: str) -> Any:
        found = [c.merge_commit for c in self.told.changes if c.merge_commit.startswith(short)]
        return {"type": "commit", "hash": found[0]} if len(found) == 1 else None

    def of_activity(self, change: Change) -> Any:
        """The newest first."""
        was_draft = change.ready_at != change.created_at
        told = [(change.created_at, {"update": update(change, change.created_at, draft=was_draft)})]
        if was_draft:
            told.append((change.ready_at, {"update": update(change, change.ready_at, draft=False)}))
        for review in change.reviews:
            name = "approval" if review.verdict is Verdict.APPROVED else "changes_requested"
            told.append((review.at, {name: {"date": precise(review.at), "user": account(review.actor)}}))
        for remark in change.remarks:
            text = "nit: rename this" if remark.is_mechanical else "This breaks when the list is empty"
            comment = {
                "type": "pullrequest_comment",
                "created_on": precise(remark.at),
                "user": account(remark.actor),
                "deleted": False,
                "content": {"raw": text},
            }
            inline = {"inline": {"path": "src/part.py", "to": 3}} if remark.is_on_code else {}
            told.append((remark.at, {"comment": comment | inline}))
        if change.merged_at:
            told.append((change.merged_at, {"update": update(change, change.merged_at, state="MERGED", draft=False)}))
        return [entry for _, entry in sorted(told, key=lambda each: each[0], reverse=True)]

    def of_commits(self, change: Change) -> Any:
        return [
            {"type": "commit", "hash": push.sha, "date": precise(push.committed_at), "message": f"{push.subject}\n"}
            for push in reversed(change.pushes)
        ]

    def of_diffstat(self, change: Change) -> Any:
        return [
            {
                "type": "diffstat",
                "status": "added",
                "lines_added": file.added,
                "lines_removed": file.deleted,
                "new": {"type": "commit_file", "path": file.path},
            }
            for file in change.files or ()
        ]

    def of_statuses(self, change: Change) -> Any:
        return [
            {
                "type": "build",
                "key": check.name,
                "name": check.name,
                "state": _ENDS[check.outcome],
                "created_on": precise(check.queued_at),
                "updated_on": precise(check.finished_at),
            }
            for check in change.checks or ()
        ]

    def list_issues(self, params: Any) -> Any:
        begin = params["q"].removeprefix("updated_on > ")
        return [
            {
                "type": "issue",
                "id": int(item.id[1:]),
                "title": item.title,
                "state": "open",
                "created_on": precise(item.created_at),
                "updated_on": precise(item.created_at),
            }
            for item in self.told.items
            if item.created_at.isoformat() > begin
        ]

    def list_environments(self, _params: Any) -> Any:
        return [{"type": "deployment_environment", "uuid": "{e1}", "name": "Production"}]

    def list_deployments(self, _params: Any) -> Any:
        return [deployment(n, release) for n, release in enumerate(self.told.releases)]

    def list_refs_tags(self, _params: Any) -> Any:
        return []

    def list_pipelines(self, _params: Any) -> Any:
        latest = sorted(self.told.runs, key=lambda run: run.queued_at, reverse=True)
        return [pipeline(n, run) for n, run in enumerate(latest)]


def restriction(kind: str, *, pattern: str = "", value: Any = None) -> Any:
    """A rule for branches by pattern, or without one for the branch of development."""
    about = (
        {"branch_match_kind": "glob", "pattern": pattern}
        if pattern
        else {"branch_match_kind": "branching_model", "branch_type": "development", "pattern": ""}
    )
    return {"type": "branchrestriction", "kind": kind, **about, **({"value": value} if value else {})}


def update(change: Change, at: Any, *, draft: bool, state: str = "OPEN") -> Any:
    return {"date": precise(at), "state": state, "draft": draft, "title": change.title}


def deployment(n: int, release: Any) -> Any:
    status = {"type": "deployment_state_completed_status_successful", "name": "SUCCESSFUL"}
    return {
        "type": "deployment",
        "uuid": f"{{d{n}}}",
        "environment": {"type": "deployment_environment", "uuid": "{e1}"},
        "state": {"type": "deployment_state_completed", "completion_date": precise(release.at), "status": status},
        "release": {
            "type": "deployment_release",
            "name": "#1",
            "commit": {"type": "commit", "hash": release.commit},
        },
    }


def pipeline(n: int, run: Check) -> Any:
    result = {"type": "pipeline_state_completed_result", "name": _ENDS[run.outcome]}
    return {
        "type": "pipeline",
        "uuid": f"{{p{n}}}",
        "target": {
            "type": "pipeline_ref_target",
            "ref_type": "branch",
            "ref_name": run.branch,
            "commit": {"type": "commit", "hash": run.commit},
            "selector": {"type": "default", "pattern": "**"},
        },
        "state": {"type": "pipeline_state_completed", "name": "COMPLETED", "result": result},
        "created_on": precise(run.queued_at),
        "completed_on": precise(run.finished_at),
    }


def account(actor: Actor) -> Any:
    kind = "user" if actor.is_person else "app_user"
    return {"type": kind, "uuid": f"{{{actor.id}}}", "display_name": actor.id}


def precise(at: Any) -> str:
    return (stamp(at) or "").replace("Z", ".000000+00:00")
