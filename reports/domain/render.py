"""From a result to a stored PDF: one report per result, template version and language."""

import hashlib
import logging
from dataclasses import replace
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import get_language, override

from accounts.domain.audit import record
from accounts.models import User
from assessment.models import Result
from core.jobs import JobCancelled, JobLost, beat, finish_job, requeue_job
from core.models import JobState
from reports.domain.assessment_file import assessment_json
from reports.domain.report_data import ReportData, report_data
from reports.domain.report_data.words import file_name
from reports.domain.seal import sealed
from reports.models import Form, Paper, Profile, Report
from reports.pdf import BASE, Pdf, PdfRefused, render_pdf
from reports.tasks import render

TEMPLATE_VERSION = "6"
N_STEPS = 3
TEMPLATES = {
    Form.FULL: "reports/pdf/document.html",
    Form.SHORT: "reports/pdf/short.html",
    Form.WORKBOOK: "reports/pdf/workbook.html",
}
UNEXPECTED = "The report could not be made or stored. The server's log has the details; ask for it again after a look."

logger = logging.getLogger(__name__)


@transaction.atomic
def request_report(
    result: Result, *, by: Any, form: str = Form.FULL, profile: str = Profile.TEAM, paper: str = Paper.A4
) -> Report:
    """The report of a result in the active language, asked for once.

    A second request finds the first, a failed one starts again.
    """
    report, made = Report.objects.get_or_create(
        result=result,
        template_version=TEMPLATE_VERSION,
        language=_language(),
        form=form,
        profile=profile,
        paper=paper,
        defaults={"requested_by": by},
    )
    again = report.state in {JobState.FAILED, JobState.CANCELLED} or (
        report.state == JobState.DONE and (not report.has_file or _is_provisional(report))
    )
    if made or (again and requeue_job(report)):
        record("report.requested", by=by, on=report, team=result.assessment.team, language=report.language)
        render.delay_on_commit(report.pk)  # type: ignore[attr-defined]  # celery-types knows only the plain task class
    report.refresh_from_db()
    return report


@transaction.atomic
def note_download(report: Report, *, by: User) -> None:
    """Who took a copy away is part of the audit log."""
    record("report.downloaded", by=by, on=report, team=report.result.assessment.team, language=report.language)


def _is_provisional(report: Report) -> bool:
    """Whether the stored file was printed before the assessment closed and still says so."""
    closed_at = report.result.assessment.closed_at
    return closed_at is not None and report.finished_at is not None and report.finished_at < closed_at


def render_report(report: Report) -> None:
    """Render a claimed report and store it; every way it can end is written to the row."""
    try:
        beat(report, done=0, total=N_STEPS, note="Gathering the result")
        with override(report.language):
            html = report_html(report_data(report.result, report.profile), form=report.form, paper=report.paper)
        attached = attached_to(report.result, report.profile)
        beat(report, done=1, note="Setting the pages")
        pdf = _sealed(render_pdf(html, attached=attached, tick=lambda: beat(report)))
        beat(report, done=2, note="Storing the file")
        _store(report, pdf)
        beat(report, done=N_STEPS, note=f"{pdf.n_pages} pages")
        finish_job(report)
    except PdfRefused as refused:
        finish_job(report, state=JobState.FAILED, error=str(refused))
    except JobCancelled:
        finish_job(report, state=JobState.CANCELLED)
    except JobLost:
        return
    except Exception:
        logger.exception("report %s could not be made", report.pk)
        finish_job(report, state=JobState.FAILED, error=UNEXPECTED)


def report_pdf(result: Result, *, form: str = Form.FULL, profile: str = Profile.TEAM, paper: str = Paper.A4) -> Pdf:
    """The sealed report of a result in the active language. Raises PdfRefused."""
    html = report_html(report_data(result, profile), form=form, paper=paper)
    return _sealed(render_pdf(html, attached=attached_to(result, profile)))


def attached_to(result: Result, profile: str) -> bytes:
    """Only the team's own report carries the assessment; in it stands what other readers are not shown."""
    return assessment_json(result) if profile == Profile.TEAM else b""


def report_html(data: ReportData, *, form: str = Form.FULL, paper: str = Paper.A4) -> str:
    """The whole document; names and comments arrive escaped, as text."""
    context = {"data": data, "base": BASE, "language": get_language(), "is_letter": paper == Paper.LETTER}
    return render_to_string(TEMPLATES[Form(form)], context)


def download_name(report: Report) -> str:
    assessment = report.result.assessment
    parts = [report.form] if report.form != Form.FULL else []
    parts += [report.profile] if report.profile != Profile.TEAM else []
    return file_name("headwater", assessment.team.name, assessment.title, *parts) + ".pdf"


def _language() -> str:
    """The active language without its region."""
    return (get_language() or "en").partition("-")[0]


def _sealed(pdf: Pdf) -> Pdf:
    return replace(pdf, content=sealed(pdf.content))


def _store(report: Report, pdf: Pdf) -> None:
    if report.has_file:
        report.file.delete(save=False)
    report.sha256 = hashlib.sha256(pdf.content).hexdigest()
    report.file.save(f"{report.public_id}.pdf", ContentFile(pdf.content), save=False)
    Report.objects.filter(pk=report.pk).update(file=report.file.name, sha256=report.sha256)
