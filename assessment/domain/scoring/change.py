"""What changed between assessments, and what is only noise. Formula: docs/scoring.md, "Change"."""

from dataclasses import dataclass
from math import sqrt

from assessment.domain.scoring.types import PracticeScore, ScoreCard
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
    moved = before.staged_level != after.staged_level and between == after.staged_level
    return Change(
        practice=after.practice,
        before=before.planning_score,
        after=after.planning_score,
        margin=margin,
        staged_before=before.staged_level,
        staged_after=after.staged_level,
        is_real=moved or abs(after.planning_score - before.planning_score) > margin + EPSILON,
    )
