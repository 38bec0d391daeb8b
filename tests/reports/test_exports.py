"""The result as tables, workbook, page, text and figures: what pages show, harmless to whatever opens it."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEvent, Role
from core.spreadsheet import harmless
from reports.domain.exports import EXPORTS, export
from reports.domain.exports.text import escaped
from reports.domain.report_data import report_data
from tests.factories import team_of_nine
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.reports import ResultFactory

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://x.test")|<script>alert(1)</script>'


@pytest.fixture(scope="module")
def card():
    return team_of_nine.card()


@pytest.fixture
def result(card):
    return ResultFactory(card=card, assessment__team__name=HOSTILE)


def cells(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_scores_hold_every_practice_with_numbers_as_numbers(result):
    head, *rows = cells(export(result, "scores", by=UserFactory()).content)
    data = report_data(result)
    assert {row[0] for row in rows} == {row.practice for row in data.voices}
    planned = {row[0]: row[head.index("Planning score")] for row in rows}
    card = {score["practice"]: score["planning_score"] for score in result.score["practices"]}
    assert planned == {practice: "" if plan is None else str(round(plan, 2)) for practice, plan in card.items()}


def test_actions_hold_every_planned_step(result):
    _, *rows = cells(export(result, "actions", by=UserFactory()).content)
    assert [row[0] for row in rows] == [
        card.id for column in report_data(result).roadmap.columns for card in column.cards
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_starts_like_a_formula_is_made_harmless(text):
    assert harmless(text) == f"'{text}"
    assert harmless(-1.5) == -1.5
    assert harmless("a=1") == "a=1"


def test_workbook_has_three_tables_no_formula_and_no_link(result):
    content = export(result, "workbook", by=UserFactory()).content
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        names = files.namelist()
        sheets = [files.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet")]
        texts = files.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == 4
    assert not any("<f>" in sheet or "hyperlink" in sheet for sheet in sheets)
    assert "'=HYPERLINK" in texts
    assert not any("externalLink" in name for name in names)
    assert content == export(result, "workbook", by=UserFactory()).content


def test_page_needs_nothing_but_itself(result):
    page = export(result, "page", by=UserFactory()).content.decode()
    assert "<link" not in page
    assert "static.invalid" not in page
    assert not re.search(r'\bsrc="|<script|@import|url\(', page)
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<svg") > 10


def test_text_shows_what_people_wrote_as_text(result):
    text = export(result, "text", by=UserFactory()).content.decode()
    assert "<script>" not in text
    assert r"\<script\>" in text
    assert text.startswith("# ")
    assert all(f"## {escaped(finding.title)}" in text for finding in report_data(result).findings)


def test_figures_are_well_formed_pictures(result):
    with zipfile.ZipFile(io.BytesIO(export(result, "figures", by=UserFactory()).content)) as files:
        assert {"control-profile.svg", "roadmap.svg"} <= set(files.namelist())
        assert all(ET.fromstring(files.read(name)).tag.endswith("svg") for name in files.namelist())


def test_pictures_are_the_figures_in_pixels_with_their_words(result):
    content = export(result, "pictures", by=UserFactory()).content
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        rows = cells(files.read("figures.csv"))[1:]
        assert {f"{name}.png" for name in drawn_names(result)} == {row[0] for row in rows}
        for name, width, height, says in rows:
            image = Image.open(io.BytesIO(files.read(name)))
            assert (image.width, image.height) == (int(width), int(height))
            assert image.text["Description"] == says.removeprefix("'")
            assert image.convert("L").getextrema()[0] < 200, f"{name} is empty"
        profile = Image.open(io.BytesIO(files.read("control-profile.png")))
    chart = report_data(result).profile.chart
    assert (profile.width, profile.height) == (2 * chart.width, 2 * chart.height)
    assert content == export(result, "pictures", by=UserFactory()).content


def drawn_names(result):
    with zipfile.ZipFile(io.BytesIO(export(result, "figures", by=UserFactory()).content)) as files:
        return [name.removesuffix(".svg") for name in files.namelist()]


def test_data_are_those_attached_to_the_report(result):
    assert json.loads(export(result, "data", by=UserFactory()).content)["result"]["digest"] == result.digest


@pytest.mark.parametrize("kind", list(EXPORTS))
def test_every_export_is_a_safe_attachment_and_audited(client, result, kind):
    member = MembershipFactory(team=result.assessment.team, role=Role.MEMBER).user
    client.force_login(member)
    answered = client.get(reverse("reports:export", args=[result.assessment.public_id, kind]))
    assert answered.status_code == 200
    assert answered["Content-Disposition"].startswith("attachment; filename=")
    assert (answered["X-Content-Type-Options"], answered["Cache-Control"]) == ("nosniff", "private, no-store")
    event = AuditEvent.objects.get(verb="report.exported")
    assert (event.who, event.facts) == (member, {"format": kind})


def test_there_is_no_other_export(client, result):
    client.force_login(MembershipFactory(team=result.assessment.team, role=Role.MEMBER).user)
    assert client.get(reverse("reports:export", args=[result.assessment.public_id, "diary"])).status_code == 404


@pytest.mark.parametrize("profile", ["board", "client"])
def test_other_readers_get_redacted_exports_and_never_the_data(client, result, profile):
    lead = MembershipFactory(team=result.assessment.team, role=Role.LEAD).user
    client.force_login(lead)
    address = reverse("reports:export", args=[result.assessment.public_id, "text"])
    told = client.get(address, {"profile": profile})
    assert profile in told["Content-Disposition"]
    data = reverse("reports:export", args=[result.assessment.public_id, "data"])
    assert client.get(data, {"profile": profile}).status_code == 404
    assert client.get(address, {"profile": "press"}).status_code == 404
