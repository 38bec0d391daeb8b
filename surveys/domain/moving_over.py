"""Moving an assessment to another version of its maturity model: a new one beside it, the old one untouched."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.carried_inputs import METRIC, WORKSHOP
from assessment.domain.evidence import rescore
from assessment.domain.lifecycle import create_assessment
from assessment.maturity.carrying import carry_over
from assessment.maturity.loader import asked_model_of, foreign_model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, CapContest, Evidence, EvidenceContest, FlowInput, FlowOrigin, MaturityModel
from surveys.domain.invite import deal_left_out
from surveys.domain.moving import both_models, moved_inputs, present_inputs
from surveys.domain.moving_others import bring_agreements, moved_answers, numbers_after, present_answers
from surveys.domain.moving_voices import Numbers, carried_voices, renumbered
from surveys.domain.promise import freeze
from surveys.domain.sections import sections_for
from surveys.domain.summarize import summarize_survey
from surveys.domain.summary import Voice
from surveys.models import Answer, AnswerExchange, Invitation, Participant, ParticipantState, PracticeComment, Survey


@transaction.atomic
def move_to_version(assessment: Assessment, row: MaturityModel, *, title: str, by: User | None) -> Assessment:
    """A draft of the other model with what carries over: answers with names, measurements, agreements, targets.

    Whoever is asked is asked there too; those whose answers all hold have finished. Results, reports, decisions about
    the roadmap and answers of a survey with a minimum stay with the old assessment.
    """
    before, after = both_models(assessment, row)
    carried = carry_over(before, after)
    new = create_assessment(
        assessment.team,
        title=title,
        period_start_on=assessment.period_start_on,
        period_end_on=assessment.period_end_on,
        scope_note=assessment.scope_note,
        maturity_model=row,
        by=by,
    )
    if isinstance(before, MaturityModelFile) and isinstance(after, MaturityModelFile):
        moved, _ = moved_inputs(assessment, present_inputs(assessment), before, after, carried)
        _bring_evidence(assessment, new, moved)
        _bring_flow(assessment, new)
        numbers: Numbers = {}
    else:
        others = foreign_model_of(assessment.maturity_model), foreign_model_of(row)
        moved = moved_answers(assessment, present_answers(assessment), *others, carried)
        bring_agreements(assessment, new, moved)
        numbers = numbers_after(*others, carried)
    new.target_profile = moved["targets"]
    new.is_demo = assessment.is_demo
    new.save(update_fields=["target_profile", "is_demo", "updated_at"])
    _bring_survey(assessment, new, kept=list(numbers) or carried.carried, numbers=numbers)
    rescore(new)
    record(
        "assessment.moved_to_version",
        by=by,
        on=new,
        team=new.team,
        before=str(assessment.maturity_model.version),
        after=str(row.version),
        carried=len(carried.carried),
    )
    return new


def _bring_evidence(old: Assessment, new: Assessment, moved: dict[str, Any]) -> None:
    """Measurements and agreements with their day; contested caps and measurements with who contested them."""
    known = {(row.source, row.signal or row.practice): row for row in old.evidence.all()}
    rows = []
    for source, practice, signal, content in moved["evidence"]:
        was = known.get((source, signal or practice))
        if source in {METRIC, WORKSHOP} and was is not None:
            fields = {"practice": practice, "signal": signal, "content": content}
            rows.append(Evidence(assessment=new, source=source, n=was.n, observed_at=was.observed_at, **fields))
    Evidence.objects.bulk_create(rows)
    by_note = {(c.practice, c.note): c.by for c in old.cap_contests.all()}
    CapContest.objects.bulk_create(
        CapContest(assessment=new, practice=practice, cap=cap, note=note, by=by_note.get((practice, note)))
        for practice, cap, note in moved["contested"]
    )
    measured = {row.signal for row in rows}
    EvidenceContest.objects.bulk_create(
        EvidenceContest(assessment=new, signal=c.signal, note=c.note, by=c.by)
        for c in old.evidence_contests.all()
        if c.signal in measured
    )


def _bring_flow(old: Assessment, new: Assessment) -> None:
    """What was set by hand and measured; what people tell follows from their answers."""
    copied = ("name", "origin", "value", "p75", "n", "window_days", "source", "set_by_id")
    rows = old.flow_inputs.exclude(origin=FlowOrigin.SURVEY).values(*copied)
    FlowInput.objects.bulk_create(FlowInput(assessment=new, **row) for row in rows)


def _bring_survey(old: Assessment, new: Assessment, *, kept: Collection[str], numbers: Numbers) -> None:
    """The people who are asked and what they said to the questions in `kept`, which are named as they are stored."""
    survey = Survey.objects.filter(assessment=old).first()
    if survey is None:
        return
    promise = ("mode", "minimum_group", "minimum_role_group", "facilitated_comments")
    copy = Survey.objects.create(assessment=new, **{name: getattr(survey, name) for name in promise})
    after = asked_model_of(new.maturity_model)
    voices = carried_voices(survey, after, kept)
    if survey.speaks_once:
        voices = [(seat, Voice(voice.roles, {})) for seat, voice in voices]
    has_answers = any(voice.answers for _, voice in voices)
    for seat, voice in voices:
        there = _bring_seat(seat, copy, voice, after, keeps_words=not survey.speaks_once)
        if not survey.speaks_once:
            _bring_words(seat, there, voice, after, numbers)
    if has_answers:
        freeze(copy)
    else:
        deal_left_out(copy)
    summarize_survey(copy)


def _bring_seat(
    seat: Participant, survey: Survey, voice: Voice, after: MaturityModelFile, *, keeps_words: bool
) -> Participant:
    asked = {
        q.id for section in sections_for(after, roles=voice.roles, left_out=seat.left_out) for q in section.questions()
    }
    has_finished = keeps_words and seat.state == ParticipantState.FINISHED and asked <= set(voice.answers)
    begun = ParticipantState.FINISHED if has_finished else ParticipantState.STARTED
    new = Participant.objects.create(
        survey=survey,
        user=seat.user,
        label=seat.label,
        roles=list(voice.roles),
        left_out=[name for name in seat.left_out if name in {question.id for question in after.questions()}],
        state=begun if voice.answers else ParticipantState.INVITED,
        finished_at=seat.finished_at if has_finished and voice.answers else None,
        fix_first=seat.fix_first if keeps_words else "",
    )
    invitation = Invitation.objects.filter(participant=seat, revoked_at=None).first()
    if invitation is not None:
        Invitation.objects.create(participant=new, survey=survey, email=invitation.email, language=invitation.language)
    return new


def _bring_words(seat: Participant, new: Participant, voice: Voice, after: MaturityModelFile, numbers: Numbers) -> None:
    """Answers, comments, and what a file of answers brought beside them."""
    kept = ("question", "kind", "level", "ticked", "reason", "version")
    rows = seat.answers.filter(question__in=voice.answers).values(*kept)
    Answer.objects.bulk_create(Answer(participant=new, **renumbered(row, numbers)) for row in rows)
    practices = {practice.id for practice in after.practices()}
    PracticeComment.objects.bulk_create(
        PracticeComment(participant=new, practice=c.practice, text=c.text, version=c.version)
        for c in seat.comments.filter(practice__in=practices)
    )
    for exchange in AnswerExchange.objects.filter(participant=seat):
        AnswerExchange.objects.create(survey=new.survey, participant=new, content=exchange.content)
