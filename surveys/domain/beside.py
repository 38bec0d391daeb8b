"""What the repositories show beside one person's answers: only once they are given, and compared with them alone."""

import datetime as dt
from collections.abc import Mapping

from assessment.domain.shown_evidence import PracticeEvidence, practice_evidence
from assessment.maturity.formats import OURS
from assessment.maturity.schema import MaturityModelFile
from surveys.domain import answer_store
from surveys.domain.answer_store import StoredAnswer
from surveys.domain.answers import model_for
from surveys.domain.sections import AskedPractice, Section
from surveys.models import AnswerKind, Participant


def evidence_beside(seat: Participant, section: Section, *, today: dt.date) -> dict[str, PracticeEvidence]:
    """By practice, the evidence for those of the page whose every question the person has answered."""
    if seat.survey.assessment.maturity_model.rule != OURS:  # nothing is measured for models of others
        return {}
    answers, model = answer_store.given(seat), model_for(seat)
    values = {
        asked.practice.id: value_of(model, asked, answers)
        for asked in section.practices
        if all(question.id in answers for question in asked.questions)
    }
    return practice_evidence(seat.survey.assessment, values, today=today)


def value_of(model: MaturityModelFile, asked: AskedPractice, answers: Mapping[str, StoredAnswer]) -> float | None:
    """The person's own value of a practice, its questions weighted as in scoring; None where no level was chosen."""
    weights = model.scoring.question_weights
    levels = [
        (float(answer.level), weights[question.facet])
        for question in asked.questions
        if (answer := answers[question.id]).kind == AnswerKind.LEVEL and answer.level is not None
    ]
    total = sum(weight for _, weight in levels)
    return sum(level * weight for level, weight in levels) / total if total else None
