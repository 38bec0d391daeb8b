"""The worked case of docs/flow.md with the numbers printed there, and what must hold for any team."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.flow import FlowError
from assessment.domain.flow.analysis import analyse, sentence_of
from assessment.domain.flow.inputs import Scenario, scenario_from
from assessment.domain.flow.lead_time import Steadiness, backlog_doubling_days, case_of, review_utilization
from assessment.domain.flow.relief import (
    breakeven_table,
    breakeven_volume_growth,
    growth_relief,
    relief_by_lever,
    relief_by_stage,
    relief_days,
)
from tests.assessment.flow.cases import FASTER, PUSH, UPSTREAM, worked


def case(scenario):
    return case_of(scenario_from(scenario).applied_to(worked()))


def test_today():
    today = case_of(worked())
    assert round(today.review_utilization, 2) == 0.89
    assert round(today.lead_time_days, 1) == 9.3
    assert sum(today.parts.values()) == pytest.approx(today.lead_time_days)


def test_faster_coding_at_the_same_volume():
    today, faster = case_of(worked()), case(FASTER)
    assert round(faster.lead_time_days, 1) == 8.9
    assert round(today.lead_time_days - faster.lead_time_days, 2) == 0.48
    assert round(1 - faster.lead_time_days / today.lead_time_days, 3) == 0.052


def test_faster_coding_with_the_volume_and_size_it_brings():
    pushed = case(PUSH)
    assert round(pushed.review_utilization, 2) == 1.43
    assert round(pushed.backlog_growth_per_day, 1) == 2.7
    assert (pushed.lead_time_days, pushed.review_wait_days, pushed.parts) == (None, None, None)
    assert "grows by 2.7 passes a day" in sentence_of(pushed)


def test_the_same_growth_with_work_upstream():
    upstream = case(UPSTREAM)
    assert round(upstream.review_utilization, 2) == 0.72
    assert round(upstream.lead_time_days, 1) == 7.2
    assert round(upstream.lead_time_days / case_of(worked()).lead_time_days - 1, 2) == -0.23


def test_what_a_fifth_of_relief_buys():
    assert {lever: round(days, 2) for lever, days in relief_by_lever(worked()).items()} == {
        "definition": 0.40,
        "build": 0.34,
        "review_effort": 1.52,
        "review_hours": 1.39,
        "sendbacks": 0.89,
        "integration_failures": 0.24,
        "release_period": 0.50,
        "approval": 0.20,
    }
    stages = relief_by_stage(worked())
    assert max(stages, key=stages.get) == "review"
    assert stages["review"] > 4 * stages["build"]


def test_how_much_volume_a_coding_gain_can_pay_for():
    rows = breakeven_table(worked(), (0.5, 0.6, 0.7, 0.8, 0.85, 0.9))
    assert [round(100 * growth, 1 if growth < 0.1 else 0) for _, growth, _ in rows] == [50, 29, 16, 6.8, 3.8, 1.7]
    assert [round(100 * limit) for _, _, limit in rows] == [100, 67, 43, 25, 18, 11]


def test_breakeven_is_where_the_lead_time_is_the_old_one_again():
    growth = breakeven_volume_growth(worked(), 1.4)
    again = case(FASTER | {"volume_growth": growth})
    assert again.lead_time_days == pytest.approx(case_of(worked()).lead_time_days)
    assert breakeven_volume_growth(worked(), 1.0) == pytest.approx(0, abs=1e-9)
    assert breakeven_volume_growth(worked(), 0.8) < 0


def test_amdahl_share_and_limits_of_the_worked_case():
    analysis = analyse(worked())
    assert round(analysis.amdahl_share, 2) == 0.16
    assert round(analysis.stability_limit_growth, 3) == 0.128


@pytest.mark.parametrize(
    ("utilization", "state"),
    [
        (0.94, Steadiness.STEADY),
        (0.96, Steadiness.UNSTABLE_IN_PRACTICE),
        (0.999999, Steadiness.NO_STEADY_STATE),
        (1.0, Steadiness.NO_STEADY_STATE),
        (1.2, Steadiness.NO_STEADY_STATE),
    ],
)
def test_the_closer_to_full_the_less_is_claimed(utilization, state):
    inputs = worked()
    at = case_of(replace(inputs, changes_per_day=5 * utilization / review_utilization(inputs)))
    assert at.steadiness is state
    assert (at.lead_time_days is None) == (state is Steadiness.NO_STEADY_STATE)
    assert bool(sentence_of(at)) == (state is not Steadiness.STEADY)
    if at.lead_time_days is None:
        full = replace(inputs, changes_per_day=5 * utilization / review_utilization(inputs))
        analysis = analyse(full)
        assert set(analysis.relief_20_percent_days.values()) == {None}
        assert (analysis.breakeven_volume_growth, analysis.amdahl_share) == (None, None)


def test_a_full_pipeline_is_told_from_full_reviewers():
    full = case_of(worked(ci_days=1, ci_servers=7))
    assert (full.limited_by, full.lead_time_days) == ("integrate", None)
    assert full.backlog_growth_per_day == pytest.approx(5 * full.passes_per_change - 7)
    assert "the pipeline is asked for 101% of its time" in sentence_of(full)


def test_doubling_counts_from_the_queue_there_was():
    today, pushed = case_of(worked()), case(PUSH)
    days = backlog_doubling_days(pushed, today.n_in_review)
    assert days == pytest.approx(today.n_in_review / pushed.backlog_growth_per_day)
    assert backlog_doubling_days(pushed, None) is None
    assert backlog_doubling_days(today, 5) is None
    assert "doubles in" in sentence_of(pushed, n_in_review_before=today.n_in_review)


def test_a_growing_queue_still_shows_which_lever_slows_it():
    slower = growth_relief(scenario_from(PUSH).applied_to(worked()))
    assert max(slower, key=slower.get) in {"review_effort", "review_hours"}
    assert slower["definition"] == 0


def test_relief_of_any_change():
    two_more_hours = Scenario(overrides=(("review_hours_per_reviewer_day", 2.4),))
    assert round(relief_days(worked(), two_more_hours), 2) == 1.39
    assert relief_days(worked(), scenario_from(PUSH)) is None


def test_without_people_in_review_nothing_waits_for_them():
    free = case_of(worked(quick_path_share=1))
    assert (free.review_utilization, free.review_wait_days) == (0, 0)
    assert analyse(worked(quick_path_share=1)).stability_limit_growth is None


@pytest.mark.parametrize(
    "change",
    [
        {"reviewers": 0},
        {"reviewers": 2.5},
        {"changes_per_day": 0},
        {"changes_per_day": -5},
        {"definition_days": -1},
        {"p_sendback": 1},
        {"p_integration_fail": 1.2},
        {"quick_path_share": 1.1},
        {"workday_hours": 25},
        {"ci_servers": 0},
        {"ca2": float("nan")},
        {"build_days": float("inf")},
        {"build_days": "3"},
        {"build_days": None},
    ],
)
def test_inputs_that_cannot_be_are_refused_by_name(change):
    with pytest.raises(FlowError, match=next(iter(change))):
        worked(**change)


@pytest.mark.parametrize(
    "scenario",
    [
        {"coding_speed": 0},
        {"volume_growth": -1},
        {"size_growth": -2},
        {"size_exponent": -1},
        {"reviewers": 0},
        {"x": 1},
    ],
)
def test_scenarios_that_cannot_be_are_refused_by_name(scenario):
    with pytest.raises(FlowError, match=next(iter(scenario))):
        scenario_from(scenario)


teams = st.builds(
    worked,
    changes_per_day=st.floats(0.1, 6),
    reviewers=st.integers(3, 12),
    p_sendback=st.floats(0, 0.3),
    ca2=st.floats(0.5, 4),
    release_period_days=st.floats(0, 20),
)


@given(teams)
def test_relief_never_costs_and_break_even_lies_below_full(inputs):
    if case_of(inputs).lead_time_days is None:
        return
    assert min(relief_by_lever(inputs).values()) >= -1e-9
    growth = breakeven_volume_growth(inputs)
    assert growth is None or growth <= 1 / review_utilization(inputs) - 1


@given(teams, st.floats(0, 1))
def test_more_volume_never_makes_it_faster(inputs, growth):
    before, after = case_of(inputs), case_of(Scenario(volume_growth=growth).applied_to(inputs))
    if before.lead_time_days is None:
        assert after.lead_time_days is None
    elif after.lead_time_days is not None:
        assert after.lead_time_days >= before.lead_time_days - 1e-9
