"""The story as Azure DevOps tells it: votes in threads, lines in comparisons, items of the whole project."""

import base64
import dataclasses
import re
from typing import Any

from metrics.clients.azure.normal import BUILD, OWNERS, REVIEWERS
from metrics.signals.changes.types import Actor, Change, Check, Outcome, Part, Protection, Verdict
from tests.metrics.hosts.server import TOKEN, load
from tests.metrics.hosts.story import Telling, as_told, stamp

DESCRIPTION = load("azure.json")
TOKEN_SENT = ("Authorization", "Basic " + base64.b64encode(f":{TOKEN}".encode()).decode())
PROJECT, NAME = "org/pay/service", "service"
RULES = Protection(True, 1, True, frozenset({"tests"}), requires_owners=False, dismisses_stale=True)
HIDDEN = [
    (r"/pullrequests$", 403, Part.CHANGES),
    (r"/wit/wiql", 403, Part.ITEMS),
    (r"/environments$", 403, Part.RELEASES),
    (r"/policy/", 403, Part.PROTECTION),
]
_VOTES = {Verdict.APPROVED: "10", Verdict.CHANGES_REQUESTED: "-5", Verdict.DISMISSED: "0"}
_ENDS = {Outcome.PASSED: "succeeded", Outcome.FAILED: "failed", Outcome.CANCELLED: "canceled"}
_PLACE = "/{project}/_apis/git/repositories/{repositoryId}"
_REPOSITORY = {"id": "r-1", "name": "service", "defaultBranch": "refs/heads/main"}


def expected(change: Change, access: Any) -> Change:
    """The story's change without what this host keeps nowhere: sizes of commits, texts of votes."""
    told = as_told(change, access)
    return dataclasses.replace(
        told,
        pushes=tuple(dataclasses.replace(push, lines=None) for push in told.pushes),
        reviews=tuple(dataclasses.replace(review, says_something=False) for review in told.reviews),
    )


def expected_run(run: Check) -> Check:
    return run


