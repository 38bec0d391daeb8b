"""What crosses from a survey: one row of evidence per practice, none for a group that is too small."""

import datetime as dt

import pytest
import time_machine
from celery.signals import task_prerun
from django.utils import timezone

from assessment.domain.lifecycle import close_assessment, reopen_assessment
from assessment.models import AssessmentState, Evidence, EvidenceSource
from core.refusals import Refused
from surveys.domain.answers import finish_survey, save_answer
from surveys.domain.invite import invite
from surveys.domain.summarize import spread_of_survey, summarize_if_due, summarize_survey, surveys_to_summarize
from surveys.models import SUMMARY_PAUSE, Answer, Participant, Survey
from surveys.tasks import ASK_AGAIN_S, summarize, summarize_soon, sweep
from tests.factories.accounts import MembershipFactory
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


def closed(survey):
    close_assessment(survey.assessment)
    summarize_survey(survey)


def test_group_below_the_minimum_has_no_row():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, 2, 4)
    closed(survey)
    assert evidence(survey) is None


def test_survey_with_a_minimum_speaks_once_when_it_closes():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, 2, 4, 4)
    summarize_survey(survey)
    assert evidence(survey) is None
    closed(survey)
    assert evidence(survey).n == 3
    before = evidence(survey).content
    Answer.objects.filter(participant=survey.participants.first()).delete()
    summarize_survey(survey)
    assert evidence(survey).content == before
    with pytest.raises(Refused, match="give single answers away"):
        reopen_assessment(survey.assessment)
    survey.assessment.refresh_from_db()
    assert survey.assessment.state == AssessmentState.CLOSED


def test_sixth_person_is_not_found_by_taking_a_question_from_its_practice():
    survey = SurveyFactory(minimum_group=5)
    answered(survey, 2, 3, 4, 4, 5)
    answered(survey, 1, question="SP1.e")
    closed(survey)
    assert (evidence(survey).n, evidence(survey).content["value"]) == (5, pytest.approx(3.6))
    assert [told.question for told in spread_of_survey(Survey.objects.get()).questions] == ["SP1.m"]


def test_people_are_summed_up_over_the_questions_everybody_answered():
    survey = SurveyFactory(minimum_group=3)
    seats = [ParticipantFactory(survey=survey) for _ in range(4)]
    for n, seat in enumerate(seats):
        save_answer(seat, question="SP1.m", answer=1 + n)
        save_answer(seat, question="RV1.m", answer=2 + n)
        if n:
            save_answer(seat, question="SP1.e", answer=5)
    closed(survey)
    spread = spread_of_survey(Survey.objects.get())
    assert len(spread.questions) == 3
    assert (spread.n_complete, spread.mean) == (2, 3)


def test_newcomer_in_the_next_wave_with_names_is_not_pointed_at():
    first = SurveyFactory(minimum_group=5)
    answered(first, 1, 2, 3, 4, 5)
    closed(first)
    second = SurveyFactory(minimum_group=5, assessment__team=first.assessment.team)
    for seat in first.participants.all():
        save_answer(ParticipantFactory(survey=second, user=seat.user), question="SP1.m", answer=3)
    answered(second, 5)
    closed(second)
    assert not evidence(first).content["is_coarse"]
    later = evidence(second).content
    assert (later["is_coarse"], later["n"], later["value"], later["roles"]) == (True, 5, 3.5, [])
    assert later["average_deviation"] is None


def test_survey_that_had_nothing_to_say_may_open_again():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, 2, 4)
    closed(survey)
    reopen_assessment(survey.assessment)
    answered(survey, 4)
    closed(survey)
    assert evidence(survey).n == 3


def test_one_level_among_many_dont_knows_is_not_revealed():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, "dk", "dk", "dk", 5)
    closed(survey)
    assert evidence(survey) is None


def test_many_dont_knows_alone_are_evidence_of_a_blind_spot():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, "dk", "dk", "dk")
    closed(survey)
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


def test_answers_in_a_role_the_seat_no_longer_has_stay_out():
    survey = SurveyFactory()
    answered(survey, 3)
    survey.participants.update(roles=["security"])
    summarize_survey(survey)
    assert evidence(survey) is None


def test_answers_in_quick_succession_share_one_result(django_capture_on_commit_callbacks):
    with time_machine.travel("2026-11-20 10:00", tick=True) as clock:
        survey = SurveyFactory()
        with django_capture_on_commit_callbacks(execute=True):
            answered(survey, 1, 2, 3, 4, 5)
        assert survey.assessment.results.count() == 1
        assert evidence(survey).n == 5
        clock.shift(SUMMARY_PAUSE.total_seconds() + 1)
        with django_capture_on_commit_callbacks(execute=True):
            answered(survey, 5)
        assert evidence(survey).n == 6
        assert survey.assessment.results.count() == 2


