"""From what several people answered to the one answer a rule of others reads.

Pure: imports no Django and no model row. One choice: the median of the values offered, the lower of the two in the
middle where there are two, with the lowest and the highest beside it. A share (coverage): the same of the shares.
Several choices: a choice counts when more than half of those who ticked any ticked it. A question does not apply when
more people say so than choose. Don't-knows never count. With a minimum, a question is told only on that many people,
and each number beside it is at least the minimum or left out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median_low

from assessment.maturity.foreign.asked import SHARES, practice_code, question_code
from assessment.maturity.foreign.types import ForeignModel, Question

DONT_KNOW, NOT_APPLICABLE = "dk", "na"
Answer = int | str | tuple[int, ...]  # the number of a choice or of a share, "dk", "na", or the numbers ticked


@dataclass(frozen=True)
class Joined:
    """What a group says of one question of the file. `value`, `low` and `high` are what a choice or share counts.

    `ticked` says of each choice how many took it; empty where counting would tell too much. `counted` are those that
    more than half took. `state` is "answered", "na", or "split" where no choice of several was taken by more than half.
    """

    question: str
    state: str
    n: int
    n_dont_know: int = 0
    n_not_applicable: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    counted: tuple[str, ...] = ()
    ticked: tuple[tuple[str, int], ...] = ()


def join_answers(
    model: ForeignModel, answers: Iterable[tuple[str, Answer]], *, minimum: int = 1, coarse: bool = False
) -> dict[str, tuple[Joined, ...]]:
    """By practice as it is stored, what may be told of its questions; a practice nothing may be told of is left out.

    `answers` are pairs of a question as it is stored and one person's answer; their order never matters. `coarse`
    leaves out what could be subtracted from an earlier survey of the same team.
    """
    said: dict[str, list[Answer]] = {}
    for question, answer in answers:
        said.setdefault(question, []).append(answer)
    told = {}
    for practice in model.practices():
        rows = (
            join_question(question, said.get(question_code(question.id), ()), minimum)
            for question in practice.questions
        )
        if found := tuple(_coarse(row, minimum) if coarse else row for row in rows if row is not None):
            told[practice_code(practice.id)] = found
    return told


def join_question(question: Question, said: Sequence[Answer], minimum: int = 1) -> Joined | None:
    """What may be told of one question; None where too few said anything."""
    minimum = max(1, minimum)
    chosen = [one for one in said if not isinstance(one, str)]
    unsure, outside = (sum(one == kind for one in said) for kind in (DONT_KNOW, NOT_APPLICABLE))
    counts = (_shown(unsure, minimum), _shown(outside, minimum))
    if outside > len(chosen):
        return Joined(question.id, "na", 0, *counts) if outside >= minimum else None
    if len(chosen) < minimum:
        return None
    if question.kind == "multiple":
        return _ticks(question, [one for one in chosen if isinstance(one, tuple)], counts, minimum)
    values = values_of(question)
    found = sorted(values[one] for one in chosen if isinstance(one, int) and one in values)
    if not found:
        return None
    value = median_low(found)
    return Joined(question.id, "answered", len(found), *counts, value=value, low=found[0], high=found[-1])


def _ticks(question: Question, chosen: Sequence[tuple[int, ...]], counts: tuple[int, int], minimum: int) -> Joined:
    taken = Counter(number for one in chosen for number in set(one))
    names = [(choice.id, taken[number]) for number, choice in enumerate(question.choices, start=1)]
    counted = tuple(name for name, n in names if n > len(chosen) / 2)
    return Joined(
        question.id,
        "answered" if counted else "split",
        len(chosen),
        *counts,
        counted=counted,
        ticked=tuple((name, n) for name, n in names if n and minimum == 1),
    )


def values_of(question: Question) -> dict[int, float]:
    """What each choice counts, by its number."""
    if question.kind == "coverage":
        return dict(enumerate(SHARES, start=1))
    return {n: choice.value for n, choice in enumerate(question.choices, start=1) if choice.value is not None}


def _shown(n: int, minimum: int) -> int:
    return n if n >= minimum else 0


def _coarse(row: Joined, minimum: int) -> Joined:
    return replace(row, n=row.n // minimum * minimum, n_dont_know=0, n_not_applicable=0, low=None, high=None, ticked=())
