"""From the stored answers to the survey's evidence: one summary per practice crosses, single answers stay here."""

from collections import Counter
from dataclasses import asdict

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assessment.domain.scoring.types import SurveySummary
from assessment.maturity.loader import model_of
from assessment.models import Evidence, EvidenceSource
from surveys.domain.sections import sections_for
from surveys.domain.summary import Voice, summarize
from surveys.models import Answer, AnswerKind, Participant, Survey


@transaction.atomic
def summarize_survey(survey: Survey) -> None:
    """Write the evidence of every practice afresh; a practice with too few voices has none.

    Too few means fewer voices than the survey's minimum group, counting levels alone as soon as there is one: four
    don't-knows do not hide whose the one level is.
    """
    model = model_of(survey.assessment.maturity_model)
    seats = list(survey.participants.prefetch_related("answers"))
    voices = [Voice(tuple(seat.roles), {a.question: _given(a) for a in seat.answers.all()}) for seat in seats]
    summaries = summarize(model, voices, invited=_invited(survey, seats), minimum_role_group=survey.minimum_role_group)
    n_voices = _voices_by_practice(survey, seats)
    for summary in summaries:
        if _may_be_shown(summary, n_voices[summary.practice], survey.minimum_group):
            _record(survey, summary)
        else:
            _rows(survey, summary.practice).delete()


def _given(answer: Answer) -> int | str:
    return answer.level if answer.level is not None else answer.kind


def _invited(survey: Survey, seats: list[Participant]) -> dict[str, int]:
    """How many seats are asked at least one question of each practice."""
    model = model_of(survey.assessment.maturity_model)
    counts: Counter[str] = Counter({practice.id: 0 for practice in model.practices()})
    for seat in seats:
        for section in sections_for(model, roles=seat.roles, left_out=seat.left_out):
            counts.update(asked.practice.id for asked in section.practices)
    return dict(counts)


def _voices_by_practice(survey: Survey, seats: list[Participant]) -> Counter[str]:
    """How many people said something about each practice, don't-know included."""
    model = model_of(survey.assessment.maturity_model)
    practice_of = {question.id: practice.id for practice in model.practices() for question in practice.questions}
    counts: Counter[str] = Counter()
    for seat in seats:
        said = [a for a in seat.answers.all() if a.kind != AnswerKind.NOT_APPLICABLE]
        counts.update({practice_of[answer.question] for answer in said if answer.question in practice_of})
    return counts


def _may_be_shown(summary: SurveySummary, n_voices: int, minimum_group: int) -> bool:
    needed = max(1, minimum_group)
    return n_voices >= needed and (summary.n == 0 or summary.n >= needed)


def _rows(survey: Survey, practice: str) -> "QuerySet[Evidence]":
    return Evidence.objects.filter(
        assessment=survey.assessment, source=EvidenceSource.SURVEY, practice=practice, signal=""
    )


def _record(survey: Survey, summary: SurveySummary) -> None:
    Evidence.objects.update_or_create(
        assessment=survey.assessment,
        source=EvidenceSource.SURVEY,
        practice=summary.practice,
        signal="",
        defaults={"content": asdict(summary), "n": summary.n, "observed_at": timezone.now()},
    )
