"""Taking the roadmap along: as a file, and as tickets in the team's tracker."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessment.domain.team_roadmap import team_roadmap
from assessment.views import fetch_assessment
from core.polling import job_response
from reports.answers_first import answers_first
from reports.domain.plan_export import KINDS, as_csv, as_json, as_markdown, plan_rows
from reports.domain.report_data.words import file_name
from reports.domain.tickets import connect_tracker, disconnect_tracker, drafts_of, request_run
from reports.models import Tracker
from reports.tracker_forms import TrackerForm


@login_required
@require_GET
def export(request: HttpRequest, assessment: uuid.UUID, form: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_roadmap")
    if held := answers_first(request, row):
        return held
    plan = team_roadmap(row)
    if form not in KINDS or plan is None:
        raise Http404("The roadmap is exported as csv, json or md.")
    rows = plan_rows(plan)
    text = {"csv": as_csv(rows), "json": as_json(plan, rows), "md": as_markdown(plan, rows)}[form]
    response = HttpResponse(text, content_type=KINDS[form])
    name = file_name("roadmap", row.team.name, row.title)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def tracker(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """The dry run: what sending would make, and where; POST sets where."""
    row = fetch_assessment(request, assessment, "reports.use_tracker")
    held = Tracker.objects.filter(team=row.team).first()
    form = TrackerForm(request.POST if request.method == "POST" else None, held=held)
    if form.is_valid():
        connect_tracker(row, **form.cleaned_data, by=cast(User, request.user))
        messages.success(request, gettext("The tracker is connected. Nothing is sent until you say so."))
        return redirect("reports:tracker", row.public_id)
    context = {
        "assessment": row,
        "tracker": held,
        "form": form,
        "planned": drafts_of(row, held),
        "job": held.runs.first() if held else None,
        "poll_url": reverse("reports:tracker-run", args=[row.public_id]),
    }
    return render(request, "reports/tracker.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def send(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.use_tracker")
    held = get_object_or_404(Tracker, team=row.team)
    request_run(held, row, makes=request.POST.get("only") != "read", by=cast(User, request.user))
    return redirect("reports:tracker", row.public_id)


@login_required
@require_GET
def run_status(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.use_tracker")
    held = get_object_or_404(Tracker, team=row.team)
    job = held.runs.first()
    if job is None:
        raise Http404("Nothing was sent yet.")
    return job_response(request, job, poll_url=request.path, label=str(held))


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.use_tracker")
    held = get_object_or_404(Tracker.objects.select_related("team"), team=row.team)
    if request.method == "POST":
        disconnect_tracker(row, held, by=cast(User, request.user))
        messages.success(request, gettext("The tracker is disconnected and its token forgotten."))
        return redirect("reports:roadmap", row.public_id)
    texts = {
        "heading": gettext("Disconnect {tracker}?").format(tracker=held),
        "loss": gettext("Its token is forgotten, and which tickets belong to which action. The tickets stay there."),
        "action": gettext("Disconnect"),
        "back_url": reverse("reports:tracker", args=[row.public_id]),
    }
    return render(request, "components/confirm.html", texts)
