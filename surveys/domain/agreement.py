"""Do people agree? Indices for one question of one group, for a whole survey, and intervals for few voices.

Pure: imports no Django and no model row. What is undefined is None, never a number. Ratings are numbers on the
question's scale; None among them is a missing rating and left out.

Sources: r_wg James, Demaree & Wolf 1984; a_wg Brown & Hauenstein 2005; average deviation Burke & Dunlap 2002; alpha
Krippendorff 2004; ICC Shrout & Fleiss 1979; Wilson 1927; BCa Efron 1987. Words: LeBreton & Senter 2008.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from math import fsum, isfinite, sqrt
from random import Random
from statistics import NormalDist, fmean, median, variance
from typing import Any, Literal, TypeVar, get_args

from assessment.domain.scoring.student import t_quantile

Person = TypeVar("Person")
Rating = float | None
Metric = Literal["nominal", "ordinal", "interval", "ratio"]
IccKind = Literal["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]

SLACK = 1e-9
SEED = 20_26  # one fixed seed, so that a printed interval comes out the same again
MISSED_RESAMPLES = 0.1  # share of resamples on which a statistic may be undefined


def r_wg(ratings: Sequence[Rating], levels: int) -> float | None:
    """Agreement against ratings spread evenly over the levels: 1 none differs, 0 as if at random, below 0 more split.

    1 - s2 / ((levels^2 - 1) / 12) with the sample variance s2. None for fewer than two ratings or two levels.
    """
    given = _given(ratings)
    if len(given) < 2 or levels < 2:
        return None
    return 1 - variance(given) / ((levels**2 - 1) / 12)


def a_wg(ratings: Sequence[Rating], low: float, high: float) -> float | None:
    """Agreement against the largest disagreement possible at this mean; not flattered by means near an end.

    None for fewer than two ratings, and where so few ratings could not have that mean and the largest variance.
    Raises ValueError for a rating outside low..high.
    """
    given = _given(ratings)
    if high <= low or any(not low <= rating <= high for rating in given):
        raise ValueError(f"Ratings lie between {low} and {high}, and {low} is below {high}.")
    k = len(given)
    if k < 2:
        return None
    mean = fmean(given)
    if all(rating in (low, high) and rating == given[0] for rating in given):
        return 1.0
    if mean < (low * (k - 1) + high) / k - SLACK or mean > (high * (k - 1) + low) / k + SLACK:
        return None
    largest = ((high + low) * mean - mean**2 - high * low) * k / (k - 1)
    return 1 - 2 * variance(given) / largest


def average_deviation(ratings: Sequence[Rating]) -> float | None:
    """The mean distance from the median, in levels. On five levels below 0.83 counts as agreement."""
    given = _given(ratings)
    if not given:
        return None
    middle = median(given)
    return fmean(abs(rating - middle) for rating in given)


def krippendorff_alpha(table: Sequence[Sequence[Rating]], metric: Metric = "ordinal") -> float | None:
    """Reliability of many ratings: 1 - observed over expected disagreement. Rows are raters, columns what they rate.

    Any number of ratings may be missing. None without two ratings of one column, and where all ratings that can be
    compared are the same: nothing varies then, so nothing can be told apart reliably or not.
    Raises ValueError for rows of different length, an unknown metric, or a negative rating on a ratio scale.
    """
    if metric not in get_args(Metric):
        raise ValueError(f"There is no metric {metric}; the metrics are {', '.join(get_args(Metric))}.")
    units = [_given(column) for column in zip(*table, strict=True)]
    if metric == "ratio" and any(rating < 0 for unit in units for rating in unit):
        raise ValueError("A ratio scale has no negative ratings.")
    if len({rating for unit in units if len(unit) > 1 for rating in unit}) < 2:
        return None
    pairable = Counter(rating for unit in units if len(unit) > 1 for rating in unit)
    named = [(row, column, rating) for column, unit in enumerate(units) for row, rating in enumerate(unit)]
    return float(annotation_task()(named, distance=_distance(metric, pairable)).alpha())


def annotation_task() -> Any:
    """The library of `krippendorff_alpha`: half a second and 30 MB, at the first call, that only an alpha needs."""
    from nltk.metrics.agreement import AnnotationTask

    return AnnotationTask


def _distance(metric: Metric, pairable: Mapping[float, int]) -> Callable[[float, float], float]:
    """Krippendorff's squared difference of two ratings; ordinal by how many comparable ratings lie between."""
    if metric == "nominal":
        return lambda a, b: float(a != b)
    if metric == "interval":
        return lambda a, b: (a - b) ** 2
    if metric == "ratio":
        return lambda a, b: ((a - b) / (a + b)) ** 2 if a != b else 0.0
    counts = [pairable[rating] for rating in sorted(pairable)]
    middles = (up_to - n / 2 for up_to, n in zip(accumulate(counts), counts, strict=True))
    ranks = dict(zip(sorted(pairable), middles, strict=True))
    return lambda a, b: (ranks[a] - ranks[b]) ** 2


