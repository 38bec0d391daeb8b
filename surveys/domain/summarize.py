"""From the stored answers to the survey's evidence: one summary per practice crosses, single answers stay here.

Every result is kept for ever. Where the promise names a minimum, two of them subtracted could show what one more person
said, so such a survey speaks once, when it closes. Elsewhere answers that come in quick succession share a result: a
summary is made at the first change, then at most once in SUMMARY_PAUSE; the sweep makes the last one.
"""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from pydantic import TypeAdapter

from assessment.domain.evidence import record_evidence, rescore, withdraw_evidence
from assessment.domain.flow.given import REPORTED_STAGES, Given, Origin
from assessment.domain.flow_inputs import record_flow_inputs
from assessment.domain.scoring.types import SurveySummary
from assessment.maturity.formats import OURS
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, AssessmentState, EvidenceSource
from surveys.domain.again import last_said
from surveys.domain.agreement import annotation_task
from surveys.domain.joined import Joined
from surveys.domain.joined_survey import joined_survey
from surveys.domain.seat_counts import invited
from surveys.domain.sections import sections_for
from surveys.domain.spoken_once import Summed, named_summaries_of_groups, unnamed_summaries
from surveys.domain.spread import SurveySpread, spread_of
from surveys.domain.summary import Voice, summarize
from surveys.models import Answer, Participant, Survey

Shown = dict[str, tuple[dict[str, Any], int]]
COMMIT_MARGIN_S = 5  # an answer stamped before a summary may be stored only after the summary has read the answers
SURVEY = EvidenceSource.SURVEY


def summarize_if_due(survey: Survey) -> None:
    """Summarize when something changed since the last summary and that one is SUMMARY_PAUSE old."""
    if survey.is_rested and not survey.speaks_once and _has_changed_since(survey, survey.summarized_at):
        summarize_survey(survey)


def surveys_to_summarize() -> list[int]:
    """Keys of the surveys whose answers changed after their last summary; those closed for a day are at rest."""
    alive = Q(assessment__state=AssessmentState.OPEN) | Q(
        assessment__closed_at__gte=timezone.now() - dt.timedelta(days=1)
    )
    rows = Survey.objects.filter(alive, participants__answers__isnull=False, minimum_group__lte=1).distinct()
    return [survey.pk for survey in rows if _has_changed_since(survey, survey.summarized_at)]


def summarize_survey(survey: Survey) -> None:
    """Write the evidence of every practice afresh and bring the result up to date.

    A practice with too few voices has no evidence; `surveys.domain.anonymity` says how many a minimum takes.
    What a process's first summary loads is loaded before it: on SQLite every answer waits while a summary is written.
    """
    annotation_task()
    _summarize(survey)


@transaction.atomic
def _summarize(survey: Survey) -> None:
    started_at = timezone.now()
    row = Survey.objects.select_for_update().get(pk=survey.pk)  # one summary at a time; the later one sees more
    assessment = Assessment.objects.select_related("maturity_model").get(pk=survey.assessment_id)
    if row.speaks_once and (row.published_at or assessment.state != AssessmentState.CLOSED):
        return
    shown, told, spread = _evidence(row, assessment)
    withdraw_evidence(assessment, source=SURVEY, keep=shown)
    said_at = last_said(row, model_of(assessment.maturity_model)) if assessment.maturity_model.rule == OURS else {}
    for practice, (content, n) in shown.items():
        _record(assessment, practice, content, n, said_at.get(practice) or timezone.now())
    record_flow_inputs(assessment, told, origin=Origin.SURVEY)
    rescore(assessment)
    stamps: dict[str, Any] = {"summarized_at": started_at, "spread": asdict(spread)}
    if shown and row.speaks_once:
        stamps["published_at"] = started_at
    Survey.objects.filter(pk=survey.pk).update(**stamps)
    survey.summarized_at = started_at


def spread_of_survey(survey: Survey) -> SurveySpread | None:
    """How the answers lay at the last summary; None before there is one."""
    return _SPREAD.validate_python(survey.spread) if survey.spread else None


_SPREAD = TypeAdapter(SurveySpread)


def _evidence(survey: Survey, assessment: Assessment) -> tuple[Shown, list[Given], SurveySpread]:
    """By practice what crosses to scoring, with how many voices; beside it what is told of flow and of agreement."""
    if assessment.maturity_model.rule != OURS:
        joined = joined_survey(survey, assessment)
        return {practice: _joined(rows) for practice, rows in joined.items()}, [], SurveySpread()
    shown, told, spread = _summed_up(survey, assessment, model_of(assessment.maturity_model))
    return {one.practice: (asdict(one), one.n) for one in shown}, told, spread


def _joined(rows: tuple[Joined, ...]) -> tuple[dict[str, Any], int]:
    return {"questions": [asdict(row) for row in rows]}, max(row.n for row in rows)


def _summed_up(survey: Survey, assessment: Assessment, model: MaturityModelFile) -> Summed:
    if survey.is_anonymous:
        return unnamed_summaries(survey, assessment, model)
    seats = list(survey.participants.prefetch_related("answers"))
    voices = [_voice(seat, model) for seat in seats]
    if survey.speaks_once:
        return named_summaries_of_groups(survey, assessment, model, voices)
    minimum = survey.minimum_role_group
    summaries = summarize(model, voices, invited=invited(model, seats), minimum_role_group=minimum)
    shown = [summary for summary in summaries if _said_something(summary)]
    return shown, _told_about_flow(voices), _named_spread(voices, minimum)


def _said_something(summary: SurveySummary) -> bool:
    return bool(summary.n or summary.n_dont_know)


def _named_spread(voices: list[Voice], minimum: int) -> SurveySpread:
    """Single questions are told from the same number of voices on as a role apart."""
    chosen = [{q: a for q, a in voice.answers.items() if isinstance(a, int)} for voice in voices]
    questions = sorted({question for levels in chosen for question in levels})
    levels = {question: [levels[question] for levels in chosen if question in levels] for question in questions}
    return spread_of(levels, minimum=minimum, voices=[levels for levels in chosen if levels])


def _told_about_flow(voices: list[Voice]) -> list[Given]:
    """The mean level of each experience question about flow."""
    told = []
    for question in REPORTED_STAGES:
        levels = [level for voice in voices if isinstance(level := voice.answers.get(question), int)]
        if levels:
            told.append(Given(question, sum(levels) / len(levels), Origin.SURVEY, n=len(levels), source=question))
    return told


def _voice(seat: Participant, model: MaturityModelFile) -> Voice:
    """What the seat said about questions it is asked; earlier answers in a role it no longer has stay out."""
    asked = {q.id for section in sections_for(model, roles=seat.roles) for q in section.questions()}
    return Voice(tuple(seat.roles), {a.question: _given(a) for a in seat.answers.all() if a.question in asked})


def _given(answer: Answer) -> int | str:
    return answer.level if answer.level is not None else answer.kind


def _record(assessment: Assessment, practice: str, content: dict[str, Any], n: int, at: dt.datetime) -> None:
    record_evidence(assessment, source=SURVEY, practice=practice, content=content, n=n, observed_at=at)


def _has_changed_since(survey: Survey, last: dt.datetime | None) -> bool:
    changes = survey.participants.aggregate(seat=Max("updated_at"), answer=Max("answers__updated_at"))
    stamps = [stamp for stamp in (changes["seat"], changes["answer"], survey.updated_at) if stamp]
    return last is None or max(stamps) > last - dt.timedelta(seconds=COMMIT_MARGIN_S)
