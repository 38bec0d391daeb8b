"""Saving what a participant says: each save stands alone and may be repeated; none once the assessment is closed."""

from typing import Any, Literal

from django.db import transaction
from django.utils import formats, timezone

from accounts.domain.audit import record
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile, Question
from assessment.models import Assessment, AssessmentState
from core.refusals import Invalid, Refused
from surveys.domain.sections import Section, sections_for
from surveys.models import Answer, AnswerKind, Participant, ParticipantState, PracticeComment
from surveys.tasks import summarize_soon

Given = int | Literal["dk", "na"]  # a level, "I don't know", "does not apply here"


def model_for(participant: Participant) -> MaturityModelFile:
    return model_of(participant.survey.assessment.maturity_model)


def sections_of(participant: Participant) -> tuple[Section, ...]:
    return sections_for(model_for(participant), roles=participant.roles, left_out=participant.left_out)


def begin_survey(participant: Participant) -> None:
    """Mark that the person has read what is stored and who sees it."""
    _check_open(participant)
    if participant.state == ParticipantState.INVITED:
        participant.state = ParticipantState.STARTED
        participant.save(update_fields=["state", "updated_at"])


@transaction.atomic
def save_answer(participant: Participant, *, question: str, answer: Given, reason: str = "") -> Answer:
    """Store one answer in place of an earlier one; `reason` says why a question does not apply and is needed then.

    Raises Refused unless the assessment is open, Invalid when the seat is not asked this question or it has no such
    level. Summaries follow in the background.
    """
    _check_open(participant)
    asked = _asked(participant, question)
    fields = _as_fields(asked, answer, _clean(reason))
    row, _ = Answer.objects.update_or_create(participant=participant, question=question, defaults=fields)
    begin_survey(participant)
    summarize_soon(participant.survey_id)
    return row


@transaction.atomic
def save_comment(participant: Participant, *, practice: str, text: str) -> None:
    """Store the comment on a practice; an empty one takes it away."""
    _check_open(participant)
    if practice not in {asked.practice.id for section in sections_of(participant) for asked in section.practices}:
        raise Invalid("This practice is not among those you are asked about. Reload the page.")
    text = _clean(text)
    limit = PracticeComment._meta.get_field("text").max_length
    if limit and len(text) > limit:
        raise Invalid(f"A comment holds {limit} characters; this one has {len(text)}.")
    if text:
        key: dict[str, Any] = {"participant": participant, "practice": practice}
        PracticeComment.objects.update_or_create(**key, defaults={"text": text})
    else:
        participant.comments.filter(practice=practice).delete()


@transaction.atomic
def save_fix_first(participant: Participant, *, text: str) -> None:
    """Store what the person would fix first, which may be nothing."""
    _check_open(participant)
    text = _clean(text)
    if len(text) > 2000:
        raise Invalid(f"This holds 2000 characters; yours has {len(text)}.")
    participant.fix_first = text
    participant.save(update_fields=["fix_first", "updated_at"])


@transaction.atomic
def finish_survey(participant: Participant) -> None:
    """Mark the seat as finished; questions may stay open, and answers may still change until the assessment closes."""
    _check_open(participant)
    if participant.state != ParticipantState.FINISHED:
        participant.state = ParticipantState.FINISHED
        participant.finished_at = timezone.now()
        participant.save(update_fields=["state", "finished_at", "updated_at"])
        assessment = participant.survey.assessment
        hidden = participant.survey.is_anonymous
        by = None if hidden else participant.user
        record("survey.finished", by=by, on=assessment, team=assessment.team, day_only=hidden)
        summarize_soon(participant.survey_id, at_once=True)


def _clean(text: str) -> str:
    """Typed text without its margins and without NUL, which PostgreSQL cannot store."""
    return text.replace("\x00", "").strip()


def _as_fields(question: Question, answer: Given, reason: str) -> dict[str, Any]:
    if answer == "na":
        if not reason:
            raise Invalid("Not saved yet: say in one line why it does not apply here.")
        if len(reason) > 300:
            raise Invalid(f"Not saved: the reason holds 300 characters, yours has {len(reason)}.")
        return {"kind": AnswerKind.NOT_APPLICABLE, "level": None, "reason": reason}
    if answer == "dk":
        return {"kind": AnswerKind.DONT_KNOW, "level": None, "reason": ""}
    if answer not in {option.level for option in question.options}:
        raise Invalid("Not saved: the question has no such choice. Reload the page and choose again.")
    return {"kind": AnswerKind.LEVEL, "level": answer, "reason": ""}


def _asked(participant: Participant, question: str) -> Question:
    for section in sections_of(participant):
        for asked in section.questions():
            if asked.id == question:
                return asked
    raise Invalid("This question is not among those you are asked. Reload the page.")


def _check_open(participant: Participant) -> None:
    """Read the state afresh: the page may be older than the closing."""
    state, closed_at = Assessment.objects.values_list("state", "closed_at").get(survey=participant.survey_id)
    if state == AssessmentState.CLOSED:
        day = f" on {formats.date_format(closed_at, 'j F Y')}" if closed_at else ""
        raise Refused(f"Not saved: the assessment was closed{day}. What was saved before is kept.")
    if state != AssessmentState.OPEN:
        raise Refused("Not saved: the assessment is not open yet.")
