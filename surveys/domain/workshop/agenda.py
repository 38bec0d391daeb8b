"""Which practices to talk about, in which order, and for how long. Pure: imports no Django and no model row.

A practice's worth is disagreement times weight times effect: how far answers, roles and evidence lie apart; what the
maturity model says it weighs; whether it stands at the constraint or has a step on the roadmap. Docs: docs/workshop.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.language import gettext, number

BOX_MIN, BOX_MAX = 6, 15  # minutes for one practice: two votes and a talk
OPENING_SHARE = 0.1  # of the time there is: arriving and closing
UNKNOWN = 1.0  # disagreement where nobody has answered: as much as at the limit
FLOOR = 0.05
AT_CONSTRAINT, ON_ROADMAP = 1.0, 0.5


@dataclass(frozen=True)
class Candidate:
    """One practice as far as it is known. Distances are None where nothing is known."""

    practice: str
    weight: float
    deviation: float | None = None  # average deviation of the answers, in levels; None where a survey does not tell
    evidence_gap: float | None = None  # self-report minus evidence
    role_gap: float | None = None
    n: int = 0  # voices
    is_known: bool = False  # enough of the questions were answered
    at_constraint: bool = False
    on_roadmap: bool = False
    apart: float | None = None  # in units of disagreement, where a model of others has a measure of its own
    place: int = 0  # in the model: decides between equals


@dataclass(frozen=True)
class Limits:
    """What counts as one unit of disagreement, and when everybody agrees."""

    deviation: float = 0.83
    evidence_gap: float = 1.5
    role_gap: float = 1.0
    minimum: int = 3


@dataclass(frozen=True)
class Planned:
    practice: str
    priority: float
    disagreement: float
    effect: float
    minutes: int  # 0 where the time does not reach
    confirms: bool  # everybody agrees already: to be confirmed in bulk
    is_known: bool


def disagreement_of(one: Candidate, limits: Limits) -> float:
    """The widest distance in units of its limit; at least the limit where it is not told how far people lie apart."""
    parts = _distances(one, limits)
    is_told = one.is_known and one.deviation is not None
    return max(parts) if is_told else max([UNKNOWN, *parts])


def _distances(one: Candidate, limits: Limits) -> list[float]:
    known = [
        (one.deviation, limits.deviation),
        (one.evidence_gap, limits.evidence_gap),
        (one.role_gap, limits.role_gap),
        (one.apart, 1.0),
    ]
    return [abs(distance) / limit for distance, limit in known if distance is not None]


def is_agreed(one: Candidate, limits: Limits) -> bool:
    """Enough voices, known, and no distance at half of its limit."""
    return one.is_known and one.n >= limits.minimum and disagreement_of(one, limits) < 0.5


def plan(candidates: Sequence[Candidate], *, minutes: int, limits: Limits | None = None) -> tuple[Planned, ...]:
    """The most worthwhile first; as many as the time holds get a box, the rest none; what is agreed comes last."""
    limits = limits or Limits()
    places = {one.practice: one.place for one in candidates}
    rows = [_row(one, limits) for one in candidates]
    rows.sort(key=lambda row: (row.confirms, -row.priority, places[row.practice], row.practice))
    talked = [row for row in rows if not row.confirms]
    time = int(minutes * (1 - OPENING_SHARE))
    chosen = talked[: time // BOX_MIN]
    boxes = _boxes([row.priority for row in chosen], time)
    given = {row.practice: box for row, box in zip(chosen, boxes, strict=True)}
    return tuple(replace(row, minutes=given.get(row.practice, 0)) for row in rows)


def _row(one: Candidate, limits: Limits) -> Planned:
    effect = 1 + AT_CONSTRAINT * one.at_constraint + ON_ROADMAP * one.on_roadmap
    apart = max(FLOOR, disagreement_of(one, limits))
    known = one.is_known and apart in (FLOOR, *_distances(one, limits))  # else the disagreement is one assumed
    return Planned(one.practice, apart * one.weight * effect, apart, effect, 0, is_agreed(one, limits), known)


def why_here(reasons: Mapping[str, Any]) -> list[str]:
    """What a place on the agenda was given for, from the reasons kept with it."""
    known = reasons.get("is_known")
    apart = number(f"{reasons.get('disagreement', UNKNOWN):.1f}")
    found = [gettext("disagreement {d}").format(d=apart) if known else gettext("not known yet")]
    effect = reasons.get("effect", 1.0) - 1
    if effect >= AT_CONSTRAINT:
        found.append(gettext("at the constraint"))
    if effect % AT_CONSTRAINT == ON_ROADMAP:
        found.append(gettext("on the roadmap"))
    return found


def _boxes(worths: list[float], time: int) -> list[int]:
    """Whole minutes that add up to no more than the time, more for what is worth more."""
    spare, total = time - BOX_MIN * len(worths), sum(worths)
    return [min(BOX_MAX, BOX_MIN + int(spare * worth / total)) for worth in worths]
