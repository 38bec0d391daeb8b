"""Pages on which consultants and administrators bring their own maturity models."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views import fetch_organization, me
from assessment.domain.model_store import found_in, look_at, models_for, store, throw_away, withdraw
from assessment.forms import ModelUploadForm
from assessment.maturity.formats import Checked
from assessment.models import MaturityModel, ModelUpload


@login_required
@require_http_methods(["GET", "POST"])
def model_list(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "assessment.bring_models")
    form = ModelUploadForm(request.POST or None, request.FILES or None)
    checked: Checked | None = None
    if form.is_valid():
        sent, kind, slug = (form.cleaned_data[name] for name in ("file", "format", "slug"))
        checked, upload = look_at(row, sent.file, name=sent.name, kind=kind, slug=slug, by=me(request))
        if upload is not None:
            return redirect("assessment:model-upload", upload.public_id)
    context = {"organization": row, "form": form, "models": models_for(row), "checked": checked}
    status = 422 if form.errors or checked else 200
    return render(request, "assessment/model_list.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def model_withdraw(request: HttpRequest, organization: uuid.UUID, digest: str) -> HttpResponse:
    """A model of the organization that nobody uses is taken away, after a question."""
    row = fetch_organization(request, organization, "assessment.bring_models")
    model = get_object_or_404(MaturityModel, organization=row, digest=digest)
    back = reverse("assessment:model-list", args=[row.public_id])
    if request.method == "POST":
        withdraw(model, by=me(request))
        messages.success(request, _("{model} is withdrawn.").format(model=model))
        return redirect(back)
    loss = _("It can no longer be chosen, and it is gone for good. Drafts stay. A model in use cannot be withdrawn.")
    heading = _("Withdraw {model}?").format(model=model)
    texts = {"heading": heading, "loss": loss, "action": _("Withdraw it"), "back_url": back}
    return render(request, "components/confirm.html", texts)


@login_required
@require_http_methods(["GET", "POST"])
def model_upload(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """What was noticed in a model that was sent; only now it is stored, or thrown away."""
    rows = ModelUpload.objects.for_user(request.user).select_related("organization")
    row = get_object_or_404(rows, public_id=upload)
    organization = fetch_organization(request, row.organization.public_id, "assessment.bring_models")
    if request.method == "GET":
        context = {"organization": organization, "upload": row, "found": found_in(row)}
        return render(request, "assessment/model_upload.html", context)
    if "discard" in request.POST:
        throw_away(row)
        messages.success(request, _("Nothing was stored."))
    else:
        stored = store(row, by=me(request))
        messages.success(request, _("{model} is stored.").format(model=stored))
    return redirect("assessment:model-list", organization.public_id)
