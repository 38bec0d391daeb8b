"""How far the flow formulas lie from long simulations: `python -m bench.flow_simulation`, a few minutes.

Every case of tests/assessment/flow/test_simulation.py and some near the edge, three seeds each.
"""

import statistics
from collections.abc import Callable

from assessment.domain.flow import queueing
from assessment.domain.flow.lead_time import lead_time_days, review_utilization
from tests.assessment.flow.cases import worked
from tests.assessment.flow.simulation import simulated_lead_time, simulated_queue
from tests.assessment.flow.test_simulation import QUEUES, TEAMS

SEEDS = (1, 2, 3)
N_CUSTOMERS, N_CHANGES = 300_000, 75_000
EDGE = [{"ca2": 4}, {"ca2": 4, "cs2": 4}, {"changes_per_day": 5.3}]


def main() -> None:
    for servers, utilization in QUEUES:
        expected = queueing.mmc(utilization * servers, 1, servers).wait
        _line(
            f"M/M/{servers} at {utilization:.0%}",
            lambda seed, c=servers, u=utilization: simulated_queue(u * c, 1, c, n=N_CUSTOMERS, seed=seed).mean,
            expected,
        )
    for team in [*TEAMS, *EDGE]:
        inputs = worked(**team)
        _line(
            f"{team or 'worked case'} at {review_utilization(inputs):.0%}",
            lambda seed, i=inputs: simulated_lead_time(i, n=N_CHANGES, seed=seed).mean,
            lead_time_days(inputs),
        )


def _line(name: str, simulate: Callable[[int], float], expected: float) -> None:
    off = [simulate(seed) / expected - 1 for seed in SEEDS]
    print(f"{name:78} {statistics.mean(off):+7.1%}  ({min(off):+.1%} to {max(off):+.1%})", flush=True)


if __name__ == "__main__":
    main()
