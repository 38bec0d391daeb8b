"""Waiting for a release window: the mean residual life of the gaps (W. Feller, vol. II, ch. I)."""

from collections.abc import Sequence
from math import fsum

from assessment.domain.flow.errors import numbers


def mean_wait(gaps_days: Sequence[float]) -> float:
    """Mean days until the next window for work that is ready at any time: E[T^2] / (2 E[T])."""
    gaps = numbers(gaps_days, "gaps_days")
    return fsum(gap * gap for gap in gaps) / (2 * fsum(gaps))
