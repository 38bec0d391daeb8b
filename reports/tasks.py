"""Background work of this app: render a report, and wake what was forgotten."""

import logging

from celery import shared_task

from core.jobs import claim_job, sweep_jobs
from reports.models import PortfolioReport, Report, TrackerRun

log = logging.getLogger(__name__)


@shared_task(name="reports.render", soft_time_limit=240, time_limit=300)
def render(report_pk: int) -> None:
    from reports.domain.render import render_report

    report = claim_job(Report, report_pk)
    if report is None:
        log.info("Report %s is gone, over or held by another run.", report_pk)
        return
    render_report(report)


@shared_task(name="reports.render_portfolio", soft_time_limit=240, time_limit=300)
def render_portfolio(report_pk: int) -> None:
    from reports.domain.portfolio_report import render_portfolio_report

    report = claim_job(PortfolioReport, report_pk)
    if report is None:
        log.info("Portfolio report %s is gone, over or held by another run.", report_pk)
        return
    render_portfolio_report(report)


@shared_task(name="reports.send_tickets", soft_time_limit=600, time_limit=660)
def send_tickets(run_pk: int) -> None:
    """Make the tickets that are missing, and read back the others."""
    from reports.domain.tickets import run_tracker

    run = claim_job(TrackerRun, run_pk)
    if run is None:
        log.info("Tracker run %s is gone, over or held by another run.", run_pk)
        return
    run_tracker(run)


@shared_task(name="reports.remind")
def remind() -> None:
    """Write to the owners of actions that start, are due, or should be stopped."""
    from reports.domain.owner_reminders import plan_reminders, send_waiting
    from reports.domain.tickets import read_daily

    plan_reminders()
    send_waiting()
    read_daily()


@shared_task(name="reports.sweep")
def sweep() -> None:
    sweep_jobs(Report, render.delay)
    sweep_jobs(PortfolioReport, render_portfolio.delay)
    sweep_jobs(TrackerRun, send_tickets.delay)
