"""How people come into a workshop: a short code, a seat for the device, and the seat taken to another device."""

import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, QuerySet, UUIDField
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from assessment.maturity.loader import asked_model_of
from assessment.models import without_texts
from core.prepared import Prepared, Slot
from core.refusals import Invalid
from surveys.domain.address_list import clean_name
from surveys.domain.links import LinkOver, digest_of, is_digest_of, new_token
from surveys.domain.workshop.changing import check_not_finished
from surveys.models import Workshop, WorkshopSeat, WorkshopState

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: nothing to confuse on a wall or aloud
CODE_LENGTH = 7
TRANSFER = timedelta(minutes=15)
KEPT = timedelta(days=14)
WITHOUT_TEXTS = without_texts("assessment__maturity_model")


def new_code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not Workshop.objects.filter(code=code).exists():
            return code


def code_from(typed: str) -> str:
    """The code in what somebody typed: capitals, no spaces or dashes."""
    return re.sub(r"[\s\-–.]", "", typed).upper()[: CODE_LENGTH + 1]


def room_token(workshop: uuid.UUID) -> str:
    """The token in the room screen's address: made from the secret key, so it can be shown again without storing it."""
    return salted_hmac("surveys.workshop", workshop.hex, algorithm="sha256").hexdigest()[:40]


def cookie_name(workshop: uuid.UUID) -> str:
    return f"workshop-{workshop.hex}"


def workshop_of_code(typed: str) -> Workshop:
    """The workshop that can be joined by this code; raises LinkOver for every other."""
    rows = Workshop.objects.exclude(state=WorkshopState.FINISHED)
    rows = rows.select_related("assessment__team", "assessment__maturity_model").defer(*WITHOUT_TEXTS)
    row = rows.filter(code=code_from(typed)).first()
    if row is None:
        raise LinkOver
    return row


def workshop_of_room(token: str) -> Workshop:
    """The workshop whose room screen this is."""
    rows = Workshop.objects.select_related("assessment__team__organization", "assessment__maturity_model", "current")
    row = rows.defer(*WITHOUT_TEXTS).filter(room_digest=digest_of(token)).first()
    if row is None or not is_digest_of(row.room_digest, token):
        raise LinkOver
    return row


def find_seat(cookies: Mapping[str, str], workshop: uuid.UUID) -> WorkshopSeat | None:
    """The seat this device holds, with its secret."""
    secret = cookies.get(cookie_name(workshop), "")
    if not secret:
        return None
    seat = _SEAT.first(workshop=workshop, digest=digest_of(secret))
    if seat is not None:
        seat.secret = secret
    return seat


@dataclass(frozen=True)
class Stamp:
    """How a workshop stands for one seat: all that a poll needs."""

    workshop: uuid.UUID
    seat: int
    version: int
    state: str


def stamp_for(cookies: Mapping[str, str], workshop: uuid.UUID) -> Stamp | None:
    """How the workshop stands, for the device that holds a seat: one question to the database, nothing written."""
    secret = cookies.get(cookie_name(workshop), "")
    found = _STAMP.first(workshop=workshop, digest=digest_of(secret)) if secret else None
    return Stamp(workshop, *found) if found else None


def _seats() -> "QuerySet[WorkshopSeat]":
    held = {"workshop__public_id": Slot("workshop", UUIDField()), "secret_digest": Slot("digest", CharField())}
    return WorkshopSeat.objects.filter(**held)


_SEAT = Prepared(lambda: _seats().select_related("workshop__assessment__team")[:1])
_STAMP = Prepared(lambda: _seats().values_list("pk", "workshop__version", "workshop__state")[:1])


@transaction.atomic
def take_seat(workshop: Workshop, *, role: str, name: str = "") -> WorkshopSeat:
    """A seat for this device; coming again with it keeps seat and votes."""
    check_not_finished(workshop)
    roles = {one.id for one in asked_model_of(workshop.assessment.maturity_model).roles}
    if role not in roles:
        raise Invalid(_("Choose what you do here: it tells how roles see things, never who said what."))
    seat = WorkshopSeat(workshop=workshop, role=role, name=clean_name(name)[:40])
    seat.secret = new_token()
    seat.secret_digest = digest_of(seat.secret)
    seat.save()
    record("workshop.entered", by=None, on=workshop, team=workshop.assessment.team)
    return seat


@transaction.atomic
def make_transfer(seat: WorkshopSeat) -> tuple[str, datetime]:
    """A token by which another device takes the seat, once and soon."""
    check_not_finished(seat.workshop)
    token, expires_at = new_token(), timezone.now() + TRANSFER
    rows = WorkshopSeat.objects.filter(pk=seat.pk)
    rows.update(transfer_digest=digest_of(token), transfer_expires_at=expires_at)
    return token, expires_at


def usable_transfer(token: str) -> WorkshopSeat:
    rows = WorkshopSeat.objects.select_related("workshop__assessment__team")
    seat = rows.filter(transfer_digest=digest_of(token), transfer_expires_at__gt=timezone.now()).first()
    if seat is None or not is_digest_of(seat.transfer_digest, token):
        raise LinkOver
    return seat


@transaction.atomic
def take_transfer(token: str) -> WorkshopSeat:
    """The seat on this device; the one it came from holds it no more, so a voice never counts twice."""
    seat, secret = usable_transfer(token), new_token()
    rows = WorkshopSeat.objects.filter(pk=seat.pk, transfer_digest=digest_of(token))
    if not rows.update(transfer_digest="", transfer_expires_at=None, secret_digest=digest_of(secret)):
        raise LinkOver
    seat.secret = secret
    record("workshop.device_changed", by=None, on=seat.workshop, team=seat.workshop.assessment.team)
    return seat
