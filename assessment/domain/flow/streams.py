"""Work cut into parallel streams that meet at seams, against the same work done one after the other.

The longest stream decides, as on any critical path (Kelley and Walker 1959); the cost of contract and joins is counted
beside it, and a collision joins its seam again (judgement).
"""

from collections.abc import Sequence
from math import fsum

from assessment.domain.flow.errors import not_negative, numbers, probability, whole


def sequential_days(stream_days: Sequence[float]) -> float:
    """One stream after the other: the sum."""
    return fsum(numbers(stream_days, "stream_days"))


def parallel_days(
    stream_days: Sequence[float],
    *,
    contract_days: float,
    seams: int,
    join_days: float,
    p_collision: float,
    joins_per_collision: float = 1.0,
) -> float:
    """The longest stream, the contract written first, and every seam joined, again for each collision."""
    again = probability(p_collision, "p_collision") * not_negative(joins_per_collision, "joins_per_collision")
    joins = whole(seams, "seams", least=0) * not_negative(join_days, "join_days") * (1 + again)
    return max(numbers(stream_days, "stream_days")) + not_negative(contract_days, "contract_days") + joins
