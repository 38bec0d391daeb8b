"""The texts that people add to a report: the list of places, and one place with its preview."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessment.views import fetch_assessment
from core.markdown import safe_html
from reports.domain.remarks import (
    RemarkConflict,
    are_remarks_open,
    latest_versions,
    places_of,
    remarks_of,
    write_remark,
)
from reports.models import RemarkVersion
from reports.remark_forms import RemarkForm


@login_required
@require_GET
def remark_list(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.write_remark")
    written = {remark.place: remark for remark in remarks_of(row)}
    places = [(place, written.get(place.id)) for place in places_of(row)]
    return render(
        request, "reports/remark_list.html", {"assessment": row, "places": places, "is_open": are_remarks_open(row)}
    )


@login_required
@require_http_methods(["GET", "POST"])
def remark(request: HttpRequest, assessment: uuid.UUID, place: str) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.write_remark")
    name = next((known.name for known in places_of(row) if known.id == place), None)
    if name is None:
        raise Http404("The report has no such place.")
    latest = latest_versions(row).get(place)
    form = RemarkForm(request.POST or None, initial=_initial(latest))
    context = {"assessment": row, "name": name, "form": form, "latest": latest, "is_open": are_remarks_open(row)}
    if form.is_valid() and "preview" in request.POST:
        context["preview"] = safe_html(form.cleaned_data["text"])
    elif form.is_valid():
        try:
            write_remark(row, place=place, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # signed in
        except RemarkConflict as conflict:
            return _both(request, conflict, context)
        messages.success(request, _("The text is kept. Reports asked for from now on print it."))
        return redirect("reports:remark-list", row.public_id)
    return render(request, "reports/remark.html", context, status=422 if form.errors else 200)


def _both(request: HttpRequest, conflict: RemarkConflict, context: dict[str, object]) -> HttpResponse:
    """Theirs to read, mine still in the field, and saving again builds on theirs."""
    mine = request.POST.copy()
    mine["based_on"] = str(conflict.theirs.number)
    shown = {"form": RemarkForm(mine), "theirs": conflict.theirs, "theirs_html": safe_html(conflict.theirs.text)}
    return render(request, "reports/remark.html", {**context, **shown, "sentence": conflict.sentence}, status=409)


def _initial(latest: RemarkVersion | None) -> dict[str, object]:
    if latest is None:
        return {"based_on": 0}
    return {"text": latest.text, "reach": latest.reach, "based_on": latest.number}
