"""Several teams side by side, and the report of them, for those who advise their organization."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Organization
from accounts.views import fetch_organization
from core.http import kept_private
from core.models import JobState
from core.permissions import require
from core.polling import job_page
from reports.domain.exports.page import self_contained
from reports.domain.portfolio import PortfolioTeam, gather_teams, portfolio_data
from reports.domain.portfolio_report import (
    cancel_portfolio,
    note_portfolio_download,
    portfolio_html,
    portfolio_name,
    request_portfolio,
)
from reports.domain.report_data.words import file_name
from reports.models import PortfolioReport
from reports.portfolio_forms import PortfolioReportForm, TeamChoice, choices_of, shown_teams


@login_required
@require_GET
def portfolio(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "reports.view_portfolio")
    choices, teams = _chosen(row, request.GET)
    data = portfolio_data(row, teams)
    form = PortfolioReportForm(initial={"language": get_language()})
    context = {"organization": row, "choices": choices, "data": data, "form": form, "asked": request.GET.urlencode()}
    return render(request, "reports/portfolio.html", context)


@login_required
@require_GET
def portfolio_page(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    """The same as one HTML file that needs nothing else."""
    row = fetch_organization(request, organization, "reports.view_portfolio")
    data = portfolio_data(row, _chosen(row, request.GET)[1])
    response = HttpResponse(self_contained(portfolio_html(data)), content_type="text/html; charset=utf-8")
    name = file_name("headwater", row.name, "teams") + ".html"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return kept_private(response)


@login_required
@require_POST
def portfolio_request(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "reports.view_portfolio")
    form = PortfolioReportForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such report.")
    teams = _chosen(row, request.GET)[1]
    report = request_portfolio(row, teams, by=request.user, **form.wish())  # type: ignore[arg-type]  # signed in
    return redirect("reports:portfolio-status", report.public_id)


@login_required
@require_GET
def portfolio_status(request: HttpRequest, portfolio: uuid.UUID) -> HttpResponse:
    row = _fetch(request, portfolio)
    context = {"report": row, "organization": row.organization}
    poll_url = reverse("reports:portfolio-status", args=[row.public_id])
    return job_page(request, row, "reports/portfolio_status.html", context, poll_url=poll_url, label=_("Report"))


@login_required
@require_POST
def portfolio_cancel(request: HttpRequest, portfolio: uuid.UUID) -> HttpResponse:
    row = _fetch(request, portfolio)
    cancel_portfolio(row, by=request.user)  # type: ignore[arg-type]  # signed in
    return redirect("reports:portfolio-status", row.public_id)


@login_required
@require_GET
def portfolio_download(request: HttpRequest, portfolio: uuid.UUID) -> HttpResponseBase:
    row = _fetch(request, portfolio)
    if row.state != JobState.DONE or not row.has_file:
        raise Http404("This report has no file.")
    note_portfolio_download(row, by=request.user)  # type: ignore[arg-type]  # signed in
    file = row.file.open("rb")
    return kept_private(
        FileResponse(file, as_attachment=True, filename=portfolio_name(row), content_type="application/pdf")
    )


def _chosen(organization: Organization, asked: QueryDict) -> tuple[tuple[TeamChoice, ...], tuple[PortfolioTeam, ...]]:
    choices = choices_of(list(organization.teams.all()), asked)
    return choices, gather_teams(shown_teams(choices))


def _fetch(request: HttpRequest, public_id: uuid.UUID) -> PortfolioReport:
    rows = PortfolioReport.objects.for_user(request.user).select_related("organization")
    row = get_object_or_404(rows, public_id=public_id)
    require(request.user, "reports.view_portfolio", row.organization)
    return row
