"""A cap on work in progress: exact mean value analysis of a closed network.

M. Reiser and S. S. Lavenberg, Mean-value analysis of closed multichain queuing networks, JACM 27, 1980.
"""

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from assessment.domain.flow.errors import FlowError, numbers, whole


class Closed(NamedTuple):
    """A network that always holds n changes."""

    throughput: float  # changes per day
    time_in_system: float  # days
    n_at_station: tuple[float, ...]


def mva(demands: Sequence[float], n: int) -> Closed:
    """`demands` are days of work per change at each station (visits x service / servers); n changes in flight."""
    loads = numbers(demands, "demands", above_zero=False)
    if not any(loads):
        raise FlowError("Every demand is 0; give work to at least one station.")
    queues = (0.0,) * len(loads)
    throughput = time = 0.0
    for in_flight in range(1, whole(n, "n") + 1):
        stays = [load * (1 + queue) for load, queue in zip(loads, queues, strict=True)]
        time = fsum(stays)
        throughput = in_flight / time
        queues = tuple(throughput * stay for stay in stays)
    return Closed(throughput, time, queues)


def bounds(demands: Sequence[float], n: int) -> tuple[float, float]:
    """No more throughput and no less time in system than this, whatever the order of service."""
    loads = numbers(demands, "demands")
    in_flight = whole(n, "n")
    total, slowest = fsum(loads), max(loads)
    return min(in_flight / total, 1 / slowest), max(total, in_flight * slowest)
