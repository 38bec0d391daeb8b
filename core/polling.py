"""How a page watches a job row: it sends the version it shows, and gets nothing, news, or the end."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.models import Job

STOP_POLLING = 286  # htmx ends its polling on this status


def job_version(job: Job) -> str:
    """Changes with everything the page shows of the row; `update()` does not touch `updated_at`, so it is no stamp."""
    shown = f"{job.state}|{job.progress_done}|{job.progress_total}|{job.progress_note}|{job.error}"
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def job_response(request: HttpRequest, job: Job, *, poll_url: str, label: str = "") -> HttpResponse:
    """204 when the page is up to date; the fragment when not; 286 and a page refresh when the work is over."""
    if request.GET.get("version") == job_version(job) and not job.is_over:
        return HttpResponse(status=204)
    context = {"job": job, "poll_url": poll_url, "label": label}
    response = render(request, "components/job_status.html", context, status=STOP_POLLING if job.is_over else 200)
    if job.is_over:
        response.headers["HX-Refresh"] = "true"
    return response


def job_page(
    request: HttpRequest, job: Job, template: str, context: Mapping[str, Any], *, poll_url: str, label: str
) -> HttpResponse:
    """The page a job has of its own: whole at first, then what `job_response` says to its polls."""
    if request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
        response = job_response(request, job, poll_url=poll_url, label=label)
    else:
        response = render(request, template, {**context, "poll_url": poll_url})
    response.headers["Vary"] = "HX-Request"
    return response
