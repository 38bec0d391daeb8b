"""Background work of surveys. A task fetches, calls one domain function and logs; see docs/architecture.md."""

import logging

from celery import shared_task
from django.core.cache import cache
from django.db import transaction

from surveys.models import Survey

ASK_AGAIN_S = 5  # one message for all answers of a survey that come within this time
log = logging.getLogger(__name__)


@shared_task(name="surveys.summarize")
def summarize(survey_id: int, *, at_once: bool = False) -> None:
    """Bring the survey's evidence and the assessment's result up to date with the answers, unless just done."""
    from surveys.domain.summarize import summarize_if_due, summarize_survey

    survey = Survey.objects.filter(pk=survey_id).first()
    if survey is None:
        log.info("survey %s is gone", survey_id)
        return
    (summarize_survey if at_once else summarize_if_due)(survey)


@shared_task(name="surveys.sweep")
def sweep() -> None:
    """Summarize what was left over when people stopped answering, or when a message was lost."""
    from surveys.domain.summarize import surveys_to_summarize

    for pk in surveys_to_summarize():
        summarize.delay(pk)


@shared_task(name="surveys.remind")
def remind() -> None:
    """Plan the reminders that are due, hand every waiting mail to a worker, forget links that are over."""
    from surveys.domain.reminders import mails_to_send, plan_reminders
    from surveys.domain.seats import forget_expired

    forget_expired()
    plan_reminders()
    for pk in mails_to_send():
        send_invitation_mail.delay(pk)


@shared_task(name="surveys.send_mail")
def send_invitation_mail(pk: int) -> None:
    """Send one mail of an invitation, unless another worker does."""
    from surveys.domain.reminders import send_mail

    send_mail(pk)


def send_soon() -> None:
    """Send what waits as soon as the transaction at hand is stored; the schedule sends it otherwise."""
    remind.delay_on_commit()  # type: ignore[attr-defined]  # as below


def summarize_soon(survey_id: int, *, at_once: bool = False) -> None:
    """Queue the summary for when the transaction at hand is stored; answers that come together share a message.

    Whoever comes while a message waits is in the summary it makes, or finds `SUMMARY_PAUSE` begun: then the sweep sums
    up once more. A message that is lost costs nothing else.
    """
    if at_once:
        summarize.delay_on_commit(survey_id, at_once=True)  # type: ignore[attr-defined]  # celery-types knows only the plain task class
        return
    transaction.on_commit(lambda: _ask_for_summary(survey_id))


def _ask_for_summary(survey_id: int) -> None:
    if cache.add(f"surveys.summarize/{survey_id}", "asked", ASK_AGAIN_S):
        summarize.delay(survey_id)
