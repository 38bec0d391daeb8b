"""Background work of surveys. A task fetches, calls one domain function and logs; see docs/architecture.md."""

import logging

from celery import shared_task

from surveys.models import Survey

log = logging.getLogger(__name__)


@shared_task(name="surveys.summarize")
def summarize(survey_id: int) -> None:
    """Bring the survey's evidence and the assessment's result up to date with the answers."""
    from surveys.domain.summarize import summarize_survey

    survey = Survey.objects.select_related("assessment__maturity_model").filter(pk=survey_id).first()
    if survey is None:
        log.info("survey %s is gone", survey_id)
        return
    summarize_survey(survey)


def summarize_soon(survey_id: int) -> None:
    """Queue the summary for when the transaction at hand is stored."""
    summarize.delay_on_commit(survey_id)  # type: ignore[attr-defined]  # celery-types knows only the plain task class
