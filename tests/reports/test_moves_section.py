"""What the result page and the API say of what would move the score."""

import datetime as dt
from dataclasses import asdict

import pytest
from django.urls import reverse

from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.scored import moves_of
from assessment.domain.scoring.types import SignalReading
from assessment.models import AssessmentState
from reports.domain.report_data.moves import moves_section
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.reports import ResultFactory
from tests.factories.scoring import make_summary, shipped_model

pytestmark = pytest.mark.django_db
MODEL = shipped_model()
AT = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)


def scored(*, value=2.0, without=(), evidence=()):
    assessment = AssessmentFactory(state=AssessmentState.CLOSED)
    for practice in MODEL.practices():
        if practice.id not in without:
            said = asdict(make_summary(practice.id, 5.0 if practice.id == "EN1" else value))
            record_evidence(assessment, source="survey", practice=practice.id, content=said, n=5, observed_at=AT)
    for practice, read in evidence:
        content = asdict(read)
        where = {"practice": practice, "signal": read.signal}
        record_evidence(assessment, source="metric", content=content, n=read.n, observed_at=AT, **where)
    return rescore(assessment)


@pytest.fixture
def result():
    return scored(evidence=[("EN1", SignalReading("protection_tier", 10, grade="none", window_days=0))])


def test_section_tells_ten_changes_in_words(result):
    section = moves_section(result)
    assert len(section.rows) == 10
    assert section.title == "Putting “Branch protection tier” right would move the score most."
    assert section.rows[0].what == "Evidence fixed: Branch protection tier"
    assert section.rows[0].how.endswith("instead of none.")
    assert section.lead.startswith("25 single changes were tried")
    assert all(row.gain.startswith("+0.") for row in section.rows)
    settled = [row for row in moves_section(result).rows if row.what.startswith("Contradiction settled")]
    assert all(row.how.startswith("What people say proves right") for row in settled)


def test_page_and_api_show_the_same_moves(client, result):
    client.force_login(MembershipFactory(team=result.assessment.team).user)
    page = client.get(reverse("reports:result", args=[result.assessment.public_id])).content.decode()
    section = moves_section(result)
    assert section.title in page
    assert all(row.what in page for row in section.rows)
    told = client.get(f"/api/v1/results/{result.public_id}/moves/").json()["moves"]
    assert told["n_tried"] == moves_of(result).n_tried == 25
    assert [one["subject"] for one in told["best"]] == [move.subject for move in moves_of(result).best]


def test_without_an_overall_score_the_rest_is_told():
    result = scored(without=[practice.id for practice in MODEL.dimensions[0].practices])
    assert result.score["overall"]["score"] is None
    section = moves_section(result)
    assert {row.gain for row in section.rows} == {""}
    assert all(row.others for row in section.rows)


@pytest.mark.parametrize("changes", [{"inputs": {}}, {"scorer_version": "0"}])
def test_nothing_is_told_of_what_cannot_be_scored_again(result, changes):
    for name, value in changes.items():
        setattr(result, name, value)
    result.pk, result.digest = -1, "other"
    assert moves_section(result) is None


def test_a_team_at_the_top_reads_of_no_move():
    assert moves_section(ResultFactory()) is None
    top = scored(value=5.0)
    assert moves_section(top) is None


def test_reading_it_costs_no_query_more(result, django_assert_num_queries):
    moves_of(result)
    with django_assert_num_queries(0):
        moves_section(result)