class AsAzure:
    """What `tests.metrics.hosts.server` asks of a story."""

    def __init__(self, told: Telling) -> None:
        self.told = told

    def rest(self, path: str, params: dict[str, Any]) -> Any:
        if params["project"] != "pay" or params.get("repositoryId", "service") not in ("service", "r-1"):
            return None
        if path == _PLACE:
            return _REPOSITORY
        last = path.removeprefix(_PLACE).removeprefix("/{project}/_apis").strip("/")
        if last == "filediffs":
            return {"value": self.filediffs(params["body"])}
        if last == "wit/wiql":
            return {"workItems": self.wiql(params["body"]["query"], int(params["$top"]))}
        if "{pullRequestId}" in last:
            return self.of_change(last, params)
        return {"value": getattr(self, "list_" + last.rpartition("/")[2])(params)}

    def of_change(self, last: str, params: dict[str, Any]) -> Any:
        change = next(c for c in self.told.changes if c.number == f"#{params['pullRequestId']}")
        name = last.rpartition("/")[2]
        if name == "changes":
            return {"changeEntries": [entry(file) for file in change.files or ()]}
        return {"value": getattr(self, f"of_{name}")(change)} if "}" not in name else self.request(change, whole=True)

    def list_configurations(self, _params: Any) -> Any:
        rules = self.told.protection
        return [
            policy(REVIEWERS, minimumApproverCount=rules.approvals, resetOnSourcePush=True),
            policy(BUILD, buildDefinitionId=12),
            policy(OWNERS, blocking=False, requiredReviewerIds=["x"]),
            policy(OWNERS, branch="refs/heads/other"),
        ]

    def list_definitions(self, params: Any) -> Any:
        return [{"id": int(n), "name": "tests"} for n in params["definitionIds"].split(",")]

    def list_pullrequests(self, params: Any) -> Any:
        """The newest first. What was closed is told by when, what is open without a time."""
        newest = sorted(self.told.changes, key=lambda change: change.created_at, reverse=True)
        if params["searchCriteria.status"] == "active":
            return [self.request(change) for change in newest if not change.resolved_at]
        begin = params["searchCriteria.minTime"]
        return [self.request(change) for change in newest if (stamp(change.closed_at) or "") > begin]

    def request(self, change: Change, *, whole: bool = False) -> Any:
        made = {
            "pullRequestId": int(change.number[1:]),
            "title": change.title,
            "description": change.body if whole else change.body[:400],
            "status": "completed" if change.merged_at else "active",
            "isDraft": change.is_draft,
            "createdBy": account(change.author),
            "creationDate": stamp(change.created_at),
            "sourceRefName": f"refs/heads/{change.source_branch}",
            "targetRefName": f"refs/heads/{change.target_branch}",
            "lastMergeSourceCommit": {"commitId": change.head_commit},
            "lastMergeCommit": {"commitId": change.merge_commit or "e" * 40},
            "repository": {"id": "r-1", "name": "service"},
            "labels": [{"name": label} for label in change.labels],
        }
        if change.merged_by:
            made |= {"closedBy": account(change.merged_by)}
        return made | ({"closedDate": stamp(change.closed_at)} if change.closed_at else {})

    def of_commits(self, change: Change) -> Any:
        return [
            {
                "commitId": push.sha,
                "comment": push.subject,
                "author": {"date": stamp(push.authored_at), "name": "Ada", "email": "a@example.org"},
                "committer": {"date": stamp(push.committed_at)},
            }
            for push in reversed(change.pushes)
        ]

    def of_threads(self, change: Change) -> Any:
        threads = [system(change.created_at, "RefUpdate", "pushed")]
        if change.ready_at != change.created_at:
            threads.append(system(change.ready_at, "IsDraftUpdate", f"{change.author.id} published the pull request"))
        for review in change.reviews:
            vote = {
                "CodeReviewVoteResult": {"$type": "System.String", "$value": _VOTES[review.verdict]},
                "CodeReviewVotedByIdentity": {"$type": "System.String", "$value": "1"},
            }
            threads.append(
                system(review.at, "VoteUpdate", "voted", vote) | {"identities": {"1": account(review.actor)}}
            )
        for remark in change.remarks:
            text = "nit: rename this" if remark.is_mechanical else "This breaks when the list is empty"
            said = comment(remark.at, text, account(remark.actor), "text")
            place = {"threadContext": {"filePath": "/src/part.py"}} if remark.is_on_code else {}
            threads.append({"publishedDate": stamp(remark.at), "comments": [said], "isDeleted": False, **place})
        return threads

    def of_iterations(self, change: Change) -> Any:
        head = {"commitId": change.head_commit}
        return [{"id": n, "sourceRefCommit": head, "commonRefCommit": {"commitId": "b" * 40}} for n in (1, 2)]

    def filediffs(self, body: Any) -> Any:
        """The lines of the files that are asked for; the whole file is one block."""
        change = next(c for c in self.told.changes if c.head_commit == body["targetVersionCommit"])
        files = {f"/{file.path}": file for file in change.files or ()}
        return [
            {
                "path": asked["path"],
                "originalPath": asked["originalPath"],
                "lineDiffBlocks": [
                    {"changeType": "none", "modifiedLinesCount": 900, "originalLinesCount": 900},
                    {
                        "changeType": "edit",
                        "modifiedLinesCount": files[asked["path"]].added,
                        "originalLinesCount": files[asked["path"]].deleted,
                    },
                ],
            }
            for asked in body["fileDiffParams"]
        ]

    def of_statuses(self, _change: Change) -> Any:
        return []

    def of_workitems(self, change: Change) -> Any:
        return [{"id": number[1:], "url": "https://dev.azure.com/x"} for number in change.closes]

    def list_builds(self, params: Any) -> Any:
        if "buildIds" in params:
            found = {int(release.id.split()[1]): release for release in self.told.releases}
            return [deployed(n, found[n]) for n in map(int, params["buildIds"].split(","))]
        if "branchName" in params:
            number = "#" + params["branchName"].split("/")[2]
            change = next(c for c in self.told.changes if c.number == number)
            return [pull_build(n, change, check) for n, check in enumerate(change.checks or ())]
        first = sorted(self.told.runs, key=lambda run: run.queued_at)
        return [build(n, run) for n, run in enumerate(first) if (stamp(run.queued_at) or "") > params["minTime"]]

    def wiql(self, query: str, top: int) -> Any:
        since = re.search(r"ChangedDate\] > '([^']+)'", query).group(1)
        last = int(re.search(r"Id\] > (\d+)", query).group(1))
        found = sorted(int(item.id[1:]) for item in self.told.items if (stamp(item.created_at) or "") > since)
        return [{"id": n, "url": "https://dev.azure.com/x"} for n in found if n > last][:top]

    def list_workitems(self, params: Any) -> Any:
        wanted = {f"#{n}" for n in params["ids"].split(",")}
        return [
            {
                "id": int(item.id[1:]),
                "fields": {
                    "System.Title": item.title,
                    "System.WorkItemType": "User Story",
                    "System.CreatedDate": stamp(item.created_at),
                    "System.ChangedDate": stamp(item.created_at),
                },
            }
            for item in self.told.items
            if item.id in wanted
        ]

    def list_environments(self, _params: Any) -> Any:
        return [{"id": 3, "name": "production"}]

    def list_environmentdeploymentrecords(self, _params: Any) -> Any:
        latest = sorted(self.told.releases, key=lambda release: release.at, reverse=True)
        return [
            {
                "id": 500 - n,
                "environmentId": 3,
                "result": "succeeded",
                "queueTime": stamp(release.at),
                "finishTime": stamp(release.at),
                "owner": {"id": int(release.id.split()[1]), "name": "1"},
            }
            for n, release in enumerate(latest)
        ]


