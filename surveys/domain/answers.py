"""Saving what a participant says: each save stands alone and may be repeated; none once the assessment is closed."""

import unicodedata
from typing import Any, Literal, cast

from django.db import transaction
from django.db.models import BigAutoField
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext

from accounts.domain.audit import record
from assessment.maturity.foreign.asked import AskedOption, is_multiple
from assessment.maturity.loader import asked_model_of
from assessment.maturity.schema import MaturityModelFile, Question
from assessment.models import Assessment, AssessmentState
from core.prepared import Prepared, Slot
from core.refusals import Invalid, Refused
from surveys.domain import answer_store
from surveys.domain.answer_store import StoredAnswer
from surveys.domain.changes import Change, change_of, is_new
from surveys.domain.promise import freeze
from surveys.domain.sections import Section, sections_for, without
from surveys.domain.ticks import ticks_as_stored
from surveys.models import AnswerKind, Participant, ParticipantState
from surveys.tasks import summarize_soon

TEXT_LIMIT = 2000
Given = int | tuple[int, ...] | Literal["dk", "na"]  # a level or choice, some, "I don't know", "does not apply here"


def model_for(participant: Participant) -> MaturityModelFile:
    return asked_model_of(participant.survey.assessment.maturity_model)


def sections_of(participant: Participant) -> tuple[Section, ...]:
    """The pages of a seat; worked out once for each set of roles, since every saved answer asks for them."""
    model, roles = model_for(participant), tuple(sorted(participant.roles))
    key = (participant.survey.assessment.maturity_model.digest, get_language(), roles)
    if key not in _pages:
        _pages[key] = sections_for(model, roles=roles)
    return without(_pages[key], participant.left_out)


_pages: dict[tuple[str, str | None, tuple[str, ...]], tuple[Section, ...]] = {}


def begin_survey(participant: Participant) -> None:
    """Mark that the person has read what is stored and who sees it."""
    check_open(participant)
    if participant.state == ParticipantState.INVITED:
        freeze(participant.survey)
        participant.state = ParticipantState.STARTED
        participant.save(update_fields=["state", "updated_at"])


@transaction.atomic
def save_answer(
    participant: Participant, *, question: str, answer: Given, reason: str = "", change: Change | None = None
) -> StoredAnswer:
    """Store one answer in place of an earlier one; `reason` says why a question does not apply and is needed then.

    Raises Refused unless the assessment is open, Invalid when the seat is not asked this question or it has no such
    level, Conflict when `change` may not replace what is stored. Summaries follow in the background.
    """
    check_open(participant)
    change = change or change_of()
    fields = _as_fields(_asked(participant, question), answer, clean(reason))
    answer_store.hold(participant)
    found = answer_store.answer_to(participant, question)
    stored = found and {name: getattr(found, name) for name in fields}
    if not is_new(change, part=question, stored_key=found.version if found else "", stored=stored, given=fields):
        return cast(StoredAnswer, found)
    saved = answer_store.put(participant, question, fields | {"version": change.key}, replaces=found)
    if participant.state == ParticipantState.INVITED:
        begin_survey(participant)
    survey = participant.survey
    if survey.is_rested and not survey.speaks_once:  # the sweep makes what waits for the pause
        summarize_soon(survey.pk)
    return saved


@transaction.atomic
def save_comment(participant: Participant, *, practice: str, text: str, change: Change | None = None) -> str:
    """Store the comment on a practice and return its key; an empty one takes it away."""
    check_open(participant)
    if practice not in {asked.practice.id for section in sections_of(participant) for asked in section.practices}:
        raise Invalid(gettext("This practice is not among those you are asked about. Reload the page."))
    return _save_text(participant, practice, text, change)


@transaction.atomic
def save_fix_first(participant: Participant, *, text: str, change: Change | None = None) -> str:
    """Store what the person would fix first, which may be nothing, and return its key."""
    check_open(participant)
    return _save_text(participant, answer_store.WISH, text, change)


