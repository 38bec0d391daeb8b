"""The what-if page: live while it is filled in, saved as scenarios, and the inputs it rests on."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessment.domain.flow import FlowError
from assessment.domain.flow.given import filled, team_inputs
from assessment.domain.flow.whatif import PRESETS, WhatIf, whatif_from
from assessment.domain.flow_inputs import check_open, given_of, set_flow_inputs
from assessment.domain.scenarios import delete_scenario, save_scenario, show_in_report
from assessment.models import Assessment, FlowScenario
from assessment.views import fetch_assessment
from core.permissions import require
from reports.answers_first import answers_first
from reports.domain.flow_page.gather import page_context, preset_names, team_of
from reports.flow_forms import FlowInputsForm, ScenarioNameForm, WhatIfForm


@login_required
@require_GET
def flow(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """The what-if of the address's query; without one, coding 40 % faster and all else as today."""
    row = fetch_assessment(request, assessment, "reports.view_flow")
    return _what_if(request, row, WhatIf(), _with_preset(request.GET))


@login_required
@require_GET
def scenario(request: HttpRequest, scenario: uuid.UUID) -> HttpResponse:
    """A saved what-if under its own address, for whoever may see the assessment."""
    row = _fetch_scenario(request, scenario, "reports.view_flow")
    return _what_if(request, row.assessment, whatif_from(row.values), QueryDict(), saved=row)


@login_required
@require_POST
def scenario_save(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.save_scenario")
    form, named = WhatIfForm(request.POST, team=team_of(row), whatif=WhatIf()), ScenarioNameForm(request.POST)
    if not (form.is_valid() and named.is_valid()):
        return _what_if(request, row, WhatIf(), request.POST, named=named, status=422)
    kept = save_scenario(row, name=named.cleaned_data["name"], whatif=form.whatif(), by=cast(User, request.user))
    messages.success(request, gettext("The scenario is saved."))
    return redirect("reports:scenario", kept.public_id)


@login_required
@require_POST
def scenario_show(request: HttpRequest, scenario: uuid.UUID) -> HttpResponse:
    row = _fetch_scenario(request, scenario, "reports.show_scenario")
    show_in_report(row, shown=request.POST.get("shown") == "yes", by=cast(User, request.user))
    return redirect("reports:flow", row.assessment.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def scenario_delete(request: HttpRequest, scenario: uuid.UUID) -> HttpResponse:
    row = _fetch_scenario(request, scenario, "reports.delete_scenario")
    if request.method == "POST":
        delete_scenario(row, by=cast(User, request.user))
        messages.success(request, gettext("The scenario is deleted."))
        return redirect("reports:flow", row.assessment.public_id)
    texts = {
        "heading": gettext("Delete the scenario “{name}”?").format(name=row.name),
        "loss": gettext("Its link stops working, and the next report does not show it."),
        "action": gettext("Delete the scenario"),
        "back_url": reverse("reports:scenario", args=[row.public_id]),
    }
    return render(request, "components/confirm.html", texts)


@login_required
@require_http_methods(["GET", "POST"])
def flow_inputs(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.edit_flow_inputs")
    check_open(row)
    form = FlowInputsForm(request.POST if request.method == "POST" else None, given=given_of(row))
    if form.is_valid():
        set_flow_inputs(row, form.inputs(), by=cast(User, request.user))
        messages.success(request, gettext("The inputs are saved and the result is scored again."))
        return redirect("reports:flow", row.public_id)
    context = {"assessment": row, "form": form}
    return render(request, "reports/flow_inputs.html", context, status=422 if form.errors else 200)


def _what_if(
    request: HttpRequest,
    assessment: Assessment,
    whatif: WhatIf,
    data: QueryDict,
    *,
    saved: FlowScenario | None = None,
    named: ScenarioNameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or its outcome alone for htmx."""
    if page := answers_first(request, assessment):
        return page
    context: dict[str, Any] = {"assessment": assessment, "saved": saved, "presets": preset_names()}
    context["named"] = named or ScenarioNameForm(initial={"name": saved})
    try:
        given = given_of(assessment)
        team = team_inputs(filled(given))
        form = WhatIfForm(_completed(data, WhatIfForm(team=team, whatif=whatif)), team=team, whatif=whatif)
        context["form"] = form
        if not form.is_bound or form.is_valid():
            context |= page_context(assessment, given, form.whatif() if form.is_bound else whatif)
        else:
            status = 422
    except FlowError as wrong:
        context["problem"] = str(wrong)
    part = "#outcome" if request.htmx else ""  # type: ignore[attr-defined]  # set by HtmxMiddleware
    response = render(request, f"reports/flow.html{part}", context, status=status)
    response.headers["Vary"] = "HX-Request"
    return response


def _with_preset(query: QueryDict) -> QueryDict:
    """The query with the growth of the preset whose button was pressed; presets leave the other fields alone."""
    preset = next((each for each in PRESETS if each.id == query.get("preset")), None)
    data = query.copy()
    if preset:
        data["volume_percent"], data["size_percent"] = f"{preset.volume_percent:g}", f"{preset.size_percent:g}"
        data["demand"] = "given"
    return data


def _completed(data: QueryDict, plain: WhatIfForm) -> QueryDict | None:
    """The data with the plain form's value for every field they do not name; None without data."""
    if not data:
        return None
    whole = data.copy()
    for name, value in plain.initial.items():
        whole.setdefault(name, str(value))
    return whole


def _fetch_scenario(request: HttpRequest, public_id: uuid.UUID, permission: str) -> FlowScenario:
    rows = FlowScenario.objects.for_user(request.user).select_related(
        "assessment__team__organization", "assessment__maturity_model"
    )
    row = get_object_or_404(rows, public_id=public_id)
    require(request.user, permission, row.assessment)
    return row
