"""The roadmap as a file: whole, in its order, and harmless wherever it is opened."""

import csv
import datetime as dt
import io
import json
from dataclasses import asdict

import pytest
from django.urls import reverse

from assessment.domain import team_roadmap as roadmap
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.roadmap.wishes import OwnAction
from assessment.domain.team_roadmap import team_roadmap
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("https://evil.example";"x")'


@pytest.fixture
def assessment(client):
    row = AssessmentFactory()
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    for practice in shipped_model().practices():
        content = asdict(make_summary(practice.id, 2.0))
        record_evidence(row, source="survey", practice=practice.id, content=content, n=5, observed_at=at)
    rescore(row)
    own = OwnAction(id="", practice="SP1", title=EVIL, owner="engineer", effort="S", outcome="# [x](y) <b>")
    name = roadmap.add_own(row, own, by=None)
    start = team_roadmap(row).decisions.begins_on
    roadmap.set_details(row, name, owner="", starts_on=start, due_on=None, note="@cmd|\r\n+1", by=None)
    roadmap.reject(row, team_roadmap(row).actions[4].id, reason="-2 is too much", by=None)
    client.force_login(MembershipFactory(team=row.team, role="viewer").user)
    return row


def exported(client, assessment, form):
    response = client.get(reverse("reports:roadmap-export", args=[assessment.public_id, form]))
    assert response.headers["Content-Disposition"].startswith("attachment")
    return response.content.decode()


def test_csv_has_every_action_and_no_formula(client, assessment):
    text = exported(client, assessment, "csv")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    steps = team_roadmap(assessment).roadmap.steps
    assert [row["id"] for row in rows[: len(steps)]] == [step.id for step in steps]
    assert rows[-1]["reason"] == "'-2 is too much"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    own = next(row for row in rows if row["id"] == "own-1")
    assert own["title"] == f"'{EVIL}"
    assert own["starts_on"] == team_roadmap(assessment).decisions.begins_on.isoformat()


def test_json_keeps_texts_as_they_are(client, assessment):
    whole = json.loads(exported(client, assessment, "json"))
    assert whole["revision"] == 3
    own = next(row for row in whole["actions"] if row["id"] == "own-1")
    assert (own["title"], own["note"]) == (EVIL, "@cmd|\r\n+1")


def test_markdown_has_three_parts_and_escapes_what_people_wrote(client, assessment):
    text = exported(client, assessment, "md")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Now",
        "## Next",
        "## Later",
        "## Not taken",
    ]
    assert "\\# \\[x\\](y) \\<b\\>" in text
    assert "-2 is too much" in text


def test_other_forms_and_a_team_without_result_have_no_file(client, assessment):
    assert client.get(reverse("reports:roadmap-export", args=[assessment.public_id, "xlsx"])).status_code == 404
    empty = AssessmentFactory(team=assessment.team)
    assert client.get(reverse("reports:roadmap-export", args=[empty.public_id, "csv"])).status_code == 404
