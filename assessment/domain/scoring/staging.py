"""The staged level: rounding, the share rule, caps, then gates. Formulas: docs/scoring.md, "Staged level"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

from assessment.domain.scoring.bands import reading_level
from assessment.domain.scoring.caps import lowest_cap
from assessment.domain.scoring.types import PracticeScore, Reason, SurveySummary
from assessment.domain.scoring.words import EPSILON, percent
from assessment.maturity.schema import Gate, MaturityModelFile, Prerequisite, ScoringParameters
from core.language import gettext

SHARE_SLACK = 1e-4  # a model writes two thirds as 0.6667; exactly two of three must pass


@dataclass(frozen=True)
class Staged:
    level: int
    held_back_by: tuple[Reason, ...]


def rounded_level(score: float, parameters: ScoringParameters) -> int:
    return min(5, max(1, floor(score + parameters.level_rounding_tolerance + EPSILON)))


def stage_of(
    score: PracticeScore, planning_score: float, *, caps: Sequence[Reason], parameters: ScoringParameters
) -> Staged:
    """The level before gates, and what keeps it below the rounded planning score."""
    level = rounded_level(planning_score, parameters)
    reasons: list[Reason] = []
    if not _is_shared(score.summary, level, parameters) and not _evidence_reaches(level, score, parameters):
        reasons.append(_share_reason(score, level, parameters))
        level = max(1, level - 1)
    cap = lowest_cap(caps)
    if cap is not None and cap < level:
        reasons += [r for r in caps if r.kind == "cap" and r.level is not None and r.level < level]
        level = cap
    return Staged(level, tuple(reasons))


def _is_shared(summary: SurveySummary | None, level: int, parameters: ScoringParameters) -> bool:
    return summary is not None and summary.reach[level - 1] >= parameters.share_rule - SHARE_SLACK


def _evidence_reaches(level: int, score: PracticeScore, parameters: ScoringParameters) -> bool:
    """Whether E is there and at least one signal shows it: a finding that merely allows a level does not reach it."""
    needed = level - parameters.level_rounding_tolerance - EPSILON
    if score.evidence is None or score.evidence.value < needed:
        return False
    return any(band.weight > 0 and reading_level(band) >= needed for band in score.bands)


def _share_reason(score: PracticeScore, level: int, parameters: ScoringParameters) -> Reason:
    if score.summary and score.summary.is_coarse:
        text = gettext("How many answers reach level {level} is not told of this survey, and no evidence shows it.")
        return Reason("share_rule", text.format(level=level), score.practice, level=max(1, level - 1))
    share, needed = score.summary.reach[level - 1] if score.summary else 0.0, parameters.share_rule
    text = gettext(
        "{share}% of the weighted answers reach level {level}; {needed}% must, or evidence must show it."
    ).format(share=percent(share), level=level, needed=percent(needed))
    return Reason("share_rule", text, score.practice, level=max(1, level - 1))


def apply_gates(model: MaturityModelFile, practices: Iterable[PracticeScore]) -> tuple[PracticeScore, ...]:
    """Lower staged levels until every gate holds. Lowering one level can close another gate, so repeat till rest."""
    scores = {practice.practice: practice for practice in practices}
    changed = True
    while changed:
        changed = False
        for gate in model.gates:
            for practice in scores if gate.practice == "*" else (gate.practice,):
                if practice in scores and (held := _held_by(gate, scores[practice], scores)):
                    scores[practice] = held
                    changed = True
    return tuple(scores.values())


def _held_by(gate: Gate, score: PracticeScore, scores: Mapping[str, PracticeScore]) -> PracticeScore | None:
    if score.staged_level is None or score.staged_level < gate.level:
        return None
    unmet = [need for need in gate.needs if not is_met(need, scores)]
    if not unmet:
        return None
    reason = Reason("gate", _gate_text(gate, unmet, scores), score.practice, level=gate.level - 1)
    return replace(
        score,
        staged_level=gate.level - 1,
        held_back_by=(*score.held_back_by, reason),
        reasons=(*score.reasons, reason),
    )


def is_met(need: Prerequisite, scores: Mapping[str, PracticeScore]) -> bool:
    """Whether a practice is staged at the level asked for; a practice that is not known meets nothing."""
    level = scores[need.practice].staged_level if need.practice in scores else None
    return level is not None and level >= need.level


def _gate_text(gate: Gate, unmet: Sequence[Prerequisite], scores: Mapping[str, PracticeScore]) -> str:
    needs = "; ".join(_need_text(need, scores) for need in unmet)
    return gettext("Level {level} needs {needs}. {why}").format(level=gate.level, needs=needs, why=gate.why)


def _need_text(need: Prerequisite, scores: Mapping[str, PracticeScore]) -> str:
    level = scores[need.practice].staged_level if need.practice in scores else None
    if level is None:
        text = gettext("{practice} at {wanted}, it is not known")
    else:
        text = gettext("{practice} at {wanted}, it is at {level}")
    return text.format(practice=_named(need, scores), wanted=need.level, level=level)


def _named(need: Prerequisite, scores: Mapping[str, PracticeScore]) -> str:
    return f"{need.practice} {scores[need.practice].name}" if need.practice in scores else need.practice
