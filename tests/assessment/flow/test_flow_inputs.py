"""Stored flow inputs: by origin, with their place in results, and set by hand."""

from dataclasses import asdict

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.flow.given import Given, Origin
from assessment.domain.flow_inputs import given_of, record_flow_inputs, set_flow_inputs
from assessment.domain.flow_reading import flow_reading_of
from assessment.domain.scored import roadmap_of, score_card_of
from assessment.models import FlowOrigin
from core.refusals import Invalid
from tests.assessment.flow.test_constraint import WAITS, measured, team
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    return AssessmentFactory()


def test_an_origin_replaces_all_it_said_and_nothing_else(assessment):
    set_flow_inputs(assessment, {"reviewers": 7}, by=None)
    record_flow_inputs(assessment, team(), origin=Origin.MEASURED)
    record_flow_inputs(assessment, [measured("build_days", 3)], origin=Origin.MEASURED)
    assert {(one.name, one.origin, one.value) for one in given_of(assessment)} == {
        ("reviewers", Origin.FACILITATOR, 7),
        ("build_days", Origin.MEASURED, 3),
    }


def test_numbers_that_are_none_are_left_out(assessment):
    record_flow_inputs(assessment, [measured("build_days", float("nan"))], origin=Origin.MEASURED)
    assert given_of(assessment) == []


def test_result_without_flow_keeps_its_digest_and_says_nothing(assessment):
    result = rescore(assessment)
    assert (result.flow, flow_reading_of(result)) == (None, None)
    record_flow_inputs(assessment, WAITS, origin=Origin.MEASURED)
    later = rescore(assessment)
    assert later != result
    assert flow_reading_of(later).verdict.stage == "review"
    assert score_card_of(later) == score_card_of(result)
    record_flow_inputs(assessment, [], origin=Origin.MEASURED)
    assert rescore(assessment) == result


def test_result_remembers_the_whole_reading(assessment):
    record_flow_inputs(assessment, [*team(), *WAITS], origin=Origin.MEASURED)
    reading = flow_reading_of(rescore(assessment))
    assert round(reading.case.lead_time_days, 1) == 9.3
    assert round(reading.relief["review"], 2) == 1.52
    assert {one.name: one.origin for one in reading.inputs}["ca2"] is Origin.DEFAULT


def test_roadmap_follows_the_constraint_that_flow_names(assessment):
    levels = {practice.id: 2.0 for practice in shipped_model().practices()}
    for name, level in levels.items():
        content = asdict(make_summary(name, level))
        record_evidence(assessment, source="survey", practice=name, content=content, n=5, observed_at=timezone.now())
    assert roadmap_of(rescore(assessment)).constraint_stage is None
    record_flow_inputs(assessment, [*team(), *WAITS], origin=Origin.MEASURED)
    roadmap = roadmap_of(rescore(assessment))
    assert (roadmap.constraint_stage, roadmap.constraint_reason) == ("review", "Review sets the pace of this team.")
    assert roadmap.steps[0].on_constraint


def test_setting_by_hand_scores_again_and_is_logged_once(assessment):
    record_flow_inputs(assessment, [*team(), *WAITS], origin=Origin.MEASURED)
    before = rescore(assessment)
    set_flow_inputs(assessment, {"reviewers": 6, "build_days": None}, by=None)
    set_flow_inputs(assessment, {"reviewers": 6}, by=None)
    assert assessment.results.first() != before
    assert AuditEvent.objects.filter(verb="flow.input_set").count() == 1
    set_flow_inputs(assessment, {"reviewers": None}, by=None)
    assert assessment.results.first() == before
    assert not assessment.flow_inputs.filter(origin=FlowOrigin.FACILITATOR).exists()
    assert AuditEvent.objects.filter(verb="flow.input_withdrawn").count() == 1


@pytest.mark.parametrize("values", [{"reviewers": 0}, {"p_sendback": 1}, {"pickup_days": 2}, {"build_days": 1e300}])
def test_what_cannot_be_is_refused_and_nothing_is_kept(assessment, values):
    with pytest.raises(Invalid):
        set_flow_inputs(assessment, {"ca2": 2} | values, by=None)
    assert given_of(assessment) == []


def test_given_is_what_was_recorded(assessment):
    one = Given("pickup_days", 1.2, Origin.MEASURED, 40, 90, "times of merged changes", 3.4)
    record_flow_inputs(assessment, [one], origin=Origin.MEASURED)
    assert given_of(assessment) == [one]
