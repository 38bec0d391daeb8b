"""The answers of a survey on a maturity model that was written elsewhere, joined to one answer of the group."""

from collections.abc import Iterator

from assessment.maturity.loader import foreign_model_of
from assessment.models import Assessment
from surveys.domain.answer_store import mix
from surveys.domain.joined import Answer, Joined, join_answers
from surveys.domain.spoken_once import comparison_of
from surveys.models import AnonymousAnswer, Survey
from surveys.models import Answer as NamedAnswer

FIELDS = ("question", "kind", "level", "ticked")


def joined_survey(survey: Survey, assessment: Assessment) -> dict[str, tuple[Joined, ...]]:
    """By practice, what may be told of its questions."""
    if survey.is_anonymous:
        mix(survey)
    is_coarse = survey.speaks_once and not comparison_of(survey, assessment).totals
    model = foreign_model_of(assessment.maturity_model)
    return join_answers(model, _answers(survey), minimum=survey.minimum_group, coarse=is_coarse)


def _answers(survey: Survey) -> Iterator[tuple[str, Answer]]:
    rows = (
        AnonymousAnswer.objects.filter(survey=survey).values_list(*FIELDS)
        if survey.is_anonymous
        else NamedAnswer.objects.filter(participant__survey=survey).values_list(*FIELDS)
    )
    for question, kind, level, ticked in rows:
        yield question, answer_of(kind, level, ticked)


def answer_of(kind: str, level: int | None, ticked: str) -> Answer:
    """A stored answer as joining takes it."""
    if ticked:
        return tuple(map(int, ticked.split()))
    return kind if level is None else level
