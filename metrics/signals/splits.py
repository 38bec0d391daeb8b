"""Readings of the changes that declare an assistant beside those of the others. Context only.

What is declared (authorship, trailers, footers, template fields) is disclosure, not use: absence proves nothing, so
neither side is a target, and nobody is told from anybody else. A part needs three people and a quarter of the
signal's `min_n`, and both parts are shown or neither.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from metrics.signals.changes import content, review
from metrics.signals.changes.context import HostContext, n_people
from metrics.signals.changes.types import ActorKind, Change
from metrics.signals.history import intent, rework, shape
from metrics.signals.history.disclosure import n_people as n_authors
from metrics.signals.history.reading import MIN_PEOPLE
from metrics.signals.links import declares_assistant, is_ai_marked
from metrics.signals.types import Commit, History, Measured, Reading

DECLARED, OTHERS = "declared", "others"
LONGEST_DAYS = 180  # no signal below looks further back
_OF_HISTORY: tuple[Callable[[History], Reading], ...] = (
    shape.size_p75,
    shape.test_cochange,
    intent.spec_link_rate,
    rework.revert_rate,
)
_OF_HOST: tuple[Callable[[HostContext], Reading], ...] = (
    content.size_p75,
    content.description_rate,
    content.late_surprise_rate,
    review.pickup_p75,
    review.review_wait_p75,
    review.rounds_mean,
)


@dataclass(frozen=True)
class Split:
    """The reading of one part of the changes; `of` is DECLARED or OTHERS."""

    of: str
    value: float
    n: int


def split_history(history: History, min_n: Mapping[str, int]) -> dict[str, tuple[Split, ...]]:
    """By signal, the two parts of the mainline changes."""
    recent = history.changes_since(LONGEST_DAYS)
    marked = {change.sha for change in recent if _is_declared_commit(change, history)}
    if not marked:
        return {}
    declared = tuple(change for change in recent if change.sha in marked)
    others = tuple(change for change in recent if change.sha not in marked)
    parts = [(name, replace(history, changes=part)) for name, part in ((DECLARED, declared), (OTHERS, others))]
    if any(n_authors(part, part.changes) < MIN_PEOPLE for _, part in parts):
        return {}
    return _pairs((signal.__name__, [(of, signal(part)) for of, part in parts], min_n) for signal in _OF_HISTORY)


def split_host(context: HostContext, min_n: Mapping[str, int]) -> dict[str, tuple[Split, ...]]:
    """By signal, the two parts of the proposed changes."""
    marked = {change.number for change in context.hosted.changes if is_declared(change)}
    declared = tuple(change for change in context.hosted.changes if change.number in marked)
    others = tuple(change for change in context.hosted.changes if change.number not in marked)
    if any(_n_behind(part) < MIN_PEOPLE for part in (declared, others)):
        return {}
    parts = [
        (name, replace(context, hosted=replace(context.hosted, changes=part)))
        for name, part in ((DECLARED, declared), (OTHERS, others))
    ]
    return _pairs((signal.__name__, [(of, signal(part)) for of, part in parts], min_n) for signal in _OF_HOST)


def is_declared(change: Change) -> bool:
    """Whether a proposed change says that an assistant took part: its author is one, or its texts say so."""
    if change.author.kind is ActorKind.AGENT or declares_assistant(change.body):
        return True
    return any(declares_assistant(push.body) for push in change.pushes)


def _is_declared_commit(change: Commit, history: History) -> bool:
    return any(is_ai_marked(commit) for commit in (change, *history.branches.get(change.sha, ())))


def _n_behind(changes: Iterable[Change]) -> int:
    """How many people stand behind the changes; of an assistant's own, those who merged them."""
    return n_people(c.author if c.author.is_person else c.merged_by or c.author for c in changes)


def _pairs(
    read: Iterable[tuple[str, list[tuple[str, Reading]], Mapping[str, int]]],
) -> dict[str, tuple[Split, ...]]:
    found = {}
    for signal, parts, min_n in read:
        enough = [
            Split(of, reading.value, reading.n)
            for of, reading in parts
            if isinstance(reading, Measured) and reading.value is not None and 4 * reading.n >= min_n.get(signal, 0)
        ]
        if len(enough) == len(parts):
            found[signal] = tuple(enough)
    return found
