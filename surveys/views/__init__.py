"""What every page of a survey needs: the seat behind a request, and the cookie that holds it on a device."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from assessment.views import fetch_assessment
from core.permissions import require
from core.refusals import Refused
from surveys.domain.seats import cookie_name, find_seat, kept_until
from surveys.models import Participant

Page = Callable[..., HttpResponse]
R = TypeVar("R", bound=HttpResponseBase)


def seat_or_login(page: Page) -> Page:
    """Let in who is signed in or whose device holds a seat in the survey; ask everybody else to sign in."""

    @wraps(page)
    def inner(request: HttpRequest, assessment: uuid.UUID, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated or cookie_name(assessment) in request.COOKIES:
            return page(request, assessment, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return inner


def seat_if_any(request: HttpRequest, public_id: uuid.UUID, *, for_page: bool = True) -> Participant | None:
    """The seat of the person or of this device; None for a signed-in person who has none.

    `participant.secret` is filled in where the device holds it. Raises Refused when a device's seat is its own no more.
    """
    seat = find_seat(request.user, request.COOKIES, public_id, for_page=for_page)
    if seat is None and not request.user.is_authenticated:
        raise Refused(_("This device no longer has a place in the survey. Ask whoever invited you for a new link."))
    if seat is not None:
        require(request.user, "surveys.answer_survey", seat)
    return seat


def fetch_seat(request: HttpRequest, public_id: uuid.UUID, *, for_page: bool = True) -> Participant:
    """The seat, as above; 404 for somebody who may not see the assessment, 403 for one who is not asked in it."""
    seat = seat_if_any(request, public_id, for_page=for_page)
    if seat is None:
        fetch_assessment(request, public_id)
        raise PermissionDenied("not asked in this assessment")
    return seat


def keep_seat(response: R, seat: Participant) -> R:
    """Let this device hold the seat, if it has a secret: read by no script, sent with requests to this site alone."""
    if seat.secret:
        response.set_cookie(
            cookie_name(seat.survey.assessment.public_id),
            seat.secret,
            expires=kept_until(seat.survey),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
