"""Each formula against values printed elsewhere, and against what must hold whatever the numbers."""

import inspect
import re
from math import inf, isclose, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.flow import (
    FlowError,
    NoSteadyState,
    amdahl,
    approvals,
    collisions,
    little,
    queueing,
    scalability,
    streams,
    visits,
    windows,
    wip,
)


def test_mm1_of_the_textbook():
    """Two arrivals and three services an hour: rho 2/3, L 2, Lq 4/3, W 1 h, Wq 2/3 h (Gross et al., M/M/1)."""
    queue = queueing.mmc(2, 3, 1)
    assert queue == pytest.approx((2 / 3, 1 / 3, 2 / 3, 4 / 3, 2, 2 / 3, 1))


def test_mm2_of_the_textbook():
    """Two servers of rate 1 and one arrival: p0 1/3, C 1/3, Wq 1/3 (Gross et al., M/M/c)."""
    assert queueing.mmc(1, 1, 2) == pytest.approx((0.5, 1 / 3, 1 / 3, 1 / 3, 4 / 3, 1 / 3, 4 / 3))


def test_mm3_of_the_textbook():
    """Hillier and Lieberman's emergency room: 2 an hour, 3 an hour each, 2 doctors: p0 1/2, Lq 1/12, Wq 1/24 h."""
    queue = queueing.mmc(2, 3, 2)
    assert (queue.p_empty, queue.n_waiting, queue.wait) == pytest.approx((1 / 2, 1 / 12, 1 / 24))


@pytest.mark.parametrize(("load", "servers", "blocked"), [(5, 10, 0.018385), (10, 10, 0.214582), (90, 100, 0.026957)])
def test_erlang_b_of_the_tables(load, servers, blocked):
    assert queueing.erlang_b(load, servers) == pytest.approx(blocked, abs=1e-6)


def test_erlang_c_of_a_call_centre():
    """10 erlang and 12 agents: 44.9 % wait, as Erlang C calculators print."""
    assert queueing.mmc(10, 1, 12).p_wait == pytest.approx(0.4493, abs=1e-4)


def test_a_thousand_servers_almost_full_stay_exact():
    """C follows from B by another route: 1/B is the sum of falling powers of c / a."""
    queue = queueing.mmc(999.999, 1, 1000)
    inverse, term = 1.0, 1.0
    for n in range(1000):
        term *= (1000 - n) / 999.999
        inverse += term
    p_wait = 1000 / (1000 - 999.999 * (1 - 1 / inverse)) / inverse
    assert queue.utilization == pytest.approx(0.999999)
    assert queue.p_wait == pytest.approx(p_wait, rel=1e-9)
    assert queue.wait == pytest.approx(p_wait / 0.001, rel=1e-6)
    assert queue.p_empty < 1e-300


@given(st.floats(0.01, 0.99), st.integers(1, 60))
def test_queue_keeps_littles_law_and_its_own_balance(utilization, servers):
    queue = queueing.mmc(utilization * servers, 1, servers)
    assert isclose(queue.n_in_system, utilization * servers * queue.time_in_system, rel_tol=1e-9)
    assert 0 <= queue.p_empty <= 1
    assert queue.p_wait <= 1
    if servers <= 20:
        p, sure = queue.p_empty, 0.0
        for n in range(servers):
            sure += p
            p *= utilization * servers / (n + 1)
        assert isclose(1 - sure, queue.p_wait, abs_tol=1e-9)


def test_wait_beyond_a_time_starts_at_the_chance_to_wait_and_falls():
    assert queueing.p_wait_longer(0, 2, 3, 1) == pytest.approx(2 / 3)
    assert queueing.p_wait_longer(1, 2, 3, 1) == pytest.approx(2 / 3 * 0.36788, abs=1e-5)


def test_general_queue_is_mmc_at_ones_and_pollaczek_khinchine_for_one_server():
    assert queueing.ggc(4, 2, 3, 1, 1) == pytest.approx(queueing.mmc(4, 2, 3))
    assert queueing.ggc(2, 3, 1, 1, 0).wait == pytest.approx(1 / 3)  # M/D/1 waits half as long as M/M/1
    assert queueing.ggc(2, 3, 1, 1, 0).time_in_system == pytest.approx(1 / 3 + 1 / 3)


