"""The roadmap as the team keeps it: deciding about actions, their order and dates, its history."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessment.domain import team_roadmap as domain
from assessment.domain.team_roadmap import TeamRoadmap, team_roadmap
from assessment.maturity.loader import OtherRule
from assessment.models import Assessment
from assessment.views import fetch_assessment
from core.refusals import Invalid
from reports.answers_first import answers_first
from reports.domain.follow_page import follow_page
from reports.domain.roadmap_page import action_page, history_of, roadmap_page
from reports.roadmap_forms import CapacityForm, DetailsForm, OwnActionForm


@login_required
@require_GET
def roadmap(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_roadmap")
    if held := answers_first(request, row):
        return held
    plan = team_roadmap(row)
    context = {"assessment": row, "page": roadmap_page(plan) if plan else None}
    return render(request, "reports/roadmap.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, assessment: uuid.UUID, action: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.edit_roadmap")
    by, seen, reason = cast(User, request.user), _seen(request), request.POST.get("reason", "")
    match request.POST.get("decision"):
        case "accept":
            domain.accept(row, action, by=by, seen=seen)
        case "reject":
            domain.reject(row, action, reason=reason, by=by, seen=seen)
        case "release":
            domain.release(row, action, by=by, seen=seen)
        case "finish":
            domain.finish(row, action, by=by, seen=seen)
        case "stop":
            domain.stop(row, action, reason=reason, by=by, seen=seen)
        case _:
            raise Invalid(gettext("Say what is decided: accept, reject, release, finish or stop."))
    return redirect(_back(row, action))


@login_required
@require_POST
def move_action(request: HttpRequest, assessment: uuid.UUID, action: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.edit_roadmap")
    before = request.POST.get("before", "")
    try:
        stayed = domain.move(
            row, action, up=request.POST.get("way") == "up", before=before or None, by=cast(User, request.user)
        )
    except KeyError:
        raise Invalid(gettext("The plan does not hold this action now.")) from None
    if stayed:
        messages.info(request, stayed)
    return redirect(_back(row, action))


@login_required
@require_http_methods(["GET", "POST"])
def action(request: HttpRequest, assessment: uuid.UUID, action: str) -> HttpResponse:
    needed = "reports.edit_roadmap" if request.method == "POST" else "reports.view_roadmap"
    row = fetch_assessment(request, assessment, needed)
    if held := answers_first(request, row):
        return held
    plan = _plan_or_404(row)
    page = action_page(plan, action)
    if page is None:
        raise Http404("There is no such action.")
    form = DetailsForm(request.POST if request.method == "POST" else None, plan=plan, action=action)
    if form.is_valid():
        try:
            domain.set_details(row, action, **form.cleaned_data, by=cast(User, request.user), seen=_seen(request))
        except Invalid as wrong:
            form.add_error(None, wrong.sentence)
        else:
            messages.success(request, gettext("The action is saved and the plan is worked out again."))
            return redirect(_back(row, action))
    context = {"assessment": row, "page": page, "form": form}
    return render(request, "reports/roadmap_action.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def action_add(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.edit_roadmap")
    form = OwnActionForm(request.POST if request.method == "POST" else None, plan=_plan_or_404(row))
    if form.is_valid():
        added = domain.add_own(row, form.own(), by=cast(User, request.user))
        messages.success(request, gettext("The action is added; the plan has found a place for it or says why not."))
        return redirect(_back(row, added))
    context = {"assessment": row, "form": form}
    return render(request, "reports/roadmap_add.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def capacity(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """What the team can carry."""
    row = fetch_assessment(request, assessment, "reports.edit_roadmap")
    if not row.maturity_model.is_ours:
        raise OtherRule
    form = CapacityForm(request.POST if request.method == "POST" else None, plan=_plan_or_404(row))
    if form.is_valid():
        domain.set_capacity(row, **form.capacity(), by=cast(User, request.user))
        messages.success(request, gettext("Saved; the plan is worked out again."))
        return redirect("reports:roadmap", row.public_id)
    context = {"assessment": row, "form": form}
    return render(request, "reports/roadmap_capacity.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def history(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_roadmap")
    if held := answers_first(request, row):
        return held
    return render(request, "reports/roadmap_history.html", {"assessment": row, "revisions": history_of(row)})


@login_required
@require_GET
def follow(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """Whether what was taken on shows, and what became of the last roadmap."""
    row = fetch_assessment(request, assessment, "reports.view_roadmap")
    if held := answers_first(request, row):
        return held
    return render(request, "reports/roadmap_follow.html", {"assessment": row, "page": follow_page(row)})


@login_required
@require_POST
def undo_change(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.edit_roadmap")
    domain.undo(row, by=cast(User, request.user))
    messages.success(request, gettext("The last change is undone. The history keeps it."))
    return redirect("reports:roadmap", row.public_id)


@login_required
@require_POST
def return_to_revision(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.edit_roadmap")
    number = request.POST.get("number", "")
    domain.return_to(row, int(number) if number.isdecimal() and len(number) < 9 else 0, by=cast(User, request.user))
    messages.success(request, gettext("The plan is as it was then. The history keeps what came after."))
    return redirect("reports:roadmap", row.public_id)


def _plan_or_404(assessment: Assessment) -> TeamRoadmap:
    plan = team_roadmap(assessment)
    if plan is None:
        raise Http404("There is no result yet.")
    return plan


def _seen(request: HttpRequest) -> int | None:
    """The revision the person looked at when deciding."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _back(assessment: Assessment, action: str) -> str:
    return f"{reverse('reports:roadmap', args=[assessment.public_id])}#step-{action}"
