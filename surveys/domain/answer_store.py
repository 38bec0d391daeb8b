"""What a seat has said, behind one face: named answers hang on the seat, anonymous ones on nothing.

An anonymous row is found by its slot, HMAC-SHA256(secret of the seat, survey and question). The secret lives on the
participant's device and is filled into `participant.secret` by whoever finds the seat (`surveys.domain.seats`); without
it two answers of one person cannot be told to belong together, nor found again.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import BigAutoField, CharField
from django.utils import timezone
from django.utils.translation import gettext

from assessment.maturity.loader import asked_model_of
from assessment.maturity.schema import MaturityModelFile
from core.prepared import Prepared, Slot
from core.refusals import Refused
from surveys.models import (
    AnonymousAnswer,
    AnonymousComment,
    Answer,
    Participant,
    ParticipantState,
    PracticeComment,
    Survey,
)

WISH = ""  # as a practice: what the person would fix first


@dataclass(frozen=True)
class StoredAnswer:
    question: str
    kind: str
    level: int | None
    reason: str
    version: str = ""
    updated_at: datetime | None = None  # None where nobody may know
    ticked: str = ""  # numbers of choices, joined by spaces


@dataclass(frozen=True)
class StoredText:
    """A comment on a practice, or the wish."""

    text: str
    version: str = ""
    updated_at: datetime | None = None


NOTHING = StoredText("")


def given(participant: Participant) -> dict[str, StoredAnswer]:
    """What the seat has answered, by question; empty for an anonymous seat whose secret is not at hand."""
    rows: list[Any]
    if participant.survey.is_anonymous:
        slots = _slots(participant, _questions(participant))
        rows = list(AnonymousAnswer.objects.filter(slot__in=slots))
    else:
        rows = list(participant.answers.all())
    return {row.question: _stored(row) for row in rows}


def answered(participant: Participant) -> set[str]:
    """Which questions the seat has answered, and no more: every saved answer asks for it."""
    if participant.survey.is_anonymous:
        return set(given(participant))
    return {question for (question,) in _QUESTIONS(participant=participant.pk)}


def answer_to(participant: Participant, question: str) -> StoredAnswer | None:
    """The same for one question, read afresh and locked until the transaction ends."""
    row: Answer | AnonymousAnswer | None
    if participant.survey.is_anonymous:
        rows = AnonymousAnswer.objects.filter(slot__in=_slots(participant, [question]))
        row = rows.select_for_update().first()
    else:
        row = _NAMED.first(participant=participant.pk, question=question)
    return _stored(row) if row else None


_NAMED = Prepared(
    lambda: Answer.objects.select_for_update().filter(
        participant=Slot("participant", BigAutoField()), question=Slot("question", CharField())
    )
)
_QUESTIONS = Prepared(
    lambda: Answer.objects.filter(participant=Slot("participant", BigAutoField())).values_list("question")
)


def put(
    participant: Participant, question: str, fields: dict[str, Any], *, replaces: StoredAnswer | None
) -> StoredAnswer:
    """Store an answer in place of the one `answer_to` just found. `fields`: kind, level, ticked, reason, version."""
    if participant.survey.is_anonymous:
        if participant.state == ParticipantState.INVITED:
            raise Refused(gettext("Not saved yet: first read what is stored and who sees it, on the first page."))
        place = {"survey_id": participant.survey_id, "question": question, "role_group": role_group_of(participant)}
        row, _ = AnonymousAnswer.objects.update_or_create(slot=slot_of(participant, question), defaults=place | fields)
        return _stored(row)
    now = timezone.now()  # whoever saves holds the seat, so nobody else stores the same answer in between
    if replaces is None:
        return _stored(Answer.objects.create(participant=participant, question=question, **fields))
    Answer.objects.filter(participant=participant, question=question).update(**fields, updated_at=now)
    return StoredAnswer(question, updated_at=now, **fields)


def forget(participant: Participant, question: str | None = None) -> None:
    """Take back one answer, or everything the seat has said: answers, comments and the wish."""
    if question is not None:
        rows: Any = AnonymousAnswer.objects.filter(slot__in=_slots(participant, [question]))
        if not participant.survey.is_anonymous:
            rows = Answer.objects.filter(participant=participant, question=question)
        rows.delete()
        return
    if participant.survey.is_anonymous:
        AnonymousAnswer.objects.filter(slot__in=_slots(participant, _questions(participant))).delete()
        AnonymousComment.objects.filter(slot__in=_slots(participant, _text_keys(participant))).delete()
        return
    participant.answers.all().delete()
    participant.comments.all().delete()
    put_text(participant, WISH, "")


def texts(participant: Participant) -> dict[str, StoredText]:
    """The seat's comments by practice, and the wish under WISH."""
    if participant.survey.is_anonymous:
        found = AnonymousComment.objects.filter(slot__in=_slots(participant, _text_keys(participant)))
        return {row.practice: StoredText(row.text, row.version) for row in found}
    said = {row.practice: StoredText(row.text, row.version, row.updated_at) for row in participant.comments.all()}
    if participant.fix_first:
        said[WISH] = StoredText(participant.fix_first, participant.fix_first_version)
    return said


