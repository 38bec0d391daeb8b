"""From a result to a stored PDF: one report per result, template version, language, reader, paper and look."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from accounts.domain.audit import record
from accounts.models import User
from assessment.maturity.formats import OURS
from assessment.models import Result
from core.jobs import request_cancel, requeue_job
from core.models import JobState
from core.spoken import plain_language
from reports.domain.assessment_file import assessment_json
from reports.domain.branding import brand_in_use, look_by_digest
from reports.domain.making import make_file, printed
from reports.domain.other_report import OtherReport, other_report
from reports.domain.other_report.file import other_json
from reports.domain.progress import Progress
from reports.domain.remarks import Remark, digest_of_remarks, remarks_for, remarks_from, remarks_of
from reports.domain.report_data import ReportData, report_data
from reports.domain.report_data.build import assemble
from reports.domain.report_data.gather import gather
from reports.domain.report_data.redaction import redacted
from reports.domain.report_data.since import moved_after
from reports.domain.report_data.words import file_name
from reports.domain.seal import sealed
from reports.domain.sections import Told, rendered
from reports.models import Form, Paper, Profile, RemarkVersion, Report
from reports.pdf import BASE, Pdf, render_pdf
from reports.tasks import render

TEMPLATE_VERSION = "16"
TEMPLATES = {
    Form.FULL: "reports/pdf/document.html",
    Form.SHORT: "reports/pdf/short.html",
    Form.WORKBOOK: "reports/pdf/workbook.html",
}
OTHER_TEMPLATES = {
    Form.FULL: "reports/pdf/other.html",
    Form.SHORT: "reports/pdf/other_short.html",
    Form.WORKBOOK: "reports/pdf/other_workbook.html",
}


@transaction.atomic
def request_report(
    result: Result,
    *,
    by: Any,
    form: str = Form.FULL,
    profile: str = Profile.TEAM,
    paper: str = Paper.A4,
    brand: str | None = None,
    language: str = "",
) -> Report:
    """The report of a result in this language or else the active one, asked for once.

    A second request finds the first, a failed one starts again. `brand` is the digest of the look it wears, empty for
    Headwater's own and None for that of the team's organization.
    """
    remarks = remarks_for(remarks_of(result.assessment), profile)
    report, made = Report.objects.get_or_create(
        result=result,
        template_version=TEMPLATE_VERSION,
        language=language or plain_language(),
        form=form,
        profile=profile,
        paper=paper,
        brand=brand_of(result) if brand is None else brand,
        remarks=digest_of_remarks(remarks),
        defaults={"requested_by": by, "remark_versions": [remark.version for remark in remarks]},
    )
    again = report.state in {JobState.FAILED, JobState.CANCELLED} or (
        report.state == JobState.DONE and (not report.has_file or _is_outdated(report))
    )
    if made or (again and requeue_job(report)):
        record("report.requested", by=by, on=report, team=result.assessment.team, language=report.language)
        render.delay_on_commit(report.pk)  # type: ignore[attr-defined]  # celery-types knows only the plain task class
    report.refresh_from_db()
    return report


@transaction.atomic
def cancel_report(report: Report, *, by: User) -> None:
    """Stop a waiting report now and one that is being made within a second or two, its process included."""
    if request_cancel(report):
        record("report.cancelled", by=by, on=report, team=report.result.assessment.team, language=report.language)


@transaction.atomic
def note_download(report: Report, *, by: User) -> None:
    """Who took a copy away is part of the audit log."""
    record("report.downloaded", by=by, on=report, team=report.result.assessment.team, language=report.language)


def _is_outdated(report: Report) -> bool:
    """Whether what it says beside the result moved since: it closed, or an earlier assessment was scored anew."""
    if report.finished_at is None:
        return False
    closed_at = report.result.assessment.closed_at
    closed_since = closed_at is not None and report.finished_at < closed_at
    return closed_since or moved_after(report.result.assessment, report.finished_at)


def render_report(report: Report) -> None:
    """Render a claimed report and store it; every way it can end is written to the row."""
    template = (OTHER_TEMPLATES if is_other(report.result) else TEMPLATES)[Form(report.form)]

    def document(progress: Progress) -> str:
        if is_other(report.result):
            other = other_report(report.result, report.profile, remarks=_remarks_in(report))
            progress.gathered()
            worn = replace(other, look=look_by_digest(report.brand))
            return other_html(worn, form=report.form, paper=report.paper, told=progress.section)
        data = printed_data(report)
        progress.gathered()
        return report_html(data, form=report.form, paper=report.paper, told=progress.section)

    make_file(report, template, document, attached=lambda: attached_to(report.result, report.profile))


def is_other(result: Result) -> bool:
    """Whether its maturity model was written elsewhere: then it has documents of its own."""
    return result.assessment.maturity_model.rule != OURS


def report_pdf(result: Result, *, form: str = Form.FULL, profile: str = Profile.TEAM, paper: str = Paper.A4) -> Pdf:
    """The sealed report of a result in the active language. Raises PdfRefused."""
    look = look_by_digest(brand_of(result))
    if is_other(result):
        html = other_html(replace(other_report(result, profile), look=look), form=form, paper=paper)
    else:
        html = report_html(replace(report_data(result, profile), look=look), form=form, paper=paper)
    pdf = render_pdf(printed(html), attached=attached_to(result, profile))
    return replace(pdf, content=sealed(pdf.content))


def printed_data(report: Report) -> ReportData:
    """What the pages of this very report say, and how they look."""
    gathered = gather(report.result, remarks=_remarks_in(report))
    return replace(assemble(redacted(gathered, report.profile)), look=look_by_digest(report.brand))


def _remarks_in(report: Report) -> tuple[Remark, ...]:
    return remarks_from(RemarkVersion.objects.filter(pk__in=report.remark_versions).select_related("by"))


def brand_of(result: Result) -> str:
    """The digest of what the reports of the team's organization wear today."""
    brand = brand_in_use(result.assessment.team.organization)
    return brand.digest if brand else ""


def attached_to(result: Result, profile: str) -> bytes:
    """Only the team's own report carries the assessment; in it stands what other readers are not shown."""
    if profile != Profile.TEAM:
        return b""
    return other_json(result) if is_other(result) else assessment_json(result)


def report_html(
    data: ReportData,
    *,
    form: str = Form.FULL,
    paper: str = Paper.A4,
    told: Told = lambda _: None,
    is_preview: bool = False,
) -> str:
    """The whole document; names and comments arrive escaped, as text. `told` hears the topic of each section."""
    return _html(TEMPLATES[Form(form)], data, paper=paper, told=told, is_preview=is_preview)


def other_html(
    data: OtherReport,
    *,
    form: str = Form.FULL,
    paper: str = Paper.A4,
    told: Told = lambda _: None,
    is_preview: bool = False,
) -> str:
    """The same of a result whose maturity model was written elsewhere."""
    return _html(OTHER_TEMPLATES[Form(form)], data, paper=paper, told=told, is_preview=is_preview)


def _html(
    template: str, data: ReportData | OtherReport, *, paper: str, told: Told = lambda _: None, is_preview: bool = False
) -> str:
    context = {
        "data": data,
        "base": BASE,
        "language": get_language(),
        "is_letter": paper == Paper.LETTER,
        "is_preview": is_preview,
    }
    return rendered(template, context, told)


def download_name(report: Report) -> str:
    assessment = report.result.assessment
    parts = [report.form] if report.form != Form.FULL else []
    parts += [report.profile] if report.profile != Profile.TEAM else []
    return file_name("headwater", assessment.team.name, assessment.title, *parts) + ".pdf"
