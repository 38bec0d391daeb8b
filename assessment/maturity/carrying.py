"""Which answers to one maturity model hold for another: the same question with the same choices.

Pure: imports no Django and no model row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.foreign.types import Practice as ForeignPractice
from assessment.maturity.foreign.types import Question as ForeignQuestion
from assessment.maturity.schema import MaturityModelFile, Practice, Question

AnyQuestion = Question | ForeignQuestion
Why = Literal["new", "other choices", "other way of answering"]


@dataclass(frozen=True)
class Carried:
    """Ids of questions, in the order of the model they stand in.

    `reworded` are among the carried: their choices are the same, their text is not. `whole` are ids of practices whose
    questions are exactly those they had, so that a summary of them still says what it said.
    """

    carried: tuple[str, ...]
    reworded: tuple[str, ...]
    asked_again: tuple[tuple[str, Why], ...]
    fallen_away: tuple[str, ...]
    whole: frozenset[str]


def carry_over(before: MaturityModelFile | ForeignModel, after: MaturityModelFile | ForeignModel) -> Carried:
    known: dict[str, AnyQuestion] = {question.id: question for question in before.questions()}
    asked: dict[str, AnyQuestion] = {question.id: question for question in after.questions()}
    why = {name: _why_again(known.get(name), question) for name, question in asked.items()}
    carried = tuple(name for name, reason in why.items() if reason is None)
    return Carried(
        carried=carried,
        reworded=tuple(name for name in carried if known[name].text != asked[name].text),
        asked_again=tuple((name, reason) for name, reason in why.items() if reason is not None),
        fallen_away=tuple(name for name in known if name not in asked),
        whole=frozenset(_whole(before.practices(), after.practices(), frozenset(carried))),
    )


def _why_again(before: AnyQuestion | None, after: AnyQuestion) -> Why | None:
    if before is None:
        return "new"
    if _way(before) != _way(after):
        return "other way of answering"
    return None if _choices(before) == _choices(after) else "other choices"


def _way(question: AnyQuestion) -> str:
    return "single" if isinstance(question, Question) else question.kind


def _choices(question: AnyQuestion) -> frozenset[tuple[str, ...]]:
    """What can be answered; in which order it stands on the page is no part of it."""
    if isinstance(question, Question):
        return frozenset((str(option.level), option.text) for option in question.options)
    return frozenset(
        (choice.id, choice.text, str(choice.value), str(choice.is_none_of_these)) for choice in question.choices
    )


def _whole(
    before: Iterable[Practice | ForeignPractice],
    after: Iterable[Practice | ForeignPractice],
    carried: frozenset[str],
) -> Iterable[str]:
    had = {practice.id: {question.id for question in practice.questions} for practice in before}
    for practice in after:
        questions = {question.id for question in practice.questions}
        if questions <= carried and questions == had.get(practice.id):
            yield practice.id
