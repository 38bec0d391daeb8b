"""What Gitea and Forgejo answer brought into the normalized set. Plain functions of the JSON; no requests here."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from metrics.clients.hosts import Access, moment, state_of, surely
from metrics.signals.changes.types import (
    Actor,
    Change,
    Check,
    Outcome,
    Protection,
    Push,
    Remark,
    Review,
    Verdict,
    WorkItem,
)
from metrics.signals.changes.wording import is_mechanical, names_replacement, says_something
from metrics.signals.messages import readable
from metrics.signals.types import FileChange

Json = Mapping[str, Any]

_DRAFT = re.compile(r"^\s*(wip:|\[wip\]|draft:)", re.IGNORECASE)
_VERDICTS = {
    "APPROVED": Verdict.APPROVED,
    "REQUEST_CHANGES": Verdict.CHANGES_REQUESTED,
    "COMMENT": Verdict.COMMENTED,
}
_OUTCOMES = {
    "success": Outcome.PASSED,
    "warning": Outcome.PASSED,
    "failure": Outcome.FAILED,
    "error": Outcome.FAILED,
    "cancelled": Outcome.CANCELLED,
    "skipped": Outcome.SKIPPED,
}


def protection_of(head: Json, rule: Json | None) -> Protection:
    """The rules of a branch; without the rule itself, what the branch tells everybody is all that is known."""
    if not head.get("protected"):
        return Protection(False, 0, False, dismisses_stale=False, includes_admins=False)
    told = rule or head
    names = frozenset(told.get("status_check_contexts") or ()) if told.get("enable_status_check") else frozenset()
    return Protection(
        forbids_force_push=None if rule is None else not rule.get("enable_force_push"),
        approvals=int(told.get("required_approvals") or 0),
        requires_checks=bool(told.get("enable_status_check")),
        required_checks=names,
        requires_whole_pipeline=bool(told.get("enable_status_check")) and not names,
        dismisses_stale=None if rule is None else bool(rule.get("dismiss_stale_approvals")),
        includes_admins=None if rule is None else bool(rule.get("block_admin_merge_override")),
    )


def change_of(
    request: Json,
    commits: list[Any],
    reviews: list[Any],
    talk: list[Any],
    timeline: list[Any],
    files: tuple[FileChange, ...],
    statuses: list[Any],
    access: Access,
) -> Change:
    merged_at = moment(request.get("merged_at"))
    spoken = [event for event in timeline if event["type"] == "comment"]
    remarks = [Remark(actor_of(e.get("user"), access), surely(e["created_at"])) for e in spoken]
    for note in talk:
        mechanical = is_mechanical(note.get("body") or "")
        remarks.append(Remark(actor_of(note.get("user"), access), surely(note["created_at"]), True, mechanical))
    listed = sum(file.added + file.deleted for file in files)
    head, base = request.get("head") or {}, request.get("base") or {}
    return Change(
        number=f"#{request['number']}",
        title=request["title"],
        author=actor_of(request.get("user"), access),
        state=state_of(is_open=request["state"] == "open", merged_at=merged_at),
        created_at=surely(request["created_at"]),
        ready_at=_ready_at(request, timeline),
        merged_at=merged_at,
        closed_at=moment(request.get("closed_at")),
        merged_by=actor_of(request["merged_by"], access) if request.get("merged_by") else None,
        is_draft=_is_draft(request),
        body=readable(request.get("body") or ""),
        labels=tuple(label["name"] for label in request.get("labels") or ()),
        source_branch=head.get("ref") or "",
        target_branch=base.get("ref") or "",
        merge_commit=(request.get("merge_commit_sha") or "") if merged_at else "",
        head_commit=head.get("sha") or "",
        pushes=tuple(sorted((_push(each) for each in commits), key=lambda push: (push.committed_at, push.sha))),
        reviews=tuple(_reviews(reviews, access)),
        remarks=tuple(sorted(remarks, key=lambda remark: remark.at)),
        asked_at=tuple(surely(e["created_at"]) for e in timeline if _is_asking(e)),
        files=files,
        lines=max(listed, (request.get("additions") or 0) + (request.get("deletions") or 0)),
        checks=tuple(checks_of(statuses, head.get("sha") or "")),
        was_replaced=not merged_at and any(names_replacement(event.get("body") or "") for event in spoken),
    )


def _is_draft(request: Json) -> bool:
    """A draft is one by the beginning of its title; older hosts do not say so themselves."""
    return bool(request.get("draft", _DRAFT.match(request["title"])))


def _is_asking(event: Json) -> bool:
    return event["type"] == "review_request" and not event.get("removed_assignee")


def _ready_at(request: Json, timeline: list[Any]) -> dt.datetime | None:
    """When it was first offered: when its title lost the mark of a draft, else opened."""
    marked = [
        surely(event["created_at"])
        for event in timeline
        if event["type"] == "change_title"
        and _DRAFT.match(event.get("old_title") or "")
        and not _DRAFT.match(event.get("new_title") or "")
    ]
    if marked:
        return min(marked)
    return None if _is_draft(request) else surely(request["created_at"])


def _push(commit: Json) -> Push:
    told = commit["commit"]
    subject, _, body = str(told.get("message") or "").partition("\n")
    stats = commit.get("stats") or {}
    authored, committed = surely(told["author"]["date"]), surely(told["committer"]["date"])
    return Push(commit["sha"], authored, committed, subject, readable(body.strip()), stats.get("total"))


def _reviews(reviews: list[Any], access: Access) -> Iterator[Review]:
    for review in sorted(reviews, key=lambda each: str(each.get("submitted_at") or "")):
        verdict = _VERDICTS.get(str(review.get("state")))
        if verdict and review.get("submitted_at"):
            verdict = Verdict.DISMISSED if review.get("dismissed") else verdict
            at = surely(review["submitted_at"])
            yield Review(actor_of(review.get("user"), access), at, verdict, says_something(review.get("body") or ""))


def checks_of(statuses: list[Any], sha: str) -> Iterator[Check]:
    """The runs of each check: a status that is pending begins one, the next that is not ends it."""
    by_context: dict[str, list[Any]] = defaultdict(list)
    for status in sorted(statuses, key=lambda each: (surely(each["created_at"]), each.get("id") or 0)):
        by_context[str(status.get("context") or "")].append(status)
    for context, told in by_context.items():
        begun: dt.datetime | None = None
        attempt = 0
        for status in told:
            at, ended = surely(status["created_at"]), _OUTCOMES.get(str(status.get("status")), Outcome.RUNNING)
            if ended is Outcome.RUNNING:
                begun = begun or at
                continue
            attempt += 1
            yield Check(context, sha, ended, begun or at, at, attempt=attempt)
            begun = None
        if begun:
            yield Check(context, sha, Outcome.RUNNING, begun, attempt=attempt + 1)


def item_of(issue: Json) -> tuple[WorkItem, dt.datetime]:
    labels = tuple(label["name"] for label in issue.get("labels") or ())
    created, closed = surely(issue["created_at"]), moment(issue.get("closed_at"))
    return WorkItem(f"#{issue['number']}", issue["title"], created, None, closed, labels), surely(issue["updated_at"])


def run_of(task: Json, branch: str) -> Check:
    ended = _OUTCOMES.get(str(task.get("status")), Outcome.RUNNING)
    finished = None if ended is Outcome.RUNNING else surely(task["updated_at"])
    event, ref = str(task.get("event") or ""), str(task.get("head_branch") or "")
    before = event.startswith("pull_request") or (event == "push" and ref != branch)
    return Check(task["name"], task["head_sha"], ended, surely(task["created_at"]), finished, ref, 1, before)


def actor_of(account: Json | None, access: Access) -> Actor:
    """An account; the host's own automation acts as gitea-actions or forgejo-actions."""
    login = str((account or {}).get("login") or "")
    is_bot = login.endswith("[bot]") or login in ("gitea-actions", "forgejo-actions")
    return access.actor(login.removesuffix("[bot]"), is_marked_bot=is_bot)
