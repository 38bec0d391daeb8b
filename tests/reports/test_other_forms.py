"""Forms, readers, texts and exports of the report on a maturity model that was written elsewhere."""

import csv
import io
import os
import shutil
import subprocess
import zipfile

import page
import pikepdf
import pytest
from django.urls import reverse
from pptx import Presentation

from accounts.models import AuditEvent, Role
from reports.domain.exports import export, other_slides
from reports.domain.exports.deck import STEPS_SHOWN
from reports.domain.other_report import other_report
from reports.domain.remarks import places_of, write_remark
from reports.domain.render import report_pdf, request_report
from reports.models import Form, Profile
from tests.assessment.foreign.samples import samm_files, write_samm
from tests.assessment.test_model_pages import consultant, packed
from tests.factories.accounts import MembershipFactory
from tests.reports.reading import lines_of
from tests.reports.test_other_models import answered, result_of, seats_of, started, team

pytestmark = pytest.mark.django_db
__all__ = ["consultant", "team"]
SPREAD = "from “No” to “Fully”"
COMMON = "Does not apply here."


@pytest.fixture
def assessment(client, team, tmp_path):
    """Three people, apart on one question and agreed that another does not apply."""
    row = started(client, team, packed(write_samm(tmp_path, samm_files())), "samm")
    apart = zip(seats_of(row, 3), "abc", strict=True)
    for seat, letter in apart:
        answered(client, seat, {"q-P-RO-A-1": letter, "q-B-WA-B-3": "na", "why-B-WA-B-3": "None."})
    return row


def said_on(slide):
    """Its texts and the cells of its tables."""
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return "\n".join([*texts, *cells])


def test_slides_hold_the_finding_every_part_and_the_first_steps(client, result, monkeypatch):
    data = other_report(result)
    monkeypatch.setattr(other_slides, "ROWS_SHOWN", len(data.rows) - 1)
    lead = MembershipFactory(team=result.assessment.team, role=Role.LEAD).user
    content = export(result, "slides", by=lead).content
    answer, *parts, steps = Presentation(io.BytesIO(content)).slides
    assert data.headline.title in said_on(answer)
    assert data.headline.lead in said_on(answer)
    assert len(parts) == 2
    shown = "\n".join(said_on(slide) for slide in parts)
    assert all(cell in shown for row in data.rows for cell in (row.name, *row.cells))
    assert all(step.title in said_on(steps) for step in data.now[:STEPS_SHOWN])
    assert content == export(result, "slides", by=lead).content


@pytest.fixture
def result(assessment):
    return result_of(assessment)


def text_of(content):
    return " ".join(text for _, text in lines_of(content))


def attachments(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return list(pdf.attachments)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("form", Form.values)
def test_every_form_passes_both_standards(form, paper, result, tmp_path):
    pdf = report_pdf(result, form=form, paper=paper)
    for standard in ("3a", "ua1"):
        assert [f.message for f in page.validate_pdf_bytes(pdf.content, profile=standard).failures] == []
    assert pdf.warnings == ()
    assert attachments(pdf.content) == ["assessment.json"]
    assert (pdf.n_pages <= 2) == (form == Form.SHORT)
    if shutil.which("qpdf"):
        (path := tmp_path / "report.pdf").write_bytes(pdf.content)
        assert subprocess.run(["qpdf", "--check", os.fspath(path)], capture_output=True, check=False).returncode == 0


def test_outside_the_team_nobody_learns_how_many_said_what(result):
    own = report_pdf(result)
    assert SPREAD in text_of(own.content)
    for profile in (Profile.BOARD, Profile.CLIENT):
        told = report_pdf(result, profile=profile)
        assert SPREAD not in text_of(told.content)
        assert COMMON in text_of(told.content)
        assert attachments(told.content) == []
        lines = [
            line
            for part in other_report(result, profile).dimensions
            for one in part.practices
            for line in one.questions
        ]
        assert {line.spread for line in lines} == {""}


def test_a_form_for_a_reader_is_a_report_of_its_own_asked_for_once(result):
    first = request_report(result, by=None, form=Form.SHORT, profile=Profile.BOARD)
    assert (first.form, first.profile) == ("short", "board")
    assert request_report(result, by=None, form=Form.SHORT, profile=Profile.BOARD) == first
    assert request_report(result, by=None) != first
    assert AuditEvent.objects.filter(verb="report.requested").count() == 2


def test_words_stand_in_their_places_for_whom_they_are_meant(client, assessment):
    ada = MembershipFactory(team=assessment.team, role=Role.LEAD, user__name="Ada Nowak").user
    places = [place.id for place in places_of(assessment)]
    for place in places:
        reach = "team" if place == "closing" else "client"
        write_remark(assessment, place=place, text=f"Text for {place}", reach=reach, based_on=0, by=ada)
    result = result_of(assessment)
    text = text_of(report_pdf(result).content)
    assert [place for place in places if f"Text for {place}" in text] == places
    assert "Text for closing" not in text_of(report_pdf(result, profile=Profile.BOARD).content)
    client.force_login(ada)
    listed = client.get(reverse("reports:remark-list", args=[assessment.public_id])).content.decode()
    shown = client.get(reverse("reports:result", args=[assessment.public_id])).content.decode()
    assert all(f"Text for {place}" in listed and f"Text for {place}" in shown for place in places)


def test_tables_text_page_and_data_are_offered_and_nothing_drawn(client, result):
    lead = MembershipFactory(team=result.assessment.team, role=Role.LEAD).user
    client.force_login(lead)
    drawn, given = (
        ("figures", "pictures"),
        ("scores", "evidence", "actions", "workbook", "page", "text", "data", "slides"),
    )
    address = {kind: reverse("reports:export", args=[result.assessment.public_id, kind]) for kind in (*drawn, *given)}
    answers = {kind: client.get(place) for kind, place in address.items()}
    assert {kind for kind, answer in answers.items() if answer.status_code == 404} == set(drawn)
    rows = list(csv.reader(io.StringIO(answers["evidence"].content.decode("utf-8-sig"))))
    assert rows[0][-2:] == ["What the group says", "How far apart"]
    assert any(SPREAD in row[-1] for row in rows)
    assert answers["text"].content.decode().startswith("# OWASP SAMM: ")
    assert "<link" not in answers["page"].content.decode()
    with zipfile.ZipFile(io.BytesIO(answers["workbook"].content)) as files:
        assert sum(name.startswith("xl/worksheets/sheet") for name in files.namelist()) == 4
    shown = client.get(reverse("reports:result", args=[result.assessment.public_id])).content.decode()
    assert {kind for kind, place in address.items() if place in shown} == set(given)


def test_exports_for_others_hold_no_counts_and_no_data(result):
    lead = MembershipFactory(team=result.assessment.team, role=Role.LEAD).user
    for kind in ("evidence", "text", "page"):
        assert SPREAD in export(result, kind, by=lead).content.decode()
        assert SPREAD not in export(result, kind, by=lead, profile=Profile.CLIENT).content.decode()
    with pytest.raises(KeyError):
        export(result, "data", by=lead, profile=Profile.CLIENT)
