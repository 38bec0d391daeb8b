"""Invitations of people who may have no account: seats by address, personal links, revoking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from core.refusals import Refused
from surveys.domain.address_list import Row
from surveys.domain.invite import check_not_closed, check_roles, seats_changed
from surveys.domain.links import digest_of, new_token
from surveys.models import Invitation, InvitationMail, MailState, Participant, ParticipantState, PersonalLink, Survey
from surveys.tasks import send_soon


@dataclass(frozen=True)
class NewLink:
    """A personal link at the one moment its token is known."""

    seat: Participant
    token: str
    expires_at: datetime


@transaction.atomic
def invite_addresses(
    survey: Survey, rows: Sequence[Row], *, by: User, by_mail: bool, language: str = ""
) -> list[Participant]:
    """A seat for every address that has none yet, all of them or none; returns the new ones.

    An address of a person of the team becomes that person's seat. By mail, each is sent a link once the survey is
    open, in this language or the one that is active.
    """
    check_not_closed(survey)
    members = {p.user.email.lower(): p.user for p in survey.assessment.team.memberships.select_related("user")}
    taken = _asked_already(survey)
    made = []
    for row in rows:
        check_roles(survey, row.roles)
        if row.email not in taken:
            seat = Participant(survey=survey, user=members.get(row.email), label=row.name, roles=list(row.roles))
            seat.save()
            invitation = Invitation.objects.create(
                participant=seat, survey=survey, email=row.email, language=language or spoken()
            )
            if by_mail:
                InvitationMail.objects.create(invitation=invitation, slot=0)
            made.append(seat)
    if made:
        seats_changed(survey)
        send_soon()
        _record("survey.invited", survey, by, n=len(made), by_mail=by_mail)
    return made


def _asked_already(survey: Survey) -> set[str]:
    invited = survey.invitations.exclude(email="").values_list("email", flat=True)
    users = survey.participants.filter(user__isnull=False).values_list("user__email", flat=True)
    return {email.lower() for email in (*invited, *users)}


def invitation_of(seat: Participant) -> Invitation:
    """The seat's invitation, made at the first need for somebody who has an account."""
    email = seat.user.email.lower() if seat.user else ""
    made_with = {"survey": seat.survey, "email": email, "language": spoken()}
    return Invitation.objects.get_or_create(participant=seat, defaults=made_with)[0]


def spoken() -> str:
    """The active language, in which who invites reads the pages: the best guess at what the invited read."""
    return get_language() or ""


@transaction.atomic
def issue_link(seat: Participant, *, by: User) -> NewLink:
    """A personal link to show once. Every earlier link, and every device that entered by one, is shut out.

    A seat of an anonymous survey that has begun keeps its device: its answers can be found from there alone. Nothing
    tells the maker of the link so, since it would tell who has begun; whoever opens the link reads it.
    """
    check_not_closed(seat.survey)
    invitation = invitation_of(seat)
    invitation.links.all().delete()
    invitation.revoked_at = None
    if not (seat.survey.is_anonymous and seat.state != ParticipantState.INVITED):
        invitation.entered_at = None
        seat.transfers.all().delete()
        seat.secret_digest = ""
        seat.save(update_fields=["secret_digest", "updated_at"])
    invitation.save(update_fields=["revoked_at", "entered_at", "updated_at"])
    link = add_link(invitation)
    _record("survey.link_made", seat.survey, by, about=seat.user)
    return link


def issue_links(seats: Sequence[Participant]) -> list[NewLink]:
    """The first links of seats that were just made, to show once."""
    return [add_link(seat.invitation) for seat in seats]


def add_link(invitation: Invitation) -> NewLink:
    """One more link beside those there are: a reminder's beside the invitation's."""
    token, expires_at = new_token(), timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    PersonalLink.objects.create(invitation=invitation, token_digest=digest_of(token), expires_at=expires_at)
    return NewLink(invitation.participant, token, expires_at)


@transaction.atomic
def revoke(seat: Participant, *, by: User) -> None:
    """Shut every link and every device without a sign-in out, and remind no more; the answers stay."""
    invitation = invitation_of(seat)
    invitation.links.all().delete()
    seat.transfers.all().delete()
    invitation.mails.filter(state=MailState.QUEUED).update(state=MailState.DROPPED)
    invitation.revoked_at, invitation.remind_at = timezone.now(), None
    invitation.save(update_fields=["revoked_at", "remind_at", "updated_at"])
    _record("survey.link_revoked", seat.survey, by, about=seat.user)


@transaction.atomic
def send_invitation(seat: Participant, *, by: User) -> None:
    """Put the invitation's mail in the queue, for the first time or again; an address that is missing is said."""
    check_not_closed(seat.survey)
    invitation = invitation_of(seat)
    if not invitation.email:
        raise Refused(_("There is no address to send it to. Make a link and hand it over."))
    if invitation.revoked_at:
        raise Refused(_("The invitation is revoked. Make a new link first."))
    mail, made = InvitationMail.objects.get_or_create(invitation=invitation, slot=0)
    if not made:
        over = (MailState.SENT, MailState.FAILED, MailState.DROPPED)
        fresh = {"state": MailState.QUEUED, "attempts": 0, "due_at": timezone.now(), "problem": ""}
        InvitationMail.objects.filter(pk=mail.pk, state__in=over).update(**fresh)
    send_soon()
    _record("survey.mail_sent_again", seat.survey, by, about=seat.user)


def _record(verb: str, survey: Survey, by: User | None, about: User | None = None, **facts: Any) -> None:
    """An event about the survey; of an anonymous one neither the person nor the time of day."""
    team = survey.assessment.team
    record(verb, by=by, on=survey.assessment, team=team, about=None if survey.is_anonymous else about, **facts)
