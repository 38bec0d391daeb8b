"""The result page, the arithmetic of a practice, and the report from asking for it to downloading it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment.domain.evidence import (
    contest_cap,
    contest_evidence,
    current_result,
    drop_contest,
    drop_evidence_contest,
)
from assessment.maturity.formats import OURS
from assessment.models import Assessment, CapContest, EvidenceContest
from assessment.views import fetch_assessment
from core.http import kept_private
from core.models import JobState
from core.permissions import require
from core.polling import job_page
from core.refusals import Refused
from reports.answers_first import answers_first
from reports.domain.agreement_data import agreement_data
from reports.domain.branding import brands_for
from reports.domain.exports import export, is_offered
from reports.domain.other_report import other_report
from reports.domain.other_report.moves import other_moves
from reports.domain.preview import preview
from reports.domain.render import cancel_report, download_name, note_download, request_report
from reports.domain.report_data import PracticeData, practice_data, report_data
from reports.domain.report_data.moves import moves_section
from reports.forms import ContestForm, EvidenceContestForm, ReportForm
from reports.models import Profile, Report
from surveys.domain.answer_first import practices_to_answer_first


@login_required
@require_GET
def result(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_result")
    if page := answers_first(request, row):
        return page
    latest = current_result(row)
    if row.maturity_model.rule != OURS:
        other = {
            "data": other_report(latest) if latest else None,
            "moves": other_moves(latest) if latest else None,
            "report_form": _report_form(request, row),
        }
        return render(request, "reports/other_result.html", {"assessment": row, **other})
    context = {
        "assessment": row,
        "data": report_data(latest, today=timezone.localdate()) if latest else None,
        "moves": moves_section(latest) if latest else None,
        "report_form": _report_form(request, row),
    }
    return render(request, "reports/result.html", context)


@login_required
@require_GET
def agreement(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_result")
    if page := answers_first(request, row):
        return page
    return render(request, "reports/agreement.html", {"assessment": row, "data": agreement_data(row)})


@login_required
@require_GET
def practice(request: HttpRequest, assessment: uuid.UUID, practice: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_result")
    if page := answers_first(request, row, practice):
        return page
    context = {"assessment": row, "data": _practice_or_404(row, practice), "form": ContestForm()}
    return render(request, "reports/practice.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cap_contest(request: HttpRequest, assessment: uuid.UUID, practice: str, cap: int) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.contest_cap")
    if page := answers_first(request, row, practice):
        return page
    data = _practice_or_404(row, practice)
    line = next((line for line in data.caps if line.index == cap), None)
    if line is None:
        raise Http404("No such cap.")
    form = ContestForm(request.POST or None, initial={"note": line.contested})
    if form.is_valid():
        contest_cap(row, practice=practice, cap=cap, note=form.cleaned_data["note"], by=request.user)  # type: ignore[arg-type]  # signed in
        messages.success(request, _("The note is kept, the limit is lifted and the result is scored again."))
        return redirect("reports:practice", row.public_id, practice)
    context = {"assessment": row, "data": data, "line": line, "form": form}
    return render(request, "reports/cap_contest.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def cap_contest_withdraw(request: HttpRequest, assessment: uuid.UUID, practice: str, cap: int) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.contest_cap")
    contest = get_object_or_404(CapContest.objects.filter(assessment=row), practice=practice, cap=cap)
    drop_contest(contest, by=request.user)  # type: ignore[arg-type]  # signed in
    messages.success(request, _("The note is withdrawn, the limit holds again and the result is scored again."))
    return redirect("reports:practice", row.public_id, practice)


@login_required
@require_http_methods(["GET", "POST"])
def evidence_contest(request: HttpRequest, assessment: uuid.UUID, signal: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.contest_evidence")
    if page := answers_first(request, row):
        return page
    latest = current_result(row)
    ledger = report_data(latest).ledger.rows if latest else ()
    line = next((line for line in ledger if line.signal == signal and line.uses), None)
    if line is None:
        raise Http404("Nothing was measured under this name.")
    own = EvidenceContest.objects.filter(assessment=row, signal=signal, by=request.user.pk).first()
    form = EvidenceContestForm(request.POST or None, initial={"note": own.note if own else ""})
    if form.is_valid():
        contest_evidence(row, signal=signal, note=form.cleaned_data["note"], by=request.user)  # type: ignore[arg-type]  # signed in
        messages.success(request, _("The note is kept and printed beside the reading. No score moves."))
        return redirect("reports:practice", row.public_id, line.uses[0].practice)
    notes = EvidenceContest.objects.filter(assessment=row, signal=signal).order_by("created_at")
    context = {"assessment": row, "line": line, "form": form, "own": own, "notes": notes}
    return render(request, "reports/evidence_contest.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def evidence_contest_withdraw(request: HttpRequest, assessment: uuid.UUID, contest: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.contest_evidence")
    note = get_object_or_404(EvidenceContest.objects.filter(assessment=row), public_id=contest)
    if note.by_id != request.user.pk:  # others' notes only by those who lead or advise
        require(request.user, "reports.contest_cap", row)
    drop_evidence_contest(note, by=request.user)  # type: ignore[arg-type]  # signed in
    messages.success(request, _("The note is withdrawn."))
    return redirect("reports:evidence-contest", row.public_id, note.signal)


@login_required
@require_POST
def report_request(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.request_report")
    latest = current_result(row)
    if latest is None:
        messages.error(
            request, _("There is no result to print yet: nobody has answered and nothing has been measured.")
        )
        return redirect("reports:result", row.public_id)
    form = _report_form(request, row)
    if not form.is_valid():
        messages.error(request, _("There is no such report; choose from the lists."))
        return redirect("reports:result", row.public_id)
    report = request_report(latest, by=request.user, **form.wish())
    return redirect("reports:report-status", report.public_id)


@login_required
@require_GET
def report_preview(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.request_report")
    latest, form = current_result(row), _report_form(request, row, is_sent=True)
    if latest is None or not form.is_valid():
        raise Http404("There is no such report to look at.")
    if practices_to_answer_first(request.user, row):
        raise Refused(_("Finish your own answers first: the report would colour them."))
    seen = preview(latest, **form.wish())
    response = HttpResponse(seen.html)
    response.headers["Content-Security-Policy"] = seen.policy
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def report_cancel(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    row = fetch_report(request, report)
    require(request.user, "reports.request_report", row.result.assessment)
    cancel_report(row, by=request.user)  # type: ignore[arg-type]  # signed in
    return redirect("reports:report-status", row.public_id)


@login_required
@require_GET
def result_export(request: HttpRequest, assessment: uuid.UUID, kind: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.download_report")
    if page := answers_first(request, row):
        return page
    latest = current_result(row)
    profile = request.GET.get("profile", Profile.TEAM)
    if latest is None or not is_offered(latest, kind, profile):
        raise Http404("There is no such export.")
    made = export(latest, kind, by=request.user, profile=profile)  # type: ignore[arg-type]  # signed in
    response = HttpResponse(made.content, content_type=made.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, made.name) or "attachment"
    return kept_private(response)


@login_required
@require_GET
def report_status(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    row = fetch_report(request, report)
    context = {"report": row, "assessment": row.result.assessment}
    poll_url = reverse("reports:report-status", args=[row.public_id])
    return job_page(request, row, "reports/report_status.html", context, poll_url=poll_url, label=_("Report"))


@login_required
@require_GET
def report_download(request: HttpRequest, report: uuid.UUID) -> HttpResponseBase:
    row = fetch_report(request, report)
    if row.state != JobState.DONE or not row.has_file:
        raise Http404("This report has no file.")
    note_download(row, by=request.user)  # type: ignore[arg-type]  # signed in
    file = row.file.open("rb")
    return kept_private(
        FileResponse(file, as_attachment=True, filename=download_name(row), content_type="application/pdf")
    )


def _report_form(request: HttpRequest, assessment: Assessment, *, is_sent: bool = False) -> ReportForm:
    """With a choice of looks for those who may have a report made; filled from whatever the request sends."""
    may_request = request.user.has_perm("reports.request_report", assessment)
    brands = brands_for(request.user, assessment.team) if may_request else []  # type: ignore[arg-type]  # signed in
    sent = request.POST if request.method == "POST" else request.GET if is_sent else None
    is_ours = assessment.maturity_model.rule == OURS
    return ReportForm(sent, brands=brands, is_ours=is_ours, initial={"language": get_language()})


def fetch_report(request: HttpRequest, public_id: uuid.UUID) -> Report:
    rows = Report.objects.for_user(request.user).select_related(
        "result__assessment__team", "result__assessment__maturity_model"
    )
    row = get_object_or_404(rows, public_id=public_id)
    require(request.user, "reports.download_report", row.result.assessment)
    if practices_to_answer_first(request.user, row.result.assessment):
        raise Refused(_("Finish your own answers first: the report would colour them."))
    return row


def _practice_or_404(assessment: Assessment, practice: str) -> PracticeData:
    latest = current_result(assessment)
    if latest is None:
        raise Http404("There is no result yet.")
    try:
        return practice_data(latest, practice, today=timezone.localdate())
    except KeyError:
        raise Http404(f"The maturity model has no practice {practice}.") from None