def icc(table: Sequence[Sequence[Rating]], kind: IccKind) -> float | None:
    """Intraclass correlation. Rows are targets, columns raters; with a k at its end, of the mean of all raters.

    ICC1 raters differ by target, ICC2 the same raters and absolute agreement, ICC3 the same raters and consistency.
    None with fewer than two targets or raters, with a rating missing, or where the targets do not differ at all.
    Raises ValueError for rows of different length.
    """
    if kind not in get_args(IccKind):
        raise ValueError(f"There is no {kind}; the kinds are {', '.join(get_args(IccKind))}.")
    if len({len(row) for row in table}) > 1:
        raise ValueError("Each target needs the same number of ratings; a missing one is None.")
    rows = [_given(row) for row in table]
    n, k = len(table), len(table[0]) if table else 0
    if n < 2 or k < 2 or any(len(row) != k for row in rows):
        return None
    grand = fmean(rating for row in rows for rating in row)
    total = fsum((rating - grand) ** 2 for row in rows for rating in row)
    between = k * fsum((fmean(row) - grand) ** 2 for row in rows)
    raters = n * fsum((fmean(column) - grand) ** 2 for column in zip(*rows, strict=True))
    bms, jms = between / (n - 1), raters / (k - 1)
    wms = max(0.0, total - between) / (n * (k - 1))
    ems = max(0.0, total - between - raters) / ((n - 1) * (k - 1))
    above, below = _icc_parts(kind, n, k, bms=bms, jms=jms, wms=wms, ems=ems)
    return above / below if below > SLACK * (bms + jms + wms + ems) else None


def _icc_parts(kind: str, n: int, k: int, *, bms: float, jms: float, wms: float, ems: float) -> tuple[float, float]:
    """Above and below the line, from the mean squares of targets, raters, within targets and what is left."""
    parts = {
        "ICC1": (bms - wms, bms + (k - 1) * wms),
        "ICC2": (bms - ems, bms + (k - 1) * ems + k * (jms - ems) / n),
        "ICC3": (bms - ems, bms + (k - 1) * ems),
        "ICC1k": (bms - wms, bms),
        "ICC2k": (bms - ems, bms + (jms - ems) / n),
        "ICC3k": (bms - ems, bms),
    }
    return parts[kind]


def t_interval(
    ratings: Sequence[Rating], confidence: float = 0.95, low: float | None = None, high: float | None = None
) -> tuple[float, float] | None:
    """An interval for the mean by Student's t, cut to low..high where given. None for fewer than two ratings."""
    given = _given(ratings)
    if len(given) < 2:
        return None
    mean = fmean(given)
    half = t_quantile((1 + confidence) / 2, len(given) - 1) * sqrt(variance(given) / len(given))
    return _cut(mean - half, low, high), _cut(mean + half, low, high)


