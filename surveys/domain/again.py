"""Answers that outlived the term of their practice (`valid_days` of the maturity model) are asked again.

Only where answers have a name: one without a name carries no time, so that nobody can be told by it. An answer is
confirmed by saving it anew or by saying that it is still true; either dates it today.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from assessment.domain.validity import has_terms
from assessment.maturity.schema import MaturityModelFile
from assessment.models import AssessmentState
from surveys.domain.answers import check_open, model_for, sections_of
from surveys.models import Answer, Participant, Survey
from surveys.tasks import summarize_soon


def asked_again(participant: Participant, *, now: dt.datetime | None = None) -> dict[str, int]:
    """Questions whose answer is past its term, with the days since. No query where no term is stated."""
    survey, model = participant.survey, model_for(participant)
    if survey.is_anonymous or not has_terms(model) or survey.assessment.state != AssessmentState.OPEN:
        return {}
    terms = {q.id: practice.valid_days for practice in model.practices() for q in practice.questions}
    today = (now or timezone.now()).date()
    rows = participant.answers.values_list("question", "updated_at")
    ages = {question: (today - at.date()).days for question, at in rows}
    return {question: age - term for question, age in ages.items() if (term := terms.get(question)) and age > term}


def again_text(days: int) -> str:
    return ngettext(
        "Asked again: your answer is {n} day past its term. Change it, or say that it is still true.",
        "Asked again: your answer is {n} days past its term. Change it, or say that it is still true.",
        days,
    ).format(n=days)


@transaction.atomic
def confirm_answers(participant: Participant, *, practice: str) -> None:
    """The person's answers to this practice are still true today."""
    check_open(participant)
    parts = (one for section in sections_of(participant) for one in section.practices)
    asked = [question.id for one in parts if one.practice.id == practice for question in one.questions]
    if participant.answers.filter(question__in=asked).update(updated_at=timezone.now()):
        summarize_soon(participant.survey_id)


def last_said(survey: Survey, model: MaturityModelFile) -> dict[str, dt.datetime]:
    """By practice the time by which half of the answers that count today had been given or confirmed.

    Empty where answers have no time, and where no term is stated that would need one.
    """
    if survey.is_anonymous or survey.speaks_once or not has_terms(model):
        return {}
    home = {q.id: practice.id for practice in model.practices() for q in practice.questions}
    times: dict[str, list[dt.datetime]] = {}
    rows = Answer.objects.filter(participant__survey=survey).values_list("question", "updated_at")
    for question, at in rows:
        if question in home:
            times.setdefault(home[question], []).append(at)
    return {practice: sorted(found)[(len(found) - 1) // 2] for practice, found in times.items()}
