"""A finished workshop as one file, and back: from a laptop without a network to the server where the assessment lives.

Every row keeps its id, so importing a second time changes nothing. Votes travel without seats or names; a role goes
with them only where it may be shown apart.
"""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from accounts.domain.audit import record
from accounts.models import User
from assessment.models import Assessment
from core.refusals import Invalid, Refused
from surveys.domain.links import digest_of
from surveys.domain.summary import roles_shown
from surveys.domain.workshop.changing import has_changed, held
from surveys.domain.workshop.finishing import speak
from surveys.domain.workshop.joining import new_code, room_token
from surveys.domain.workshop.preparing import lowest_minimum, offered
from surveys.domain.workshop.subjects import Subject, as_stored, subjects_of
from surveys.models import (
    MOST_CHOICES,
    AgendaItem,
    ItemState,
    Outcome,
    Round,
    Vote,
    Workshop,
    WorkshopNote,
    WorkshopState,
)

FORMAT, FORMAT_OF_OTHERS = "headwater-workshop-1", "headwater-workshop-2"  # the second of models of others
BYTES_MAX = 2_000_000
LISTED_MAX = 5_000


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Ticked = Annotated[tuple[Annotated[int, Field(ge=1, le=MOST_CHOICES)], ...], Field(max_length=MOST_CHOICES)]


class VotePart(Part):
    id: uuid.UUID
    role: str = Field(default="", max_length=20)
    level: int | None = Field(ge=0, le=MOST_CHOICES)
    ticked: Ticked = ()


class RoundPart(Part):
    number: int = Field(ge=1, le=99)
    opened_at: dt.datetime
    revealed_at: dt.datetime
    votes: tuple[VotePart, ...] = Field(max_length=LISTED_MAX)


class ItemPart(Part):
    id: uuid.UUID
    practice: str = Field(max_length=40)
    position: int = Field(ge=0, le=9999)
    minutes: int = Field(ge=1, le=120)
    state: ItemState
    outcome: Outcome
    agreed_level: int | None = Field(ge=0, le=MOST_CHOICES)
    agreed_ticked: Ticked = ()
    dissent: str = Field(max_length=500)
    check_what: str = Field(max_length=300)
    check_who: str = Field(max_length=120)
    settled_at: dt.datetime | None
    rounds: tuple[RoundPart, ...] = Field(max_length=99)


class NotePart(Part):
    id: uuid.UUID
    practice: str = Field(max_length=40)
    kind: str = Field(max_length=10)
    text: str = Field(max_length=500)
    owner: str = Field(max_length=120)
    created_at: dt.datetime


class WorkshopFile(Part):
    format: str
    model: str  # digest of the maturity model
    id: uuid.UUID
    kind: str = Field(max_length=10)
    minimum: int = Field(ge=3, le=9999)
    rule_share: float = Field(ge=0, le=1)
    rule_within: int = Field(ge=0, le=4)
    rule_deviation: float = Field(ge=0, le=4)
    rule_fixed_at: dt.datetime | None
    finished_at: dt.datetime
    items: tuple[ItemPart, ...] = Field(max_length=LISTED_MAX)
    notes: tuple[NotePart, ...] = Field(max_length=LISTED_MAX)


@transaction.atomic
def export_workshop(workshop: Workshop, *, by: User) -> str:
    """The file's text; only of a finished workshop, so that no vote leaves before its reveal."""
    row = held(workshop)
    if row.state != WorkshopState.FINISHED:
        raise Refused(_("Finish the workshop first: no vote may leave it before it is revealed."))
    record("workshop.exported", by=by, on=row, team=row.assessment.team)
    ours: Any = {
        "items": {"__all__": {"agreed_ticked": True, "rounds": {"__all__": {"votes": {"__all__": {"ticked"}}}}}}
    }
    return _file_of(row).model_dump_json(indent=1, exclude=ours if row.assessment.maturity_model.is_ours else None)


def _file_of(row: Workshop) -> WorkshopFile:
    same = ("kind", "minimum", "rule_share", "rule_within", "rule_deviation", "rule_fixed_at", "finished_at")
    return WorkshopFile.model_validate(
        {name: getattr(row, name) for name in same}
        | {
            "format": _format_for(row.assessment),
            "model": row.assessment.maturity_model.digest,
            "id": row.public_id,
            "items": [_item_part(item, row.minimum) for item in row.items.prefetch_related("rounds__votes")],
            "notes": [
                {n: getattr(note, n) for n in ("practice", "kind", "text", "owner", "created_at")}
                | {"id": note.public_id}
                for note in row.notes.all()
            ],
        }
    )


ITEM_FIELDS = (
    "practice",
    "position",
    "minutes",
    "state",
    "outcome",
    "agreed_level",
    "dissent",
    "check_what",
    "check_who",
    "settled_at",
)


def _item_part(item: AgendaItem, minimum: int) -> dict[str, Any]:
    rounds = [
        {
            "number": one.number,
            "opened_at": one.created_at,
            "revealed_at": one.revealed_at,
            "votes": _vote_parts(one, minimum),
        }
        for one in item.rounds.all()
        if one.revealed_at
    ]
    ticked = tuple(map(int, item.agreed_ticked.split()))
    own = {"id": item.public_id, "rounds": rounds, "agreed_ticked": ticked}
    return {name: getattr(item, name) for name in ITEM_FIELDS} | own