def test_sweep_makes_the_last_summary_when_people_have_stopped():
    with time_machine.travel("2026-11-20 10:00", tick=True) as clock:
        survey = SurveyFactory()
        summarize_answer(survey)
        clock.shift(5)
        answered(survey, 5)
        summarize_if_due(survey)
        assert evidence(survey).n == 1  # too soon
        clock.shift(SUMMARY_PAUSE)
        sweep()
        assert evidence(survey).n == 2
        assert surveys_to_summarize() == []


def summarize_answer(survey):
    answered(survey, 4)
    summarize_if_due(survey)


def test_finishing_does_not_wait(django_capture_on_commit_callbacks):
    survey = SurveyFactory()
    summarize_answer(survey)
    answered(survey, 5)
    with django_capture_on_commit_callbacks(execute=True):
        finish_survey(survey.participants.first())
    assert evidence(survey).n == 2


def test_closing_does_not_wait(django_capture_on_commit_callbacks):
    survey = SurveyFactory()
    summarize_answer(survey)
    answered(survey, 5)
    with django_capture_on_commit_callbacks(execute=True):
        close_assessment(survey.assessment)
    assert evidence(survey).n == 2


def test_inviting_another_changes_how_many_were_asked(django_capture_on_commit_callbacks):
    with time_machine.travel("2026-11-20 10:00", tick=True) as clock:
        survey = SurveyFactory()
        summarize_answer(survey)
        clock.shift(SUMMARY_PAUSE.total_seconds() + 1)
        with django_capture_on_commit_callbacks(execute=True):
            invite(survey, MembershipFactory(team=survey.assessment.team).user, roles=["engineer"])
    assert evidence(survey).content["n_invited"] == 2


def test_task_for_a_survey_that_is_gone_does_nothing():
    summarize(123456)


def test_save_runs_the_summary_in_the_end(django_capture_on_commit_callbacks):
    survey = SurveyFactory()
    with django_capture_on_commit_callbacks(execute=True):
        answered(survey, 4)
    assert evidence(survey).n == 1


def test_answer_stored_while_a_summary_was_being_made_is_not_lost():
    seat = ParticipantFactory()
    save_answer(seat, question="SP1.m", answer=3)
    summarize_survey(seat.survey)
    seat.survey.refresh_from_db()
    stamped_before = seat.survey.summarized_at - dt.timedelta(seconds=1)
    Answer.objects.create(participant=seat, question="SP1.e", kind="level", level=2)
    Answer.objects.update(updated_at=stamped_before)
    Participant.objects.update(updated_at=stamped_before)
    assert surveys_to_summarize() == [seat.survey_id]


def test_survey_at_rest_is_not_summarized_again():
    seat = ParticipantFactory()
    save_answer(seat, question="SP1.m", answer=3)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1)):
        summarize_survey(seat.survey)
        assert surveys_to_summarize() == []


def test_experience_questions_cross_as_mean_levels_of_large_enough_groups():
    survey = SurveyFactory(minimum_group=3)
    answered(survey, 2, 3, 3, question="EN4.e")
    answered(survey, 2, 4, question="RV2.e")
    closed(survey)
    told = survey.assessment.flow_inputs.get()
    assert (told.name, told.origin, told.n) == ("EN4.e", "survey", 3)
    assert told.value == pytest.approx(8 / 3)


def test_experience_question_is_withdrawn_with_its_group():
    survey = SurveyFactory()
    answered(survey, 2, question="EN4.e")
    summarize_survey(survey)
    assert survey.assessment.flow_inputs.exists()
    survey.participants.first().delete()
    summarize_survey(survey)
    assert not survey.assessment.flow_inputs.exists()


def test_answers_that_come_together_share_one_message(django_capture_on_commit_callbacks):
    survey, begun = SurveyFactory(), []

    def note(args, **_):
        begun.append(args)

    task_prerun.connect(note, sender=summarize)
    try:
        with time_machine.travel(dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC), tick=False) as clock:
            with django_capture_on_commit_callbacks(execute=True):
                for _ in range(40):
                    summarize_soon(survey.pk)
            assert [list(args) for args in begun] == [[survey.pk]]
            clock.shift(ASK_AGAIN_S + 1)
            with django_capture_on_commit_callbacks(execute=True):
                summarize_soon(survey.pk)
            assert len(begun) == 2
            with django_capture_on_commit_callbacks(execute=True):
                summarize_soon(survey.pk, at_once=True)
            assert len(begun) == 3
    finally:
        task_prerun.disconnect(note, sender=summarize)
