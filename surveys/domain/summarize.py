"""From the stored answers to the survey's evidence: one summary per practice crosses, single answers stay here.

Every result is kept for ever. Where the promise names a minimum, two of them subtracted could show what one more person
said, so such a survey speaks once, when it closes. Elsewhere answers that come in quick succession share a result: a
summary is made at the first change, then at most once in SUMMARY_PAUSE_S; the sweep makes the last one.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
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
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, AssessmentState, EvidenceSource
from surveys.domain.seat_counts import invited
from surveys.domain.sections import sections_for
from surveys.domain.spread import SurveySpread, spread_of
from surveys.domain.summary import Voice, summarize
from surveys.domain.unnamed import unnamed_summaries
from surveys.models import Answer, AnswerKind, Participant, Survey

SUMMARY_PAUSE_S = 60
COMMIT_MARGIN_S = 5  # an answer stamped before a summary may be stored only after the summary has read the answers
SURVEY = EvidenceSource.SURVEY


def summarize_if_due(survey: Survey) -> None:
    """Summarize when something changed since the last summary and that one is SUMMARY_PAUSE_S old."""
    if speaks_once(survey):
        return
    last = survey.summarized_at
    rested = last is None or timezone.now() - last >= dt.timedelta(seconds=SUMMARY_PAUSE_S)
    if rested and _has_changed_since(survey, last):
        summarize_survey(survey)


def surveys_to_summarize() -> list[int]:
    """Keys of the surveys whose answers changed after their last summary; those closed for a day are at rest."""
    alive = Q(assessment__state=AssessmentState.OPEN) | Q(
        assessment__closed_at__gte=timezone.now() - dt.timedelta(days=1)
    )
    rows = Survey.objects.filter(alive, participants__answers__isnull=False, minimum_group__lte=1).distinct()
    return [survey.pk for survey in rows if _has_changed_since(survey, survey.summarized_at)]


def speaks_once(survey: Survey) -> bool:
    """Whether the survey is summarized only when it closes, and never again."""
    return survey.minimum_group > 1


@transaction.atomic
def summarize_survey(survey: Survey) -> None:
    """Write the evidence of every practice afresh and bring the result up to date.

    A practice with too few voices has no evidence. Too few means fewer than the survey's minimum group, counting
    levels alone as soon as there is one: four don't-knows do not hide whose the one level is.
    """
    started_at = timezone.now()
    row = Survey.objects.select_for_update().get(pk=survey.pk)  # one summary at a time; the later one sees more
    assessment = Assessment.objects.select_related("maturity_model").get(pk=survey.assessment_id)
    if speaks_once(row) and (row.published_at or assessment.state != AssessmentState.CLOSED):
        return
    model = model_of(assessment.maturity_model)
    summed_up = unnamed_summaries(row, assessment, model) if row.is_anonymous else _named_summaries(row, model)
    shown, told, spread = summed_up
    withdraw_evidence(assessment, source=SURVEY, keep=[summary.practice for summary in shown])
    for summary in shown:
        _record(assessment, summary)
    record_flow_inputs(assessment, told, origin=Origin.SURVEY)
    rescore(assessment)
    stamps: dict[str, Any] = {"summarized_at": started_at, "spread": asdict(spread)}
    if shown and speaks_once(row):
        stamps["published_at"] = started_at
    Survey.objects.filter(pk=survey.pk).update(**stamps)
    survey.summarized_at = started_at


def spread_of_survey(survey: Survey) -> SurveySpread | None:
    """How the answers lay at the last summary; None before there is one."""
    return _SPREAD.validate_python(survey.spread) if survey.spread else None


_SPREAD = TypeAdapter(SurveySpread)


def _named_summaries(survey: Survey, model: MaturityModelFile) -> tuple[list[SurveySummary], list[Given], SurveySpread]:
    seats = list(survey.participants.prefetch_related("answers"))
    voices = [_voice(seat, model) for seat in seats]
    minimum_role_group = max(survey.minimum_role_group, survey.minimum_group)
    summaries = summarize(model, voices, invited=invited(model, seats), minimum_role_group=minimum_role_group)
    n_voices = _voices_by_practice(model, voices)
    shown = [one for one in summaries if _may_be_shown(one, n_voices[one.practice], survey.minimum_group)]
    told = told_about_flow(summaries, voices, n_voices=n_voices, minimum_group=survey.minimum_group)
    return shown, told, _named_spread(voices, {one.practice for one in shown}, minimum_role_group)


def _named_spread(voices: list[Voice], practices: set[str], minimum: int) -> SurveySpread:
    """Single questions are told from the same number of voices on as a role apart."""
    chosen = [
        {q: a for q, a in voice.answers.items() if isinstance(a, int) and q.partition(".")[0] in practices}
        for voice in voices
    ]
    questions = sorted({question for levels in chosen for question in levels})
    levels = {question: [levels[question] for levels in chosen if question in levels] for question in questions}
    return spread_of(levels, minimum=minimum, voices=[levels for levels in chosen if levels])


def told_about_flow(
    summaries: Iterable[SurveySummary], voices: list[Voice], *, n_voices: Mapping[str, int], minimum_group: int
) -> list[Given]:
    """The mean level of each experience question about flow, where its practice and the question have enough voices."""
    shown = {s.practice for s in summaries if _may_be_shown(s, n_voices[s.practice], minimum_group)}
    told = []
    for question in REPORTED_STAGES:
        levels = [level for voice in voices if isinstance(level := voice.answers.get(question), int)]
        if question.partition(".")[0] in shown and len(levels) >= max(1, minimum_group):
            told.append(Given(question, sum(levels) / len(levels), Origin.SURVEY, n=len(levels), source=question))
    return told


def _voice(seat: Participant, model: MaturityModelFile) -> Voice:
    """What the seat said about questions it is asked; earlier answers in a role it no longer has stay out."""
    asked = {q.id for section in sections_for(model, roles=seat.roles) for q in section.questions()}
    return Voice(tuple(seat.roles), {a.question: _given(a) for a in seat.answers.all() if a.question in asked})


def _given(answer: Answer) -> int | str:
    return answer.level if answer.level is not None else answer.kind


def _voices_by_practice(model: MaturityModelFile, voices: list[Voice]) -> Counter[str]:
    """How many people said something about each practice, don't-know included."""
    counts: Counter[str] = Counter()
    for voice in voices:
        for practice in model.practices():
            given = [voice.answers.get(question.id) for question in practice.questions]
            counts[practice.id] += any(answer not in {None, AnswerKind.NOT_APPLICABLE} for answer in given)
    return counts


def _may_be_shown(summary: SurveySummary, n_voices: int, minimum_group: int) -> bool:
    needed = max(1, minimum_group)
    return n_voices >= needed and (summary.n == 0 or summary.n >= needed)


def _record(assessment: Assessment, summary: SurveySummary) -> None:
    record_evidence(
        assessment,
        source=SURVEY,
        practice=summary.practice,
        content=asdict(summary),
        n=summary.n,
        observed_at=timezone.now(),
    )


def _has_changed_since(survey: Survey, last: dt.datetime | None) -> bool:
    changes = survey.participants.aggregate(seat=Max("updated_at"), answer=Max("answers__updated_at"))
    stamps = [stamp for stamp in (changes["seat"], changes["answer"], survey.updated_at) if stamp]
    return last is None or max(stamps) > last - dt.timedelta(seconds=COMMIT_MARGIN_S)
