"""Background work of this app: render a report, and wake what was forgotten."""

import logging

from celery import shared_task

from core.jobs import claim_job, sweep_jobs
from reports.models import Report

log = logging.getLogger(__name__)


@shared_task(name="reports.render", soft_time_limit=240, time_limit=300)
def render(report_pk: int) -> None:
    from reports.domain.render import render_report

    report = claim_job(Report, report_pk)
    if report is None:
        log.info("Report %s is gone, over or held by another run.", report_pk)
        return
    render_report(report)


@shared_task(name="reports.remind")
def remind() -> None:
    """Write to the owners of actions that start, are due, or should be stopped."""
    from reports.domain.owner_reminders import plan_reminders, send_waiting

    plan_reminders()
    send_waiting()


@shared_task(name="reports.sweep")
def sweep() -> None:
    sweep_jobs(Report, render.delay)
