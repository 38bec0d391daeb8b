"""The page on which an organization settles how its reports look."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views import fetch_organization, me
from reports.brand_forms import BrandForm
from reports.domain.branding import brand_in_use, keep_draft, kept_brand, look_of, put_in_use, withdraw_brand


@login_required
@require_http_methods(["GET", "POST"])
def brand(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "reports.edit_brand")
    in_use = brand_in_use(row)
    shown = kept_brand(row, request.POST.get("kept", "")) or in_use
    form = BrandForm(request.POST or None, request.FILES or None, organization=row, kept=shown)
    if form.is_valid() and "preview" not in request.POST:
        put_in_use(row, form.draft(), by=me(request))
        messages.success(request, _("Reports made from now on look like this. Earlier ones stay as they are."))
        return redirect("reports:brand", row.public_id)
    if form.is_valid():
        shown = keep_draft(row, form.draft(), by=me(request))
    elif form.fresh_logo:
        shown = keep_draft(row, form.rescued(), by=me(request))
    look = look_of(shown) if shown else None
    context = {"organization": row, "form": form, "shown": shown, "look": look, "in_use": in_use}
    return render(request, "reports/brand.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def brand_withdraw(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "reports.edit_brand")
    withdraw_brand(row, by=me(request))
    messages.success(request, _("Reports made from now on have Headwater’s own look."))
    return redirect("reports:brand", row.public_id)
