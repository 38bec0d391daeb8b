"""Readings of the changes that declare an assistant beside those of the others. Context only.

What is declared (authorship, trailers, footers, template fields) is disclosure, not use: absence proves nothing, so
neither side is a target, and nobody is told from anybody else. A part needs three people within the signal's window
and a quarter of its `min_n`, and both parts are shown or neither. Rework is split by the change that brought the
lines: how much of what one part added was deleted young, whoever deleted it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from metrics.signals.changes import content, review
from metrics.signals.changes.context import HostContext, n_people
from metrics.signals.changes.types import ActorKind, Change
from metrics.signals.history import intent, rework, shape
from metrics.signals.history.disclosure import is_declared as is_declared_commit
from metrics.signals.history.disclosure import n_people as n_authors
from metrics.signals.history.reading import MIN_PEOPLE
from metrics.signals.links import declares_assistant
from metrics.signals.types import History, LineAges, Measured, Reading

DECLARED, OTHERS = "declared", "others"
Source = TypeVar("Source", History, HostContext)
LONGEST_DAYS = 180  # no signal below looks further back
_OF_HISTORY: tuple[Callable[[History], Reading], ...] = (
    shape.size_p75,
    shape.test_cochange,
    intent.spec_link_rate,
    rework.revert_rate,
    rework.rework_21d,
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
    marked = {change.sha for change in recent if is_declared_commit(change, history)}
    if not marked:
        return {}
    declared = tuple(change for change in recent if change.sha in marked)
    others = tuple(change for change in recent if change.sha not in marked)
    parts = [
        (DECLARED, replace(history, changes=declared, ages=_ages_of(history, DECLARED))),
        (OTHERS, replace(history, changes=others, ages=_ages_of(history, OTHERS))),
    ]

    def people(part: History, days: int) -> int:
        return n_authors(part, part.changes_since(days))

    return _pairs(((signal.__name__, signal) for signal in _OF_HISTORY), parts, people, min_n)


def _ages_of(history: History, of: str) -> LineAges | None:
    """The lines one part of the changes brought, and how many of them died young, whoever deleted them."""
    ages = history.ages
    if ages is None:
        return None
    added, young = ages.declared_added, ages.declared_young_deleted
    if of == OTHERS:
        added, young = ages.added - added, ages.young_deleted - young
    return replace(ages, added=added, young_deleted=young)


def split_host(context: HostContext, min_n: Mapping[str, int]) -> dict[str, tuple[Split, ...]]:
    """By signal, the two parts of the proposed changes."""
    marked = {change.number for change in context.hosted.changes if is_declared(change)}
    declared = tuple(change for change in context.hosted.changes if change.number in marked)
    others = tuple(change for change in context.hosted.changes if change.number not in marked)
    parts = [
        (name, replace(context, hosted=replace(context.hosted, changes=part)))
        for name, part in ((DECLARED, declared), (OTHERS, others))
    ]

    def people(part: HostContext, days: int) -> int:
        return _n_behind(part.merged(days))

    return _pairs(((signal.__name__, signal) for signal in _OF_HOST), parts, people, min_n)


def is_declared(change: Change) -> bool:
    """Whether a proposed change says that an assistant took part: its author is one, or its texts say so."""
    if change.author.kind is ActorKind.AGENT or declares_assistant(change.body):
        return True
    return any(declares_assistant(push.body) for push in change.pushes)


def _n_behind(changes: Iterable[Change]) -> int:
    """How many people stand behind the changes; of an assistant's own, those who merged them."""
    return n_people(c.author if c.author.is_person else c.merged_by or c.author for c in changes)


def _pairs(
    signals: Iterable[tuple[str, Callable[[Source], Reading]]],
    parts: Sequence[tuple[str, Source]],
    people: Callable[[Source, int], int],
    min_n: Mapping[str, int],
) -> dict[str, tuple[Split, ...]]:
    """Both parts of each signal, or none: each on enough, and on three people within the signal's own window."""
    found = {}
    for name, signal in signals:
        enough: list[Split] = []
        for of, part in parts:
            reading = signal(part)
            if not (
                isinstance(reading, Measured)
                and reading.value is not None
                and 4 * reading.n >= min_n.get(name, 0)
                and people(part, reading.window_days) >= MIN_PEOPLE
            ):
                break
            enough.append(Split(of, reading.value, reading.n))
        if len(enough) == len(parts):
            found[name] = tuple(enough)
    return found