def text_on(participant: Participant, practice: str) -> StoredText:
    """The same for one practice or WISH, read afresh and locked until the transaction ends."""
    if participant.survey.is_anonymous:
        slots = _slots(participant, [_text_key(practice)])
        found = AnonymousComment.objects.select_for_update().filter(slot__in=slots).first()
        return StoredText(found.text, found.version) if found else NOTHING
    if practice == WISH:
        participant.refresh_from_db(fields=["fix_first", "fix_first_version"])
        return StoredText(participant.fix_first, participant.fix_first_version)
    row = participant.comments.select_for_update().filter(practice=practice).first()
    return StoredText(row.text, row.version, row.updated_at) if row else NOTHING


def put_text(participant: Participant, practice: str, text: str, *, version: str = "") -> None:
    """Store a comment, or the wish under WISH; an empty one takes it away."""
    rows: Any
    key: dict[str, Any]
    if participant.survey.is_anonymous:
        rows, key = AnonymousComment.objects, {"slot": slot_of(participant, _text_key(practice))}
        values = {"survey_id": participant.survey_id, "practice": practice, "text": text, "version": version}
    elif practice == WISH:
        participant.fix_first, participant.fix_first_version = text, version if text else ""
        participant.save(update_fields=["fix_first", "fix_first_version", "updated_at"])
        return
    else:
        rows, key = PracticeComment.objects, {"participant": participant, "practice": practice}
        values = {"text": text, "version": version}
    if text:
        rows.update_or_create(**key, defaults=values | ({"released": False} if "slot" in key else {}))
    else:
        rows.filter(**key).delete()


def hold(participant: Participant) -> None:
    """Let two devices of one named seat store one after the other.

    SQLite lets one writer in at a time, from the first line of the transaction on, and needs no lock. An anonymous seat
    is not locked: PostgreSQL writes the number of the locking transaction into the seat's row, and the same number into
    the answer's. There the row with the slot is locked instead.
    """
    if not participant.survey.is_anonymous and connection.features.has_select_for_update:
        Participant.objects.select_for_update().only("pk").get(pk=participant.pk)


@transaction.atomic
def mix(survey: Survey) -> None:
    """Write the survey's anonymous rows anew, in the order of their slots and in one transaction.

    Until then PostgreSQL keeps rows in the order in which they came and knows which were stored together.
    """
    kinds: tuple[Any, ...] = (AnonymousAnswer, AnonymousComment)
    for kind in kinds:
        rows = list(kind.objects.select_for_update().filter(survey=survey).order_by("slot"))
        kind.objects.filter(survey=survey).delete()
        kind.objects.bulk_create(rows, batch_size=500)


def slot_of(participant: Participant, key: str) -> str:
    """The primary key under which an anonymous seat stores its answer to a question, or a text."""
    if not participant.secret:
        raise Refused(
            gettext(
                "Not saved: this device does not hold the key to your answers. Go on where you began, or take the "
                "survey over from there with “Continue on another device”."
            )
        )
    return hmac.new(participant.secret.encode(), f"{participant.survey_id}/{key}".encode(), sha256).hexdigest()


def role_group_of(participant: Participant) -> str:
    """The roles an answer of this seat may carry: those that were held by enough people when the promise froze."""
    shown = participant.survey.role_groups or []
    return " ".join(role for role in shown if role in participant.roles)


def _stored(row: Answer | AnonymousAnswer) -> StoredAnswer:
    at = None if isinstance(row, AnonymousAnswer) else row.updated_at
    return StoredAnswer(row.question, row.kind, row.level, row.reason, row.version, at, row.ticked)


def _slots(participant: Participant, keys: list[str]) -> list[str]:
    return [slot_of(participant, key) for key in keys] if participant.secret else []


def _questions(participant: Participant) -> list[str]:
    return [question.id for question in _model(participant).questions()]


def _text_keys(participant: Participant) -> list[str]:
    return [_text_key(practice.id) for practice in _model(participant).practices()] + [_text_key(WISH)]


def _text_key(practice: str) -> str:
    return f"text/{practice}"


def _model(participant: Participant) -> MaturityModelFile:
    return asked_model_of(participant.survey.assessment.maturity_model)
