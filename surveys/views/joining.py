"""Pages behind links that carry a secret: entering a survey, a second device, a room, stopping the reminders.

Fetching such a page uses nothing up, so that mail scanners and previews may; the button does. The referrer policy
`strict-origin` keeps the address out of every Referer; the stricter `no-referrer` would make browsers post
`Origin: null`, which the token check refuses.
"""

import uuid

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from core.flood import client_address, count
from core.qr import qr_svg
from core.refusals import Refused
from core.secret_pages import TEN_MINUTES, SecretPage, counted_guess, secret_page
from surveys.domain.links import LinkOver, stopped_by
from surveys.domain.reminders import stop_reminders
from surveys.domain.rooms import enter_room, usable_room
from surveys.domain.seats import enter, find_seat, make_transfer, take_transfer, usable_link, usable_transfer
from surveys.forms.asking import RoomEntryForm
from surveys.models import Participant
from surveys.views import fetch_seat, keep_seat, seat_or_login

ROOM_FROM_ADDRESS = 300  # seats from one address in ten minutes: a whole office stands behind one
ROOM_IN_SURVEY = 600  # seats in one survey in ten minutes
SEATS_SHOWN = 5


def link_page(page: SecretPage) -> SecretPage:
    return secret_page(page, over=_over, referrer="strict-origin", robots="noindex")


def _over(request: HttpRequest, refusal: Refused) -> HttpResponse:
    context: dict[str, object] = {}
    if isinstance(refusal, LinkOver):
        refusal = counted_guess(request, "wrong-link", refusal)
        context["seats"] = _seats_here(request)
    context["sentence"] = refusal.sentence
    return render(request, "surveys/join_over.html", context, status=refusal.status)


def _seats_here(request: HttpRequest) -> list[Participant]:
    """The seats this device holds, where somebody whose link was used already can go on."""
    names = [name.removeprefix("seat-") for name in request.COOKIES if name.startswith("seat-")][:SEATS_SHOWN]
    ids = [uuid.UUID(name) for name in names if len(name) == 32 and set(name) <= set("0123456789abcdef")]
    seats = [find_seat(AnonymousUser(), request.COOKIES, public_id) for public_id in ids]
    return [seat for seat in seats if seat]


def _own_seat(request: HttpRequest, seat: Participant) -> Participant | None:
    """The seat this device or this person has in the same survey already."""
    return find_seat(request.user, request.COOKIES, seat.survey.assessment.public_id)


def _to_answers(seat: Participant) -> HttpResponse:
    return keep_seat(redirect("surveys:answer-start", seat.survey.assessment.public_id), seat)


@require_http_methods(["GET", "POST"])
@link_page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A personal link: a page with a button, which uses it up."""
    link = usable_link(token)
    seat = link.invitation.participant
    held = _own_seat(request, seat)
    if held == seat:
        return _to_answers(held)
    is_taken = held is not None and held.user_id is not None  # the sign-in would always come first
    if request.method == "POST" and not is_taken:
        user = request.user if isinstance(request.user, User) else None
        return _to_answers(enter(token, by=user)[0])
    context = {"survey": seat.survey, "assessment": seat.survey.assessment, "expires_at": link.expires_at, "held": held}
    return render(request, "surveys/join_personal.html", {**context, "is_taken": is_taken})


@require_http_methods(["GET", "POST"])
@link_page
def join_device(request: HttpRequest, token: str) -> HttpResponse:
    """A transfer: the same seat on this device too."""
    transfer = usable_transfer(token)
    if request.method == "POST":
        return _to_answers(take_transfer(token)[0])
    seat = transfer.participant
    context = {"assessment": seat.survey.assessment, "expires_at": transfer.expires_at}
    return render(request, "surveys/join_device.html", context)


@require_http_methods(["GET", "POST"])
@link_page
def join_room(request: HttpRequest, token: str) -> HttpResponse:
    """A room's code: the question for the role, then a seat for this device."""
    room = usable_room(token)
    public_id = room.survey.assessment.public_id
    if find_seat(request.user, request.COOKIES, public_id):
        return redirect("surveys:answer-start", public_id)
    form = RoomEntryForm(request.POST or None, survey=room.survey)
    if request.method == "POST" and form.is_valid():
        address = client_address(request)
        count("room", f"{public_id}/{address}", limit=ROOM_FROM_ADDRESS, window_s=TEN_MINUTES)
        count("room", str(public_id), limit=ROOM_IN_SURVEY, window_s=TEN_MINUTES)
        return _to_answers(enter_room(token, **form.cleaned_data)[0])
    context = {"form": form, "survey": room.survey, "assessment": room.survey.assessment}
    return render(request, "surveys/join_room.html", context, status=422 if form.errors else 200)


@csrf_exempt  # the link itself is the authority, and mail programs post it without a page (RFC 8058)
@require_http_methods(["GET", "POST"])
@link_page
def stop(request: HttpRequest, token: str) -> HttpResponse:
    stopped_by(token)
    if request.method == "POST":
        stop_reminders(token)
    return render(request, "surveys/join_stop.html", {"is_stopped": request.method == "POST"})


@never_cache
@require_GET
def resume(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """Where a reminder leads somebody who has begun: on, if this is the device; the same words for everybody else."""
    if find_seat(request.user, request.COOKIES, assessment):
        return redirect("surveys:answer-start", assessment)
    return render(request, "surveys/join_resume.html", {"public_id": assessment})


@never_cache
@seat_or_login
@require_POST
def device_link(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """A link and a code that bring this seat to a second device; shown only now."""
    seat = fetch_seat(request, assessment)
    token, expires_at = make_transfer(seat)
    address = request.build_absolute_uri(reverse("surveys:join-device", args=[token]))
    context = {"assessment": seat.survey.assessment, "address": address, "expires_at": expires_at}
    return render(request, "surveys/join_new_device.html", {**context, "code": qr_svg(address, title=address)})
