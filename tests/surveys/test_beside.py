"""Evidence on the answering page: after the answer was given, never before."""

import datetime as dt
from dataclasses import asdict

import pytest
from django.urls import reverse

from assessment.domain.evidence import record_evidence
from assessment.domain.scoring.types import SignalReading
from assessment.models import EvidenceSource
from surveys.domain.answers import save_answer, sections_of
from surveys.models import ParticipantState
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(place):
    row = AssessmentFactory(team=place.team)
    reading = SignalReading("spec_link_rate", n=40, value=0.6, unit="share", examples=("abc Add (names no item)",))
    record_evidence(
        row,
        source=EvidenceSource.METRIC,
        practice="SP1",
        signal=reading.signal,
        content=asdict(reading),
        n=40,
        observed_at=dt.datetime(2026, 6, 30, tzinfo=dt.UTC),
    )
    return ParticipantFactory(
        survey=SurveyFactory(assessment=row), user=place.member, state=ParticipantState.STARTED, roles=["engineer"]
    )


def test_evidence_stands_beside_a_practice_once_all_of_it_is_answered(client, seat):
    client.force_login(seat.user)
    section = next(s for s in sections_of(seat) if any(asked.practice.id == "SP1" for asked in s.practices))
    questions = next(asked.questions for asked in section.practices if asked.practice.id == "SP1")
    page = reverse("surveys:answer-section", args=[seat.survey.assessment.public_id, section.stage.id])
    assert len(questions) == 2
    save_answer(seat, question=questions[0].id, answer=5)
    assert "What the repository shows" not in client.get(page).content.decode()
    save_answer(seat, question=questions[1].id, answer=5)
    shown = client.get(page).content.decode()
    assert "It says otherwise." in shown
    assert "60%" in shown
    assert "names no item" in shown  # examples: for those who may see the team's work
    save_answer(seat, question=questions[0].id, answer="dk")
    save_answer(seat, question=questions[1].id, answer="dk")
    shown = client.get(page).content.decode()
    assert "What the repository shows" in shown
    assert "It says otherwise." not in shown
