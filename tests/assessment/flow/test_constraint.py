"""The constraint finder: three readings, a margin, and when it says nothing."""

import pytest
from hypothesis import given as draws
from hypothesis import strategies as st

from assessment.domain.flow.constraint import Confidence, Silence, find_constraint, is_policy, scored
from assessment.domain.flow.given import (
    DEFAULTS,
    ESSENTIAL,
    Given,
    Origin,
    best_of,
    defaults_among,
    filled,
    interpolated,
    refusal_of,
)
from assessment.domain.flow.reading import next_stages, read_flow
from tests.assessment.flow.cases import WORKED, worked


def measured(name, value, p75=None, **more):
    return Given(name, value, Origin.MEASURED, n=40, window_days=90, p75=p75, **more)


def team(**changes):
    """Every essential input as measured, from the worked case."""
    return [measured(name, value) for name, value in (WORKED | changes).items() if name in ESSENTIAL]


WAITS = [
    measured("pickup_days", 1.2, 3.4),
    measured("merge_wait_days", 0.1, 0.4),
    measured("release_wait_days", 0.5, 1),
]
TOLD = [
    Given(name, level, Origin.SURVEY, n=6)
    for name, level in {"SP1.e": 3, "CO5.e": 3, "RV2.e": 2, "CO3.e": 4, "EN4.e": 4}.items()
]


def test_three_readings_that_agree_are_clear():
    verdict = read_flow([*team(), *WAITS, *TOLD]).verdict
    assert (verdict.stage, verdict.confidence, verdict.is_policy) == ("review", Confidence.CLEAR, False)
    assert verdict.missing == ()
    assert verdict.scores[0].readings == {"waiting": 1, "relief": 1, "reported": 1}
    assert (verdict.wait_days, verdict.wait_p75_days, verdict.wait_n) == (1.2, 3.4, 40)
    assert (round(verdict.relief_days, 2), round(verdict.build_relief_days, 2)) == (1.52, 0.34)
    assert verdict.runner_up == "define"


def test_scores_are_the_weighted_readings():
    readings = {
        "waiting": {"review": 2.0, "release": 1.0},
        "relief": {"review": 1.0, "release": 2.0, "build": 0.5},
        "reported": {"review": 0.25, "release": 0.5},
    }
    rows = {row.stage: row.score for row in scored(readings)}
    assert rows["review"] == pytest.approx(0.4 * 1 + 0.4 * 0.5 + 0.2 * 0.5)
    assert rows["release"] == pytest.approx(0.4 * 0.5 + 0.4 * 1 + 0.2 * 1)
    assert rows["build"] == pytest.approx(0.25)  # only the model knows it
    assert "design" not in rows


@pytest.mark.parametrize(
    ("other", "word"),
    [(0.5, Confidence.CLEAR), (0.80, Confidence.LIKELY), (0.95, Confidence.TWO_CANDIDATES)],
)
def test_margin_decides_the_word(other, word):
    given = {one.name: one for one in (measured("pickup_days", 1), measured("release_wait_days", other))}
    told = {one.name: one for one in [Given("RV2.e", 1, Origin.SURVEY), Given("EN4.e", 5 - 4 * other, Origin.SURVEY)]}
    verdict = find_constraint(
        given | told, relief={"review": 1, "release": other}, utilization={}, next_after_relief={}
    )
    assert verdict.margin == pytest.approx(1 - other)
    assert verdict.confidence is word


def test_missing_reading_lowers_the_confidence():
    given = {one.name: one for one in (measured("pickup_days", 1), measured("release_wait_days", 0.2))}
    verdict = find_constraint(given, relief={}, utilization={}, next_after_relief={})
    assert verdict.confidence is Confidence.LIKELY  # the margin alone would be clear
    assert verdict.missing == ("relief", "reported")


def test_people_alone_name_no_constraint():
    assert read_flow(TOLD).verdict.silence is Silence.NOT_MEASURED


def test_defaults_never_name_a_constraint():
    reading = read_flow([one for one in team() if one.name != "reviewers"])
    assert reading.defaults == ("reviewers",)
    assert not reading.knows_the_team
    assert reading.verdict.silence is Silence.NOT_MEASURED
    assert reading.relief  # but the what-if can be asked all the same


def test_little_that_disagrees_keeps_silent():
    check = [measured("open_changes", 10), measured("time_in_review_mean_days", 3)]  # 5 a day times 3 days is 15
    verdict = read_flow([*team(), *WAITS, *check]).verdict
    assert verdict.silence is Silence.LITTLE
    assert verdict.disagreement == pytest.approx(1 / 3)
    near = [measured("open_changes", 14), measured("time_in_review_mean_days", 3)]
    assert read_flow([*team(), *WAITS, *near]).verdict.speaks


