"""How a request finds its seat, and how a seat gets onto a device.

A seat belongs to whoever is signed in as its user, or to the device whose cookie holds its secret. Of the secret the
server keeps a digest alone; while a request is answered it stands in `participant.secret`.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from assessment.models import Assessment, AssessmentState, without_texts
from core.prepared import Prepared, Slot, UserSlot
from core.refusals import Refused
from surveys.domain.links import LinkOver, digest_of, is_digest_of, new_token, seal, unseal
from surveys.models import Participant, ParticipantQuerySet, ParticipantState, PersonalLink, SeatTransfer, Survey

KEPT_AFTER = timedelta(days=30)  # a device keeps its seat this long after the period, to read what was said
TRANSFER = timedelta(minutes=15)


def cookie_name(assessment: uuid.UUID) -> str:
    return f"seat-{assessment.hex}"


def kept_until(survey: Survey) -> datetime:
    """Until when a device keeps a seat it enters now."""
    end = survey.assessment.period_end_on
    after = datetime(end.year, end.month, end.day, tzinfo=timezone.get_current_timezone())
    return max(after, timezone.now()) + KEPT_AFTER


def find_seat(
    user: Any, cookies: Mapping[str, str], assessment: uuid.UUID, *, for_page: bool = True
) -> Participant | None:
    """The seat of the signed-in person, else of this device; with `secret` filled in where the device holds it.

    Saving an answer, the most frequent request of all, shows no page and reads neither the team nor the person's row.
    """
    secret = cookies.get(cookie_name(assessment), "")
    of_person, of_device = (_PAGE_OF_PERSON, _PAGE_OF_DEVICE) if for_page else (_SAVE_OF_PERSON, _SAVE_OF_DEVICE)
    seat = of_person.first(assessment=assessment, user=user.pk) if user.is_authenticated else None
    if seat is None and secret:
        seat = of_device.first(assessment=assessment, digest=digest_of(secret))
    if seat is not None:
        seat.secret = secret if is_digest_of(seat.secret_digest, secret) else ""
    return seat


def _seats(*, for_page: bool) -> ParticipantQuerySet:
    rows = Participant.objects.filter(survey__assessment__public_id=Slot("assessment", UUIDField()))
    rows = rows.select_related("survey__assessment__maturity_model")
    if for_page:
        rows = rows.select_related("survey__assessment__team__organization", "user")
    return rows.defer(*without_texts("survey__assessment__maturity_model"))


def _of_person(*, for_page: bool) -> ParticipantQuerySet:
    """The first gate: a person's seat is found only in an assessment they may see today."""
    seen = Assessment.objects.for_user(UserSlot())
    return _seats(for_page=for_page).filter(user=UserSlot(), survey__assessment__in=seen)[:1]


def _of_device(*, for_page: bool) -> ParticipantQuerySet:
    rows = _seats(for_page=for_page).filter(secret_digest=Slot("digest", CharField()))
    return rows.exclude(invitation__revoked_at__isnull=False)[:1]


_PAGE_OF_PERSON = Prepared(lambda: _of_person(for_page=True))
_PAGE_OF_DEVICE = Prepared(lambda: _of_device(for_page=True))
_SAVE_OF_PERSON = Prepared(lambda: _of_person(for_page=False))
_SAVE_OF_DEVICE = Prepared(lambda: _of_device(for_page=False))


def usable_link(token: str) -> PersonalLink:
    """The personal link that can still be entered; raises LinkOver for every other, Refused once the survey is over."""
    seat = "invitation__participant"
    rows = PersonalLink.objects.select_related(f"{seat}__survey__assessment__team__organization", f"{seat}__user")
    link = rows.filter(token_digest=digest_of(token)).first()
    found = is_digest_of(link.token_digest if link else "", token)
    if not (link and found and _can_be_entered(link)):
        raise LinkOver
    check_not_over(link.invitation.participant.survey)
    return link


def check_not_over(survey: Survey) -> None:
    if survey.assessment.state == AssessmentState.CLOSED:
        raise Refused(_("The survey is closed. Nobody can begin to answer it any more."))


@transaction.atomic
def enter(token: str, *, by: User | None = None) -> tuple[Participant, str]:
    """Use up a personal link: the seat it leads to, and the secret by which this device finds it again.

    `by` is the signed-in person; where the invitation went to their address, the seat becomes theirs on every device.
    """
    link = usable_link(token)
    invitation = link.invitation
    rows = type(invitation).objects.filter(pk=invitation.pk, entered_at=None, revoked_at=None)
    if not rows.update(entered_at=entry_moment(invitation.participant.survey)):
        raise LinkOver
    seat = invitation.participant
    if by is not None and seat.user_id is None and by.email.lower() == invitation.email:
        _give_to(seat, by)
    record_visit("survey.entered", seat, way="link")
    return seat, new_secret(seat)


