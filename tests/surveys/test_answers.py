"""Saving answers: what is kept, what is refused, and that it may be repeated."""

import datetime as dt

import pytest
from django.utils import timezone

from assessment.models import Assessment, AssessmentState
from core.refusals import Invalid, Refused
from surveys.domain.answers import (
    begin_survey,
    finish_survey,
    save_answer,
    save_comment,
    save_fix_first,
)
from surveys.models import Answer, ParticipantState, Survey
from tests.factories.surveys import ParticipantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat():
    return ParticipantFactory()


def close(seat, state=AssessmentState.CLOSED):
    day = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
    Assessment.objects.filter(survey=seat.survey).update(state=state, closed_at=day)


def test_level_is_stored_and_the_seat_has_started(seat):
    save_answer(seat, question="SP1.m", answer=3)
    answer = Answer.objects.get(participant=seat)
    assert (answer.kind, answer.level, answer.reason) == ("level", 3, "")
    seat.refresh_from_db()
    assert seat.state == ParticipantState.STARTED


def test_second_answer_takes_the_place_of_the_first(seat):
    save_answer(seat, question="SP1.m", answer=3)
    save_answer(seat, question="SP1.m", answer=5)
    assert Answer.objects.get(participant=seat).level == 5


def test_saying_the_same_twice_changes_nothing(seat):
    first = save_answer(seat, question="SP1.m", answer=3)
    assert save_answer(seat, question="SP1.m", answer=3) == first


def test_dont_know_takes_the_level_away(seat):
    save_answer(seat, question="SP1.m", answer=3)
    save_answer(seat, question="SP1.m", answer="dk")
    answer = Answer.objects.get(participant=seat)
    assert (answer.kind, answer.level) == ("dk", None)


def test_not_applicable_keeps_its_reason_and_a_level_drops_it(seat):
    save_answer(seat, question="SP1.m", answer="na", reason="  No written items here. ")
    assert Answer.objects.get(participant=seat).reason == "No written items here."
    save_answer(seat, question="SP1.m", answer=2)
    assert Answer.objects.get(participant=seat).reason == ""


def test_not_applicable_needs_a_reason_and_leaves_the_earlier_answer(seat):
    save_answer(seat, question="SP1.m", answer=3)
    with pytest.raises(Invalid, match="say in one line why"):
        save_answer(seat, question="SP1.m", answer="na", reason="  ")
    assert Answer.objects.get(participant=seat).level == 3


def test_reason_longer_than_its_field_is_refused(seat):
    with pytest.raises(Invalid, match="300 characters, yours has 301"):
        save_answer(seat, question="SP1.m", answer="na", reason="x" * 301)


@pytest.mark.parametrize("level", [0, 6, -1, "3", "", None])
def test_level_the_question_does_not_offer_is_refused(seat, level):
    with pytest.raises(Invalid, match="no such choice"):
        save_answer(seat, question="SP1.m", answer=level)
    assert not seat.answers.exists()


@pytest.mark.parametrize("question", ["XX1.m", "", "SP1"])
def test_unknown_question_is_refused(seat, question):
    with pytest.raises(Invalid, match="not among those you are asked"):
        save_answer(seat, question=question, answer=3)


def test_question_for_other_roles_is_refused():
    seat = ParticipantFactory(roles=["security"])
    with pytest.raises(Invalid):
        save_answer(seat, question="SP1.m", answer=3)


def test_question_planned_to_be_missing_is_refused():
    seat = ParticipantFactory(left_out=["SP1.e"])
    with pytest.raises(Invalid):
        save_answer(seat, question="SP1.e", answer=3)


def test_closed_assessment_takes_no_answer_and_says_since_when(seat):
    save_answer(seat, question="SP1.m", answer=3)
    close(seat)
    with pytest.raises(Refused, match="closed on 3 November 2026"):
        save_answer(seat, question="SP1.m", answer=4)
    assert Answer.objects.get(participant=seat).level == 3


def test_closing_is_seen_even_by_a_page_loaded_before_it(seat):
    assert seat.survey.assessment.state == AssessmentState.OPEN  # what this process still believes
    close(seat)
    for act in (
        lambda: begin_survey(seat),
        lambda: save_comment(seat, practice="SP1", text="x"),
        lambda: save_fix_first(seat, text="x"),
        lambda: finish_survey(seat),
    ):
        with pytest.raises(Refused):
            act()


def test_draft_takes_no_answer(seat):
    close(seat, AssessmentState.DRAFT)
    with pytest.raises(Refused, match="not open yet"):
        save_answer(seat, question="SP1.m", answer=3)


def test_comment_is_stored_replaced_and_taken_away(seat):
    save_comment(seat, practice="SP1", text="first")
    save_comment(seat, practice="SP1", text=" second ")
    assert seat.comments.get().text == "second"
    save_comment(seat, practice="SP1", text="  ")
    assert not seat.comments.exists()


def test_comment_on_a_practice_that_is_not_asked_is_refused(seat):
    with pytest.raises(Invalid):
        save_comment(seat, practice="XX9", text="x")


def test_comment_too_long_is_refused_with_both_numbers(seat):
    with pytest.raises(Invalid, match="2000 characters; yours has 2001"):
        save_comment(seat, practice="SP1", text="x" * 2001)


def test_finishing_twice_keeps_the_first_time(seat):
    finish_survey(seat)
    at = seat.finished_at
    finish_survey(seat)
    seat.refresh_from_db()
    assert (seat.state, seat.finished_at) == (ParticipantState.FINISHED, at)


def test_answer_after_finishing_counts_and_leaves_the_seat_finished(seat):
    finish_survey(seat)
    save_answer(seat, question="SP1.m", answer=2)
    seat.refresh_from_db()
    assert seat.state == ParticipantState.FINISHED


def test_summary_is_queued_once_the_answer_is_stored(seat, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        save_answer(seat, question="SP1.m", answer=3)
    assert len(callbacks) == 1


@pytest.mark.parametrize("is_rested", [True, False])
def test_answer_that_no_summary_may_follow_yet_wakes_no_worker(seat, django_capture_on_commit_callbacks, is_rested):
    change = {"minimum_group": 3} if is_rested else {"summarized_at": timezone.now()}
    Survey.objects.filter(pk=seat.survey_id).update(**change)
    seat.survey.refresh_from_db()
    with django_capture_on_commit_callbacks() as callbacks:
        save_answer(seat, question="SP1.m", answer=3)
    assert callbacks == []


def test_nul_in_typed_text_is_taken_out(seat):
    save_comment(seat, practice="SP1", text="a\x00b")
    save_fix_first(seat, text="c\x00d")
    save_answer(seat, question="SP1.m", answer="na", reason="e\x00f")
    assert seat.comments.get().text == "ab"
    assert seat.fix_first == "cd"
    assert seat.answers.get().reason == "ef"


@pytest.mark.parametrize("text", ["a\u202eb", "a\u2066b\u2069", "a\x07b", "a\ud800b", "ab\r\n"])
def test_signs_nobody_types_are_taken_out(seat, text):
    save_comment(seat, practice="SP1", text=text)
    assert seat.comments.get().text == "ab"


def test_lines_tabs_and_right_to_left_writing_stay(seat):
    text = "\u05e9\u05dc\u05d5\u05dd\n\tb \U0001f1e9\U0001f1ea e\u0301"
    save_comment(seat, practice="SP1", text=text)
    assert seat.comments.get().text == text
