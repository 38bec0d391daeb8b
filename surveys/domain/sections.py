"""Which questions a seat is asked, in the order of the value stream, and how long they take to read.

Plain Python over the maturity model: nothing here reads a row.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from assessment.maturity.schema import MaturityModelFile, Practice, Question, Stage

WORDS_PER_MINUTE = 238
SECONDS_PER_CHOICE = 6


@dataclass(frozen=True)
class AskedPractice:
    practice: Practice
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Section:
    """One page: the practices whose heaviest stage of the value stream this is."""

    stage: Stage
    practices: tuple[AskedPractice, ...]

    def questions(self) -> tuple[Question, ...]:
        return tuple(question for asked in self.practices for question in asked.questions)


def is_asked(question: Question, roles: Collection[str]) -> bool:
    return any(role in roles for role in (*question.roles.primary, *question.roles.secondary))


def stage_of(practice: Practice, model: MaturityModelFile) -> Stage:
    """The practice's heaviest stage; the earlier one when two weigh the same."""
    stages = [stage for stage in model.stages if stage.id in practice.stages]
    return max(stages, key=lambda stage: (practice.stages[stage.id], -stage.order))


def sections_for(
    model: MaturityModelFile, *, roles: Collection[str], left_out: Collection[str] = ()
) -> tuple[Section, ...]:
    """The pages of a seat in the order of the stream; a stage without a question has no page."""
    by_stage: dict[str, list[AskedPractice]] = {}
    for practice in model.practices():
        asked = tuple(q for q in practice.questions if is_asked(q, roles) and q.id not in left_out)
        if asked:
            by_stage.setdefault(stage_of(practice, model).id, []).append(AskedPractice(practice, asked))
    stages = sorted(model.stages, key=lambda stage: stage.order)
    return tuple(Section(stage, tuple(by_stage[stage.id])) for stage in stages if stage.id in by_stage)


def without(sections: Iterable[Section], left_out: Collection[str]) -> tuple[Section, ...]:
    """The same pages, less some questions, and less what is empty then."""
    if not left_out:
        return tuple(sections)
    kept = []
    for section in sections:
        asked = [(one.practice, tuple(q for q in one.questions if q.id not in left_out)) for one in section.practices]
        practices = tuple(AskedPractice(practice, questions) for practice, questions in asked if questions)
        if practices:
            kept.append(Section(section.stage, practices))
    return tuple(kept)


@lru_cache(maxsize=10_000)
def _n_words(text: str) -> int:
    return len(text.split())


def reading_seconds(questions: Iterable[Question]) -> float:
    """The time to read the questions with all their choices, and to choose."""
    total = 0.0
    for question in questions:
        words = _n_words(question.text) + sum(_n_words(option.text) for option in question.options)
        total += words / WORDS_PER_MINUTE * 60 + SECONDS_PER_CHOICE
    return total


def minutes(questions: Iterable[Question]) -> int:
    """Whole minutes, rounded up; 0 only when nothing is left."""
    return math.ceil(reading_seconds(questions) / 60)