def _vote_parts(row: Round, minimum: int) -> list[dict[str, Any]]:
    """In the order of their random ids, so that nobody reads who came first.

    Nothing leaves that no screen shows: of a round in which too few gave a level no vote goes into the file, and roles
    are told apart by those who gave one.
    """
    votes = sorted(row.votes.all(), key=lambda vote: vote.public_id)
    levelled = [{vote.role} - {""} for vote in votes if vote.level is not None or vote.ticked]
    if len(levelled) < minimum:
        return []
    shown = roles_shown(levelled, minimum)
    return [
        {
            "id": vote.public_id,
            "role": vote.role if vote.role in shown else "",
            "level": vote.level,
            "ticked": tuple(map(int, vote.ticked.split())),
        }
        for vote in votes
    ]


def _format_for(assessment: Assessment) -> str:
    return FORMAT if assessment.maturity_model.is_ours else FORMAT_OF_OTHERS


def read_file(text: str) -> WorkshopFile:
    try:
        found = WorkshopFile.model_validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "-"
        raise Invalid(
            _("This is no workshop file: {what} (at {place}).").format(what=first["msg"], place=place)
        ) from None
    if found.format not in (FORMAT, FORMAT_OF_OTHERS):
        raise Invalid(_("This is no workshop file of this version."))
    return found


@transaction.atomic
def import_workshop(assessment: Assessment, file: WorkshopFile, *, by: User) -> Workshop:
    """Bring the workshop of the file into the assessment; what is there already under the same ids stays as it is."""
    _check_fits(assessment, file)
    subjects = subjects_of(assessment.maturity_model)
    row = _row_for(assessment, file, by)
    try:
        with transaction.atomic():
            for part in file.items:
                _import_item(row, part, subjects[part.practice])
    except IntegrityError:
        raise Invalid(_("The file contradicts itself, or holds parts of another workshop.")) from None
    known = set(row.notes.values_list("public_id", flat=True))
    for note in (note for note in file.notes if note.id not in known):
        kept = WorkshopNote(workshop=row, public_id=note.id, practice=note.practice, kind=note.kind, text=note.text)
        kept.owner, kept.created_at = note.owner, note.created_at
        kept.save()
    record("workshop.imported", by=by, on=row, team=assessment.team)
    has_changed(row)
    speak(row)
    return row


def _check_fits(assessment: Assessment, file: WorkshopFile) -> None:
    known = subjects_of(assessment.maturity_model).keys()
    fits = file.model == assessment.maturity_model.digest and file.format == _format_for(assessment)
    if not fits or not {item.practice for item in file.items} <= known:
        raise Invalid(_("The file belongs to another version of the maturity model than this assessment."))
    if file.minimum < lowest_minimum(assessment):
        raise Invalid(_("The file shows smaller groups than this assessment promised."))


def _row_for(assessment: Assessment, file: WorkshopFile, by: User) -> Workshop:
    """The workshop of the same id, or a new one; another one in its place must be without votes, and goes."""
    if Workshop.objects.filter(public_id=file.id).exclude(assessment=assessment).exists():
        raise Refused(_("This workshop belongs to another assessment here."))
    found = Workshop.objects.filter(assessment=assessment).first()
    if found is not None and found.public_id != file.id:
        if Vote.objects.filter(round__item__workshop=found).exists():
            raise Refused(_("This assessment has a workshop with votes of its own. They are never overwritten."))
        found.delete()
        found = None
    row = found or Workshop(assessment=assessment, public_id=file.id, facilitator=by, code=new_code())
    if row.state != WorkshopState.FINISHED:
        row.room_digest = digest_of(room_token(row.public_id))
        row.state, row.finished_at, row.current = WorkshopState.FINISHED, file.finished_at, None
        row.kind, row.minimum, row.rule_fixed_at = file.kind, file.minimum, file.rule_fixed_at
        row.rule_share, row.rule_within, row.rule_deviation = file.rule_share, file.rule_within, file.rule_deviation
        row.save()
    return row


def _import_item(row: Workshop, part: ItemPart, subject: Subject) -> None:
    """Raises Invalid where something was agreed or voted for that the model does not offer."""
    new = AgendaItem(workshop=row, practice=part.practice, **offered(subject))
    item = row.items.filter(practice=part.practice).first() or new
    if item.pk is None or item.state != ItemState.SETTLED:
        for name in ITEM_FIELDS:
            setattr(item, name, getattr(part, name))
        item.agreed_level, item.agreed_ticked = as_stored(item, part.agreed_ticked or part.agreed_level)
        item.public_id = part.id
        item.save()
    for told in part.rounds:
        fields = {"revealed_at": told.revealed_at, "created_at": told.opened_at}
        made, _new = Round.objects.get_or_create(item=item, number=told.number, defaults=fields)
        known = set(made.votes.values_list("public_id", flat=True))
        Vote.objects.bulk_create(_vote(made, item, vote) for vote in told.votes if vote.id not in known)


def _vote(row: Round, item: AgendaItem, part: VotePart) -> Vote:
    level, ticked = as_stored(item, part.ticked or part.level)
    return Vote(round=row, public_id=part.id, role=part.role, level=level, ticked=ticked)
