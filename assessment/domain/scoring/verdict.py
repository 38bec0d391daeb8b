"""How self-report and evidence combine: state, planning score and range. Formulas: docs/scoring.md, "Combination"."""

from dataclasses import dataclass
from math import sqrt

from assessment.domain.scoring.self_report import clip_to_ladder, z_of
from assessment.domain.scoring.types import EvidenceScore, SelfReport, State
from assessment.domain.scoring.words import EPSILON
from assessment.maturity.schema import ScoringParameters


@dataclass(frozen=True)
class Verdict:
    state: State
    gap: float | None
    planning_score: float
    standard_error: float
    range: tuple[float, float]


def verdict_of(report: SelfReport, evidence: EvidenceScore | None, parameters: ScoringParameters) -> Verdict:
    if evidence is None:
        return _around(State.SELF_REPORT_ONLY, None, report.value, _biased_variance(report, parameters), parameters)
    gap = report.value - evidence.value
    state = state_of(gap, parameters)
    score, variance = _pooled(report, evidence, parameters)
    if state is State.ALIGNED:
        return _around(state, gap, score, variance, parameters)
    variance += (gap / 2) ** 2
    if state is State.TENSION:
        return _around(state, gap, score, variance, parameters)
    ends = min(report.value, evidence.value), max(report.value, evidence.value)
    return Verdict(state, gap, ends[0], sqrt(variance), clip_to_ladder(*ends))


def state_of(gap: float, parameters: ScoringParameters) -> State:
    """A gap exactly on a limit belongs to the graver state."""
    if abs(gap) < parameters.gap_states["aligned"] - EPSILON:
        return State.ALIGNED
    return State.TENSION if abs(gap) < parameters.gap_states["tension"] - EPSILON else State.CONTRADICTION


def _biased_variance(report: SelfReport, parameters: ScoringParameters) -> float:
    return report.standard_error**2 + parameters.self_report_bias_sd**2


def _pooled(report: SelfReport, evidence: EvidenceScore, parameters: ScoringParameters) -> tuple[float, float]:
    """The precision-weighted mean and its variance."""
    people, facts = 1 / _biased_variance(report, parameters), 1 / evidence.standard_error**2
    return (report.value * people + evidence.value * facts) / (people + facts), 1 / (people + facts)


def _around(state: State, gap: float | None, score: float, variance: float, parameters: ScoringParameters) -> Verdict:
    reach = z_of(parameters) * sqrt(variance)
    return Verdict(state, gap, score, sqrt(variance), clip_to_ladder(score - reach, score + reach))
