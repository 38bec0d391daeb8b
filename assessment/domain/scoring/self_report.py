"""The self-report of a practice and how sure it is. Formulas: docs/scoring.md, "Self-report" and "Uncertainty"."""

from math import sqrt
from statistics import NormalDist

from assessment.domain.scoring.student import t_quantile
from assessment.domain.scoring.types import SelfReport, SurveySummary
from assessment.maturity.schema import ScoringParameters


def self_report_of(summary: SurveySummary, parameters: ScoringParameters) -> SelfReport | None:
    """S with its interval; None when nobody gave a level."""
    if summary.value is None:
        return None
    error = standard_error(summary, parameters)
    t = t_quantile((1 + parameters.interval) / 2, summary.n - 1 + parameters.prior_df)
    low, high = clip_to_ladder(summary.value - t * error, summary.value + t * error)
    return SelfReport(
        value=summary.value,
        n=summary.n,
        n_effective=summary.n_effective,
        low=low,
        high=high,
        standard_error=error,
        average_deviation=summary.average_deviation,
        coverage=summary.coverage,
    )


def standard_error(summary: SurveySummary, parameters: ScoringParameters) -> float:
    """SE_S: sampling error shrunk by the share of invited people who answered, plus instrument noise."""
    prior = parameters.prior_df
    shrunk = ((summary.n - 1) * summary.variance + prior * parameters.prior_sd**2) / (summary.n - 1 + prior)
    sampling = shrunk / summary.n_effective * finite_population_factor(summary.n, summary.n_invited)
    return sqrt(sampling + parameters.instrument_sd**2 / max(1, summary.n_questions))


def finite_population_factor(n: int, invited: int | None) -> float:
    """0 when everybody invited answered, also when that is one person; 1 when nobody counted the invited."""
    if invited is None:
        return 1.0
    return (invited - n) / (invited - 1) if invited > n else 0.0


def z_of(parameters: ScoringParameters) -> float:
    """Half the width of the shown range in standard errors: 1.28 for an 80 % range, to two places as printed."""
    return round(NormalDist().inv_cdf((1 + parameters.interval) / 2), 2)


def clip_to_ladder(low: float, high: float) -> tuple[float, float]:
    return min(5.0, max(1.0, low)), min(5.0, max(1.0, high))
