"""One report per result, made once, stored once, and readable when it fails."""

import datetime as dt
import hashlib
import io

import page
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assessment.domain.scoring.types import State
from core.jobs import claim_job
from core.models import JobState
from reports import pdf
from reports.domain import render
from reports.domain.making import printed
from reports.domain.report_data import report_data
from reports.models import Report
from reports.tasks import render as render_task
from reports.tasks import sweep
from tests.factories import team_of_nine
from tests.factories.accounts import UserFactory
from tests.factories.reports import MODEL, ReportFactory, ResultFactory, practice_score, score_card

pytestmark = pytest.mark.django_db


def test_request_report_makes_one_row_and_wakes_a_worker_once(django_capture_on_commit_callbacks):
    result, ada = ResultFactory(), UserFactory()
    with django_capture_on_commit_callbacks() as first:
        report = render.request_report(result, by=ada)
    with django_capture_on_commit_callbacks() as second:
        again = render.request_report(result, by=UserFactory())
    assert (report.pk, report.requested_by) == (again.pk, ada)
    assert (len(first), len(second)) == (1, 0)


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED, JobState.DONE])
def test_request_report_starts_again_what_ended_without_a_file(state, django_capture_on_commit_callbacks):
    row = ReportFactory(state=state, template_version=render.TEMPLATE_VERSION)
    with django_capture_on_commit_callbacks() as woken:
        again = render.request_report(row.result, by=UserFactory())
    assert again.pk == row.pk
    assert again.state == JobState.QUEUED
    assert len(woken) == 1


def test_request_report_prints_again_what_was_printed_before_the_assessment_closed(django_capture_on_commit_callbacks):
    closed_at = timezone.now()
    row = ReportFactory(
        state=JobState.DONE,
        template_version=render.TEMPLATE_VERSION,
        finished_at=closed_at - dt.timedelta(hours=1),
        file=SimpleUploadedFile("provisional.pdf", b"%PDF-1.7"),
        result__assessment__closed_at=closed_at,
    )
    with django_capture_on_commit_callbacks() as woken:
        render.request_report(row.result, by=UserFactory())
    assert len(woken) == 1


def test_a_requested_report_is_rendered_stored_and_finished(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report = render.request_report(ResultFactory(card=team_of_nine.card()), by=UserFactory())
    report.refresh_from_db()
    assert (report.state, report.error) == (JobState.DONE, "")
    assert report.progress_done == report.progress_total
    content = report.file.open("rb").read()
    report.file.close()
    assert content.startswith(b"%PDF-")
    assert report.sha256 == hashlib.sha256(content).hexdigest()


def test_the_same_result_gives_the_same_bytes():
    result = ResultFactory()
    first = pdf.render_pdf(printed(render.report_html(report_data(result))))
    second = pdf.render_pdf(printed(render.report_html(report_data(result))))
    assert first.content == second.content
    assert first.warnings == ()


LONG = "Zahlungsverkehrsüberwachungsdienstleister"


@pytest.mark.parametrize("kind", ["contradiction", "not asked", "believable"])
def test_the_summary_is_one_page_and_the_document_accessible(kind):
    cards = {"believable": team_of_nine.card()}
    every = tuple(practice_score(about.id, State(kind)) for about in MODEL.practices()) if kind not in cards else ()
    result = ResultFactory(
        card=cards.get(kind) or score_card(every), assessment__team__name=LONG, assessment__title="Ж" * 40
    )
    rendered = pdf.render_pdf(printed(render.report_html(report_data(result))))
    assert rendered.warnings == ()
    assert page_of(rendered.content, "Ranges come before points, and disagreement is printed.") == 2
    reports = [page.validate_pdf_bytes(rendered.content, profile=profile) for profile in ("3a", "ua1")]
    assert [failure.message for report in reports for failure in report.failures] == []


def page_of(content, heading):
    """The page a bookmark leads to."""
    with pikepdf.open(io.BytesIO(content)) as opened, opened.open_outline() as outline:
        items = [*outline.root, *(child for item in outline.root for child in item.children)]
        found = next(item for item in items if item.title == heading)
        return opened.pages.index(pikepdf.Page(found.destination[0])) + 1


def test_a_refused_rendering_fails_with_the_reason(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_HTML_BYTES", 10)
    report = ReportFactory()
    render_task(report.pk)
    report.refresh_from_db()
    assert report.state == JobState.FAILED
    assert "too large to render" in report.error


def test_a_report_that_lost_its_claim_writes_nothing():
    report = ReportFactory()
    held = claim_job(Report, report.pk)
    Report.objects.filter(pk=report.pk).update(claim=None, state=JobState.QUEUED)
    render.render_report(held)
    report.refresh_from_db()
    assert (report.state, report.sha256) == (JobState.QUEUED, "")


def test_a_cancelled_report_stops():
    report = ReportFactory()
    held = claim_job(Report, report.pk)
    Report.objects.filter(pk=report.pk).update(cancel_requested_at=held.started_at)
    render.render_report(held)
    report.refresh_from_db()
    assert report.state == JobState.CANCELLED


def test_render_task_leaves_a_report_alone_that_is_gone_or_held():
    report = ReportFactory(state=JobState.RUNNING)
    render_task(report.pk)
    render_task(report.pk + 1000)
    report.refresh_from_db()
    assert report.state == JobState.RUNNING


def test_sweep_renders_what_a_dead_worker_left(settings, time_machine):
    settings.JOB_STALE_S = 60
    time_machine.move_to("2026-10-02T09:00:00Z")
    report = ReportFactory()
    claim_job(Report, report.pk)
    time_machine.move_to("2026-10-02T09:05:00Z")
    sweep()
    report.refresh_from_db()
    assert report.state == JobState.DONE


def test_names_and_notes_are_text_never_markup():
    hostile = '<img src="file:///etc/passwd"><script>alert(1)</script>'
    result = ResultFactory(assessment__team__name=hostile, assessment__scope_note=hostile)
    html = render.report_html(report_data(result))
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_download_name_is_safe_on_every_system():
    report = ReportFactory(result__assessment__team__name="../Pay/ments", result__assessment__title='Q4 "2026"\r\n')
    assert render.download_name(report) == "headwater-pay-ments-q4-2026.pdf"
