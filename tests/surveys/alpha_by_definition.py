"""Krippendorff's alpha written down from its definition (Krippendorff 2004): what the library's is held against."""

from collections import Counter, defaultdict
from itertools import pairwise
from math import fsum


def alpha_by_definition(table, metric):
    """1 - D_o/D_e from the coincidences of every pair of ratings of one column; None where nothing varies."""
    columns = [[r for r in column if r is not None] for column in zip(*table, strict=True)]
    pairs = defaultdict(float)
    for ratings in (column for column in columns if len(column) > 1):
        counts = Counter(ratings)
        for a, n_a in counts.items():
            for b, n_b in counts.items():
                pairs[a, b] += n_a * (n_b - (a == b)) / (len(ratings) - 1)
    margins = defaultdict(float)
    for (a, _), weight in pairs.items():
        margins[a] += weight
    distance = DISTANCES[metric](margins)
    observed = fsum(weight * distance(a, b) for (a, b), weight in pairs.items())
    expected = fsum(n_a * n_b * distance(a, b) for a, n_a in margins.items() for b, n_b in margins.items())
    return 1 - (fsum(margins.values()) - 1) * observed / expected if expected else None


def _between_ranks(margins):
    """Values between two, and half of both ends, lie between their ranks."""
    ordered = sorted(margins)
    ranks = dict.fromkeys(ordered[:1], 0.0)
    for before, value in pairwise(ordered):
        ranks[value] = ranks[before] + (margins[before] + margins[value]) / 2
    return lambda a, b: (ranks[a] - ranks[b]) ** 2


DISTANCES = {
    "nominal": lambda _: lambda a, b: float(a != b),
    "ordinal": _between_ranks,
    "interval": lambda _: lambda a, b: (a - b) ** 2,
    "ratio": lambda _: lambda a, b: ((a - b) / (a + b)) ** 2 if a != b else 0.0,
}
