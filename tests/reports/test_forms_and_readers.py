"""The short form, the workbook and US Letter, and what readers outside the team are not told."""

import dataclasses
import io
from html import unescape

import pikepdf
import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Role
from assessment.domain.scoring.types import State
from reports.domain import render
from reports.domain.report_data import build, report_data
from reports.domain.report_data.gather import Seat, Skip, gather
from reports.domain.report_data.redaction import redacted
from reports.models import Form, Paper, Profile
from tests.factories import team_of_nine
from tests.factories.accounts import MembershipFactory
from tests.factories.reports import MODEL, ReportFactory, ResultFactory, practice_score, score_card, survey_summary

pytestmark = pytest.mark.django_db
SECRET_REPOSITORY, NOTE = "payments-core", "Only the ledger of Acme."


@pytest.fixture
def gathered():
    """A result with everything that could be told too widely: roles apart, a split, a repository, a scope note."""
    split = practice_score("EN2", split=True, summary=survey_summary("EN2", distribution=(4, 0, 0, 0, 5)))
    scores = [practice_score(about.id, State.TENSION) for about in MODEL.practices() if about.id != "EN2"]
    result = ResultFactory(card=score_card((*scores, split)), assessment__scope_note=NOTE)
    return dataclasses.replace(
        gather(result),
        seats=tuple(Seat(("engineer",), answered=True, finished=True) for _ in range(5)),
        repositories=(SECRET_REPOSITORY,),
        measured_until="2026-09-30",
        skips=(Skip("pickup_p75", SECRET_REPOSITORY, "it needs the hosting service's API"),),
    )


def printed(gathered, profile, form=Form.FULL):
    return render.report_html(build.assemble(redacted(gathered, profile)), form=form)


def test_the_team_reads_all_that_its_pages_show(gathered):
    html = printed(gathered, Profile.TEAM)
    assert "levels above" in html
    assert "4 at level 1 and 5 at level 5" in html
    assert SECRET_REPOSITORY in html
    assert NOTE in html
    assert ">Engineer<" in html


@pytest.mark.parametrize("form", Form.values)
@pytest.mark.parametrize("profile", [Profile.BOARD, Profile.CLIENT])
def test_outside_the_team_no_role_stands_apart_and_no_level_has_a_count(gathered, profile, form):
    html = printed(gathered, profile, form)
    assert "levels above" not in html
    assert "“I don’t know” on" not in html
    assert "at level 5" not in html
    assert ">Engineer<" not in html
    assert "5 of 5 people finished." in html


@pytest.mark.parametrize("form", Form.values)
def test_a_client_reads_no_repository_name_and_no_note(gathered, form):
    html = printed(gathered, Profile.CLIENT, form)
    assert SECRET_REPOSITORY not in html
    assert NOTE not in html


def test_a_split_is_told_outside_the_team_without_its_counts(gathered):
    data = build.assemble(redacted(gathered, Profile.BOARD))
    assert data.respondents.splits[0].startswith("Tests worth trusting: Opinions split (average deviation ")
    assert not next(row for row in data.voices if row.practice == "EN2").chart.columns


@pytest.mark.parametrize("paper", Paper.values)
def test_the_short_form_has_two_pages_and_carries_no_data_for_the_board(paper):
    result = ResultFactory(card=team_of_nine.card(), assessment__team__name="Zahlungsverkehrsüberwachungsdienst")
    pdf = render.report_pdf(result, form=Form.SHORT, profile=Profile.BOARD, paper=paper)
    assert pdf.n_pages == 2
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        assert not opened.attachments
        width = float(opened.pages[0].mediabox[2])
    assert round(width) == {"a4": 595, "letter": 612}[paper]


def test_the_workbook_leaves_room_to_write_and_lists_no_step_of_later():
    data = report_data(ResultFactory())
    html = unescape(render.report_html(data, form=Form.WORKBOOK))
    titles = [card.title for column in data.roadmap.columns[:2] for card in column.cards if not card.is_settling]
    assert titles
    assert all(f"<h3>{title}</h3>" in html for title in titles)
    assert not any(f"<h3>{card.title}</h3>" in html for card in data.roadmap.columns[2].cards)
    assert html.count('class="blank"') >= 3 * len(titles)


def test_each_form_reader_and_paper_is_a_report_of_its_own(client, django_capture_on_commit_callbacks):
    result = ResultFactory()
    client.force_login(MembershipFactory(team=result.assessment.team, role=Role.LEAD).user)
    target = reverse("reports:report-request", args=[result.assessment.public_id])
    assert client.post(target, {"form": "short", "profile": "board"}).status_code == 302
    assert client.post(target).status_code == 302
    assert client.post(target, {"form": "novel"}).status_code == 302
    made = set(result.reports.values_list("form", "profile", "paper", "language"))
    assert made == {("short", "board", "a4", "en"), ("full", "team", "a4", "en")}


def test_the_api_takes_form_reader_and_paper():
    result = ResultFactory()
    client = APIClient()
    client.force_authenticate(MembershipFactory(team=result.assessment.team, role=Role.LEAD).user)
    target = f"/api/v1/assessments/{result.assessment.public_id}/reports/"
    answered = client.post(target, {"form": "workbook", "paper": "letter"}, format="json")
    assert (answered.status_code, answered.json()["form"], answered.json()["paper"]) == (202, "workbook", "letter")
    assert client.post(target, {"profile": "press"}, format="json").status_code == 400


def test_the_name_of_a_file_tells_form_and_readers():
    report = ReportFactory(form=Form.SHORT, profile=Profile.BOARD)
    assert render.download_name(report).endswith("-short-board.pdf")


def test_a_report_speaks_the_language_it_was_asked_in(client):
    result = ResultFactory()
    client.force_login(MembershipFactory(team=result.assessment.team, role=Role.LEAD).user)
    client.post(
        reverse("reports:report-request", args=[result.assessment.public_id]), headers={"accept-language": "de"}
    )
    assert result.reports.get().language == "de"
