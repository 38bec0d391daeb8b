"""What speeding up a part does for the whole.

G. M. Amdahl, Validity of the single processor approach to achieving large scale computing capabilities, 1967.
"""

from collections.abc import Sequence
from math import fsum

from assessment.domain.flow.errors import FlowError, positive, share

SLACK = 1e-9


def speedup(fraction: float, factor: float) -> float:
    """How many times faster the whole gets when `fraction` of its time is done `factor` times faster."""
    part = share(fraction, "fraction")
    return 1 / ((1 - part) + part / positive(factor, "factor"))


def lead_time_ratio(shares: Sequence[float], factors: Sequence[float]) -> float:
    """New lead time over old when stage k, with this share of it, gets factor k faster; what is left over stays."""
    if len(shares) != len(factors):
        raise FlowError(
            f"{len(shares)} shares and {len(factors)} factors do not pair up; give one factor for each share."
        )
    parts = [share(part, "shares") for part in shares]
    rest = 1 - fsum(parts)
    if rest < -SLACK:
        raise FlowError(f"The shares add up to {fsum(parts):g}; together they are at most 1.")
    return fsum([max(0.0, rest), *(p / positive(factor, "factors") for p, factor in zip(parts, factors, strict=True))])
