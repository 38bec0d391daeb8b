"""Pages around an assessment: the list, making one, its overview, its targets, opening and closing."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Team, User
from assessment.domain.lifecycle import (
    close_assessment,
    create_assessment,
    delete_assessment,
    edit_assessment,
    open_assessment,
    reopen_assessment,
    set_targets,
)
from assessment.domain.model_store import models_to_start_with
from assessment.domain.queries import assessments_of, organizations_without_team, teams_without_assessment
from assessment.forms import AssessmentForm, NewAssessmentForm, first_guess, target_form_of
from assessment.maturity.loader import title_of
from assessment.models import Assessment
from core.permissions import require


def fetch_assessment(request: HttpRequest, public_id: uuid.UUID, permission: str = "") -> Assessment:
    """The assessment, when the person may see its team (else 404) and may do this (else 403)."""
    rows = Assessment.objects.for_user(request.user).with_model("team__organization")
    assessment = get_object_or_404(rows, public_id=public_id)
    if permission:
        require(request.user, permission, assessment)
    return assessment


@login_required
@require_GET
def assessment_list(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    assessments, waiting_teams = list(assessments_of(user)), teams_without_assessment(user)
    context = {
        "assessments": assessments,
        "waiting_teams": waiting_teams,
        "waiting_organizations": [] if assessments or waiting_teams else organizations_without_team(user),
    }
    return render(request, "assessment/assessment_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def assessment_create(request: HttpRequest, team: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(Team.objects.for_user(request.user).select_related("organization"), public_id=team)
    require(request.user, "assessment.add_assessment", row)
    form = NewAssessmentForm(request.POST or None, initial=first_guess(), models=models_to_start_with(row.organization))
    if form.is_valid():
        about = form.cleaned_data | {"maturity_model": form.chosen()}
        assessment = create_assessment(row, by=cast(User, request.user), **about)
        return redirect("assessment:assessment-detail", assessment.public_id)
    context = {"form": form, "team": row}
    return render(request, "assessment/assessment_create.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def assessment_detail(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment)
    return render(
        request, "assessment/assessment_detail.html", {"assessment": row, "model_title": title_of(row.maturity_model)}
    )


@login_required
@require_http_methods(["GET", "POST"])
def assessment_edit(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "assessment.edit_assessment")
    now = {field: getattr(row, field) for field in AssessmentForm.base_fields}
    form = AssessmentForm(request.POST or None, initial=now)
    if form.is_valid():
        edit_assessment(row, **form.cleaned_data, by=cast(User, request.user))
        return redirect("assessment:assessment-detail", row.public_id)
    context = {"form": form, "assessment": row}
    return render(request, "assessment/assessment_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def assessment_targets(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "assessment.edit_assessment")
    form = target_form_of(row.maturity_model)(request.POST or None, initial=row.target_profile)
    if form.is_valid():
        set_targets(row, form.targets(), by=cast(User, request.user))
        messages.success(request, _("The targets are saved."))
        return redirect("assessment:assessment-detail", row.public_id)
    context = {"form": form, "assessment": row}
    return render(request, "assessment/assessment_targets.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def assessment_open(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "assessment.open_assessment")
    open_assessment(row, by=cast(User, request.user))
    messages.success(request, _("The assessment is open. Tell the people you chose; they find it on their first page."))
    return redirect("assessment:assessment-detail", row.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def assessment_close(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "assessment.close_assessment")
    if request.method == "POST":
        close_assessment(row, by=cast(User, request.user))
        return redirect("assessment:assessment-detail", row.public_id)
    loss = _("Nobody can answer or change an answer any more. You can open it again.")
    return _confirm(
        request, row, heading=_("Close {name}?").format(name=row.title), loss=loss, action=_("Close the assessment")
    )


@login_required
@require_POST
def assessment_reopen(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "assessment.open_assessment")
    reopen_assessment(row, by=cast(User, request.user))
    return redirect("assessment:assessment-detail", row.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def assessment_delete(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "assessment.delete_assessment")
    if request.method == "POST":
        delete_assessment(row, by=cast(User, request.user))
        messages.success(request, _("{name} is deleted.").format(name=row))
        return redirect("assessment:assessment-list")
    loss = _("Every answer, comment, measurement, result and report of this assessment will be gone for good.")
    return _confirm(
        request, row, heading=_("Delete {name}?").format(name=row.title), loss=loss, action=_("Delete the assessment")
    )


def _confirm(request: HttpRequest, assessment: Assessment, **texts: str) -> HttpResponse:
    back_url = f"/assessments/{assessment.public_id}/"
    return render(request, "components/confirm.html", {**texts, "back_url": back_url})
