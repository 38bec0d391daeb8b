"""What the pages of a workshop share: fetching it, and the answer to a poll."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from assessment.views import fetch_assessment
from core.polling import STOP_POLLING
from core.refusals import Refused
from surveys.models import Workshop

LEAD = "surveys.lead_workshop"


class NoSeat(Refused):
    """This device holds no seat in the workshop."""

    status = 410


def fetch_workshop(request: HttpRequest, assessment: uuid.UUID) -> Workshop:
    """The assessment's workshop, for whoever may lead one: else 404 or 403, as for the assessment."""
    row = fetch_assessment(request, assessment, LEAD)
    found = get_object_or_404(Workshop.objects.select_related("facilitator", "current"), assessment=row)
    found.assessment = row
    return found


def poll_answer(
    request: HttpRequest, template: str, context: dict[str, object], *, stamp: str, is_over: bool
) -> HttpResponse:
    """204 when the page is up to date, the fragment when not, 286 when there is nothing more to come."""
    if request.GET.get("version") == stamp:
        return HttpResponse(status=STOP_POLLING if is_over else 204)
    return render(request, template, context | {"stamp": stamp}, status=STOP_POLLING if is_over else 200)
