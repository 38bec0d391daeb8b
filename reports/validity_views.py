"""When what is known of a team runs out, as a page and as a calendar."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from assessment.views import fetch_assessment
from core.calendar_file import CONTENT_TYPE
from core.http import kept_private
from reports.answers_first import answers_first
from reports.domain.report_data.words import file_name
from reports.domain.validity_page import validity_calendar, validity_page


@login_required
@require_GET
def validity(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_result")
    if page := answers_first(request, row):
        return page
    context = {"assessment": row, "data": validity_page(row, today=timezone.localdate())}
    return render(request, "reports/validity.html", context)


@login_required
@require_GET
def validity_file(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.view_result")
    if page := answers_first(request, row):
        return page
    response = HttpResponse(validity_calendar(row), content_type=CONTENT_TYPE)
    name = f"{file_name('headwater', row.team.name, row.title)}.ics"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return kept_private(response)
