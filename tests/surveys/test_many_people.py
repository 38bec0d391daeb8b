"""A survey of a thousand people opens its pages with the queries of one of ten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, Participant, ParticipantState
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import SurveyFactory

pytestmark = pytest.mark.django_db
PAGES = ("reports:result", "reports:agreement", "assessment:assessment-detail", "surveys:participant-list")


def survey_of(place, n):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    asked = {"survey": survey, "roles": ["engineer"], "state": ParticipantState.FINISHED}
    seats = Participant.objects.bulk_create([Participant(label=f"Person {i}", **asked) for i in range(n)])
    said = {"question": "SP1.m", "kind": "level"}
    Answer.objects.bulk_create([Answer(participant=seat, level=1 + i % 5, **said) for i, seat in enumerate(seats)])
    summarize_survey(survey)
    return survey.assessment


def n_queries(client, assessment, name):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(name, args=[assessment.public_id])).status_code == 200
    return len(queries)


def test_pages_ask_the_database_as_often_for_a_thousand_people_as_for_ten(client, place):
    client.force_login(place.lead)
    few, many = survey_of(place, 10), survey_of(place, 1000)
    n_queries(client, few, "reports:result")  # what is read once in a process
    for name in PAGES:
        assert n_queries(client, few, name) == n_queries(client, many, name), name
    page = client.get(reverse("reports:practice", args=[many.public_id, "SP1"])).content.decode()
    assert "1000" in page or "1,000" in page
