"""Did an indicator move when an action began? An interrupted time series, read with care. Pure.

value = a + b * weeks + c * (share of the reading's window that lies after the start): b is where it was heading anyway,
c what came with the action. Readings over windows of w days that lie d days apart share 1 - d / w of what they look at,
so they are fitted by generalized least squares with that correlation; what still runs in series afterwards widens the
interval. Method: Wagner, Soumerai, Zhang, Ross-Degnan 2002 (segmented regression); Bernal, Cummins, Gasparrini 2017.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, sqrt
from typing import Literal

from assessment.domain.scoring.student import t_quantile

LEAST_BEFORE, LEAST_AFTER = 6, 6
LEAST_SEEN = 0.5  # of the last reading's window must lie after the start
INTERVAL = 0.95
OWN_NOISE = 0.05  # share of a reading's variance that is its own, whatever it shares with its neighbours
MOST_SERIAL = 0.8

Vector = list[float]


class Verdict(StrEnum):
    TOO_EARLY = "too_early"
    NO_EFFECT = "no_effect"
    MOVED = "moved"
    AGAINST = "against"


@dataclass(frozen=True)
class Point:
    on: dt.date
    value: float
    n: int = 0


@dataclass(frozen=True)
class SeriesReading:
    """`effect` is the change that came with the action, `low` to `high` its 95 % interval; None while too early."""

    verdict: Verdict
    n_before: int
    n_after: int
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    trend_per_week: float | None = None


def read_series(
    points: Sequence[Point], *, changed_on: dt.date, window_days: int, better: Literal["higher", "lower"] | None
) -> SeriesReading:
    """Judge weekly readings around a start. Without a direction that is better any movement counts as moved."""
    window = max(window_days, 7)
    ordered = sorted(points, key=lambda point: point.on)
    exposure = [min(1.0, max(0.0, (point.on - changed_on).days / window)) for point in ordered]
    n_before = sum(share == 0 for share in exposure)
    n_after = len(ordered) - n_before
    if n_before < LEAST_BEFORE or n_after < LEAST_AFTER or exposure[-1] < LEAST_SEEN:
        return SeriesReading(Verdict.TOO_EARLY, n_before, n_after)
    weeks = [(point.on - changed_on).days / 7 for point in ordered]
    rows = [[1.0, week, share] for week, share in zip(weeks, exposure, strict=True)]
    values = [point.value for point in ordered]
    shared = _correlation([7 * week for week in weeks], window)
    (_, trend, effect), error = _fit(rows, values, shared)
    reach = t_quantile((1 + INTERVAL) / 2, len(values) - 3) * error
    low, high = effect - reach, effect + reach
    return SeriesReading(_verdict(low, high, better), n_before, n_after, effect, low, high, trend)


def _verdict(low: float, high: float, better: str | None) -> Verdict:
    if low <= 0 <= high:
        return Verdict.NO_EFFECT
    if better is None:
        return Verdict.MOVED
    return Verdict.MOVED if (low > 0) == (better == "higher") else Verdict.AGAINST


def _correlation(days: Vector, window: float) -> list[Vector]:
    def between(i: int, j: int) -> float:
        return 1.0 if i == j else (1 - OWN_NOISE) * max(0.0, 1 - abs(days[i] - days[j]) / window)

    return [[between(i, j) for j in range(len(days))] for i in range(len(days))]


def _fit(rows: list[Vector], values: Vector, shared: list[Vector]) -> tuple[Vector, float]:
    """The coefficients and the standard error of the last one."""
    root = _cholesky(shared)
    columns = [_solve_lower(root, [row[k] for row in rows]) for k in range(3)]
    target = _solve_lower(root, values)
    normal = [[_dot(one, other) for other in columns] for one in columns]
    factor = _cholesky(normal)
    fitted = _solve(factor, [_dot(column, target) for column in columns])
    left = [y - fsum(b * column[i] for b, column in zip(fitted, columns, strict=True)) for i, y in enumerate(target)]
    spread = _dot(left, left)
    if spread <= 1e-18 * max(1.0, _dot(target, target)):
        return [0.0 if abs(each) < 1e-9 else each for each in fitted], 0.0
    variance = spread / (len(values) - 3) * _solve(factor, [0.0, 0.0, 1.0])[2]
    serial = min(MOST_SERIAL, max(0.0, _dot(left[1:], left[:-1]) / spread))
    return fitted, sqrt(variance * (1 + serial) / (1 - serial))


def _cholesky(matrix: list[Vector]) -> list[Vector]:
    root: list[Vector] = []
    for i, row in enumerate(matrix):
        line: Vector = []
        for j in range(i + 1):
            rest = row[j] - fsum(line[k] * (root[j][k] if j < i else line[k]) for k in range(j))
            line.append(sqrt(max(rest, 1e-12)) if i == j else rest / root[j][j])
        root.append(line)
    return root


def _solve_lower(root: list[Vector], right: Vector) -> Vector:
    found: Vector = []
    for i, line in enumerate(root):
        found.append((right[i] - fsum(line[k] * found[k] for k in range(i))) / line[i])
    return found


def _solve(root: list[Vector], right: Vector) -> Vector:
    half = _solve_lower(root, right)
    found = [0.0] * len(half)
    for i in reversed(range(len(half))):
        later = fsum(root[k][i] * found[k] for k in range(i + 1, len(half)))
        found[i] = (half[i] - later) / root[i][i]
    return found


def _dot(one: Vector, other: Vector) -> float:
    return fsum(a * b for a, b in zip(one, other, strict=True))
