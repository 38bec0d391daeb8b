"""The result page, the arithmetic of a practice, and the report from asking for it to downloading it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment.domain.evidence import (
    contest_cap,
    contest_evidence,
    current_result,
    drop_contest,
    drop_evidence_contest,
)
from assessment.models import Assessment, CapContest, EvidenceContest
from assessment.views import fetch_assessment
from core.models import JobState
from core.permissions import require
from core.polling import job_response
from core.refusals import Refused
from reports.domain.agreement_data import agreement_data
from reports.domain.exports import EXPORTS, export
from reports.domain.render import download_name, note_download, request_report
from reports.domain.report_data import PracticeData, practice_data, report_data
from reports.forms import ContestForm, EvidenceContestForm, ReportForm
from reports.models import Report
from surveys.domain.answer_first import practices_to_answer_first


@login_required
@require_GET
def result(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_result")
    if waiting := practices_to_answer_first(request.user, row):
        return _answer_first(request, row, len(waiting))
    latest = current_result(row)
    context = {"assessment": row, "data": report_data(latest) if latest else None, "report_form": ReportForm()}
    return render(request, "reports/result.html", context)


@login_required
@require_GET
def agreement(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_result")
    if waiting := practices_to_answer_first(request.user, row):
        return _answer_first(request, row, len(waiting))
    return render(request, "reports/agreement.html", {"assessment": row, "data": agreement_data(row)})


@login_required
@require_GET
def practice(request: HttpRequest, assessment: uuid.UUID, practice: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_result")
    if practice in (waiting := practices_to_answer_first(request.user, row)):
        return _answer_first(request, row, len(waiting))
    context = {"assessment": row, "data": _practice_or_404(row, practice), "form": ContestForm()}
    return render(request, "reports/practice.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cap_contest(request: HttpRequest, assessment: uuid.UUID, practice: str, cap: int) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.contest_cap")
    data = _practice_or_404(row, practice)
    line = next((line for line in data.caps if line.index == cap), None)
    if line is None:
        raise Http404("No such cap.")
    form = ContestForm(request.POST or None, initial={"note": line.contested})
    if form.is_valid():
        contest_cap(row, practice=practice, cap=cap, note=form.cleaned_data["note"], by=request.user)  # type: ignore[arg-type]  # signed in
        messages.success(request, "The note is kept, the limit is lifted and the result is scored again.")
        return redirect("reports:practice", row.public_id, practice)
    context = {"assessment": row, "data": data, "line": line, "form": form}
    return render(request, "reports/cap_contest.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def cap_contest_withdraw(request: HttpRequest, assessment: uuid.UUID, practice: str, cap: int) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.contest_cap")
    contest = get_object_or_404(CapContest.objects.filter(assessment=row), practice=practice, cap=cap)
    drop_contest(contest, by=request.user)  # type: ignore[arg-type]  # signed in
    messages.success(request, "The note is withdrawn, the limit holds again and the result is scored again.")
    return redirect("reports:practice", row.public_id, practice)


@login_required
@require_http_methods(["GET", "POST"])
def evidence_contest(request: HttpRequest, assessment: uuid.UUID, signal: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.contest_evidence")
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
        messages.error(request, "There is no result to print yet: nobody has answered and nothing has been measured.")
        return redirect("reports:result", row.public_id)
    form = ReportForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no such report; choose from the lists."))
        return redirect("reports:result", row.public_id)
    report = request_report(latest, by=request.user, **form.wish())
    return redirect("reports:report-status", report.public_id)


@login_required
@require_GET
def result_export(request: HttpRequest, assessment: uuid.UUID, kind: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.download_report")
    latest = current_result(row)
    if latest is None or kind not in EXPORTS:
        raise Http404("There is no such export.")
    made = export(latest, kind, by=request.user)  # type: ignore[arg-type]  # signed in
    response = HttpResponse(made.content, content_type=made.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, made.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_GET
def report_status(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    row = _fetch_report(request, report)
    poll_url = reverse("reports:report-status", args=[row.public_id])
    if request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
        response = job_response(request, row, poll_url=poll_url, label="Report")
    else:
        context = {"report": row, "assessment": row.result.assessment, "poll_url": poll_url}
        response = render(request, "reports/report_status.html", context)
    response.headers["Vary"] = "HX-Request"
    return response


@login_required
@require_GET
def report_download(request: HttpRequest, report: uuid.UUID) -> HttpResponseBase:
    row = _fetch_report(request, report)
    if row.state != JobState.DONE or not row.has_file:
        raise Http404("This report has no file.")
    note_download(row, by=request.user)  # type: ignore[arg-type]  # signed in
    response = FileResponse(
        row.file.open("rb"), as_attachment=True, filename=download_name(row), content_type="application/pdf"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _fetch_report(request: HttpRequest, public_id: uuid.UUID) -> Report:
    rows = Report.objects.for_user(request.user).select_related("result__assessment__team")
    row = get_object_or_404(rows, public_id=public_id)
    require(request.user, "reports.download_report", row.result.assessment)
    if practices_to_answer_first(request.user, row.result.assessment):
        raise Refused(_("Finish your own answers first: the report would colour them."))
    return row


def _answer_first(request: HttpRequest, assessment: Assessment, n_practices: int) -> HttpResponse:
    context = {"assessment": assessment, "n_practices": n_practices}
    return render(request, "reports/answer_first.html", context)


def _practice_or_404(assessment: Assessment, practice: str) -> PracticeData:
    latest = current_result(assessment)
    if latest is None:
        raise Http404("There is no result yet.")
    try:
        return practice_data(latest, practice)
    except KeyError:
        raise Http404(f"The maturity model has no practice {practice}.") from None
