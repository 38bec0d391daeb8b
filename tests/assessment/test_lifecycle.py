"""The life of an assessment without its pages."""

import datetime as dt

import pytest

from assessment.domain.lifecycle import (
    close_assessment,
    create_assessment,
    default_targets,
    edit_assessment,
    open_assessment,
    reopen_assessment,
    set_targets,
)
from assessment.maturity.loader import SHIPPED, model_of, read_model
from assessment.models import AssessmentState
from core.refusals import Invalid, Refused
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.assessment import AssessmentFactory

PERIOD = {"period_start_on": dt.date(2026, 8, 1), "period_end_on": dt.date(2026, 10, 31)}


def test_default_targets_aim_at_enforced_keystones():
    model = read_model(SHIPPED)
    targets = default_targets(model)
    assert len(targets) == 23
    assert {targets[p.id] for p in model.practices() if p.keystone} == {4}
    assert {targets[p.id] for p in model.practices() if not p.keystone} == {3}


@pytest.mark.django_db
def test_new_assessment_is_a_draft_that_pins_its_maturity_model():
    by = UserFactory()
    assessment = create_assessment(TeamFactory(), title="Q4", **PERIOD, by=by)
    assert (assessment.state, assessment.created_by) == (AssessmentState.DRAFT, by)
    assert assessment.target_profile == default_targets(model_of(assessment.maturity_model))


@pytest.mark.django_db
def test_assessment_of_a_demonstration_team_is_one():
    assert create_assessment(TeamFactory(is_demo=True), title="Q4", **PERIOD, by=None).is_demo


@pytest.mark.django_db
def test_period_backwards_is_refused():
    backwards = {"period_start_on": PERIOD["period_end_on"], "period_end_on": PERIOD["period_start_on"]}
    with pytest.raises(Invalid, match="ends before it starts"):
        create_assessment(TeamFactory(), title="Q4", **backwards, by=None)
    with pytest.raises(Invalid, match="ends before it starts"):
        edit_assessment(AssessmentFactory(), title="Q4", **backwards, scope_note="")


@pytest.mark.django_db
def test_life_runs_from_draft_to_open_to_closed_and_back():
    assessment = create_assessment(TeamFactory(), title="Q4", **PERIOD, by=None)
    open_assessment(assessment)
    assert assessment.opened_at is not None
    close_assessment(assessment)
    assert assessment.closed_at is not None
    reopen_assessment(assessment)
    assert (assessment.state, assessment.closed_at) == (AssessmentState.OPEN, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "move"),
    [
        (AssessmentState.OPEN, open_assessment),
        (AssessmentState.CLOSED, open_assessment),
        (AssessmentState.DRAFT, close_assessment),
        (AssessmentState.CLOSED, close_assessment),
        (AssessmentState.DRAFT, reopen_assessment),
        (AssessmentState.OPEN, reopen_assessment),
    ],
)
def test_move_from_the_wrong_state_changes_nothing_and_says_so(state, move):
    assessment = AssessmentFactory(state=state)
    with pytest.raises(Refused, match="Reload the page"):
        move(assessment)
    assessment.refresh_from_db()
    assert assessment.state == state


@pytest.mark.django_db
def test_target_profile_names_every_practice_with_a_level():
    assessment = AssessmentFactory()
    complete = default_targets(model_of(assessment.maturity_model))
    set_targets(assessment, complete | {"SP1": 5})
    assert assessment.target_profile["SP1"] == 5
    with pytest.raises(Invalid, match="every practice"):
        set_targets(assessment, {"SP1": 4})
    with pytest.raises(Invalid, match="1 to 5"):
        set_targets(assessment, complete | {"SP1": 6})
