"""Waiting for people to agree.

The last of k exponential times: A. Rényi, On the theory of order statistics, 1953 (W. Feller, vol. II, ch. I.6).
"""

from collections.abc import Sequence
from math import fsum

from assessment.domain.flow.errors import not_negative, numbers, whole


def series(mean_days: Sequence[float]) -> float:
    """One after the other: the means add up."""
    return fsum(numbers(mean_days, "mean_days", above_zero=False))


def parallel_exponential(mean_days: float, k: int) -> float:
    """Mean days until the last of k approvals asked for at once: a (1 + 1/2 + ... + 1/k), for exponential times."""
    return not_negative(mean_days, "mean_days") * fsum(1 / n for n in range(1, whole(k, "k") + 1))
