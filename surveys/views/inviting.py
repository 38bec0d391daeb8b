"""Pages of those who lead: inviting by address, links to hand over, a code for a room."""

import uuid
from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.templatetags.mail import sends_mail
from assessment.maturity.loader import asked_model_of
from assessment.views import fetch_assessment
from core.qr import qr_svg
from surveys.domain.address_list import written
from surveys.domain.invitations import NewLink, invite_addresses, issue_link, issue_links, revoke, send_invitation
from surveys.domain.invite import survey_of
from surveys.domain.invited import invited, name_of
from surveys.domain.links import room_token
from surveys.domain.reminders import next_reminder
from surveys.domain.rooms import close_room, open_room, open_rooms
from surveys.forms.asking import AddressForm, RoomForm
from surveys.models import Participant, Survey


def _survey(request: HttpRequest, public_id: uuid.UUID) -> Survey:
    row = fetch_assessment(request, public_id, "surveys.invite_people")
    survey = survey_of(row)
    survey.assessment = row
    return survey


def _seat(request: HttpRequest, public_id: uuid.UUID, seat: uuid.UUID) -> Participant:
    survey = _survey(request, public_id)
    row = get_object_or_404(survey.participants.select_related("user", "invitation"), public_id=seat)
    row.survey = survey
    return row


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def invitation_add(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """A list of addresses: read first and shown as it was understood, invited only when every line is right."""
    survey = _survey(request, assessment)
    model = asked_model_of(survey.assessment.maturity_model)
    form = AddressForm(request.POST or None, request.FILES or None, model=model, by_mail=sends_mail())
    context: dict[str, object] = {"assessment": survey.assessment, "survey": survey, "form": form}
    if not form.is_valid():
        return render(request, "surveys/participant_invite.html", context, status=422 if form.errors else 200)
    found = form.cleaned_data["addresses"]
    if "confirm" in request.POST and not found.problems:
        by_mail = sends_mail() and request.POST["confirm"] == "mail"
        language = form.cleaned_data.get("language", "")
        seats = invite_addresses(survey, found.rows, by=cast(User, request.user), by_mail=by_mail, language=language)
        return _invited(request, survey, seats, n_asked=len(found.rows), by_mail=by_mail)
    shown = {name: form.cleaned_data.get(name) for name in ("roles", "language")} | {"text": form.read}
    again = AddressForm(initial=shown, model=model, by_mail=sends_mail())
    context |= {"form": again, "found": found, "role_names": form.names}
    return render(request, "surveys/participant_invite.html", context, status=422 if found.problems else 200)


def _invited(
    request: HttpRequest, survey: Survey, seats: Sequence[Participant], *, n_asked: int, by_mail: bool
) -> HttpResponse:
    if left := n_asked - len(seats):
        messages.info(request, ngettext("{n} was asked already.", "{n} were asked already.", left).format(n=left))
    if by_mail or not seats:
        if seats:
            said = ngettext("{n} person is invited by mail.", "{n} people are invited by mail.", len(seats))
            messages.success(request, said.format(n=len(seats)))
        return redirect("surveys:invitation-list", survey.assessment.public_id)
    return _links_page(request, survey, issue_links(seats))


def _links_page(request: HttpRequest, survey: Survey, links: Sequence[NewLink]) -> HttpResponse:
    """The links, in the answer to the very request that made them: they are stored nowhere."""
    rows = [(name_of(link.seat), link.seat.invitation.email, _address(request, "join", link.token)) for link in links]
    context = {
        "assessment": survey.assessment,
        "rows": rows,
        "expires_at": links[0].expires_at,
        "table": written([("name", "email", "link"), *rows]),
    }
    return render(request, "surveys/participant_links.html", context)


def _address(request: HttpRequest, name: str, token: str) -> str:
    return request.build_absolute_uri(reverse(f"surveys:{name}", args=[token]))


@login_required
@require_GET
def invitation_list(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    survey = _survey(request, assessment)
    names = {role.id: role.name for role in asked_model_of(survey.assessment.maturity_model).roles}
    context = {
        "assessment": survey.assessment,
        "survey": survey,
        "rows": invited(survey, names),
        "reminder": next_reminder(survey),
        "rooms": open_rooms(survey),
    }
    return render(request, "surveys/participant_invitations.html", context)


@never_cache
@login_required
@require_POST
def seat_link(request: HttpRequest, assessment: uuid.UUID, seat: uuid.UUID) -> HttpResponse:
    row = _seat(request, assessment, seat)
    link = issue_link(row, by=cast(User, request.user))
    return _links_page(request, row.survey, [link])


@login_required
@require_POST
def seat_mail(request: HttpRequest, assessment: uuid.UUID, seat: uuid.UUID) -> HttpResponse:
    send_invitation(_seat(request, assessment, seat), by=cast(User, request.user))
    messages.success(request, _("The mail is in the queue. This page says when it is sent."))
    return redirect("surveys:invitation-list", assessment)


@login_required
@require_http_methods(["GET", "POST"])
def seat_revoke(request: HttpRequest, assessment: uuid.UUID, seat: uuid.UUID) -> HttpResponse:
    row = _seat(request, assessment, seat)
    if request.method == "POST":
        revoke(row, by=cast(User, request.user))
        messages.success(request, _("The invitation is revoked."))
        return redirect("surveys:invitation-list", assessment)
    context = {
        "heading": _("Revoke the invitation of {name}?").format(name=name_of(row) or row.invitation.email),
        "loss": _(
            "Every link stops working, and so does the device that entered by one. No more reminders are sent. "
            "Answers already given stay; a new link can be made later."
        ),
        "action": _("Revoke"),
        "back_url": reverse("surveys:invitation-list", args=[assessment]),
    }
    return render(request, "components/confirm.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def room(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """The code for a room, to show on a screen or to print; made anew by the form below it."""
    survey = _survey(request, assessment)
    form = RoomForm(request.POST or None)
    if form.is_valid():
        open_room(survey, by=cast(User, request.user), **form.cleaned_data)
        return redirect("surveys:room", assessment)
    context = {"assessment": survey.assessment, "survey": survey, "form": form, **_code(request, survey)}
    return render(request, "surveys/participant_room.html", context, status=422 if form.errors else 200)


def _code(request: HttpRequest, survey: Survey) -> dict[str, object]:
    row = next(iter(open_rooms(survey)), None)
    if row is None:
        return {}
    address = _address(request, "join-room", room_token(row.public_id))
    return {"room": row, "address": address, "code": qr_svg(address, title=_("Code that leads to the survey"))}


@login_required
@require_POST
def room_close(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    close_room(_survey(request, assessment), by=cast(User, request.user))
    messages.success(request, _("The code is closed. Who came in by it can still answer."))
    return redirect("surveys:room", assessment)
