"""Pages for telephones: the code, a seat, the vote. Nobody signs in here; the device's cookie holds the seat."""

import uuid
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment.maturity.loader import asked_model_of
from core.flood import client_address, count
from core.polling import STOP_POLLING
from core.qr import qr_svg
from core.secret_pages import TEN_MINUTES, WRONG_LINKS
from surveys.domain.links import LinkOver
from surveys.domain.workshop.joining import (
    KEPT,
    cookie_name,
    find_seat,
    make_transfer,
    stamp_for,
    take_seat,
    take_transfer,
    usable_transfer,
    workshop_of_code,
)
from surveys.domain.workshop.subjects import chosen_from
from surveys.domain.workshop.voting import cast_vote
from surveys.forms.workshop import CodeForm, SeatForm
from surveys.models import WorkshopSeat, WorkshopState
from surveys.views.joining import ROOM_FROM_ADDRESS, ROOM_IN_SURVEY, link_page
from surveys.views.workshop import NoSeat
from surveys.views.workshop.drawn import seat_part

R = TypeVar("R", bound=HttpResponseBase)


@never_cache
@require_http_methods(["GET", "POST"])
def workshop_join(request: HttpRequest) -> HttpResponse:
    """Where somebody types the code from the wall."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            workshop = workshop_of_code(form.cleaned_data["code"])
        except LinkOver:
            count("workshop-code", client_address(request), limit=WRONG_LINKS, window_s=TEN_MINUTES)
            form.add_error("code", _("There is no workshop with this code now. Compare it with the screen."))
        else:
            return redirect("surveys:workshop-enter", workshop.code)
    return render(request, "surveys/workshop/join.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def workshop_enter(request: HttpRequest, code: str) -> HttpResponseBase:
    """A seat for this device; who has one already goes straight to it."""
    return _enter(request, code)


@link_page
def _enter(request: HttpRequest, code: str) -> HttpResponse:
    workshop = workshop_of_code(code)
    if find_seat(request.COOKIES, workshop.public_id):
        return redirect("surveys:workshop-seat", workshop.public_id)
    form = SeatForm(request.POST or None, model=asked_model_of(workshop.assessment.maturity_model))
    if form.is_valid():
        address = client_address(request)
        count("workshop", f"{workshop.pk}/{address}", limit=ROOM_FROM_ADDRESS, window_s=TEN_MINUTES)
        count("workshop", str(workshop.pk), limit=ROOM_IN_SURVEY, window_s=TEN_MINUTES)
        return _to_seat(take_seat(workshop, **form.cleaned_data))
    context = {"form": form, "workshop": workshop}
    return render(request, "surveys/workshop/enter.html", context, status=422 if form.errors else 200)


def _to_seat(seat: WorkshopSeat) -> HttpResponse:
    return _keep(redirect("surveys:workshop-seat", seat.workshop.public_id), seat)


def _keep(response: R, seat: WorkshopSeat) -> R:
    """Let this device hold the seat: read by no script, sent with requests to this site alone."""
    response.set_cookie(
        cookie_name(seat.workshop.public_id),
        seat.secret,
        expires=timezone.now() + KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _seat(request: HttpRequest, workshop: uuid.UUID) -> WorkshopSeat:
    seat = find_seat(request.COOKIES, workshop)
    if seat is None:
        raise _no_seat()
    return seat


def _no_seat() -> NoSeat:
    return NoSeat(_("This device has no place in the workshop, or gave it to another one. Enter the code again."))


@never_cache
@require_GET
def workshop_seat(request: HttpRequest, workshop: uuid.UUID) -> HttpResponse:
    now = stamp_for(request.COOKIES, workshop)
    if now is None:
        raise _no_seat()
    return render(request, "surveys/workshop/seat.html", {"part": seat_part(request, now)})


@never_cache
@require_GET
def workshop_seat_watch(request: HttpRequest, workshop: uuid.UUID) -> HttpResponse:
    """The poll of every telephone: one question to the database while nothing changes, and no write."""
    now = stamp_for(request.COOKIES, workshop)
    if now is None:
        return HttpResponse(status=STOP_POLLING, headers={"HX-Refresh": "true"})
    is_over = now.state == WorkshopState.FINISHED
    if request.GET.get("version") == str(now.version):
        return HttpResponse(status=STOP_POLLING if is_over else 204)
    return HttpResponse(seat_part(request, now), status=STOP_POLLING if is_over else 200)


@never_cache
@require_POST
def workshop_vote(request: HttpRequest, workshop: uuid.UUID) -> HttpResponse:
    """One vote, stored before it is confirmed; sent again, it changes nothing. A script asks by `HX-Request`."""
    seat = _seat(request, workshop)
    number = request.POST.get("round", "")
    cast_vote(
        seat,
        item=_uuid(request.POST.get("item", "")),
        number=int(number) if number.isdecimal() and len(number) < 5 else 0,
        level=chosen_from(request.POST.getlist("level")),
    )
    if request.headers.get("HX-Request"):
        return HttpResponse(_("Your vote is stored. You can change it until the reveal."), headers={"X-Stored": "yes"})
    return redirect("surveys:workshop-seat", workshop)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


@never_cache
@require_POST
def workshop_device(request: HttpRequest, workshop: uuid.UUID) -> HttpResponse:
    """A link and a code that bring this seat to another device; shown only now."""
    token, expires_at = make_transfer(_seat(request, workshop))
    address = request.build_absolute_uri(reverse("surveys:workshop-take", args=[token]))
    context = {
        "address": address,
        "expires_at": expires_at,
        "workshop": workshop,
        "code": qr_svg(address, title=address),
    }
    return render(request, "surveys/workshop/device.html", context)


@require_http_methods(["GET", "POST"])
@link_page
def workshop_take(request: HttpRequest, token: str) -> HttpResponse:
    seat = usable_transfer(token)
    if request.method == "POST":
        return _to_seat(take_transfer(token))
    return render(request, "surveys/workshop/take.html", {"workshop": seat.workshop})
