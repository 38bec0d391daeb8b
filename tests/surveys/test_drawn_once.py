"""Questions nobody has touched are drawn once for all: what one person says is on no other page, nor kept."""

import re

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from assessment.models import Assessment, AssessmentState
from surveys.domain.answers import save_answer, save_comment
from surveys.models import ParticipantState
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
OWN = re.compile(r'name="(csrfmiddlewaretoken|seat)" value="[^"]+"|data-seat="[^"]+"')


@pytest.fixture
def survey(place):
    caches["drawn"].clear()
    return SurveyFactory(assessment=AssessmentFactory(team=place.team))


def seat_of(survey, user):
    return ParticipantFactory(survey=survey, user=user, state=ParticipantState.STARTED)


def page_of(seat, **headers):
    client = Client(headers=headers)
    client.force_login(seat.user)
    address = reverse("surveys:answer-section", args=[seat.survey.assessment.public_id, "define"])
    return client.get(address).content.decode()


def test_page_is_the_same_before_and_after_its_parts_are_kept(survey, place):
    seat = seat_of(survey, place.member)
    first, second = (OWN.sub("", page_of(seat)) for _ in range(2))
    assert first == second
    assert first.count("<legend>") > 2


def test_what_one_person_says_is_on_no_other_page(survey, place):
    ada, ben = seat_of(survey, place.lead), seat_of(survey, place.member)
    page_of(ben)
    save_answer(ada, question="SP1.m", answer="na", reason="Only of Ada.")
    save_answer(ada, question="SP1.e", answer=4)
    save_comment(ada, practice="SP1", text="Ada said this.")
    for _ in range(2):
        of_ada, of_ben = page_of(ada), page_of(ben)
        assert "Only of Ada." in of_ada
        assert "Ada said this." in of_ada
        assert of_ada.count(" checked") == 2
        assert "Only of Ada." not in of_ben
        assert "Ada said this." not in of_ben
        assert " checked" not in of_ben


def test_untouched_question_is_drawn_for_each_language_and_state(survey, place):
    seat = seat_of(survey, place.member)
    english = page_of(seat, accept_language="en")
    assert "I don’t know" in english
    assert "I don’t know" not in page_of(seat, accept_language="de")
    assert "fieldset disabled" not in english
    assert 'data-part="SP1.m" aria' in english
    Assessment.objects.update(state=AssessmentState.CLOSED)
    assert 'data-part="SP1.m" disabled' in page_of(seat, accept_language="en")
