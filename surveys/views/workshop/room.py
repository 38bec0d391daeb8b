"""The room screen: what the wall shows. Its address carries a secret, its pages hold nothing secret."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.qr import qr_svg
from surveys.domain.workshop.joining import workshop_of_room
from surveys.domain.workshop.preparing import wifi_text
from surveys.domain.workshop.watching import n_present, n_voted, progress_stamp, scene_of
from surveys.models import Workshop, WorkshopState
from surveys.views.joining import link_page
from surveys.views.workshop import poll_answer

DOTS_MAX = 60


def progress(workshop: Workshop) -> dict[str, object]:
    """How many have voted, as dots while there is room for them; never who."""
    voted, present = n_voted(workshop), n_present(workshop)
    present = max(present, voted)
    dots = [n < voted for n in range(present)] if present <= DOTS_MAX else []
    return {"n_voted": voted, "n_present": present, "dots": dots}


def _context(request: HttpRequest, workshop: Workshop, token: str) -> dict[str, object]:
    context: dict[str, object] = {"workshop": workshop, "token": token, "scene": scene_of(workshop, workshop.current)}
    if workshop.current is None and workshop.state != WorkshopState.FINISHED:
        address = request.build_absolute_uri(reverse("surveys:workshop-enter", args=[workshop.code]))
        wifi = wifi_text(workshop)
        context |= {
            "address": request.build_absolute_uri(reverse("surveys:workshop-join")).partition("//")[2],
            "code": qr_svg(address, title=_("Code that leads into the workshop")),
            "wifi": qr_svg(wifi, title=_("Code that joins the wireless network")) if wifi else "",
        }
    return context | progress(workshop)


@require_GET
@link_page
def workshop_room(request: HttpRequest, token: str) -> HttpResponse:
    workshop = workshop_of_room(token)
    context = _context(request, workshop, token) | {"stamp": progress_stamp(workshop)}
    return render(request, "surveys/workshop/room.html", context)


@require_GET
@link_page
def workshop_room_watch(request: HttpRequest, token: str) -> HttpResponse:
    workshop = workshop_of_room(token)
    stamp, is_over = progress_stamp(workshop), workshop.state == WorkshopState.FINISHED
    context = {} if request.GET.get("version") == stamp else _context(request, workshop, token)
    return poll_answer(request, "surveys/workshop/_room.html", context, stamp=stamp, is_over=is_over)
