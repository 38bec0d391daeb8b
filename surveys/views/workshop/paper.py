"""When the network is gone: ballots on paper, their entry by hand, and the workshop as one file."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from assessment.maturity.loader import asked_model_of
from assessment.views import fetch_assessment
from core.qr import qr_svg
from core.refusals import Invalid
from surveys.domain.workshop.carrying import BYTES_MAX, export_workshop, import_workshop, read_file
from surveys.domain.workshop.subjects import subjects_of
from surveys.domain.workshop.voting import enter_ballot, make_ballots
from surveys.forms.workshop import BallotForm, FileForm
from surveys.models import ItemState, Workshop
from surveys.views.workshop import LEAD, fetch_workshop

SHEETS_MAX = 60


@login_required
@require_http_methods(["GET", "POST"])
def workshop_ballots(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """Sheets to print, one for each person: every planned practice with its anchors, and a code for the entry."""
    workshop = fetch_workshop(request, assessment)
    if request.method == "POST":
        asked = request.POST.get("n", "")
        if not asked.isdecimal() or not 1 <= int(asked[:4]) <= SHEETS_MAX:
            raise Invalid(_("Between 1 and {n} sheets can be made.").format(n=SHEETS_MAX))
        make_ballots(workshop, n=int(asked), by=cast(User, request.user))
        return redirect("surveys:workshop-ballots", assessment)
    row = workshop.assessment.maturity_model
    planned = {item.practice for item in workshop.items.filter(is_planned=True, state=ItemState.WAITING)}
    sheets = []
    for seat in workshop.seats.filter(is_paper=True).order_by("pk"):
        path = reverse("surveys:workshop-ballot", args=[assessment, seat.public_id])
        sheets.append((seat, path, qr_svg(request.build_absolute_uri(path), title=_("Code for the entry"))))
    context = {
        "assessment": workshop.assessment,
        "workshop": workshop,
        "sheets": sheets,
        "sheets_max": SHEETS_MAX,
        "roles": asked_model_of(row).roles if row.is_ours else (),
        "subjects": [one for one in subjects_of(row).values() if one.id in planned],
        "has_several": any(one.is_multiple for one in subjects_of(row).values() if one.id in planned),
    }
    return render(request, "surveys/workshop/ballots.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def workshop_ballot(request: HttpRequest, assessment: uuid.UUID, ballot: uuid.UUID) -> HttpResponse:
    """Entering one sheet. What was entered before is not shown: it is somebody's secret vote."""
    workshop = fetch_workshop(request, assessment)
    seat = get_object_or_404(workshop.seats.filter(is_paper=True), public_id=ballot)
    items = list(workshop.items.filter(state__in=[ItemState.WAITING, ItemState.VOTING], is_planned=True))
    row = workshop.assessment.maturity_model
    form = BallotForm(request.POST or None, items=items, subjects=subjects_of(row), model=asked_model_of(row))
    if form.is_valid():
        role = form.cleaned_data.get("role", seat.role)
        n = enter_ballot(workshop, seat, form.votes(), role=role, by=cast(User, request.user))
        said = ngettext("Sheet {sheet}: {n} vote is stored.", "Sheet {sheet}: {n} votes are stored.", n)
        messages.success(request, said.format(sheet=seat.name, n=n))
        return redirect("surveys:workshop-ballots", assessment)
    context = {"assessment": workshop.assessment, "workshop": workshop, "seat": seat, "form": form}
    return render(request, "surveys/workshop/ballot.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_GET
def workshop_export(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    workshop = fetch_workshop(request, assessment)
    text = export_workshop(workshop, by=cast(User, request.user))
    name = f"workshop-{workshop.public_id}.json"
    return HttpResponse(
        text, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@login_required
@require_http_methods(["GET", "POST"])
def workshop_import(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """A finished workshop from a laptop that had no network; safe to send twice."""
    row = fetch_assessment(request, assessment, LEAD)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > BYTES_MAX:
                raise Invalid(_("The file is too large for a workshop."))
            import_workshop(row, read_file(upload.read().decode(errors="replace")), by=cast(User, request.user))
        except Invalid as refusal:
            form.add_error("file", refusal.sentence)
        else:
            messages.success(request, _("The workshop is here, and what was agreed is in the result."))
            return redirect("surveys:workshop-lead", assessment)
    found = Workshop.objects.filter(assessment=row).first()
    context = {"assessment": row, "workshop": found, "form": form}
    return render(request, "surveys/workshop/import.html", context, status=422 if form.errors else 200)
