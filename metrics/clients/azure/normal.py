"""What Azure DevOps answers brought into the normalized set. Plain functions of the JSON; no requests here."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from metrics.clients.hosts import Access, moment, surely
from metrics.signals.changes.types import (
    Actor,
    Change,
    ChangeState,
    Check,
    Outcome,
    Protection,
    Push,
    Release,
    Remark,
    Review,
    Verdict,
    WorkItem,
)
from metrics.signals.changes.wording import is_mechanical, is_unplanned, names_replacement
from metrics.signals.messages import readable
from metrics.signals.types import FileChange

Json = Mapping[str, Any]

# The kinds of policy, by the ids they have everywhere.
REVIEWERS = "fa4e907d-c16b-4a4c-9dfa-4906e5d171dd"
OWNERS = "fd2167ab-b0be-447a-8ec8-39368250530e"
BUILD = "0609b952-1397-4640-95ec-e00a01b2c241"
STATUS = "cbdc66da-9728-4af8-aada-9a5a32e4a226"
FIELDS = (
    "System.Title",
    "System.WorkItemType",
    "System.CreatedDate",
    "System.ChangedDate",
    "System.Tags",
    "Microsoft.VSTS.Common.ActivatedDate",
    "Microsoft.VSTS.Common.ClosedDate",
)
WANTED_ITEMS = (
    "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project "
    "AND [System.ChangedDate] > '{since}' AND [System.Id] > {last} ORDER BY [System.Id]"
)
_NO_REQUESTS = ("Test Case", "Test Plan", "Test Suite", "Shared Steps", "Shared Parameter")
_STATES = {"active": ChangeState.OPEN, "completed": ChangeState.MERGED}
_OUTCOMES = {
    "succeeded": Outcome.PASSED,
    "partiallySucceeded": Outcome.PASSED,
    "succeededWithIssues": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "error": Outcome.FAILED,
    "canceled": Outcome.CANCELLED,
    "notApplicable": Outcome.SKIPPED,
}
_AUTOMATION = ("svc.", "s2s.", "aadsp.")  # how the descriptors of accounts begin that are no people's


def short(ref: str) -> str:
    return ref.removeprefix("refs/heads/")


def policies_of(policies: list[Any], repository: Json, branch: str) -> list[Any]:
    """The policies that hold on the branch and stop a merge."""
    return [p for p in policies if p["isEnabled"] and p["isBlocking"] and not p.get("isDeleted")
            and any(_is_about(scope, repository, branch) for scope in p["settings"].get("scope") or ())]  # fmt: skip


def _is_about(scope: Json, repository: Json, branch: str) -> bool:
    if scope.get("repositoryId") not in (None, repository["id"]):
        return False
    kind, name = str(scope.get("matchKind") or "Exact").lower(), short(str(scope.get("refName") or ""))
    return kind == "defaultbranch" or (branch.startswith(name) if kind == "prefix" else branch == name)


def built_by(policies: list[Any]) -> list[str]:
    """The pipelines that must pass."""
    return [str(p["settings"]["buildDefinitionId"]) for p in policies if p["type"]["id"] == BUILD]


def protection_of(policies: list[Any], names: Mapping[str, str]) -> Protection:
    """A policy that stops a merge makes a branch take proposed changes alone; who may pass it by is not shown."""
    by_kind: dict[str, list[Json]] = {}
    for policy in policies:
        by_kind.setdefault(policy["type"]["id"], []).append(policy["settings"])
    reviewers = by_kind.get(REVIEWERS, [])
    checks = {
        names[str(s["buildDefinitionId"])] for s in by_kind.get(BUILD, []) if str(s["buildDefinitionId"]) in names
    }
    checks |= {_context(s.get("statusGenre"), s.get("statusName")) for s in by_kind.get(STATUS, [])}
    return Protection(
        forbids_force_push=True if policies else None,
        approvals=max((int(s.get("minimumApproverCount") or 0) for s in reviewers), default=0),
        requires_checks=bool(by_kind.keys() & {BUILD, STATUS}),
        required_checks=frozenset(checks),
        requires_owners=OWNERS in by_kind,
        dismisses_stale=any(s.get("resetOnSourcePush") for s in reviewers),
    )


def _context(genre: object, name: object) -> str:
    return f"{genre}/{name}" if genre else str(name or "")


def change_of(
    request: Json,
    commits: list[Any],
    threads: list[Any],
    files: tuple[FileChange, ...] | None,
    checks: list[Check] | None,
    closes: tuple[str, ...],
    access: Access,
) -> Change:
    """A pull request. Votes and the end of a draft stand in threads that the host itself writes."""
    state = _STATES.get(request["status"], ChangeState.CLOSED)
    resolved_at = moment(request.get("closedDate")) if state is not ChangeState.OPEN else None
    is_merged = state is ChangeState.MERGED
    head = str((request.get("lastMergeSourceCommit") or {}).get("commitId") or "")
    merge = str((request.get("lastMergeCommit") or {}).get("commitId") or "")
    spoken = [(thread, c) for thread in threads if not thread.get("isDeleted") for c in _spoken(thread)]
    pushes = sorted(map(_push, commits), key=lambda push: (push.committed_at, push.sha))
    return Change(
        number=f"#{request['pullRequestId']}",
        title=request["title"],
        author=actor_of(request.get("createdBy"), access),
        state=state,
        created_at=surely(request["creationDate"]),
        ready_at=_ready_at(request, threads),
        merged_at=resolved_at if is_merged else None,
        closed_at=resolved_at,
        merged_by=actor_of(request["closedBy"], access) if is_merged and request.get("closedBy") else None,
        is_draft=bool(request.get("isDraft")),
        body=readable(str(request.get("description") or "")),
        labels=tuple(label["name"] for label in request.get("labels") or ()),
        source_branch=short(request["sourceRefName"]),
        target_branch=short(request["targetRefName"]),
        merge_commit=merge if is_merged else "",
        head_commit=head,
        pushes=tuple(pushes),
        reviews=tuple(sorted(_votes(threads, access), key=lambda review: review.at)),
        remarks=tuple(sorted((_remark(*each, access) for each in spoken), key=lambda remark: remark.at)),
        files=files,
        lines=sum(file.added + file.deleted for file in files or ()),
        closes=closes,
        checks=None
        if checks is None
        else tuple(replace(check, commit=head) for check in checks if check.commit in ("", head)),
        was_replaced=not is_merged and any(names_replacement(str(c.get("content") or "")) for _, c in spoken),
    )


def _spoken(thread: Json) -> list[Any]:
    comments = thread.get("comments") or ()
    return [c for c in comments if c.get("commentType") not in ("system", "codeChange") and not c.get("isDeleted")]


def _told(thread: Json, name: str) -> str:
    """A property of a thread; its value stands beside its type."""
    value = (thread.get("properties") or {}).get(name)
    return str(value.get("$value") if isinstance(value, Mapping) else value or "")


def _ready_at(request: Json, threads: list[Any]) -> dt.datetime | None:
    """When it was first offered: when the host wrote that it was published, else opened."""
    drafts = [thread for thread in threads if _told(thread, "CodeReviewThreadType") == "IsDraftUpdate"]
    marked = [
        surely(comment["publishedDate"])
        for thread in drafts
        for comment in thread.get("comments") or ()
        if "published the pull request" in str(comment.get("content") or "")
    ]
    if marked:
        return min(marked)
    return None if request.get("isDraft") else surely(request["creationDate"])


def _votes(threads: Iterable[Json], access: Access) -> Iterator[Review]:
    """Votes: 10 and 5 approve, -5 and -10 send back, 0 takes a vote back."""
    for thread in threads:
        if _told(thread, "CodeReviewThreadType") != "VoteUpdate":
            continue
        vote = int(_told(thread, "CodeReviewVoteResult") or 0)
        verdict = Verdict.APPROVED if vote > 0 else Verdict.CHANGES_REQUESTED if vote < 0 else Verdict.DISMISSED
        wrote = next((comment.get("author") for comment in thread.get("comments") or ()), None)
        voter = (thread.get("identities") or {}).get(_told(thread, "CodeReviewVotedByIdentity"))
        yield Review(actor_of(voter or wrote, access), surely(thread["publishedDate"]), verdict)


def _remark(thread: Json, comment: Json, access: Access) -> Remark:
    on_code = bool((thread.get("threadContext") or {}).get("filePath"))
    author, at = actor_of(comment.get("author"), access), surely(comment["publishedDate"])
    return Remark(author, at, on_code, on_code and is_mechanical(str(comment.get("content") or "")))


def _push(commit: Json) -> Push:
    subject, _, body = str(commit.get("comment") or "").partition("\n")
    authored, committed = surely(commit["author"]["date"]), surely(commit["committer"]["date"])
    return Push(commit["commitId"], authored, committed, subject, readable(body.strip()))


def paths_of(entry: Json) -> tuple[str, str]:
    """The path of a changed file and the one it had before; empty where there is none."""
    kinds = str(entry.get("changeType") or "edit").split(", ")
    path = str((entry.get("item") or {}).get("path") or entry.get("originalPath") or "")
    if "add" in kinds:
        return path, ""
    return ("", path) if "delete" in kinds else (path, str(entry.get("originalPath") or path))


def lines_of(diff: Json) -> tuple[int, int]:
    """Added and deleted lines; a block that was edited has both."""
    blocks = [block for block in diff.get("lineDiffBlocks") or () if block.get("changeType") != "none"]
    added = sum(int(block.get("modifiedLinesCount") or 0) for block in blocks)
    return added, sum(int(block.get("originalLinesCount") or 0) for block in blocks)


def file_of(path: str, old: str, lines: Mapping[str, tuple[int, int]]) -> FileChange:
    added, deleted = lines.get(path or old, (0, 0))
    was = old.lstrip("/") if path and old and old != path else None
    return FileChange((path or old).lstrip("/"), added, deleted, was)


def build_as_check(build: Json) -> Check:
    """A build of a proposed change: it belongs to the last commit of the source, not to the trial merge it built."""
    return replace(run_of(build, ""), branch="")


def status_as_check(status: Json) -> Check:
    context = status.get("context") or {}
    ended = _OUTCOMES.get(str(status.get("state")), Outcome.RUNNING)
    at = surely(status["creationDate"])
    finished = None if ended is Outcome.RUNNING else moment(status.get("updatedDate")) or at
    return Check(_context(context.get("genre"), context.get("name")), "", ended, at, finished)


def run_of(build: Json, branch: str) -> Check:
    ended = _OUTCOMES.get(str(build.get("result")), Outcome.RUNNING) if build["status"] == "completed" else None
    ref = short(str(build.get("sourceBranch") or ""))
    commit = (build.get("triggerInfo") or {}).get("pr.sourceSha") or build.get("sourceVersion") or ""
    return Check(
        str((build.get("definition") or {}).get("name") or "pipeline"),
        str(commit),
        ended or Outcome.RUNNING,
        surely(build["queueTime"]),
        moment(build.get("finishTime")) if ended else None,
        ref,
        is_before_merge=build.get("reason") == "pullRequest" or ref != branch,
    )


def item_of(item: Json) -> tuple[WorkItem, dt.datetime] | None:
    told = item["fields"]
    if told.get("System.WorkItemType") in _NO_REQUESTS:
        return None
    labels = tuple(tag.strip() for tag in str(told.get("System.Tags") or "").split(";") if tag.strip())
    started = moment(told.get("Microsoft.VSTS.Common.ActivatedDate"))
    closed = moment(told.get("Microsoft.VSTS.Common.ClosedDate"))
    created, changed = surely(told["System.CreatedDate"]), surely(told["System.ChangedDate"])
    return WorkItem(f"#{item['id']}", str(told["System.Title"]), created, started, closed, labels), changed


def is_success(record: Json, since: dt.datetime) -> bool:
    at = moment(record.get("finishTime"))
    return bool(
        at and at > since and _OUTCOMES.get(str(record.get("result"))) is Outcome.PASSED and record.get("owner")
    )


def deployments_of(records: list[Any], builds: Mapping[int, Json], environment: str) -> Iterator[Release]:
    """One release for each pipeline run that reached the environment, when the last of its jobs was done."""
    ends: dict[int, dt.datetime] = {}
    for record in records:
        n, at = int(record["owner"]["id"]), surely(record["finishTime"])
        if n in builds:
            ends[n] = max(at, ends.get(n, at))
    for n, at in sorted(ends.items()):
        ref = short(str(builds[n].get("sourceBranch") or ""))
        name = f"deployment {environment} {n}"
        yield Release(name, str(builds[n]["sourceVersion"]), at, environment, None, is_unplanned(ref))


def actor_of(account: Json | None, access: Access) -> Actor:
    """An account, known by its id; services act under accounts of their own."""
    account = account or {}
    name = str(account.get("displayName") or account.get("uniqueName") or "")
    is_bot = str(account.get("descriptor") or "").lower().startswith(_AUTOMATION) or "Build Service (" in name
    return access.actor(str(account.get("id") or account.get("uniqueName") or ""), name=name, is_marked_bot=is_bot)
