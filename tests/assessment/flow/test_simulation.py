"""The formulas against a simulation that knows none of them: within 5 % over a grid of cases.

The seeds are fixed and a run's own arrivals and services are what the formula is given, so chance has little to say.
`python -m bench.flow_simulation` runs the same grid five times as long, with three seeds.
"""

import pytest

from assessment.domain.flow import queueing
from assessment.domain.flow.lead_time import lead_time_days, review_utilization
from tests.assessment.flow.cases import worked
from tests.assessment.flow.simulation import simulated_lead_time, simulated_queue

SEED = 1
N_CUSTOMERS, N_CHANGES = 60_000, 15_000
QUEUES = [(servers, utilization) for servers in (1, 2, 4) for utilization in (0.5, 0.7, 0.8)]
TEAMS = [
    {},
    {"ca2": 1, "cs2": 1},
    {"ca2": 0.5, "cs2": 0.5},
    {"changes_per_day": 3},
    {"changes_per_day": 4, "ca2": 3},
    {"reviewers": 6, "changes_per_day": 9},
    {"p_sendback": 0.05, "p_integration_fail": 0.01},
    {"p_sendback": 0.4, "changes_per_day": 3},
    {"quick_path_share": 0.25},
    {"release_period_days": 0, "approval_days": 0, "definition_days": 0.5, "changes_per_day": 4},
    {"ci_days": 0.3, "ci_servers": 3},
]


@pytest.mark.parametrize(("servers", "utilization"), QUEUES)
def test_wait_of_a_queue(servers, utilization):
    seen = simulated_queue(utilization * servers, 1, servers, n=N_CUSTOMERS, seed=SEED)
    expected = queueing.mmc(seen.rate, seen.n / seen.work, servers)
    assert seen.mean == pytest.approx(expected.wait, rel=0.05)


@pytest.mark.parametrize("team", TEAMS, ids=str)
def test_lead_time_of_a_team(team):
    inputs = worked(**team)
    assert review_utilization(inputs) < 0.9
    assert simulated_lead_time(inputs, n=N_CHANGES, seed=SEED).mean == pytest.approx(lead_time_days(inputs), rel=0.05)


def test_simulation_can_disagree():
    """A formula that forgets the spread of arrivals would be caught."""
    seen = simulated_lead_time(worked(ca2=4), n=N_CHANGES, seed=SEED)
    assert seen.mean != pytest.approx(lead_time_days(worked(ca2=1)), rel=0.05)