@pytest.mark.parametrize(("servers", "utilization", "too_high"), [(2, 0.5, 0.10), (6, 0.5, 0.51), (6, 0.9, 0.015)])
def test_short_form_of_sakasegawa_is_not_used_because_it_is_high(servers, utilization, too_high):
    exact = queueing.mmc(utilization * servers, 1, servers).wait
    short = utilization ** ((2 * (servers + 1)) ** 0.5 - 1) / (servers * (1 - utilization))
    assert short / exact - 1 == pytest.approx(too_high, abs=0.012)


@pytest.mark.parametrize("arrivals", [3.0, 3.5, 1e6])
def test_full_queue_gives_growth_and_doubling_instead_of_a_wait(arrivals):
    with pytest.raises(NoSteadyState) as refused:
        queueing.mmc(arrivals, 1, 3)
    assert refused.value.growth_rate == pytest.approx(arrivals - 3)
    doubling = refused.value.doubling_time(12)
    assert doubling == (pytest.approx(12 / (arrivals - 3)) if arrivals > 3 else None)
    assert str(refused.value).startswith("No steady state")
    assert "inf" not in str(refused.value)


def test_amdahl_on_one_and_several_stages():
    assert amdahl.speedup(0.95, 20) == pytest.approx(10.256, abs=1e-3)  # Amdahl's curve at 95 %
    assert 1 / amdahl.speedup(0.16, 1.4) == pytest.approx(1 - 0.046, abs=5e-4)
    assert amdahl.lead_time_ratio([0.16, 0.84], [1.4, 1]) == pytest.approx(1 / amdahl.speedup(0.16, 1.4))
    assert amdahl.lead_time_ratio([0.16], [1.4]) == pytest.approx(1 / amdahl.speedup(0.16, 1.4))
    assert amdahl.lead_time_ratio([0.2, 0.3, 0.5], [2, 3, 1]) == pytest.approx(0.1 + 0.1 + 0.5)


def test_littles_law_and_how_far_numbers_miss_it():
    assert little.time_in_system(12, 4) == 3
    assert little.disagreement(12, 4, 3) == 0
    assert little.agrees(10, 1, 11.7)
    assert not little.agrees(10, 1, 11.8)


def test_collisions_follow_the_published_point():
    q = collisions.calibrate(0.40, 16)
    assert q == pytest.approx(0.0335, abs=5e-5)
    curve = [round(100 * collisions.per_change(q, n)) for n in (2, 4, 8, 16, 32)]
    assert curve == [3, 10, 21, 40, 65]
    assert collisions.in_batch(q, 2) == pytest.approx(q)
    assert collisions.in_batch(q, 16) > collisions.per_change(q, 16)


@given(st.floats(0, 0.9), st.floats(1.5, 200))
def test_calibration_undoes_the_curve(q, in_flight):
    rate = collisions.per_change(q, in_flight)
    if rate < 0.999:
        assert collisions.calibrate(rate, in_flight) == pytest.approx(q, abs=1e-6)


def test_streams_pay_for_their_contract_and_their_seams():
    assert streams.sequential_days([3, 5, 2]) == 10
    days = streams.parallel_days([3, 5, 2], contract_days=1, seams=2, join_days=0.5, p_collision=0.2)
    assert days == pytest.approx(5 + 1 + 2 * 0.5 * 1.2)


def test_scalability_of_gunthers_example():
    """alpha 0.02 and beta 0.0005: the peak at 44 workers, after which more get less done."""
    peak = scalability.peak(0.02, 0.0005)
    assert peak == pytest.approx(44.27, abs=0.01)
    assert scalability.capacity(44, 0.02, 0.0005) > scalability.capacity(60, 0.02, 0.0005)
    assert scalability.capacity(1, 0.3, 0.1) == 1


def test_irregular_windows_make_work_wait_longer():
    assert windows.mean_wait([5]) == 2.5
    assert windows.mean_wait([2, 10]) == pytest.approx(4.333, abs=1e-3)
    assert windows.mean_wait([6, 6]) == 3


def test_approvals_in_series_and_at_once():
    assert approvals.series([1, 1, 1]) == 3
    assert approvals.parallel_exponential(1, 3) == pytest.approx(1.8333, abs=1e-4)