def _save_text(participant: Participant, practice: str, text: str, change: Change | None) -> str:
    change = change or change_of()
    text = _fitting(text)
    answer_store.hold(participant)
    stored = answer_store.text_on(participant, practice)
    if not is_new(change, part=practice, stored_key=stored.version, stored=stored.text, given=text):
        return stored.version
    answer_store.put_text(participant, practice, text, version=change.key)
    return change.key if text else ""


@transaction.atomic
def finish_survey(participant: Participant) -> None:
    """Mark the seat as finished; questions may stay open, and answers may still change until the assessment closes."""
    check_open(participant)
    if participant.state != ParticipantState.FINISHED:
        participant.state = ParticipantState.FINISHED
        participant.finished_at = timezone.now()
        participant.save(update_fields=["state", "finished_at", "updated_at"])
        assessment = participant.survey.assessment
        hidden = participant.survey.is_anonymous
        by = None if hidden else participant.user
        record("survey.finished", by=by, on=assessment, team=assessment.team, day_only=hidden)
        summarize_soon(participant.survey_id, at_once=True)


def clean(text: str) -> str:
    """Typed text without its margins and without what nobody types: control characters, signs that turn the reading
    direction round, halves of characters."""
    if len(text) > 10 * TEXT_LIMIT:
        return text  # refused for its length
    text = text.replace("\r\n", "\n")
    return "".join(c for c in text if c in "\n\t" or not _is_invisible(c)).strip()


def _is_invisible(c: str) -> bool:
    return unicodedata.category(c) in {"Cc", "Cs"} or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"


def _fitting(text: str) -> str:
    text = clean(text)
    if len(text) > TEXT_LIMIT:
        sizes = {"limit": TEXT_LIMIT, "n": len(text)}
        raise Invalid(gettext("Not saved: this holds %(limit)s characters; yours has %(n)s.") % sizes)
    return text


def _as_fields(question: Question, answer: Given, reason: str) -> dict[str, Any]:
    nothing = {"level": None, "ticked": "", "reason": ""}
    if answer == "na":
        if not reason:
            raise Invalid(gettext("Not saved yet: say in one line why it does not apply here."))
        if len(reason) > 300:
            said = gettext("Not saved: the reason holds 300 characters, yours has {n}.").format(n=len(reason))
            raise Invalid(said)
        return nothing | {"kind": AnswerKind.NOT_APPLICABLE, "reason": reason}
    if answer == "dk":
        return nothing | {"kind": AnswerKind.DONT_KNOW}
    chosen = answer if isinstance(answer, tuple) else (answer,)
    if isinstance(answer, tuple) != is_multiple(question) or not set(chosen) <= {one.level for one in question.options}:
        raise Invalid(gettext("Not saved: the question has no such choice. Reload the page and choose again."))
    if isinstance(answer, tuple):
        return nothing | {"kind": AnswerKind.TICKED, "ticked": ticks_as_stored(answer, alone=_alone(question))}
    return nothing | {"kind": AnswerKind.LEVEL, "level": answer}


def _alone(question: Question) -> set[int]:
    return {one.level for one in question.options if isinstance(one, AskedOption) and one.is_none_of_these}


def _asked(participant: Participant, question: str) -> Question:
    for section in sections_of(participant):
        for asked in section.questions():
            if asked.id == question:
                return asked
    raise Invalid(gettext("This question is not among those you are asked. Reload the page."))


def check_open(participant: Participant) -> None:
    """Read the state afresh: the page may be older than the closing."""
    state, closed_at = _STATE(survey=participant.survey_id)[0]
    if state == AssessmentState.CLOSED:
        if not closed_at:
            raise Refused(gettext("Not saved: the assessment was closed. What was saved before is kept."))
        said = gettext("Not saved: the assessment was closed on {day}. What was saved before is kept.")
        raise Refused(said.format(day=formats.date_format(closed_at, "DATE_FORMAT")))
    if state != AssessmentState.OPEN:
        raise Refused(gettext("Not saved: the assessment is not open yet."))


_STATE = Prepared(
    lambda: Assessment.objects.filter(survey=Slot("survey", BigAutoField())).values_list("state", "closed_at")
)
