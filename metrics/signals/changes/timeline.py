"""The course of one change: when it was ready, who it waited for, how often it went back.

A change waits for reviewers from the moment it is ready, and again once its author has answered: with a commit, a
comment or by asking again. It stops waiting with the next action of a reviewer. An approval ends the waiting; a later
request for changes, or a dismissal, undoes it. Commit times are committer dates, the nearest thing to the time of a
push.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from metrics.signals.changes.context import is_reviewer, remarks_of, reviews_of
from metrics.signals.changes.types import Actor, Change, Verdict


class Act(StrEnum):
    ANSWERED = "the author answered"
    APPROVED = "approved"
    DISMISSED = "an approval was dismissed"
    OBJECTED = "a reviewer asked for changes or remarked on code"
    SPOKE = "a reviewer spoke"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; `says_something` is false for an approval without a word."""

    at: dt.datetime
    act: Act
    actor: Actor | None = None
    says_something: bool = True


_OF_VERDICT = {
    Verdict.APPROVED: Act.APPROVED,
    Verdict.CHANGES_REQUESTED: Act.OBJECTED,
    Verdict.COMMENTED: Act.SPOKE,
    Verdict.DISMISSED: Act.DISMISSED,
}


def steps_of(change: Change) -> list[Step]:
    """What happened between ready and resolved, oldest first; of things at one moment, the author's first."""
    return sorted(_steps(change), key=lambda step: (step.at, step.act is not Act.ANSWERED, step.act))


def _steps(change: Change) -> Iterator[Step]:
    for review in reviews_of(change):
        yield Step(review.at, _OF_VERDICT[review.verdict], review.actor, review.says_something)
    for remark in remarks_of(change):
        yield Step(remark.at, Act.OBJECTED if remark.is_on_code else Act.SPOKE, remark.actor)
    for at in _answers(change):
        if change.ready_at and at > change.ready_at and not (change.resolved_at and at > change.resolved_at):
            yield Step(at, Act.ANSWERED)


def _answers(change: Change) -> Iterator[dt.datetime]:
    yield from (push.committed_at for push in change.pushes)
    yield from change.asked_at
    yield from (remark.at for remark in change.remarks if remark.actor.id == change.author.id)


def first_response_at(change: Change) -> dt.datetime | None:
    """The first action of a person other than the author after the change was ready; merging it is one."""
    seen = [step.at for step in steps_of(change) if step.act is not Act.ANSWERED]
    if change.merged_at and change.merged_by and is_reviewer(change.merged_by, change):
        seen.append(change.merged_at)
    return min(seen, default=None)


def approved_at(change: Change) -> dt.datetime | None:
    """The first approval that counts."""
    return min((r.at for r in reviews_of(change) if r.verdict is Verdict.APPROVED), default=None)


def approvers(change: Change) -> list[Actor]:
    """The people who approved, oldest first, each once."""
    return list(dict.fromkeys(r.actor for r in reviews_of(change) if r.verdict is Verdict.APPROVED))


def waits_for_reviewers(change: Change, until: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """The spans in which the change waited for a reviewer; the last one may end unanswered."""
    if change.ready_at is None:
        return []
    spans: list[tuple[dt.datetime, dt.datetime]] = []
    since: dt.datetime | None = change.ready_at
    is_approved = False
    for step in steps_of(change):
        if step.act is Act.ANSWERED:
            since = since or (None if is_approved else step.at)
            continue
        if since:
            spans.append((since, step.at))
        is_approved = (is_approved or step.act is Act.APPROVED) and step.act not in (Act.OBJECTED, Act.DISMISSED)
        since = step.at if step.act is Act.DISMISSED else None
    end = min(change.resolved_at or until, until)
    if since and since < end:
        spans.append((since, end))
    return spans


def n_rounds(change: Change) -> int:
    """How often reviewers looked before the last approval: once, and once more each time the change went back.

    It goes back when a reviewer asked for changes or remarked on code, and a commit followed before the approval.
    """
    last = max((step.at for step in steps_of(change) if step.act is Act.APPROVED), default=None)
    rounds, is_back = 1, False
    pushed = {push.committed_at for push in change.pushes}
    for step in steps_of(change):
        if last is None or step.at >= last:
            break
        if step.act is Act.OBJECTED:
            is_back = True
        elif step.act is Act.ANSWERED and is_back and step.at in pushed:
            rounds, is_back = rounds + 1, False
    return rounds


def passes(change: Change) -> list[tuple[Actor, dt.datetime]]:
    """Each time a person took the change up: their actions up to the author's next answer are one pass."""
    found: list[tuple[Actor, dt.datetime]] = []
    active: set[str] = set()
    for step in steps_of(change):
        if step.act is Act.ANSWERED:
            active.clear()
        elif step.actor and step.actor.id not in active:
            active.add(step.actor.id)
            found.append((step.actor, step.at))
    return found


def is_open_at(change: Change, at: dt.datetime) -> bool:
    """Ready and neither merged nor closed at that moment."""
    return (
        change.ready_at is not None and change.ready_at <= at and not (change.resolved_at and change.resolved_at <= at)
    )
