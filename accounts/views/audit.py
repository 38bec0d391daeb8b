"""The audit log of an organization, for its administrators: a page, and a copy to take away."""

import csv
import json
import uuid
from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.domain.audit import COLUMNS, export_events
from accounts.forms import AuditFilterForm
from accounts.views import fetch_organization, me
from core.spreadsheet import harmless

PAGE_LENGTH = 50
KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


@login_required
@require_GET
def audit_list(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "accounts.view_audit")
    form = AuditFilterForm(request.GET, organization=row)
    page = Paginator(form.rows(row), PAGE_LENGTH).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {"organization": row, "form": form, "page": page, "asked": asked.urlencode()}
    template = "accounts/audit_list.html"
    response = render(request, f"{template}#events" if request.htmx else template, context)  # type: ignore[attr-defined]  # set by HtmxMiddleware
    response.headers["Vary"] = "HX-Request"
    return response


@login_required
@require_GET
def audit_export(request: HttpRequest, organization: uuid.UUID, form: str) -> StreamingHttpResponse:
    row = fetch_organization(request, organization, "accounts.view_audit")
    if form not in KINDS:
        raise Http404("The log is exported as csv or jsonl.")
    asked = AuditFilterForm(request.GET, organization=row).rows(row)
    events = export_events(asked, row, form=form, by=me(request))
    lines = _csv(events) if form == "csv" else _json_lines(events)
    name = f"audit-{timezone.localdate():%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(lines, content_type=KINDS[form], headers=headers)


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _csv(events: Iterator[list[str]]) -> Iterator[str]:
    """A spreadsheet runs a cell that begins like a formula; an apostrophe makes it text."""
    writer = csv.writer(_Echo())
    yield str(writer.writerow(COLUMNS))
    for cells in events:
        yield str(writer.writerow([harmless(cell) for cell in cells]))


def _json_lines(events: Iterator[list[str]]) -> Iterator[str]:
    for cells in events:
        yield json.dumps(dict(zip(COLUMNS, cells, strict=True)), ensure_ascii=False) + "\n"