def wilson_interval(x: int, n: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """An interval for a proportion of x in n, by Wilson's score. None of none; ValueError unless 0 <= x <= n."""
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is no proportion.")
    if n == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, widening = x / n, z * z / n
    middle = (share + widening / 2) / (1 + widening)
    half = z / (1 + widening) * sqrt(share * (1 - share) / n + widening / (4 * n))
    return (0.0 if x == 0 else middle - half), (1.0 if x == n else middle + half)


def bca_interval(
    people: Sequence[Person],
    statistic: Callable[[Sequence[Person]], float | None],
    confidence: float = 0.95,
    *,
    resamples: int = 2000,
    seed: int = SEED,
) -> tuple[float, float] | None:
    """An interval for a score over many answers: people are drawn again, not answers (bias-corrected, accelerated).

    The seed is fixed, so the same people give the same interval. None for fewer than two people, where the statistic
    is undefined on them or on more than a tenth of the draws, and where it does not vary.
    """
    n = len(people)
    estimate = statistic(people) if n > 1 else None
    if n < 2 or estimate is None:
        return None
    random = Random(seed)  # noqa: S311 - drawing samples, not secrets
    drawn = [statistic(random.choices(people, k=n)) for _ in range(resamples)]
    values = sorted(value for value in drawn if value is not None)
    left_out = [statistic([*people[:i], *people[i + 1 :]]) for i in range(n)]
    without = [value for value in left_out if value is not None]
    below = (sum(v < estimate for v in values) + sum(v == estimate for v in values) / 2) / max(1, len(values))
    if len(values) < resamples * (1 - MISSED_RESAMPLES) or len(without) < n or not 0 < below < 1:
        return None
    if values[0] == values[-1]:
        return None
    bias, acceleration = NormalDist().inv_cdf(below), _acceleration(without)
    tail = NormalDist().inv_cdf((1 - confidence) / 2)
    return _adjusted(values, bias, acceleration, tail), _adjusted(values, bias, acceleration, -tail)


def r_wg_words(value: float | None) -> str | None:
    """LeBreton and Senter's words for r_wg; below 0 the group is more split than chance would have it."""
    if value is None:
        return None
    if value < 0:
        return "more split than random"
    tops = {"lack of agreement": 0.305, "weak": 0.505, "moderate": 0.705, "strong": 0.905}
    return next((word for word, top in tops.items() if value < top), "very strong")


def a_wg_words(value: float | None) -> str | None:
    if value is None:
        return None
    return "acceptable" if value >= 0.7 - SLACK else "reasonable" if value >= 0.6 - SLACK else "weak"


def alpha_words(value: float | None) -> str | None:
    """Krippendorff's reading: rely on it from .800, tentative conclusions from .667."""
    if value is None:
        return None
    return "reliable" if value >= 0.8 - SLACK else "tentative" if value >= 0.667 - SLACK else "not reliable"


def _given(ratings: Sequence[Rating]) -> list[float]:
    given = [rating for rating in ratings if rating is not None]
    if not all(isfinite(rating) for rating in given):
        raise ValueError("A rating is a finite number, or None where it is missing.")
    return given


def _cut(value: float, low: float | None, high: float | None) -> float:
    value = value if low is None else max(low, value)
    return value if high is None else min(high, value)


def _acceleration(without: Sequence[float]) -> float:
    middle = fmean(without)
    cubes, squares = fsum((middle - v) ** 3 for v in without), fsum((middle - v) ** 2 for v in without)
    return cubes / (6 * squares**1.5) if squares else 0.0


def _adjusted(values: Sequence[float], bias: float, acceleration: float, tail: float) -> float:
    share = NormalDist().cdf(bias + (bias + tail) / (1 - acceleration * (bias + tail)))
    place = min(1.0, max(0.0, share)) * (len(values) - 1)
    lower = int(place)
    upper = min(lower + 1, len(values) - 1)
    return values[lower] + (values[upper] - values[lower]) * (place - lower)