def test_drift_and_growth_keep_silent():
    halves = [measured("changes_per_day_first_half", 3), measured("changes_per_day_second_half", 6)]
    verdict = read_flow([*team(), *WAITS, *halves]).verdict
    assert (verdict.silence, verdict.disagreeing) == (Silence.NOT_STATIONARY, "changes_per_day")
    growing = read_flow([*team(), *WAITS], queue_growth=0.3).verdict
    assert (growing.silence, growing.disagreeing) == (Silence.NOT_STATIONARY, "queue_growth")
    assert read_flow([*team(), *WAITS], queue_growth=0.1).verdict.speaks


def test_number_the_model_cannot_take_is_said():
    reading = read_flow([*team(p_integration_fail=1.0), *WAITS])
    assert reading.verdict.silence is Silence.IMPOSSIBLE
    assert "p_integration_fail" in reading.problem


def test_window_is_a_policy_and_idle_reviewers_are_a_habit():
    assert is_policy("release", {})
    assert is_policy("review", {"review": 0.4})
    assert not is_policy("review", {"review": 0.9})
    assert not is_policy("review", {})
    slow = [measured("pickup_days", 0.1), measured("release_wait_days", 9, 12)]
    verdict = read_flow([*team(release_period_days=20, reviewers=8), *slow]).verdict
    assert (verdict.stage, verdict.is_policy) == ("release", True)


def test_next_constraint_after_a_fifth_of_relief_everywhere_at_the_first():
    assert next_stages(worked()) == {
        "define": "review",
        "build": "review",
        "review": "release",
        "integrate": "review",
        "release": "review",
    }
    assert next_stages(worked(changes_per_day=9)) == {}


def test_growing_queue_still_speaks_by_its_waiting():
    reading = read_flow([*team(changes_per_day=9), *WAITS])
    assert reading.case.lead_time_days is None
    assert (reading.relief, reading.verdict.stage) == ({}, "review")


def test_hand_speaks_before_measurement_before_people():
    told, hand = Given("reviewers", 4, Origin.SURVEY), Given("reviewers", 6, Origin.FACILITATOR)
    assert best_of([told, measured("reviewers", 5)])["reviewers"].value == 5
    assert best_of([told, hand, measured("reviewers", 5)])["reviewers"].value == 6


def test_what_is_not_known_is_a_default_and_says_so():
    inputs = filled([])
    assert {one.origin for one in inputs.values()} == {Origin.DEFAULT}
    assert {name: one.value for name, one in inputs.items()} == dict(DEFAULTS)
    assert defaults_among(inputs) == ESSENTIAL


def test_people_on_release_waits_stand_in_for_window_and_approval():
    inputs = filled([Given("EN4.e", 3, Origin.SURVEY, n=5)])
    assert (inputs["release_period_days"].value, inputs["approval_days"].value) == (7, 0)
    assert inputs["release_period_days"].origin is Origin.SURVEY
    known = filled([Given("EN4.e", 3, Origin.SURVEY, n=5), measured("release_period_days", 5)])
    assert (known["release_period_days"].value, known["approval_days"].origin) == (5, Origin.DEFAULT)


def test_irregular_windows_count_by_their_wait():
    inputs = filled([measured("release_period_days", 6), measured("release_window_wait_days", 4.333)])
    assert inputs["release_period_days"].value == pytest.approx(8.666)
    by_hand = [Given("release_period_days", 5, Origin.FACILITATOR), measured("release_window_wait_days", 4.333)]
    assert filled(by_hand)["release_period_days"].value == 5


def test_levels_between_answers_lie_on_the_line():
    days = {1: 15.0, 2: 7.5, 3: 3.5, 4: 1.0, 5: 0.25}
    assert [interpolated(level, days) for level in (1, 1.5, 4.5, 5)] == [15, 11.25, 0.625, 0.25]


def test_value_that_cannot_be_is_refused_with_its_sentence():
    assert refusal_of("reviewers", 0).startswith("reviewers is 0")
    assert refusal_of("reviewers", 4) == ""


stages = st.sampled_from(["define", "build", "review", "integrate", "release"])


@draws(
    st.dictionaries(stages, st.floats(0, 10)),
    st.dictionaries(stages, st.floats(0, 10)),
    st.dictionaries(stages, st.floats(0, 1)),
)
def test_scores_stay_between_nothing_and_one_and_are_in_order(waiting, relief, reported):
    rows = scored({"waiting": waiting, "relief": relief, "reported": reported})
    assert all(0 <= row.score <= 1 + 1e-9 for row in rows)
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)


@draws(st.lists(st.sampled_from([*team(), *WAITS, *TOLD]), unique_by=lambda one: one.name))
def test_any_part_of_the_knowledge_gives_a_verdict_or_a_reason(given):
    verdict = read_flow(given).verdict
    assert verdict.speaks == bool(verdict.stage)
