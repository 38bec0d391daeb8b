"""Pages before the room fills: making the workshop, its agenda, its settings, who leads it."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from assessment.views import fetch_assessment
from core.refusals import Invalid
from surveys.domain.workshop.leading import confirm, hand_over, take_over
from surveys.domain.workshop.preparing import arrange, change_settings, prepare_workshop, propose_again, rule_in_words
from surveys.domain.workshop.subjects import subjects_of
from surveys.forms.workshop import AgendaForm, SettingsForm
from surveys.models import ItemState, Workshop
from surveys.views.workshop import LEAD, fetch_workshop

MOST_ROWS = 300  # on one page; a form sends three fields of each, and no more than 1,000 are taken


@login_required
@require_POST
def workshop_prepare(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, LEAD)
    prepare_workshop(row, by=cast(User, request.user))
    return redirect("surveys:workshop-agenda", assessment)


@login_required
@require_http_methods(["GET", "POST"])
def workshop_agenda(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """Order, minutes and what is in, by numbers or by buttons; what everybody agrees on is confirmed in bulk."""
    workshop, by = fetch_workshop(request, assessment), cast(User, request.user)
    everything = list(workshop.items.all())
    items = everything[:MOST_ROWS]
    form = AgendaForm(request.POST or None, items=items)
    if "propose" in request.POST:
        propose_again(workshop, by=by)
        return redirect("surveys:workshop-agenda", assessment)
    if "confirm" in request.POST:
        n = confirm(workshop, request.POST.getlist("agreed"), by=by)
        messages.success(request, _confirmed(workshop, n))
        return redirect("surveys:workshop-agenda", assessment)
    if form.is_valid():
        given = {name: request.POST.get(name, "") for name in ("move", "dragged", "before")}
        arrange(workshop, form.order(**given), by=by)
        return redirect("surveys:workshop-agenda", assessment)
    rows = form.rows({one.id: one.name for one in subjects_of(workshop.assessment.maturity_model).values()})
    context = {
        "assessment": workshop.assessment,
        "workshop": workshop,
        "form": form,
        "rows": [row for row in rows if not _confirms(row)],
        "agreed": [row for row in rows if _confirms(row) and row["item"].state == ItemState.WAITING],
        "n_behind": len(everything) - len(items),
        "n_minutes": sum(item.minutes for item in items if item.is_planned and item.state == ItemState.WAITING),
    }
    return render(request, "surveys/workshop/agenda.html", context, status=422 if form.errors else 200)


def _confirmed(workshop: Workshop, n: int) -> str:
    if workshop.assessment.maturity_model.is_ours:
        return ngettext("{n} practice is confirmed.", "{n} practices are confirmed.", n).format(n=n)
    return ngettext("{n} question is confirmed.", "{n} questions are confirmed.", n).format(n=n)


def _confirms(row: dict[str, object]) -> bool:
    return bool(row["item"].reasons.get("confirms"))  # type: ignore[attr-defined]  # an agenda item


@login_required
@require_http_methods(["GET", "POST"])
def workshop_settings(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    workshop = fetch_workshop(request, assessment)
    is_ours = workshop.assessment.maturity_model.is_ours
    form = SettingsForm(request.POST or None, initial=SettingsForm.initial_of(workshop), is_ours=is_ours)
    if form.is_valid():
        change_settings(workshop, form.values(), by=cast(User, request.user))
        return redirect("surveys:workshop-lead", assessment)
    context = {
        "assessment": workshop.assessment,
        "workshop": workshop,
        "form": form,
        "rule": rule_in_words(workshop),
    }
    return render(request, "surveys/workshop/settings.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def workshop_hand_over(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """Give the lead away, or take it: by a button on a page of its own, never by the way."""
    workshop, by = fetch_workshop(request, assessment), cast(User, request.user)
    leads = workshop.facilitator_id == by.pk
    others = _may_lead(workshop, by)
    if request.method == "POST":
        if "to" in request.POST:
            to = next((one for one in others if one.email == request.POST["to"]), None)
            if to is None:
                raise Invalid(_("Choose who leads from now on."))
            hand_over(workshop, to=to, by=by)
            messages.success(request, _("{name} leads from now on.").format(name=to))
        elif not leads:
            take_over(workshop, by=by)
        return redirect("surveys:workshop-lead", assessment)
    context = {"assessment": workshop.assessment, "workshop": workshop, "leads": leads, "others": others}
    return render(request, "surveys/workshop/hand_over.html", context)


def _may_lead(workshop: Workshop, by: User) -> list[User]:
    """Everybody else who may lead a workshop of this team."""
    organization = workshop.assessment.team.organization_id
    rows = User.objects.filter(memberships__organization=organization, is_active=True).exclude(pk=by.pk).distinct()
    return [user for user in rows.prefetch_related("memberships") if user.has_perm(LEAD, workshop.assessment)]
