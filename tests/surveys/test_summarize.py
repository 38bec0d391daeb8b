"""What crosses from a survey: one row of evidence per practice, none for a group that is too small."""

import pytest

from assessment.models import Evidence, EvidenceSource
from surveys.domain.answers import save_answer
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db


def answered(survey, *levels, question="SP1.m"):
    for level in levels:
        save_answer(ParticipantFactory(survey=survey), question=question, answer=level)


def evidence(survey, practice="SP1"):
    return Evidence.objects.filter(assessment=survey.assessment, practice=practice).first()


def test_answers_become_one_row_per_practice():
    survey = SurveyFactory()
    answered(survey, 2, 4)
    summarize_survey(survey)
    row = Evidence.objects.get(assessment=survey.assessment)
    assert (row.source, row.practice, row.signal, row.n) == (EvidenceSource.SURVEY, "SP1", "", 2)
    assert row.content["value"] == pytest.approx(3)
    assert row.content["n_invited"] == 2


def test_row_names_nobody():
    survey = SurveyFactory()
    answered(survey, 2, 4, 5)
    summarize_survey(survey)
    stored = str(evidence(survey).content)
    for seat in survey.participants.all():
        assert seat.user.name not in stored
        assert seat.user.email not in stored
        assert str(seat.public_id) not in stored


def test_running_twice_keeps_one_row():
    survey = SurveyFactory()
    answered(survey, 2)
    summarize_survey(survey)
    summarize_survey(survey)
    assert Evidence.objects.count() == 1


def test_group_below_the_minimum_has_no_row():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, 2, 4)
    summarize_survey(survey)
    assert evidence(survey) is None


def test_row_is_withdrawn_when_the_group_shrinks_below_the_minimum():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, 2, 4, 4)
    summarize_survey(survey)
    assert evidence(survey).n == 3
    Answer.objects.filter(participant=survey.participants.first()).delete()
    summarize_survey(survey)
    assert evidence(survey) is None


def test_one_level_among_many_dont_knows_is_not_revealed():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, "dk", "dk", "dk", 5)
    summarize_survey(survey)
    assert evidence(survey) is None


def test_many_dont_knows_alone_are_evidence_of_a_blind_spot():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, "dk", "dk", "dk")
    summarize_survey(survey)
    assert evidence(survey).content["n_dont_know"] == 3
    assert evidence(survey).content["value"] is None


def test_seats_that_are_not_asked_a_practice_are_not_counted_as_invited():
    survey = SurveyFactory()
    ParticipantFactory(survey=survey, roles=["security"])
    answered(survey, 3)
    summarize_survey(survey)
    assert evidence(survey).content["n_invited"] == 1


def test_question_planned_to_be_missing_still_counts_its_practice_as_asked():
    survey = SurveyFactory()
    ParticipantFactory(survey=survey, left_out=["SP1.e"])
    answered(survey, 3)
    summarize_survey(survey)
    assert evidence(survey).content["n_invited"] == 2


def test_nothing_answered_leaves_nothing():
    survey = SurveyFactory()
    ParticipantFactory(survey=survey)
    summarize_survey(survey)
    assert not Evidence.objects.exists()


def test_save_runs_the_summary_in_the_end(django_capture_on_commit_callbacks):
    survey = SurveyFactory()
    with django_capture_on_commit_callbacks(execute=True):
        answered(survey, 4)
    assert evidence(survey).n == 1
