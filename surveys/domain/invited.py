"""How each invitation stands, as the page of those who lead shows it.

An anonymous survey tells nothing here that follows from what somebody did: not who entered, finished or was reminded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.models import Invitation, InvitationMail, MailState, Participant, ParticipantState, Survey


@dataclass(frozen=True)
class Invited:
    """One seat: who, in which roles, and how far the way into the survey got."""

    seat: Participant
    name: str
    email: str
    roles: tuple[str, ...]
    standing: str
    link_until: datetime | None
    mail: str
    problem: str
    is_revoked: bool


def invited(survey: Survey, role_names: Mapping[str, str]) -> list[Invited]:
    """Everybody who is asked, by name, in four queries."""
    seats = survey.participants.select_related("user", "invitation")
    rows = [_row(survey, seat, role_names) for seat in seats.prefetch_related("invitation__mails", "invitation__links")]
    return sorted(rows, key=lambda row: (row.name.casefold(), row.email, row.seat.pk))


def _row(survey: Survey, seat: Participant, role_names: Mapping[str, str]) -> Invited:
    invitation = getattr(seat, "invitation", None)
    hidden = survey.is_anonymous
    mail = _mail_shown(invitation, hidden)
    return Invited(
        seat=seat,
        name=name_of(seat),
        email=invitation.email if invitation else (seat.user.email if seat.user else ""),
        roles=tuple(role_names.get(role, role) for role in seat.roles),
        standing=_standing(seat, invitation, hidden),
        link_until=_link_until(invitation, hidden),
        mail=str(mail.get_state_display()) if mail else "",
        problem=mail.problem if mail else "",
        is_revoked=bool(invitation and invitation.revoked_at),
    )


def name_of(seat: Participant) -> str:
    """The name to show: of the account, else what the list or the person said; empty when nobody said one."""
    if seat.user:
        return str(seat.user)
    invitation = getattr(seat, "invitation", None)
    return seat.label or (_("Somebody from the room") if invitation and invitation.room_id else "")


def _standing(seat: Participant, invitation: Invitation | None, hidden: bool) -> str:
    if invitation and invitation.revoked_at:
        return _("Revoked")
    if hidden:
        return _("Invited")
    if seat.state == ParticipantState.INVITED and invitation and invitation.entered_at:
        return _("Entered, not begun")
    return str(seat.get_state_display())


def _link_until(invitation: Invitation | None, hidden: bool) -> datetime | None:
    """Until when a link can be entered; None when there is none, or it is used up."""
    if not invitation or invitation.revoked_at or (invitation.entered_at and not hidden):
        return None
    ends = [link.expires_at for link in invitation.links.all() if link.expires_at > timezone.now()]
    return max(ends, default=None)


def _mail_shown(invitation: Invitation | None, hidden: bool) -> InvitationMail | None:
    """The newest mail; of an anonymous survey the invitation alone, since who was reminded had not finished."""
    mails = [mail for mail in invitation.mails.all() if not (hidden and mail.slot)] if invitation else []
    shown = [mail for mail in mails if mail.state != MailState.DROPPED]
    return max(shown, key=lambda mail: mail.slot, default=None)
