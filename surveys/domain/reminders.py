"""Mails of invitations: what is due, who sends it, and what became of it.

Two claims keep a slot from being sent twice. A reminder is planned by one conditional update of its invitation and is
one row that exists once; a mail is sent by whoever turns that row from queued to sending. A worker that dies between
the claim and the mail server's answer leaves the row in sending: nobody knows whether it arrived, so it is not sent
again by itself, and the lead is told.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.models import AssessmentState
from surveys.domain.invitations import add_link
from surveys.domain.letters import letter
from surveys.domain.links import stopped_by
from surveys.domain.seats import record_visit
from surveys.models import Invitation, InvitationMail, MailState, Participant, ParticipantState, Survey

logger = logging.getLogger(__name__)
RETRY_AFTER_MINUTES = (1, 5, 30, 120)  # then it is given up
LOST_AFTER = timedelta(minutes=10)
AT_ONCE = 200  # planned or announced by one sweep
PERMANENT = 500  # replies of a mail server from here on stay the same however often one asks


def plan_reminders() -> int:
    """Queue every reminder that is due; returns how many."""
    due = _remindable().filter(remind_at__lte=timezone.now())
    return sum(_plan(invitation) for invitation in due[:AT_ONCE])


def _remindable() -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(revoked_at=None, stopped_at=None, n_reminders__lt=settings.REMINDERS_MAX)
    rows = rows.filter(survey__assessment__state=AssessmentState.OPEN).exclude(email="")
    return rows.exclude(participant__state=ParticipantState.FINISHED)


@transaction.atomic
def _plan(invitation: Invitation) -> bool:
    """Take the next slot for this run; false when another took it meanwhile."""
    slot = invitation.n_reminders + 1
    following = timezone.now() + timedelta(days=settings.REMINDER_DAYS) if slot < settings.REMINDERS_MAX else None
    rows = Invitation.objects.filter(pk=invitation.pk, n_reminders=slot - 1, remind_at=invitation.remind_at)
    if not rows.update(n_reminders=slot, remind_at=following):
        return False
    InvitationMail.objects.create(invitation=invitation, slot=slot)
    return True


def mails_to_send() -> list[int]:
    """The keys of mails that wait and may go; those of a survey that is not open yet wait for it."""
    _give_up_lost()
    rows = InvitationMail.objects.filter(state=MailState.QUEUED, due_at__lte=timezone.now())
    rows = rows.filter(invitation__survey__assessment__state=AssessmentState.OPEN)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])


def send_mail(pk: int) -> None:
    """Send one mail, unless somebody else does or it is no longer wanted."""
    claim = InvitationMail.objects.filter(pk=pk, state=MailState.QUEUED, due_at__lte=timezone.now())
    if not claim.update(state=MailState.SENDING, attempts=F("attempts") + 1, updated_at=timezone.now()):
        return
    team = "invitation__participant__survey__assessment__team"
    mail = InvitationMail.objects.select_related(team, "invitation__participant__user").get(pk=pk)
    if not _is_wanted(mail):
        _settle(mail, MailState.DROPPED)
        return
    link = add_link(mail.invitation) if mail.invitation.entered_at is None else None
    message = letter(mail, link.token if link else "")
    message.connection = connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        _put_off(mail, error)
        return
    _hand_over(mail, message)
    with suppress(SMTPException, OSError):
        connection.close()


def _hand_over(mail: InvitationMail, message: EmailMultiAlternatives) -> None:
    """Send through the open connection. A server that falls silent may have taken the mail, so it gets no second."""
    try:
        message.send()
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        _put_off(mail, error)
    except (SMTPException, OSError) as error:
        logger.warning("Mail %s of an invitation may not have been sent: %s", mail.pk, type(error).__name__)
        _settle(mail, MailState.FAILED, problem=_("The mail server fell silent: it may have arrived or not."))
    else:
        _sent(mail)


def _is_wanted(mail: InvitationMail) -> bool:
    invitation = mail.invitation
    assessment = invitation.participant.survey.assessment
    unwanted = invitation.revoked_at or (mail.slot and invitation.stopped_at)
    is_over = invitation.participant.state == ParticipantState.FINISHED or assessment.state != AssessmentState.OPEN
    return not unwanted and not is_over


def _sent(mail: InvitationMail) -> None:
    _settle(mail, MailState.SENT, sent_at=timezone.now())
    if mail.slot == 0 and settings.REMINDERS_MAX:
        first = timezone.now() + timedelta(days=settings.REMINDER_DAYS)
        Invitation.objects.filter(pk=mail.invitation_id, n_reminders=0).update(remind_at=first)


def _put_off(mail: InvitationMail, error: Exception) -> None:
    """Try again later, or give up: at once when the server will never take it, else after the last try."""
    problem = _said(error)
    logger.warning("Mail %s of an invitation was not sent, try %s: %s", mail.pk, mail.attempts, type(error).__name__)
    if _is_permanent(error) or mail.attempts > len(RETRY_AFTER_MINUTES):
        _settle(mail, MailState.FAILED, problem=problem)
        return
    due_at = timezone.now() + timedelta(minutes=RETRY_AFTER_MINUTES[mail.attempts - 1])
    _settle(mail, MailState.QUEUED, problem=problem, due_at=due_at)


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _reply in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= PERMANENT


def _said(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        return _("The mail server refuses the address.")
    if isinstance(error, SMTPResponseException):
        return _("The mail server refuses the mail (code {code}).").format(code=error.smtp_code)
    return _("The mail server does not answer.")


def _settle(mail: InvitationMail, state: MailState, **fields: object) -> None:
    """End this run's claim; what somebody changed meanwhile stays."""
    fields = {"problem": "", **fields, "state": state, "updated_at": timezone.now()}
    InvitationMail.objects.filter(pk=mail.pk, state=MailState.SENDING).update(**fields)


def _give_up_lost() -> None:
    lost = InvitationMail.objects.filter(state=MailState.SENDING, updated_at__lt=timezone.now() - LOST_AFTER)
    problem = _("The server stopped while it was being sent, so it may have arrived or not.")
    lost.update(state=MailState.FAILED, problem=problem, updated_at=timezone.now())


@transaction.atomic
def stop_reminders(token: str) -> Participant | None:
    """What the stop link of a mail does; raises LinkOver for a tampered one, and does nothing when all is gone."""
    public_id = stopped_by(token)
    team = "participant__survey__assessment__team__organization"
    invitation = Invitation.objects.filter(public_id=public_id).select_related(team).first()
    if invitation is None:
        return None
    rows = Invitation.objects.filter(pk=invitation.pk, stopped_at=None)
    if rows.update(stopped_at=timezone.now(), remind_at=None):
        invitation.mails.filter(slot__gt=0, state=MailState.QUEUED).update(state=MailState.DROPPED)
        record_visit("survey.reminders_stopped", invitation.participant)
    return invitation.participant


def next_reminder(survey: Survey) -> dict[str, object]:
    """When the next reminders go and to how many, for the page of those who lead; empty when none is planned."""
    rows = _remindable().filter(survey=survey, remind_at__isnull=False)
    first = rows.order_by("remind_at").values_list("remind_at", flat=True).first()
    return {"at": first, "n": rows.count()} if first else {}
