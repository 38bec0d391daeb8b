"""The same formulas written a second time, from the sum of the state probabilities and without any code of ours."""

from fractions import Fraction
from math import factorial, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.flow.analysis import analysis_as_json, analysis_from

TEAM = {
    "changes_per_day": st.floats(0.2, 12),
    "definition_days": st.floats(0, 10),
    "build_days": st.floats(0, 10),
    "p_sendback": st.floats(0, 0.6),
    "p_integration_fail": st.floats(0, 0.4),
    "fix_fraction": st.floats(0, 1.5),
    "review_hours_per_pass": st.floats(0.05, 3),
    "review_hours_per_reviewer_day": st.floats(0.5, 6),
    "reviewers": st.integers(1, 9),
    "ca2": st.floats(0.1, 4),
    "cs2": st.floats(0.1, 4),
    "ci_days": st.sampled_from([0, 0.05, 0.3]),
    "ci_servers": st.integers(1, 9),
    "release_period_days": st.floats(0, 20),
    "approval_days": st.floats(0, 5),
    "resume_hours": st.floats(0, 2),
    "workday_hours": st.floats(4, 10),
}
CHANGES = {
    "coding_speed": st.floats(0.5, 3),
    "volume_growth": st.floats(-0.5, 2),
    "size_growth": st.floats(-0.5, 2),
    "size_exponent": st.floats(0, 1.2),
    "quick_path_share": st.floats(0, 1),
    "reviewers": st.integers(1, 9),
}
FIFTH = {
    "definition": ("definition_days", 0.8),
    "build": ("build_days", 0.8),
    "review_effort": ("review_hours_per_pass", 0.8),
    "review_hours": ("review_hours_per_reviewer_day", 1.2),
    "sendbacks": ("p_sendback", 0.8),
    "integration_failures": ("p_integration_fail", 0.8),
    "release_period": ("release_period_days", 0.8),
    "approval": ("approval_days", 0.8),
}


def plain_wait(arrivals, service_days, servers):
    load = Fraction(arrivals) * Fraction(service_days)
    states = sum(load**n / factorial(n) for n in range(servers))
    full = load**servers / factorial(servers) / (1 - load / servers)
    return float(full / (states + full) * Fraction(service_days) / (servers - load))


def by_hand(team):
    passes = 1 / (1 - (team["p_sendback"] + (1 - team["p_sendback"]) * team["p_integration_fail"]))
    all_a_day, by_people = team["changes_per_day"] * passes, 1 - team.get("quick_path_share", 0)
    one = team["review_hours_per_pass"] / team["review_hours_per_reviewer_day"]
    busy = by_people * all_a_day * one / team["reviewers"]
    ci_busy = all_a_day * team["ci_days"] / team["ci_servers"]
    growth = max(0.0, by_people * all_a_day - team["reviewers"] / one)
    if team["ci_days"]:
        growth = max(growth, all_a_day - team["ci_servers"] / team["ci_days"])
    told = {"review_utilization": busy, "passes_per_change": passes, "passes_per_day": all_a_day}
    told["backlog_growth_per_day"] = growth
    if max(busy, ci_busy) >= 0.999:
        return told | {"lead_time_days": None, "review_wait_days": None}
    wait = (
        plain_wait(by_people * all_a_day, one, team["reviewers"]) * (team["ca2"] + team["cs2"]) / 2 if by_people else 0
    )
    ci_wait = plain_wait(all_a_day, team["ci_days"], team["ci_servers"]) if team["ci_days"] else 0
    lead = team["definition_days"] + team["build_days"] + team["release_period_days"] / 2 + team["approval_days"]
    lead += (passes - 1) * (team["fix_fraction"] * team["build_days"] + team["resume_hours"] / team["workday_hours"])
    lead += by_people * passes * (wait + team["review_hours_per_pass"] / team["workday_hours"])
    return told | {"lead_time_days": lead + passes * (ci_wait + team["ci_days"]), "review_wait_days": wait}


def changed_by_hand(team, scenario):
    left = dict(scenario)
    speed, more = left.pop("coding_speed", 1), left.pop("volume_growth", 0)
    larger, exponent = left.pop("size_growth", 0), left.pop("size_exponent", 0.6)
    then = team | left
    then["build_days"] /= speed
    then["changes_per_day"] *= 1 + more
    then["review_hours_per_pass"] *= (1 + larger) ** exponent
    return then


def same(printed, wanted):
    if printed is None or wanted is None:
        return printed is wanted
    return isclose(printed, wanted, rel_tol=1e-6, abs_tol=1e-6)


@settings(max_examples=60)
@given(st.fixed_dictionaries(TEAM), st.fixed_dictionaries({}, optional=CHANGES))
def test_every_number_printed_is_the_one_worked_out_by_hand(team, scenario):
    printed = analysis_as_json(analysis_from(team | {"scenario": scenario}))
    today = by_hand(team)
    for case, wanted in (("baseline", today), ("scenario", by_hand(changed_by_hand(team, scenario)))):
        assert {name: value for name, value in wanted.items() if not same(printed[case][name], value)} == {}
    lead = today["lead_time_days"]
    for lever, (field, factor) in FIFTH.items():
        wanted = None if lead is None else lead - by_hand(team | {field: team[field] * factor})["lead_time_days"]
        assert same(printed["relief_20_percent_days"][lever], wanted), lever
    assert same(printed["amdahl_share"], team["build_days"] / lead if lead else None)
    assert same(printed["stability_limit_growth"], 1 / today["review_utilization"] - 1)


@settings(max_examples=30)
@given(st.fixed_dictionaries(TEAM), st.floats(1.05, 3))
def test_at_the_break_even_the_lead_time_is_that_of_today(team, speed):
    printed = analysis_as_json(analysis_from(team | {"scenario": {"coding_speed": speed}}))
    growth, today = printed["breakeven_volume_growth"], by_hand(team)["lead_time_days"]
    if growth is None:
        assert today is None or team["build_days"] < 1e-6
    elif (then := by_hand(changed_by_hand(team, {"coding_speed": speed, "volume_growth": growth})))["lead_time_days"]:
        assert then["lead_time_days"] == pytest.approx(today, rel=1e-4)
