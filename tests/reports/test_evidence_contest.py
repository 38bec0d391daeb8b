"""Contesting what was measured: who may, what is printed, and whose note it is to take back."""

import datetime as dt
from dataclasses import asdict

import pytest
from django.urls import reverse

from accounts.models import Role
from assessment.domain.evidence import contest_evidence, current_result, record_evidence, rescore
from assessment.domain.scoring.types import PartReading, SignalReading
from assessment.models import EvidenceContest, EvidenceSource
from reports.domain.report_data import report_data
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    row = AssessmentFactory()
    reading = SignalReading(
        "spec_link_rate",
        n=40,
        value=0.6,
        window_days=90,
        unit="share",
        observed_on="2026-06-30",
        source="api, web",
        examples=("abc123 Add (names no item)",),
        parts=(PartReading("api", 30, 0.5), PartReading("web", 10, 0.9, weight=0)),
    )
    record_evidence(
        row,
        source=EvidenceSource.METRIC,
        practice="SP1",
        signal=reading.signal,
        content=asdict(reading),
        n=40,
        observed_at=dt.datetime(2026, 6, 30, tzinfo=dt.UTC),
    )
    rescore(row)
    return row


def person(assessment, role=Role.MEMBER):
    return MembershipFactory(team=assessment.team, role=role).user


def address(assessment, name, *more):
    return reverse(f"reports:{name}", args=[assessment.public_id, *more])


def test_a_member_contests_a_reading_and_the_note_is_printed_everywhere(client, assessment):
    client.force_login(person(assessment))
    target = address(assessment, "evidence-contest", "spec_link_rate")
    assert target in client.get(address(assessment, "practice", "SP1")).content.decode()
    assert client.post(target, {"note": " "}).status_code == 422
    assert client.post(target, {"note": "Items live elsewhere."})["Location"] == address(assessment, "practice", "SP1")
    for page in (address(assessment, "practice", "SP1"), address(assessment, "result"), target):
        assert "Items live elsewhere." in client.get(page).content.decode()
    (row,) = report_data(current_result(assessment)).ledger.rows
    assert row.notes == ("Items live elsewhere.",)


def test_the_pages_show_what_stands_behind_a_reading(client, assessment):
    client.force_login(person(assessment))
    for page in (address(assessment, "practice", "SP1"), address(assessment, "result")):
        shown = client.get(page).content.decode()
        assert "abc123 Add (names no item)" in shown
        assert "Thresholds (a judgement): level 2 from 30%" in shown
        assert "up to 30 June 2026" in shown
        assert "web: 90%, n = 10, weight 0" in shown


def test_what_was_not_measured_cannot_be_contested(client, assessment):
    client.force_login(person(assessment))
    assert client.get(address(assessment, "evidence-contest", "size_p75")).status_code == 404


def test_a_note_is_taken_back_by_its_author_or_by_whoever_leads(client, assessment):
    ada, ben, lead = person(assessment), person(assessment), person(assessment, Role.LEAD)
    for _ in range(2):
        note = contest_evidence(assessment, signal="spec_link_rate", note="No.", by=ada)
        target = address(assessment, "evidence-contest-withdraw", note.public_id)
        client.force_login(ben)
        assert client.post(target).status_code == 403
        client.force_login(lead if _ else ada)
        assert client.post(target).status_code == 302
        assert not EvidenceContest.objects.exists()