def entry_moment(survey: Survey) -> datetime:
    """Now; for an anonymous survey only the day."""
    now = timezone.localtime()
    return now.replace(hour=0, minute=0, second=0, microsecond=0) if survey.is_anonymous else now


def record_visit(verb: str, seat: Participant, **facts: Any) -> None:
    """An event about somebody who came by a link; of an anonymous survey neither the person nor the time of day."""
    survey, hidden = seat.survey, seat.survey.is_anonymous
    about = None if hidden else seat.user
    record(verb, by=None, on=survey.assessment, team=survey.assessment.team, about=about, day_only=hidden, **facts)


def new_secret(seat: Participant) -> str:
    """A secret for the device at hand; one that was given before stops working.

    Once somebody has begun without names there is no second one: their answers stay, and a voice must not count twice.
    """
    if seat.survey.is_anonymous and seat.secret_digest and seat.state != ParticipantState.INVITED:
        raise Refused(_begun_elsewhere())
    secret = new_token()
    seat.secret, seat.secret_digest = secret, digest_of(secret)
    seat.save(update_fields=["secret_digest", "updated_at"])
    return secret


def hold_here(seat: Participant) -> None:
    """Make sure this device holds the secret of an anonymous seat, before its first answer."""
    if not seat.survey.is_anonymous or seat.secret:
        return
    if seat.secret_digest and seat.state != ParticipantState.INVITED:
        raise Refused(_begun_elsewhere())
    new_secret(seat)


def _begun_elsewhere() -> str:
    return _(
        "You began on another device, and without names your answers can be found only from there. "
        "Open the survey on that device and choose “Continue on another device”."
    )


@transaction.atomic
def make_transfer(seat: Participant) -> tuple[str, datetime]:
    """A token that brings the seat to a second device, once and soon; an earlier one stops working."""
    if not seat.secret:
        raise Refused(_("This device holds the seat by your sign-in. Sign in on the other device and go on there."))
    seat.transfers.all().delete()
    token = new_token()
    expires_at = timezone.now() + TRANSFER
    row = {"token_digest": digest_of(token), "sealed": seal(seat.secret, token), "expires_at": expires_at}
    SeatTransfer.objects.create(participant=seat, **row)
    return token, expires_at


def usable_transfer(token: str) -> SeatTransfer:
    """The transfer that can still be taken; raises LinkOver for every other."""
    rows = SeatTransfer.objects.select_related("participant__survey__assessment__team__organization")
    row = rows.filter(token_digest=digest_of(token)).first()
    found = is_digest_of(row.token_digest if row else "", token)
    if not (row and found and row.expires_at > timezone.now() and not _is_revoked(row.participant)):
        raise LinkOver
    return row


@transaction.atomic
def take_transfer(token: str) -> tuple[Participant, str]:
    """Use up a transfer: the same seat, the same secret, a second device."""
    row = usable_transfer(token)
    deleted, _rows = SeatTransfer.objects.filter(pk=row.pk).delete()
    seat, secret = row.participant, unseal(row.sealed, token)
    if not deleted or not is_digest_of(seat.secret_digest, secret):
        raise LinkOver
    seat.secret = secret
    record_visit("survey.device_added", seat)
    return seat, secret


def forget_expired() -> None:
    """Delete what could lead to a seat once and no longer can."""
    SeatTransfer.objects.filter(expires_at__lt=timezone.now()).delete()
    PersonalLink.objects.filter(expires_at__lt=timezone.now()).delete()


def _can_be_entered(link: PersonalLink) -> bool:
    invitation = link.invitation
    return invitation.entered_at is None and invitation.revoked_at is None and link.expires_at > timezone.now()


def _is_revoked(seat: Participant) -> bool:
    invitation = getattr(seat, "invitation", None)
    return invitation is not None and invitation.revoked_at is not None


def _give_to(seat: Participant, user: User) -> None:
    """Bind the seat to an account that may see the assessment and has no seat in it."""
    sees = Assessment.objects.for_user(user).filter(pk=seat.survey.assessment_id).exists()
    if sees and not seat.survey.participants.filter(user=user).exists():
        seat.user = user
        seat.save(update_fields=["user", "updated_at"])
