"""Background work of assessments. A task fetches, calls one domain function and logs."""

import logging

from celery import shared_task

from assessment.models import Assessment

log = logging.getLogger(__name__)


@shared_task(name="assessment.rescore")
def rescore(assessment_id: int) -> None:
    """Bring the assessment's result up to date with its evidence."""
    from assessment.domain.evidence import rescore as rescore_assessment

    assessment = Assessment.objects.select_related("maturity_model").filter(pk=assessment_id).first()
    if assessment is None:
        log.info("assessment %s is gone", assessment_id)
        return
    rescore_assessment(assessment)


def rescore_soon(assessment_id: int) -> None:
    """Queue the scoring for when the transaction at hand is stored."""
    rescore.delay_on_commit(assessment_id)  # type: ignore[attr-defined]  # celery-types knows only the plain task class
