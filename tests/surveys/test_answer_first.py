"""Who is asked sees no evidence on a practice before they have answered it: on pages, in the report, over the API."""

import pytest
from django.urls import reverse

from assessment.domain.evidence import current_result
from assessment.domain.flow.inputs import NAMES
from assessment.domain.lifecycle import close_assessment
from assessment.models import FlowScenario
from core.models import JobState
from metrics.models import Measurement
from surveys.domain import answer_store
from surveys.domain.answer_first import practices_to_answer_first
from surveys.domain.answers import begin_survey, finish_survey, save_answer, sections_of
from surveys.domain.seats import new_secret
from surveys.domain.summarize import summarize_survey
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.factories.reports import ReportFactory
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
WAIT = "Your answers come first."


@pytest.fixture
def seat(place):
    """Ben is asked; the lead has answered one practice already."""
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    save_answer(ParticipantFactory(survey=survey, user=place.lead), question="SP1.m", answer=2)
    summarize_survey(survey)
    return ParticipantFactory(survey=survey, user=place.member, roles=["product"])


def page(client, seat, name, *more):
    client.force_login(seat.user)
    return client.get(reverse(f"reports:{name}", args=[seat.survey.assessment.public_id, *more])).content.decode()


def test_pages_wait_for_the_answers_and_lead_there(client, seat):
    for name, more in (("result", ()), ("agreement", ()), ("practice", ("SP1",))):
        text = page(client, seat, name, *more)
        assert WAIT in text
        assert reverse("surveys:answer-start", args=[seat.survey.assessment.public_id]) in text


def test_practice_is_shown_once_it_is_answered_and_the_result_once_all_are(client, seat):
    asked = [one for section in sections_of(seat) for one in section.practices]
    for question in next(one for one in asked if one.practice.id == "SP1").questions:
        save_answer(seat, question=question.id, answer=3)
    assert WAIT not in page(client, seat, "practice", "SP1")
    assert WAIT in page(client, seat, "result")
    for one in asked:
        for question in one.questions:
            save_answer(seat, question=question.id, answer="dk")
    assert WAIT not in page(client, seat, "result")


def test_finishing_or_closing_shows_everything(client, seat):
    close_assessment(seat.survey.assessment)
    assert WAIT not in page(client, seat, "result")
    other = ParticipantFactory(survey=SurveyFactory())
    assert practices_to_answer_first(other.user, other.survey.assessment)
    finish_survey(other)
    assert not practices_to_answer_first(other.user, other.survey.assessment)


def test_who_is_not_asked_sees_the_result(client, place, seat):
    client.force_login(place.consultant)
    address = reverse("reports:result", args=[seat.survey.assessment.public_id])
    assert WAIT not in client.get(address).content.decode()


def test_report_and_api_wait_too(client, seat):
    report = ReportFactory(result=current_result(seat.survey.assessment))
    client.force_login(seat.user)
    assert client.get(reverse("reports:report-download", args=[report.public_id])).status_code == 409
    for name, argument in (
        ("evidence-list", seat.survey.assessment.public_id),
        ("result-list", seat.survey.assessment.public_id),
        ("result-detail", report.result.public_id),
        ("report-list", seat.survey.assessment.public_id),
        ("report-detail", report.public_id),
    ):
        assert client.get(reverse(f"api:{name}", args=[argument])).status_code == 403, name
    finish_survey(seat)
    assert client.get(reverse("api:evidence-list", args=[seat.survey.assessment.public_id])).status_code == 200


def test_flow_roadmap_exports_and_notes_wait_for_the_answers(client, seat):
    assessment = seat.survey.assessment
    scenario = FlowScenario.objects.create(assessment=assessment, name="Twice", values={}, made_by=None)
    pages = [
        ("flow", [assessment.public_id]),
        ("scenario", [scenario.public_id]),
        ("roadmap", [assessment.public_id]),
        ("roadmap-history", [assessment.public_id]),
        ("roadmap-follow", [assessment.public_id]),
        ("roadmap-action", [assessment.public_id, "any"]),
        ("roadmap-export", [assessment.public_id, "csv"]),
        ("export", [assessment.public_id, "csv"]),
        ("evidence-contest", [assessment.public_id, "size_p75"]),
    ]
    client.force_login(seat.user)
    for name, arguments in pages:
        answer = client.get(reverse(f"reports:{name}", args=arguments))
        assert WAIT in answer.content.decode(), name
    finish_survey(seat)
    for name, arguments in pages:
        assert WAIT not in client.get(reverse(f"reports:{name}", args=arguments)).content.decode(), name


def test_flow_over_the_api_waits_too(client, place, seat):
    assessment = seat.survey.assessment
    scenario = FlowScenario.objects.create(assessment=assessment, name="Twice", values={}, made_by=None)
    asked = [
        ("get", reverse("api:flow", args=[assessment.public_id])),
        ("post", reverse("api:flow-what-if", args=[assessment.public_id])),
        ("get", reverse("api:scenario-detail", args=[scenario.public_id])),
    ]
    client.force_login(seat.user)
    for verb, address in asked:
        answer = getattr(client, verb)(address, {}, content_type="application/json")
        assert (answer.status_code, "Finish your own answers" in answer.json()["detail"]) == (403, True), address
    lead = ParticipantFactory(survey=seat.survey, user=place.consultant)
    client.force_login(lead.user)
    address = reverse("api:flow", args=[assessment.public_id])
    answer = client.patch(address, {NAMES[0]: None}, content_type="application/json")
    assert (answer.status_code, answer.content) == (204, b"")


def test_readings_of_a_repository_wait_and_the_run_is_still_told(client, seat):
    collection = CollectionFactory(
        assessment=seat.survey.assessment,
        repository=RepositoryFactory(team=seat.survey.assessment.team),
        state=JobState.DONE,
        facts={"deployable_units": 7},
        log=[{"at": "2026-11-02T09:00:00+00:00", "text": "Opening it"}],
    )
    Measurement.objects.create(collection=collection, signal="size_p75", value=412, n=60, unit="lines")
    page_at, detail = (reverse(f"{app}:collection-detail", args=[collection.public_id]) for app in ("metrics", "api"))
    listed = reverse("api:collection-list", args=[seat.survey.assessment.public_id])
    client.force_login(seat.user)
    text = client.get(page_at).content.decode()
    assert WAIT in text
    assert "Opening it" in text
    assert "412" not in text
    assert client.get(detail).status_code == 403
    assert client.get(listed).json()["results"][0]["facts"] == {}
    finish_survey(seat)
    text = client.get(page_at).content.decode()
    assert WAIT not in text
    assert "412" in text
    assert client.get(detail).json()["measurements"][0]["value"] == 412
    assert client.get(listed).json()["results"][0]["facts"] == {"deployable_units": 7}


def test_without_names_everything_waits_until_the_person_has_finished(client, place):
    survey = AnonymousSurveyFactory(assessment=AssessmentFactory(team=place.team))
    seat = ParticipantFactory(survey=survey, user=place.member, roles=["product"])
    new_secret(seat)
    begin_survey(seat)
    answer_store.put(seat, "SP1.m", {"kind": "level", "level": 3, "reason": ""}, replaces=None)
    assert WAIT in page(client, seat, "practice", "SP1")
    finish_survey(seat)
    assert WAIT not in page(client, seat, "result")
