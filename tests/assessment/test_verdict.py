"""Self-report and evidence together."""

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.scoring.self_report import finite_population_factor, self_report_of, z_of
from assessment.domain.scoring.types import EvidenceScore, State
from assessment.domain.scoring.verdict import state_of, verdict_of
from tests.factories.scoring import make_summary, shipped_model

PARAMETERS = shipped_model().scoring
REPORT = replace(self_report_of(make_summary(value=3.0), PARAMETERS), standard_error=0.5)


def evidence(value, error=0.5):
    return EvidenceScore(value=value, standard_error=error, supports=False)


@pytest.mark.parametrize(
    ("gap", "state"),
    [
        (0.0, State.ALIGNED),
        (0.7499, State.ALIGNED),
        (0.75, State.TENSION),
        (-0.75, State.TENSION),
        (1.4999, State.TENSION),
        (1.5, State.CONTRADICTION),
        (-4.0, State.CONTRADICTION),
        (3.3 - 1.8, State.CONTRADICTION),  # 1.4999999999999998 in binary
    ],
)
def test_state_follows_the_size_of_the_gap(gap, state):
    assert state_of(gap, PARAMETERS) is state


def test_without_evidence_people_stand_alone_with_a_bias_term():
    verdict = verdict_of(REPORT, None, PARAMETERS)
    assert (verdict.state, verdict.gap, verdict.planning_score) == (State.SELF_REPORT_ONLY, None, 3.0)
    assert verdict.standard_error == pytest.approx(sqrt(0.25 + 0.25))
    assert verdict.range == pytest.approx((3 - 1.28 * sqrt(0.5), 3 + 1.28 * sqrt(0.5)))


def test_aligned_readings_are_weighed_by_their_precision():
    # people 1/(0.25+0.25) = 2, evidence 1/0.25 = 4
    verdict = verdict_of(REPORT, evidence(2.4), PARAMETERS)
    assert verdict.planning_score == pytest.approx((3.0 * 2 + 2.4 * 4) / 6)
    assert verdict.standard_error == pytest.approx(sqrt(1 / 6))


def test_tension_widens_the_range_by_half_the_gap():
    verdict = verdict_of(REPORT, evidence(2.0), PARAMETERS)
    assert verdict.state is State.TENSION
    assert verdict.planning_score == pytest.approx(7 / 3)
    assert verdict.standard_error == pytest.approx(sqrt(1 / 6 + 0.25))


@pytest.mark.parametrize(("measured", "planned"), [(1.2, 1.2), (4.8, 3.0)])
def test_contradiction_is_symmetrical_and_plans_on_the_lower(measured, planned):
    verdict = verdict_of(REPORT, evidence(measured), PARAMETERS)
    assert verdict.state is State.CONTRADICTION
    assert verdict.planning_score == planned
    assert verdict.range == pytest.approx((min(3.0, measured), max(3.0, measured)))


@given(st.floats(1, 5), st.floats(0.01, 2), st.floats(1, 5), st.floats(0.1, 2))
def test_planning_score_lies_between_people_and_evidence_and_inside_its_range(value, error, measured, noise):
    verdict = verdict_of(replace(REPORT, value=value, standard_error=error), evidence(measured, noise), PARAMETERS)
    assert min(value, measured) - 1e-9 <= verdict.planning_score <= max(value, measured) + 1e-9
    assert 1 <= verdict.range[0] <= verdict.planning_score + 1e-9
    assert verdict.planning_score - 1e-9 <= verdict.range[1] <= 5


@pytest.mark.parametrize(
    ("n", "invited", "factor"),
    [(5, None, 1.0), (5, 9, 0.5), (9, 9, 0.0), (1, 1, 0.0), (6, 5, 0.0), (1, 2, 1.0), (3, 0, 0.0)],
)
def test_finite_population_factor(n, invited, factor):
    assert finite_population_factor(n, invited) == factor


def test_everybody_answering_leaves_only_instrument_noise():
    report = self_report_of(make_summary(value=3.0, variance=1.0), PARAMETERS)
    assert report.standard_error == pytest.approx(sqrt(0.35**2 / 2))


def test_one_answer_never_looks_certain():
    summary = make_summary(value=5.0, n=1, n_effective=1.0, n_invited=None, n_questions=1)
    report = self_report_of(summary, PARAMETERS)
    assert report.standard_error == pytest.approx(sqrt(0.81 + 0.35**2))
    assert report.high == 5.0
    assert report.low == pytest.approx(5 - 1.533206 * sqrt(0.81 + 0.35**2), abs=1e-5)


def test_z_is_the_printed_quantile():
    assert z_of(PARAMETERS) == 1.28
    assert z_of(PARAMETERS.model_copy(update={"interval": 0.95})) == 1.96


def test_no_level_gives_no_self_report():
    assert self_report_of(make_summary(value=None), PARAMETERS) is None
