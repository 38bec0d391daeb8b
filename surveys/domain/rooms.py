"""A code for a room: one open link, a seat for each device, until the room is full or the time is over."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from core.refusals import Refused
from surveys.domain.address_list import clean_name
from surveys.domain.invite import check_not_closed, check_roles, seats_changed
from surveys.domain.links import LinkOver, digest_of, is_digest_of, room_token
from surveys.domain.seats import check_not_over, entry_moment, new_secret, record_visit
from surveys.models import Invitation, Participant, RoomLink, Survey

SEATS_MAX = 1_000


class RoomFull(Refused):
    """Everybody the room was opened for has come."""


def open_rooms(survey: Survey) -> list[RoomLink]:
    return list(survey.room_links.filter(revoked_at=None, expires_at__gt=timezone.now()).order_by("-created_at"))


@transaction.atomic
def open_room(survey: Survey, *, n_seats: int, hours: int, by: User) -> RoomLink:
    """A new code; the one before stops working."""
    check_not_closed(survey)
    _close(survey)
    room = RoomLink(survey=survey, n_seats=n_seats, expires_at=timezone.now() + timedelta(hours=hours))
    room.token_digest = digest_of(room_token(room.public_id))
    room.save()
    record("survey.room_opened", by=by, on=survey.assessment, team=survey.assessment.team, n_seats=n_seats)
    return room


@transaction.atomic
def close_room(survey: Survey, *, by: User) -> None:
    """Nobody comes in by the code any more; who is in keeps the seat."""
    _close(survey)
    record("survey.room_closed", by=by, on=survey.assessment, team=survey.assessment.team)


def usable_room(token: str) -> RoomLink:
    """The room behind a code; raises LinkOver for a code that leads nowhere, RoomFull when nobody else fits in."""
    room = RoomLink.objects.select_related("survey__assessment__team").filter(token_digest=digest_of(token)).first()
    found = is_digest_of(room.token_digest if room else "", token)
    if not (room and found and room.revoked_at is None and room.expires_at > timezone.now()):
        raise LinkOver
    check_not_over(room.survey)
    return room


@transaction.atomic
def enter_room(token: str, *, roles: Sequence[str], name: str = "") -> tuple[Participant, str]:
    """A seat for this device, in the roles the person chose; an anonymous survey asks for no name and keeps none."""
    room = usable_room(token)
    check_roles(room.survey, roles)
    if not RoomLink.objects.filter(pk=room.pk, n_entered__lt=F("n_seats")).update(n_entered=F("n_entered") + 1):
        raise RoomFull(_("Everybody this code was made for has come. Ask whoever shows it to make room for more."))
    label = "" if room.survey.is_anonymous else clean_name(name)[:120]
    seat = Participant.objects.create(survey=room.survey, label=label, roles=list(roles))
    Invitation.objects.create(participant=seat, survey=room.survey, room=room, entered_at=entry_moment(room.survey))
    secret = new_secret(seat)
    seats_changed(room.survey)
    seat.refresh_from_db()
    seat.secret = secret
    record_visit("survey.entered", seat, way="room")
    return seat, secret


def _close(survey: Survey) -> None:
    survey.room_links.filter(revoked_at=None).update(revoked_at=timezone.now())
