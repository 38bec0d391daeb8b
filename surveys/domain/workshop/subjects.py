"""What a workshop votes on, whoever wrote the maturity model: a practice by its levels, or a question by its choices.

A model of others is voted on question by question, as people answer it: nothing between its questions and its rule is
made up here. “Does not apply here” is one more choice of such a question, with a number of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from django.utils.translation import gettext as _

from assessment.maturity.foreign.asked import practice_code, question_code, shares_in_words
from assessment.maturity.foreign.types import ForeignModel, Practice, Question
from assessment.maturity.formats import OURS
from assessment.maturity.loader import foreign_model_of, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import MaturityModel
from core.refusals import Invalid
from surveys.domain.ticks import ticks_as_stored
from surveys.models import NOT_HERE, AgendaItem, ItemKind

Chosen = int | tuple[int, ...] | None  # one choice, several, or none of them: “I don’t know”


@dataclass(frozen=True)
class Choice:
    """`mark` is how it is called aloud: its level, or a letter; empty for “does not apply here”."""

    number: int
    mark: str
    name: str
    text: str


@dataclass(frozen=True)
class Subject:
    """One practice of our own format, or one question of a model of others (`asked`)."""

    id: str
    kind: str  # an ItemKind
    name: str
    intent: str
    choices: tuple[Choice, ...]
    practice: str = ""  # as it is stored; for evidence
    detail: str = ""
    criteria: tuple[str, ...] = ()
    alone: tuple[int, ...] = ()  # choices that stand alone
    asked: Question | None = None

    @property
    def is_multiple(self) -> bool:
        return self.kind == ItemKind.MULTIPLE

    @property
    def is_ours(self) -> bool:
        return self.kind == ItemKind.LEVELS

    @property
    def n_choices(self) -> int:
        """Without “does not apply here”."""
        return sum(one.number != NOT_HERE for one in self.choices)

    def words(self, chosen: Chosen) -> str:
        """Choices as somebody would say them."""
        numbers = chosen if isinstance(chosen, tuple) else (chosen,)
        return "; ".join(one.text for one in self.choices if one.number in numbers)


def subjects_of(row: MaturityModel) -> dict[str, Subject]:
    """By the id an agenda item keeps, in the order of the model."""
    found = _ours(model_of(row)) if row.rule == OURS else _of_others(foreign_model_of(row))
    return {one.id: one for one in found}


def _ours(model: MaturityModelFile) -> list[Subject]:
    return [
        Subject(
            id=one.id,
            kind=ItemKind.LEVELS,
            name=one.name,
            intent=one.intent,
            choices=tuple(
                Choice(level, str(level), model.level_name(level), text) for level, text in sorted(one.levels.items())
            ),
            practice=one.id,
        )
        for one in model.practices()
    ]


def _of_others(model: ForeignModel) -> list[Subject]:
    return [_asked(question, practice) for practice in model.practices() for question in practice.questions]


def _asked(question: Question, practice: Practice) -> Subject:
    name, home = question.text or question.id, practice.name or practice.id
    texts = shares_in_words() if question.kind == "coverage" else [one.text or one.id for one in question.choices]
    choices = [Choice(n, ascii_uppercase[n - 1], "", text) for n, text in enumerate(texts, start=1)]
    return Subject(
        id=question_code(question.id),
        kind=ItemKind(question.kind),
        name=name,
        intent="" if home == name else home,
        choices=(*choices, Choice(NOT_HERE, "", "", _("Does not apply here"))),
        practice=practice_code(practice.id),
        detail=question.detail,
        criteria=question.criteria,
        alone=tuple(n for n, one in enumerate(question.choices, start=1) if one.is_none_of_these),
        asked=question,
    )


def chosen_from(sent: Sequence[str]) -> Chosen:
    """What a page sends: numbers of choices, or “dk”; Invalid for anything else."""
    if list(sent) == ["dk"]:
        return None
    if "dk" in sent and len(sent) > 1:
        raise Invalid(_("Not saved yet: tick what is true, or one of the two answers below, not both."))
    if not all(one.isdecimal() and len(one) < 3 for one in sent):
        raise _no_such_choice()
    numbers = tuple(map(int, sent))
    return numbers[0] if len(numbers) == 1 else numbers


def as_stored(item: AgendaItem, chosen: Chosen) -> tuple[int | None, str]:
    """`level` and `ticked` of what was chosen; Invalid where the item offers no such thing."""
    if chosen is None:
        return None, ""
    numbers = sorted(set(chosen)) if isinstance(chosen, tuple) else [chosen]
    several, outside = item.kind == ItemKind.MULTIPLE, NOT_HERE in numbers
    if several and outside and len(numbers) > 1:
        raise Invalid(_("Not saved yet: tick what is true, or one of the two answers below, not both."))
    if (outside and item.kind == ItemKind.LEVELS) or not all(NOT_HERE <= n <= item.n_choices for n in numbers):
        raise _no_such_choice()
    if not several or outside:
        if len(numbers) != 1:
            raise _no_such_choice()
        return numbers[0], ""
    return None, ticks_as_stored(numbers, alone=tuple(map(int, item.alone.split())))


def chosen_of(level: int | None, ticked: str) -> Chosen:
    """What a row says was chosen."""
    return tuple(map(int, ticked.split())) if ticked else level


def _no_such_choice() -> Invalid:
    return Invalid(_("Not stored: there is no such choice. Reload the page and choose again."))
