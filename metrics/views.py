"""Pages around repositories: the team's list, attaching and removing one, running and watching a collection."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment.models import Assessment, AssessmentState
from assessment.views import fetch_assessment
from core.permissions import require
from core.polling import job_response
from core.refusals import Refused
from metrics.domain.hosts import attach_with_host, set_host, try_host
from metrics.domain.queries import cost_of, facts_of, in_words_of_the_reader, log_of, readings_of, repositories_of
from metrics.domain.repositories import (
    cancel_collection,
    check_not_frozen,
    edit_repository,
    remove_repository,
    request_collection,
    restart_collection,
)
from metrics.domain.schedule import set_schedule
from metrics.forms import HostForm, RepositoryForm, ScopeForm
from metrics.models import Collection, CollectionSchedule, HostConnection, Repository


@login_required
@require_GET
def repository_list(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "metrics.view_repositories")
    context = {
        "assessment": row,
        "rows": repositories_of(row),
        "is_frozen": row.state == AssessmentState.CLOSED,
        "schedule": CollectionSchedule.objects.filter(team=row.team).first(),
    }
    return render(request, "metrics/repository_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def repository_attach(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "metrics.attach_repository")
    check_not_frozen(row)
    if "test" in request.POST:
        tested = try_typed_host(HostForm(request.POST))
        form = RepositoryForm(initial=request.POST.dict())
        return render(request, "metrics/repository_attach.html", {"assessment": row, "form": form, **tested})
    form = RepositoryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            repository = attach_with_host(row.team, form.values(), form.host_values(), by=request.user)  # type: ignore[arg-type]  # signed in
        except Refused as error:
            form.refuse(error)
        else:
            collection = request_collection(row, repository, by=request.user)  # type: ignore[arg-type]  # signed in
            return redirect("metrics:collection-detail", collection.public_id)
    context = {"assessment": row, "form": form}
    return render(request, "metrics/repository_attach.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def repository_host(request: HttpRequest, assessment: uuid.UUID, repository: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "metrics.attach_repository")
    target = _repository(request, row, repository)
    held = HostConnection.objects.filter(repository=target).first()
    context: dict[str, Any] = {"assessment": row, "repository": target, "connection": held}
    if "test" in request.POST:
        context |= try_typed_host(HostForm(request.POST, connection=held))
        context["form"] = HostForm(initial=request.POST.dict())
        return render(request, "metrics/repository_host.html", context)
    form = HostForm(request.POST if request.method == "POST" else None, connection=held)
    if form.is_valid():
        try:
            set_host(target, form.host_values(), by=request.user)  # type: ignore[arg-type]  # signed in
        except Refused as error:
            form.refuse_host(error)
        else:
            return redirect("metrics:repository-list", row.public_id)
    status = 422 if form.errors else 200
    return render(request, "metrics/repository_host.html", {**context, "form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def repository_edit(request: HttpRequest, assessment: uuid.UUID, repository: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "metrics.attach_repository")
    target = _repository(request, row, repository)
    held = {"name": target.name, "weight": target.weight, "folders": target.folders, "rules": target.rules}
    form = ScopeForm(request.POST if request.method == "POST" else None, initial=held)
    if form.is_valid():
        try:
            is_stale = edit_repository(target, **form.cleaned_data, by=request.user)  # type: ignore[arg-type]  # signed in
            if is_stale and row.state != AssessmentState.CLOSED:
                collection = request_collection(row, target, by=request.user)  # type: ignore[arg-type]  # signed in
                return redirect("metrics:collection-detail", collection.public_id)
            return redirect("metrics:repository-list", row.public_id)
        except Refused as error:
            form.add_error(None, error.sentence)
    context = {"assessment": row, "repository": target, "form": form}
    return render(request, "metrics/repository_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def collection_schedule(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "metrics.start_collection")
    set_schedule(row.team, is_on=request.POST.get("is_on") == "yes", by=request.user)  # type: ignore[arg-type]  # signed in
    return redirect("metrics:repository-list", row.public_id)


def try_typed_host(form: HostForm) -> dict[str, Any]:
    """What a test of the typed connection says: what would be seen, or why nothing is."""
    if not form.is_valid():
        return {"test_refused": next(iter(form.errors.values()))[0]}
    if not (values := form.test_values()):
        return {"test_refused": _("Choose a hosting service and name the project first.")}
    try:
        return {"tested": try_host(**values, stored=form.connection)}
    except Refused as error:
        return {"test_refused": error.sentence}


@login_required
@require_http_methods(["GET", "POST"])
def repository_remove(request: HttpRequest, assessment: uuid.UUID, repository: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment)
    target = _repository(request, row, repository)
    require(request.user, "metrics.remove_repository", target)
    if request.method == "POST":
        remove_repository(target, by=request.user)  # type: ignore[arg-type]  # signed in
        messages.success(request, _("{name} is removed, and so is what was measured in it.").format(name=target.name))
        return redirect("metrics:repository-list", row.public_id)
    context = {
        "assessment": row,
        "heading": _("Remove {name}?").format(name=target.name),
        "loss": _(
            "Everything measured in it is deleted, in every assessment of the team, and results change with it. "
            "The repository itself is not touched."
        ),
        "action": _("Remove the repository"),
        "back_url": reverse("metrics:repository-list", args=[row.public_id]),
    }
    return render(request, "components/confirm.html", context)


@login_required
@require_POST
def collection_start(request: HttpRequest, assessment: uuid.UUID, repository: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "metrics.start_collection")
    target = _repository(request, row, repository)
    collection = request_collection(row, target, by=request.user)  # type: ignore[arg-type]  # signed in
    return redirect("metrics:collection-detail", collection.public_id)


@login_required
@require_GET
def collection_detail(request: HttpRequest, collection: uuid.UUID) -> HttpResponse:
    row = in_words_of_the_reader(_collection(request, collection, "metrics.view_collection"))
    may_see = request.user.has_perm("assessment.view_evidence", row.assessment)
    measured, skipped = readings_of(row) if may_see else ([], [])
    context = {
        "must_answer_first": not may_see,
        "collection": row,
        "assessment": row.assessment,
        "measured": measured,
        "skipped": skipped,
        "facts": facts_of(row) if may_see else [],
        "cost": cost_of(row),
        "log": log_of(row),
        "poll_url": _poll_url(row),
    }
    return render(request, "metrics/collection_detail.html", context)


@login_required
@require_GET
def collection_status(request: HttpRequest, collection: uuid.UUID) -> HttpResponse:
    row = in_words_of_the_reader(_collection(request, collection, "metrics.view_collection"))
    return job_response(request, row, poll_url=_poll_url(row), label=row.repository.name)


@login_required
@require_POST
def collection_cancel(request: HttpRequest, collection: uuid.UUID) -> HttpResponse:
    row = _collection(request, collection, "metrics.cancel_collection")
    cancel_collection(row, by=request.user)  # type: ignore[arg-type]  # signed in
    return redirect("metrics:collection-detail", row.public_id)


@login_required
@require_POST
def collection_restart(request: HttpRequest, collection: uuid.UUID) -> HttpResponse:
    row = _collection(request, collection, "metrics.cancel_collection")
    restart_collection(row, by=request.user)  # type: ignore[arg-type]  # signed in
    return redirect("metrics:collection-detail", row.public_id)


def _repository(request: HttpRequest, assessment: Assessment, public_id: uuid.UUID) -> Repository:
    rows = Repository.objects.for_user(request.user).filter(team=assessment.team).select_related("team")
    return get_object_or_404(rows, public_id=public_id)


def _collection(request: HttpRequest, public_id: uuid.UUID, permission: str) -> Collection:
    rows = Collection.objects.for_user(request.user).select_related(
        "repository", "assessment__team", "assessment__maturity_model", "requested_by"
    )
    row = get_object_or_404(rows, public_id=public_id)
    require(request.user, permission, row)
    return row


def _poll_url(collection: Collection) -> str:
    return reverse("metrics:collection-status", args=[collection.public_id])
