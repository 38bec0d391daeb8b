"""How far a seat is, and what a person does next."""

import pytest

from assessment.models import AssessmentState
from surveys.domain.answers import save_answer, sections_of
from surveys.domain.progress import NextStep, Standing, next_step, role_counts, seat_progress, standings
from surveys.models import Participant, ParticipantState
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory


@pytest.mark.django_db
def test_new_seat_has_everything_before_it():
    progress = seat_progress(ParticipantFactory())
    assert (progress.n_answered, progress.n_asked) == (0, 46)
    assert progress.first_open_stage == "define"
    assert 13 <= progress.minutes_left <= 17


@pytest.mark.django_db
def test_answers_of_any_kind_move_the_progress():
    seat = ParticipantFactory()
    first_page = [q.id for q in sections_of(seat)[0].questions()]
    for question in first_page:
        save_answer(seat, question=question, answer="dk")
    progress = seat_progress(seat)
    assert progress.n_answered == len(first_page)
    assert progress.sections[0].n_answered == progress.sections[0].n_asked
    assert progress.first_open_stage == "design"


@pytest.mark.django_db
def test_answer_to_a_question_no_longer_asked_does_not_count():
    seat = ParticipantFactory()
    save_answer(seat, question="SP1.m", answer=3)
    seat.roles = ["security"]
    assert seat_progress(seat).n_answered == 0


@pytest.mark.django_db
def test_everything_answered_leaves_no_page_and_no_minutes():
    seat = ParticipantFactory(roles=["security"])
    for section in sections_of(seat):
        for question in section.questions():
            save_answer(seat, question=question.id, answer=2)
    progress = seat_progress(seat)
    assert (progress.first_open_stage, progress.minutes_left) == ("", 0)


@pytest.mark.django_db
def test_standing_counts_seats_and_finds_ones_own():
    survey = SurveyFactory()
    own = ParticipantFactory(survey=survey)
    ParticipantFactory.create_batch(2, survey=survey, state=ParticipantState.FINISHED)
    ParticipantFactory()  # of another assessment
    standing = standings([survey.assessment], own.user)[survey.assessment_id]
    assert (standing.seat, standing.n_invited, standing.n_finished, standing.n_waiting) == (own, 3, 2, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("n", [1, 3])
def test_standings_take_one_query_for_any_number(n, django_assert_num_queries):
    seats = [ParticipantFactory() for _ in range(n)]
    assessments = [seat.survey.assessment for seat in seats]
    with django_assert_num_queries(1):
        standings(assessments, seats[0].user)


@pytest.mark.django_db
def test_assessment_without_a_survey_stands_at_nothing():
    assessment = AssessmentFactory()
    assert standings([assessment], ParticipantFactory().user)[assessment.pk] == Standing(None, 0, 0)


INVITED, STARTED, FINISHED = ParticipantState.INVITED, ParticipantState.STARTED, ParticipantState.FINISHED


@pytest.mark.parametrize(
    ("state", "leads", "seat", "n_invited", "n_finished", "expected"),
    [
        (AssessmentState.DRAFT, True, None, 0, 0, NextStep.INVITE),
        (AssessmentState.DRAFT, True, INVITED, 3, 0, NextStep.OPEN),
        (AssessmentState.DRAFT, False, INVITED, 3, 0, NextStep.WAIT_UNTIL_OPEN),
        (AssessmentState.OPEN, False, INVITED, 3, 0, NextStep.ANSWER),
        (AssessmentState.OPEN, True, STARTED, 3, 0, NextStep.GO_ON),
        (AssessmentState.OPEN, True, FINISHED, 3, 1, NextStep.WATCH),
        (AssessmentState.OPEN, True, FINISHED, 3, 3, NextStep.CLOSE),
        (AssessmentState.OPEN, True, None, 0, 0, NextStep.INVITE),
        (AssessmentState.OPEN, False, FINISHED, 3, 1, NextStep.ANSWERED),
        (AssessmentState.OPEN, False, None, 3, 1, NextStep.LOOK),
        (AssessmentState.CLOSED, True, STARTED, 3, 1, NextStep.RESULT),
        (AssessmentState.CLOSED, False, None, 3, 3, NextStep.RESULT),
    ],
)
def test_next_step(state, leads, seat, n_invited, n_finished, expected):
    assessment = AssessmentFactory.build(state=state, team=None, maturity_model=None)
    own = Participant(state=seat) if seat else None
    assert next_step(assessment, Standing(own, n_invited, n_finished), leads=leads) == expected


@pytest.mark.django_db
def test_person_with_two_roles_counts_in_both():
    survey = SurveyFactory()
    ParticipantFactory(survey=survey, roles=["engineer", "security"], state=FINISHED)
    ParticipantFactory(survey=survey, roles=["engineer"])
    counts = {count.role: (count.n_invited, count.n_finished) for count in role_counts(survey.assessment)}
    assert counts == {"engineer": (2, 1), "security": (1, 1)}


@pytest.mark.django_db
def test_minutes_of_a_role_follow_what_its_seats_are_asked():
    full, half = SurveyFactory(), SurveyFactory()
    ParticipantFactory(survey=full)
    left_out = [q.id for section in sections_of(full.participants.get()) for q in section.questions()][:20]
    ParticipantFactory(survey=half, left_out=left_out)
    assert role_counts(half.assessment)[0].minutes < role_counts(full.assessment)[0].minutes
