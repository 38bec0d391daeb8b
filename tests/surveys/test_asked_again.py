"""Answers past the term of their practice are asked again, until they are changed or confirmed."""

import datetime as dt

import pytest
from django.urls import reverse

from assessment.maturity.loader import load_model
from assessment.models import Evidence
from surveys.domain.again import asked_again, confirm_answers, last_said
from surveys.domain.answers import begin_survey, save_answer, sections_of
from surveys.domain.progress import seat_progress
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer
from tests.assessment.test_half_life import with_terms
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import shipped_model
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db


def seat_with(model, n=1):
    survey = SurveyFactory(assessment=AssessmentFactory(maturity_model=load_model(model, slug="termed")))
    people = [MembershipFactory(team=survey.assessment.team).user for _ in range(n)]
    seats = [ParticipantFactory(survey=survey, user=user, roles=["engineer"]) for user in people]
    for seat in seats:
        begin_survey(seat)
        for question in ("SP1.m", "SP1.e", "EN1.m"):
            save_answer(seat, question=question, answer=3)
    return seats if n > 1 else seats[0]


def age(days, **which):
    then = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    Answer.objects.filter(**which).update(updated_at=then)
    return then


@pytest.fixture
def seat():
    return seat_with(with_terms())


def test_only_what_is_past_its_term_is_asked_again(seat):
    before = seat_progress(seat).n_answered
    age(100, question__startswith="SP1")
    assert asked_again(seat) == {}
    age(130, question__startswith="SP1")
    age(130, question__startswith="EN1")  # its term is 400 days
    assert asked_again(seat) == {"SP1.m": 30, "SP1.e": 30}
    assert seat_progress(seat).n_answered == before - 2


def test_saving_anew_or_confirming_makes_it_valid(seat):
    age(130, question__startswith="SP1")
    save_answer(seat, question="SP1.m", answer=4)
    assert list(asked_again(seat)) == ["SP1.e"]
    confirm_answers(seat, practice="SP1")
    assert asked_again(seat) == {}
    assert [one.level for one in seat.answers.filter(question__startswith="SP1").order_by("question")] == [3, 4]


def test_page_asks_again_and_takes_still_true_for_an_answer(client, seat):
    age(130, question__startswith="SP1")
    client.force_login(seat.user)
    stage = next(part.stage.id for part in sections_of(seat) if "SP1" in {one.practice.id for one in part.practices})
    address = reverse("surveys:answer-section", args=[seat.survey.assessment.public_id, stage])
    page = client.get(address).content.decode()
    assert "Asked again: your answer is 30 days past its term." in page
    assert page.count('name="again-') == 1
    response = client.post(address, {"seat": seat.public_id, "again-SP1": ""})
    assert response.url == address
    assert "Asked again" not in client.get(address).content.decode()


def test_nothing_is_asked_again_without_terms_or_once_closed(seat, django_assert_num_queries):
    plain = seat_with(shipped_model())
    age(3_000)
    with django_assert_num_queries(0):
        assert asked_again(plain) == {}
    seat.survey.assessment.state = "closed"
    assert asked_again(seat) == {}


def test_evidence_is_as_old_as_half_of_its_answers():
    seats = seat_with(with_terms(), n=3)
    for days, seat in zip((10, 50, 90), seats, strict=True):
        age(days, participant=seat, question__startswith="SP1")
    survey = seats[0].survey
    found = last_said(survey, with_terms())
    assert (dt.datetime.now(dt.UTC) - found["SP1"]).days == 50
    summarize_survey(survey)
    row = Evidence.objects.get(assessment=survey.assessment, practice="SP1", source="survey")
    assert (dt.datetime.now(dt.UTC) - row.observed_at).days == 50


def test_evidence_of_a_model_without_terms_is_dated_as_before():
    seat = seat_with(shipped_model())
    age(90)
    assert last_said(seat.survey, shipped_model()) == {}
