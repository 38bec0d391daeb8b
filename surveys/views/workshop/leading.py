"""The facilitator's screen: one practice at a time, one next step, everything else quiet. Works without JavaScript."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessment.views import fetch_assessment
from core.refusals import Invalid
from surveys.domain.workshop.finishing import finish_workshop
from surveys.domain.workshop.joining import room_token
from surveys.domain.workshop.leading import (
    add_note,
    cancel_vote,
    look_at,
    open_all,
    open_vote,
    reopen,
    reveal,
    reveal_due,
    set_timer,
    settle,
)
from surveys.domain.workshop.preparing import rule_in_words
from surveys.domain.workshop.subjects import Subject, chosen_of, subjects_of
from surveys.domain.workshop.watching import Scene, progress_stamp, scene_of
from surveys.forms.workshop import NoteForm, SettleForm
from surveys.models import AgendaItem, ItemState, Workshop, WorkshopState
from surveys.views.workshop import LEAD, fetch_workshop, poll_answer
from surveys.views.workshop.room import progress


@never_cache
@login_required
@require_GET
def workshop_lead(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, LEAD)
    found = Workshop.objects.filter(assessment=row).select_related("facilitator", "current").first()
    if found is None:
        return render(request, "surveys/workshop/begin.html", {"assessment": row})
    found.assessment = row
    return render(request, "surveys/workshop/lead.html", _context(request, found))


def _context(request: HttpRequest, workshop: Workshop) -> dict[str, object]:
    items, scene = list(workshop.items.all()), scene_of(workshop, workshop.current)
    subjects = subjects_of(workshop.assessment.maturity_model)
    waiting = [item for item in items if item.state == ItemState.WAITING and item.is_planned]
    following = next((item for item in waiting if item.pk != workshop.current_id), None)
    token = room_token(workshop.public_id)
    return {
        "assessment": workshop.assessment,
        "workshop": workshop,
        "leads": workshop.facilitator_id == request.user.pk,
        "scene": scene,
        "settle": SettleForm(subject=scene.subject, initial=_settled(scene)) if scene else None,
        "note": NoteForm(),
        "notes": workshop.notes.all(),
        "agenda": [(item, subjects[item.practice].name, _agreed(subjects[item.practice], item)) for item in items],
        "enter_address": request.build_absolute_uri(reverse("surveys:workshop-enter", args=[workshop.code])),
        "following": following,
        "following_name": subjects[following.practice].name if following else "",
        "rule": rule_in_words(workshop),
        "room_address": request.build_absolute_uri(reverse("surveys:workshop-room", args=[token])),
        "stamp": progress_stamp(workshop),
        "now": timezone.now(),
        **progress(workshop),
    }


def _agreed(subject: Subject, item: AgendaItem) -> str:
    return subject.words(chosen_of(item.agreed_level, item.agreed_ticked))


def _settled(scene: Scene) -> dict[str, object]:
    """What was said before; where several may be ticked and nothing was, what more than half of the voters ticked."""
    item = scene.item
    chosen = chosen_of(item.agreed_level, item.agreed_ticked)
    numbers = chosen if isinstance(chosen, tuple) else () if chosen is None else (chosen,)
    level = ["none"] if item.outcome == "disagreed" else [str(one) for one in numbers]
    if scene.subject.is_multiple and not level and scene.last:
        level = [str(one) for one in sorted(scene.last.counted)]
    return {"level": level} | {name: getattr(item, name) for name in ("dissent", "check_what", "check_who")}


@never_cache
@login_required
@require_GET
def workshop_watch(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """How many have voted by now, and whether something else changed since the page was loaded."""
    workshop = fetch_workshop(request, assessment)
    context: dict[str, object] = {
        "workshop": workshop,
        "assessment": workshop.assessment,
        "page": request.GET.get("page"),
    }
    stamp, is_over = progress_stamp(workshop), workshop.state == WorkshopState.FINISHED
    if request.GET.get("version") != stamp:
        context |= progress(workshop) | {"is_stale": request.GET.get("page") != str(workshop.version)}
    return poll_answer(request, "surveys/workshop/_progress.html", context, stamp=stamp, is_over=is_over)


Step = Callable[[Workshop, AgendaItem, User], object]
STEPS: dict[str, Step] = {
    "open": lambda workshop, item, by: open_vote(workshop, item, by=by),
    "reveal": lambda workshop, item, by: reveal(workshop, item, by=by),
    "cancel": lambda workshop, item, by: cancel_vote(workshop, item, by=by),
    "reopen": lambda workshop, item, by: reopen(workshop, item, by=by),
    "look": lambda workshop, item, by: look_at(workshop, item, by=by),
    "timer-5": lambda workshop, item, by: set_timer(workshop, item, minutes=5, by=by),
    "timer-1": lambda workshop, item, by: set_timer(workshop, item, minutes=1, by=by),
    "timer-0": lambda workshop, item, by: set_timer(workshop, item, minutes=0, by=by),
}


@login_required
@require_POST
def workshop_step(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """One step of the facilitator on one practice, or on all that wait for the same deadline."""
    workshop, by = fetch_workshop(request, assessment), cast(User, request.user)
    step = request.POST.get("do", "")
    if step == "wait":
        look_at(workshop, None, by=by)
    elif step == "open-all":
        open_all(workshop, closes_at=_moment(request.POST.get("closes_at", "")), by=by)
    elif step == "reveal-due":
        revealed, few = reveal_due(workshop, by=by)
        messages.info(request, _("{n} revealed, {few} have too few votes.").format(n=revealed, few=few))
    elif step in STEPS:
        item = get_object_or_404(workshop.items, practice=request.POST.get("practice", ""))
        STEPS[step](workshop, item, by)
    else:
        raise Invalid(_("There is no such step."))
    return redirect("surveys:workshop-lead", assessment)


def _moment(text: str) -> dt.datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("Choose a deadline that lies ahead."))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


@login_required
@require_POST
def workshop_settle(request: HttpRequest, assessment: uuid.UUID, practice: str) -> HttpResponse:
    workshop = fetch_workshop(request, assessment)
    item = get_object_or_404(workshop.items, practice=practice)
    subject = subjects_of(workshop.assessment.maturity_model)[item.practice]
    form = SettleForm(request.POST, subject=subject)
    if not form.is_valid():
        context = _context(request, workshop) | {"settle": form}
        return render(request, "surveys/workshop/lead.html", context, status=422)
    settle(workshop, item, by=cast(User, request.user), **form.values())
    return redirect("surveys:workshop-lead", assessment)


@login_required
@require_POST
def workshop_note(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    workshop, form = fetch_workshop(request, assessment), NoteForm(request.POST)
    if not form.is_valid():
        return render(request, "surveys/workshop/lead.html", _context(request, workshop) | {"note": form}, status=422)
    add_note(workshop, by=cast(User, request.user), **form.cleaned_data)
    return redirect(reverse("surveys:workshop-lead", args=[assessment]) + "#notes")


@login_required
@require_http_methods(["GET", "POST"])
def workshop_finish(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    workshop = fetch_workshop(request, assessment)
    if request.method == "POST":
        finish_workshop(workshop, by=cast(User, request.user))
        messages.success(request, _("The workshop is finished. What was agreed is in the result."))
        return redirect("surveys:workshop-lead", assessment)
    context = {
        "heading": _("Finish the workshop?"),
        "loss": _(
            "Nobody can vote any more, and whose vote was whose is forgotten for good. "
            "What was agreed becomes part of the result at once."
        ),
        "action": _("Finish"),
        "back_url": reverse("surveys:workshop-lead", args=[assessment]),
    }
    return render(request, "components/confirm.html", context)
