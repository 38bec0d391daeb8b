"""What GitLab answers brought into the normalized set. Plain functions of the JSON; no requests here."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from metrics.clients.hosts import Access, moment, state_of, surely
from metrics.signals.changes.types import (
    Actor,
    Alert,
    Change,
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

_READY = re.compile(
    r"^marked (this merge request|the merge request) as \*\*ready\*\*|^unmarked as a work in progress", re.I
)
_APPROVED = re.compile(r"^approved this merge request", re.IGNORECASE)
_UNAPPROVED = re.compile(r"^(unapproved this merge request|reset approvals from)", re.IGNORECASE)
_OBJECTED = re.compile(r"^(has )?requested changes", re.IGNORECASE)
_ASKED = re.compile(r"^requested (a )?review from", re.IGNORECASE)
_OUTCOMES = {
    "success": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "canceled": Outcome.CANCELLED,
    "skipped": Outcome.SKIPPED,
    "manual": Outcome.SKIPPED,
}
_FAMILIES = {"dependency_scanning": "dependency", "container_scanning": "dependency", "secret_detection": "secret"}


def protection_of(project: Json, rule: Json | None, approvals: Json | None, count: int | None) -> Protection:
    whole = bool(project.get("only_allow_merge_if_pipeline_succeeds"))
    known = approvals is not None
    return Protection(
        forbids_force_push=None if rule is None else not rule.get("allow_force_push"),
        approvals=count,
        requires_checks=whole,
        requires_whole_pipeline=whole,
        requires_owners=None if rule is None else bool(rule.get("code_owner_approval_required")),
        dismisses_stale=bool((approvals or {}).get("reset_approvals_on_push")) if known else None,
        includes_admins=None if not known else not (approvals or {}).get("merge_requests_author_approval"),
        requires_queue=bool(project.get("merge_trains_enabled")) and not project.get("merge_trains_skip_train_allowed"),
    )


def change_of(
    request: Json,
    commits: list[Any],
    notes: list[Any],
    files: tuple[FileChange, ...],
    pipelines: list[Any] | None,
    access: Access,
) -> Change:
    """A merge request. An approval, a withdrawal and a request for changes are notes the host itself writes."""
    author = actor_of(request["author"], access)
    spoken = [note for note in notes if not note["system"]]
    merged_at = moment(request["merged_at"])
    merger = request.get("merge_user") or request.get("merged_by")
    shas = [request.get("merge_commit_sha"), request.get("squash_commit_sha"), request.get("sha")]
    return Change(
        number=f"!{request['iid']}",
        title=request["title"],
        author=author,
        state=state_of(is_open=request["state"] == "opened", merged_at=merged_at),
        created_at=surely(request["created_at"]),
        ready_at=_ready_at(request, notes),
        merged_at=merged_at,
        closed_at=moment(request["closed_at"]),
        merged_by=actor_of(merger, access) if merger else None,
        is_draft=bool(request.get("draft")),
        body=readable(request.get("description") or ""),
        labels=tuple(request.get("labels") or ()),
        source_branch=request["source_branch"],
        target_branch=request["target_branch"],
        merge_commit=next((sha for sha in shas if sha), "") if merged_at else "",
        head_commit=request.get("sha") or "",
        pushes=tuple(_push(each) for each in commits),
        reviews=tuple(_reviews(notes, access)),
        remarks=tuple(_remark(note, access) for note in spoken),
        asked_at=tuple(surely(note["created_at"]) for note in notes if note["system"] and _ASKED.match(note["body"])),
        files=files,
        lines=sum(max(0, file.added) + max(0, file.deleted) for file in files),
        checks=None if pipelines is None else tuple(_pipeline(each) for each in pipelines),
        was_replaced=not merged_at and any(names_replacement(note["body"]) for note in spoken),
    )


def _ready_at(request: Json, notes: list[Any]) -> dt.datetime | None:
    marked = [surely(note["created_at"]) for note in notes if note["system"] and _READY.match(note["body"])]
    if marked:
        return min(marked)
    return None if request.get("draft") else surely(request["created_at"])


def _push(commit: Json) -> Push:
    subject, _, body = str(commit.get("message") or commit["title"]).partition("\n")
    return Push(
        commit["id"], surely(commit["authored_date"]), surely(commit["committed_date"]), subject, readable(body.strip())
    )


def _reviews(notes: list[Any], access: Access) -> Iterator[Review]:
    verdicts = ((_APPROVED, Verdict.APPROVED), (_UNAPPROVED, Verdict.DISMISSED), (_OBJECTED, Verdict.CHANGES_REQUESTED))
    for note in notes:
        verdict = next((v for pattern, v in verdicts if note["system"] and pattern.match(note["body"])), None)
        if verdict:
            yield Review(actor_of(note["author"], access), surely(note["created_at"]), verdict)


def _remark(note: Json, access: Access) -> Remark:
    on_code = note.get("type") == "DiffNote"
    at = surely(note["created_at"])
    return Remark(actor_of(note["author"], access), at, on_code, on_code and is_mechanical(note["body"]))


def file_of(diff: Json) -> FileChange:
    """The lines of one file, counted from its hunks; a file too large to be sent has none."""
    lines = [line for line in str(diff.get("diff") or "").splitlines() if not line.startswith(("+++ ", "--- "))]
    added, deleted = (sum(line.startswith(mark) for line in lines) for mark in "+-")
    old = diff["old_path"] if diff.get("renamed_file") else None
    return FileChange(diff["new_path"], added, deleted, old)


def _pipeline(pipeline: Json) -> Check:
    ended = _OUTCOMES.get(pipeline["status"], Outcome.RUNNING)
    queued, changed = surely(pipeline["created_at"]), surely(pipeline["updated_at"])
    return Check(
        "pipeline", pipeline["sha"], ended, queued, None if ended is Outcome.RUNNING else changed, pipeline["ref"]
    )


def item_of(issue: Json) -> tuple[WorkItem, dt.datetime]:
    item = WorkItem(
        f"#{issue['iid']}", issue["title"], surely(issue["created_at"]), None, moment(issue["closed_at"]),
        tuple(issue.get("labels") or ()),
    )  # fmt: skip
    return item, surely(issue["updated_at"])


def deployment_of(deployment: Json) -> Release:
    job = deployment.get("deployable") or {}
    at = moment(job.get("finished_at")) or surely(deployment["updated_at"])
    name = str((deployment.get("environment") or {}).get("name") or "unnamed")
    unplanned = is_unplanned(deployment.get("ref"), job.get("name"))
    return Release(f"deployment {deployment['iid']}", deployment["sha"], at, name, None, unplanned)


def release_of(release: Json) -> Release:
    commit = str((release.get("commit") or {}).get("id") or "")
    unplanned = is_unplanned(release["tag_name"], release.get("name") or "")
    return Release(f"release {release['tag_name']}", commit, surely(release["released_at"]), is_unplanned=unplanned)


def run_of(job: Json, pipeline: Json, attempt: int, *, is_before_merge: bool) -> Check:
    ended = _OUTCOMES.get(job["status"], Outcome.RUNNING)
    queued = surely(job["created_at"])
    return Check(
        job["name"], pipeline["sha"], ended, queued, moment(job.get("finished_at")), pipeline["ref"], attempt,
        is_before_merge,
    )  # fmt: skip


def alert_of(found: Json) -> Alert:
    family = _FAMILIES.get(str(found.get("report_type")), "code")
    ended = found.get("resolved_at") or found.get("dismissed_at")
    return Alert(
        f"{family} {found['id']}", str(found["severity"]).lower(), surely(found["created_at"]), moment(ended), family
    )


def actor_of(account: Json | None, access: Access) -> Actor:
    """An account; tokens of projects and groups act under names such as project_7_bot_1f."""
    account = account or {}
    return access.actor(str(account.get("username") or ""), is_marked_bot=bool(account.get("bot")))