def policy(kind: str, *, branch: str = "refs/heads/main", blocking: bool = True, **settings: Any) -> Any:
    scope = [{"repositoryId": "r-1", "refName": branch, "matchKind": "Exact"}]
    return {"type": {"id": kind}, "isEnabled": True, "isBlocking": blocking, "settings": {"scope": scope, **settings}}


def entry(file: Any) -> Any:
    return {"changeType": "edit", "item": {"path": f"/{file.path}"}}


def comment(at: Any, text: str, author: Any, kind: str) -> Any:
    return {"publishedDate": stamp(at), "content": text, "author": author, "commentType": kind}


def system(at: Any, kind: str, text: str, more: Any = None) -> Any:
    """A thread that the host wrote."""
    said = comment(at, text, {"id": "0", "displayName": "Microsoft.VisualStudio.Services.TFS"}, "system")
    named = {"CodeReviewThreadType": {"$type": "System.String", "$value": kind}}
    return {"publishedDate": stamp(at), "comments": [said], "properties": named | (more or {})}


def build(n: int, run: Check) -> Any:
    return {
        "id": n + 1000,
        "definition": {"id": 12, "name": run.name},
        "status": "completed",
        "result": _ENDS[run.outcome],
        "reason": "individualCI",
        "sourceBranch": f"refs/heads/{run.branch}",
        "sourceVersion": run.commit,
        "queueTime": stamp(run.queued_at),
        "finishTime": stamp(run.finished_at),
    }


def pull_build(n: int, change: Change, check: Check) -> Any:
    """A build of the trial merge; the commit it was made for stands in what started it."""
    number = change.number[1:]
    started = {"pr.number": number, "pr.sourceSha": check.commit}
    return build(n, check) | {
        "reason": "pullRequest",
        "sourceBranch": f"refs/pull/{number}/merge",
        "sourceVersion": "e" * 40,
        "triggerInfo": started,
    }


def deployed(n: int, release: Any) -> Any:
    return {
        "id": n,
        "repository": {"id": "r-1"},
        "sourceBranch": "refs/heads/main",
        "sourceVersion": release.commit,
    }


def account(actor: Actor) -> Any:
    descriptor = "aad." if actor.is_person else "svc."
    return {"id": actor.id, "displayName": actor.id.title(), "descriptor": f"{descriptor}{actor.id}"}
