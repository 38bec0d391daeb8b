"""Little's law: what is inside equals what arrives times how long it stays. J. D. C. Little, 1961."""

from assessment.domain.flow.errors import positive

TOLERANCE = 0.15  # beyond this, numbers measured over eight weeks do not describe one steady system


def time_in_system(n: float, rate: float) -> float:
    """Mean time inside, in the unit of the rate, from the mean number inside and the arrivals per unit of time."""
    return positive(n, "n") / positive(rate, "rate")


def disagreement(n: float, rate: float, time: float) -> float:
    """How far three measured numbers miss the law, as a share of the larger side: |n - rate x time| / max."""
    inside, expected = positive(n, "n"), positive(rate, "rate") * positive(time, "time")
    return abs(inside - expected) / max(inside, expected)


def agrees(n: float, rate: float, time: float) -> bool:
    """Whether three measured numbers may describe one steady system."""
    return disagreement(n, rate, time) <= TOLERANCE
