"""From teams to a stored report of all of them: one per content, language and paper."""

import hashlib
import json
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import get_language

from accounts.domain.audit import record
from accounts.models import Organization, User
from core.jobs import request_cancel, requeue_job
from core.models import JobState
from core.spoken import plain_language
from reports.domain.making import make_file
from reports.domain.portfolio.build import portfolio_data
from reports.domain.portfolio.gather import PortfolioTeam, basis_of, of_basis
from reports.domain.portfolio.types import PortfolioData
from reports.domain.progress import Progress
from reports.domain.report_data.words import file_name
from reports.domain.sections import Told, rendered
from reports.models import Paper, PortfolioReport
from reports.pdf import BASE
from reports.tasks import render_portfolio

TEMPLATE = "reports/pdf/portfolio.html"
TEMPLATE_VERSION = "4"


@transaction.atomic
def request_portfolio(
    organization: Organization,
    teams: Sequence[PortfolioTeam],
    *,
    by: User,
    paper: str = Paper.A4,
    language: str = "",
) -> PortfolioReport:
    """The report of these teams in this order, asked for once; the same content is found again."""
    named = [
        [one.team.name, (found := one.result or one.other) and found.digest, one.before and one.before.digest]
        for one in teams
    ]
    report, made = PortfolioReport.objects.get_or_create(
        organization=organization,
        digest=hashlib.sha256(json.dumps([organization.name, named]).encode()).hexdigest(),
        template_version=TEMPLATE_VERSION,
        language=language or plain_language(),
        paper=paper,
        defaults={"requested_by": by, "basis": basis_of(teams)},
    )
    over = report.state in {JobState.FAILED, JobState.CANCELLED}
    again = over or (report.state == JobState.DONE and not report.has_file)
    if made or (again and requeue_job(report)):
        language, n = report.language, len(teams)
        record("portfolio.requested", by=by, on=report, organization=organization, language=language, n_teams=n)
        render_portfolio.delay_on_commit(report.pk)  # type: ignore[attr-defined]  # celery-types knows only the plain task class
    report.refresh_from_db()
    return report


@transaction.atomic
def cancel_portfolio(report: PortfolioReport, *, by: User) -> None:
    if request_cancel(report):
        record("portfolio.cancelled", by=by, on=report, organization=report.organization)


@transaction.atomic
def note_portfolio_download(report: PortfolioReport, *, by: User) -> None:
    record("portfolio.downloaded", by=by, on=report, organization=report.organization)


def render_portfolio_report(report: PortfolioReport) -> None:
    """Render a claimed report and store it; every way it can end is written to the row."""

    def document(progress: Progress) -> str:
        data = portfolio_data(report.organization, of_basis(report.organization, report.basis))
        progress.gathered()
        return portfolio_html(data, paper=report.paper, told=progress.section)

    make_file(report, TEMPLATE, document)


def portfolio_html(data: PortfolioData, *, paper: str = Paper.A4, told: Told = lambda _: None) -> str:
    context = {"data": data, "base": BASE, "language": get_language(), "is_letter": paper == Paper.LETTER}
    return rendered(TEMPLATE, context, told, frame="reports/pdf/portfolio_base.html")


def portfolio_name(report: PortfolioReport) -> str:
    return file_name("headwater", report.organization.name, "teams") + ".pdf"
