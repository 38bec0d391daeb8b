"""What changed between assessments, and what is only noise. Formula: docs/scoring.md, "Change"."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import fsum, sqrt

from assessment.domain.scoring.dimensions import KNOWN_WEIGHT_MIN
from assessment.domain.scoring.types import DimensionScore, PracticeScore, ScoreCard
from assessment.domain.scoring.words import EPSILON

Z = 1.28


@dataclass(frozen=True)
class Change:
    """The move of one practice; only one that `is_real` may be reported as a change."""

    practice: str
    before: float
    after: float
    margin: float  # the difference has to be larger than this
    staged_before: int | None
    staged_after: int | None
    is_real: bool


def change_between(before: ScoreCard, after: ScoreCard, *, middle: ScoreCard | None = None) -> tuple[Change, ...]:
    """The practices scored in both cards. With a `middle` round, a staged level that moved and stayed counts too."""
    old = {score.practice: score for score in before.practices}
    stayed = {score.practice: score.staged_level for score in middle.practices} if middle else {}
    changes = (
        _change(old[score.practice], score, stayed.get(score.practice))
        for score in after.practices
        if score.practice in old
    )
    return tuple(change for change in changes if change is not None)


def _change(before: PracticeScore, after: PracticeScore, between: int | None) -> Change | None:
    if before.planning_score is None or after.planning_score is None:
        return None
    margin = Z * sqrt((before.standard_error or 0.0) ** 2 + (after.standard_error or 0.0) ** 2)
    moved = between is not None and before.staged_level != between == after.staged_level
    return Change(
        practice=after.practice,
        before=before.planning_score,
        after=after.planning_score,
        margin=margin,
        staged_before=before.staged_level,
        staged_after=after.staged_level,
        is_real=moved or abs(after.planning_score - before.planning_score) > margin + EPSILON,
    )


@dataclass(frozen=True)
class DimensionChange:
    """The move of a dimension on the practices known both times."""

    dimension: str
    before: float
    after: float
    margin: float
    staged_before: int | None
    staged_after: int | None
    n_practices: int  # it rests on
    is_real: bool


def dimension_changes(
    before: ScoreCard, after: ScoreCard, *, weights: Mapping[str, float], alike: Collection[str]
) -> tuple[DimensionChange, ...]:
    """The dimensions scored both times, each on its `alike` practices known both times, by the later weights.

    The same people answer every practice, so errors inside one assessment add up; those of two assessments do not.
    """
    old, then = {score.practice: score for score in before.practices}, {d.dimension: d for d in before.dimensions}
    found = []
    for dimension in after.dimensions:
        members = [score for score in after.practices if score.dimension == dimension.dimension]
        pairs = [
            (weights[s.practice], old[s.practice], s) for s in members if s.practice in alike and s.practice in old
        ]
        known = [(w, b, a) for w, b, a in pairs if b.planning_score is not None and a.planning_score is not None]
        whole = fsum(weights[score.practice] for score in members)
        if dimension.dimension in then and fsum(w for w, *_ in known) >= KNOWN_WEIGHT_MIN * whole - EPSILON > 0:
            found.append(_dimension_change(then[dimension.dimension], dimension, known))
    return tuple(found)


def _dimension_change(
    before: DimensionScore, after: DimensionScore, known: list[tuple[float, PracticeScore, PracticeScore]]
) -> DimensionChange:
    mass = fsum(w for w, _, _ in known)
    first = fsum(w * (old.planning_score or 0.0) for w, old, _ in known) / mass
    second = fsum(w * (new.planning_score or 0.0) for w, _, new in known) / mass
    error_before = fsum(w * (old.standard_error or 0.0) for w, old, _ in known) / mass
    error_after = fsum(w * (new.standard_error or 0.0) for w, _, new in known) / mass
    margin = Z * sqrt(error_before**2 + error_after**2)
    return DimensionChange(
        dimension=after.dimension,
        before=first,
        after=second,
        margin=margin,
        staged_before=before.staged_level,
        staged_after=after.staged_level,
        n_practices=len(known),
        is_real=abs(second - first) > margin + EPSILON,
    )