def test_limit_on_work_in_progress_of_the_worked_demands():
    rows = [wip.mva([2, 1, 0.5], n) for n in (1, 2, 3, 4)]
    assert [round(row.throughput, 3) for row in rows] == [0.286, 0.4, 0.452, 0.476]
    assert [round(row.time_in_system, 1) for row in rows] == [3.5, 5.0, 6.6, 8.4]
    for n, row in enumerate(rows, 1):
        most, least = wip.bounds([2, 1, 0.5], n)
        assert row.throughput <= most + 1e-12
        assert row.time_in_system >= least - 1e-12
        assert sum(row.n_at_station) == pytest.approx(n)


def test_visits_of_the_loops_agree_with_the_traffic_equations():
    """review sends back 25 %, integration 6 %: both ways of counting agree."""
    routing = [[0, 1, 0], [0.25, 0, 0.75], [0.06, 0, 0]]  # build-fix, review, integrate
    build, review, integrate = visits.visits([1, 0, 0], routing)
    passes = visits.passes_per_change(0.25, 0.06)
    assert (build, review) == pytest.approx((passes, passes))
    assert integrate == pytest.approx(0.75 * passes)
    assert passes == pytest.approx(1.41844, abs=1e-5)
    assert visits.demand_with_rework(5, 0.1, 0.5) == pytest.approx(5 / 0.95)


BAD = (0, -1, nan, inf, -inf, 10**400, "3", None, True)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(
    "call",
    [
        lambda bad: queueing.mmc(bad, 1, 2),
        lambda bad: queueing.mmc(1, bad, 2),
        lambda bad: queueing.mmc(0.5, 1, bad) if bad is not True else queueing.mmc(bad, 1, 2),
        lambda bad: amdahl.speedup(0.5, bad),
        lambda bad: amdahl.lead_time_ratio([0.5, 0.5], [1, bad]),
        lambda bad: little.time_in_system(bad, 1),
        lambda bad: little.time_in_system(1, bad),
        lambda bad: collisions.per_change(0.1, bad),
        lambda bad: collisions.calibrate(0.1, bad),
        lambda bad: scalability.capacity(bad, 0.1, 0.1),
        lambda bad: scalability.peak(0.1, bad),
        lambda bad: windows.mean_wait([1, bad]),
        lambda bad: approvals.parallel_exponential(1, bad),
        lambda bad: wip.mva([1, 2], bad),
        lambda bad: visits.demand_with_rework(bad, 0.1, 0.1),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call, bad):
    with pytest.raises(FlowError) as refused:
        call(bad)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: queueing.mmc(1, 1, 2.5),
        lambda: queueing.ggc(1, 2, 1, -1, 1),
        lambda: amdahl.speedup(1.1, 2),
        lambda: amdahl.lead_time_ratio([0.6, 0.6], [1, 1]),
        lambda: amdahl.lead_time_ratio([0.6], [1, 1]),
        lambda: collisions.per_change(1, 4),
        lambda: collisions.calibrate(0.4, 1),
        lambda: scalability.peak(0.1, 0),
        lambda: windows.mean_wait([]),
        lambda: wip.mva([0, 0], 3),
        lambda: visits.passes_per_change(1, 0.1),
        lambda: visits.visits([1, 0], [[0, 1], [1, 0]]),
        lambda: visits.visits([1, 0], [[0, 1]]),
        lambda: visits.visits([1], [[1.5]]),
        lambda: streams.parallel_days([], contract_days=1, seams=1, join_days=1, p_collision=0),
    ],
)
def test_what_contradicts_itself_is_refused(call):
    with pytest.raises(FlowError):
        call()


FORMULAS = (amdahl, approvals, collisions, little, queueing, scalability, streams, visits, windows, wip)


@pytest.mark.parametrize("module", FORMULAS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_formula_names_its_source_and_says_what_it_is(module):
    """A source has a name and a year, or a volume and a chapter."""
    assert re.search(r"[A-Z]\w+.*(\b1[89]\d\d\b|\b20\d\d\b|vol\. I)", module.__doc__, re.S)
    functions = [value for name, value in vars(module).items() if inspect.isfunction(value) and name[0] != "_"]
    own = [function for function in functions if function.__module__ == module.__name__]
    assert own
    assert [function.__name__ for function in own if not function.__doc__] == []
