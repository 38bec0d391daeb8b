"""What may be said where a survey has a minimum: pure arithmetic, imports no Django and no model row.

The rule behind all of it: everything shown is a sum over *cells*, a cell being the answers of one kind to one question
by people with the same shown roles. Every cell is empty or holds at least the minimum, so whatever is added, subtracted
or compared is a sum of such cells and never a smaller group. A survey with a minimum speaks once, when it closes, so
there is no earlier total of it to subtract. Against earlier surveys of the team see `Comparison`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import fsum, sqrt
from statistics import NormalDist
from typing import TypeVar

from assessment.domain.scoring.types import RoleVoice, SurveySummary
from assessment.maturity.schema import MaturityModelFile, Practice, Question

FLOOR = 4  # the least minimum an anonymous survey may have; statistics on fewer say little anyway
DEFAULT = 5
DONT_KNOW = "dk"
HALF = 0.5
USUAL_DEVIATION = 1.0  # levels; stands in where how people differ is not told
T = TypeVar("T")


@dataclass(frozen=True)
class Said:
    """One answer without its person: a level 1..5, "dk" or "na", and those of the person's roles it may carry."""

    question: str
    answer: int | str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Comparison:
    """How far a survey may be laid beside earlier ones of the team without pointing at who came or went."""

    totals: bool = True  # the same people, or whole groups of them, answered
    roles: bool = True  # and within the roles too


@dataclass(frozen=True)
class Least:
    """How many people it takes."""

    group: int
    role: int


@dataclass(frozen=True)
class Wave:
    """Who answered one survey of a team, with the roles shown apart there; a person without a key is unknown."""

    roles_by_person: Mapping[str, frozenset[str]]
    n_unknown: int = 0


def compare(now: Wave, earlier: Sequence[Wave], minimum: int) -> Comparison:
    """Every group of people with the same history over all waves is empty or at least the minimum, or it is coarse."""
    if not earlier:
        return Comparison()
    waves = (*earlier, now)
    if any(wave.n_unknown for wave in waves):
        return Comparison(totals=False, roles=False)
    people = set(chain.from_iterable(wave.roles_by_person for wave in waves))
    in_waves = Counter(tuple(person in wave.roles_by_person for wave in waves) for person in people)
    with_roles = Counter(tuple(wave.roles_by_person.get(person) for wave in waves) for person in people)
    totals = min(in_waves.values(), default=minimum) >= minimum
    return Comparison(totals, totals and min(with_roles.values(), default=minimum) >= minimum)


def summarize_apart(
    model: MaturityModelFile,
    said: Iterable[Said],
    *,
    minimum: int,
    invited: Mapping[str, int],
    comparison: Comparison | None = None,
    role_minimum: int = 0,
) -> tuple[SurveySummary, ...]:
    """One summary for each practice that may be shown, in the order of the model; the others are left out.

    `role_minimum` is the least group of a role where that is more than the minimum.
    """
    comparison = comparison or Comparison()
    by_question: dict[str, list[Said]] = {}
    for one in said:
        by_question.setdefault(one.question, []).append(one)
    least = Least(minimum, max(minimum, role_minimum))
    found = (_summary(model, practice, by_question, least, invited) for practice in model.practices())
    shown = [summary for summary in found if summary is not None]
    return tuple(_coarse(summary, minimum, comparison) for summary in shown)


def questions_shown(said: Iterable[Said], minimum: int) -> frozenset[str]:
    """The questions that may be counted: enough levels, or none at all and enough don't-knows."""
    levels, unsure = Counter[str](), Counter[str]()
    for one in said:
        if isinstance(one.answer, int):
            levels[one.question] += 1
        elif one.answer == DONT_KNOW:
            unsure[one.question] += 1
    return frozenset(q for q in levels | unsure if levels[q] >= minimum or (not levels[q] and unsure[q] >= minimum))


def levels_told(
    said: Iterable[Said], questions: Iterable[str], *, minimum: int, comparison: Comparison
) -> dict[str, tuple[float, int]]:
    """The mean level of single questions, and how many chose one, where enough did."""
    rows, told = list(said), {}
    for question in questions:
        levels = [one.answer for one in rows if one.question == question and isinstance(one.answer, int)]
        if len(levels) >= minimum:
            mean, n = sum(levels) / len(levels), len(levels)
            told[question] = (mean, n) if comparison.totals else (_step(mean, HALF), n // minimum * minimum)
    return told


def cells_hold(said: Iterable[Said], shown: Collection[str], minimum: int) -> bool:
    """Whether every cell that these roles cut the answers into holds the minimum: levels, and levels with
    don't-knows."""
    levels, touched = Counter[tuple[str, frozenset[str]]](), Counter[tuple[str, frozenset[str]]]()
    for one in said:
        cell = (one.question, one.roles & frozenset(shown))
        levels[cell] += isinstance(one.answer, int)
        touched[cell] += isinstance(one.answer, int) or one.answer == DONT_KNOW
    return all(not n or n >= minimum for n in chain(levels.values(), touched.values()))


def too_small(n_invited: int, minimum: int) -> bool:
    """Whether an anonymous survey of so many people could never show anything."""
    return n_invited < max(minimum, FLOOR)


def _summary(
    model: MaturityModelFile,
    practice: Practice,
    by_question: Mapping[str, Sequence[Said]],
    least: Least,
    invited: Mapping[str, int],
) -> SurveySummary | None:
    everything = [one for question in practice.questions for one in by_question.get(question.id, ())]
    counted = questions_shown(everything, least.group)
    if not counted:
        return None
    said = [one for one in everything if one.question in counted]
    parts = [part for question in practice.questions if (part := _part(model, question, said))]
    roles = _roles_apart(model, said, least.role)
    value = _mean([(part.weight, part.mean) for part in parts]) if parts else None
    return SurveySummary(
        practice=practice.id,
        value=value,
        n=min((part.n for part in parts), default=0),
        n_effective=min((part.n_effective for part in parts), default=0.0),
        variance=_mean([(part.weight, part.deviation) for part in parts]) ** 2,
        average_deviation=_mean([(part.weight, part.average_deviation) for part in parts]),
        n_invited=invited.get(practice.id),
        n_questions=len(parts),
        n_answered=_count(said, lambda one: isinstance(one.answer, int)),
        n_dont_know=_count(said, lambda one: one.answer == DONT_KNOW),
        n_not_applicable=_count(said, lambda one: one.answer == "na"),
        reach=_five(lambda level: _mean([(p.weight, p.reach[level - 1]) for p in parts])),
        distribution=_five(lambda level: _count(said, lambda one: one.answer == level)),
        roles=tuple(_role_voice(model, practice, role, said) for role in roles),
        counts="answers",
    )


@dataclass(frozen=True)
class _Part:
    """One question's share in a practice."""

    weight: float
    mean: float
    n: int
    n_effective: float
    deviation: float
    average_deviation: float
    reach: tuple[float, float, float, float, float]


def _part(model: MaturityModelFile, question: Question, said: Iterable[Said]) -> _Part | None:
    scored = [
        (_role_weight(model, question, one.roles), one.answer)
        for one in said
        if one.question == question.id and isinstance(one.answer, int)
    ]
    if not scored:
        return None
    mass, n = fsum(v for v, _ in scored), len(scored)
    mean = _mean([(v, float(x)) for v, x in scored])
    spread = fsum(v * (x - mean) ** 2 for v, x in scored) / mass
    return _Part(
        weight=model.scoring.question_weights[question.facet],
        mean=mean,
        n=n,
        n_effective=mass**2 / fsum(v * v for v, _ in scored),
        deviation=sqrt(spread * n / (n - 1)) if n > 1 else 0.0,
        average_deviation=fsum(v * abs(x - mean) for v, x in scored) / mass,
        reach=_five(lambda level: fsum(v for v, x in scored if x >= level) / mass),
    )


def _role_weight(model: MaturityModelFile, question: Question, roles: Collection[str]) -> float:
    """Primary unless the answer carries roles and none of them is: what it does not carry must not be guessed."""
    secondary = bool(roles) and not any(role in question.roles.primary for role in roles)
    return model.scoring.role_weights["secondary" if secondary else "primary"]


def _roles_apart(model: MaturityModelFile, said: Sequence[Said], minimum: int) -> list[str]:
    """The roles that may be shown apart, larger ones first taken, in the order of the model."""
    sizes = Counter(role for one in said for role in one.roles if isinstance(one.answer, int))
    shown: list[str] = []
    for role in sorted(sizes, key=lambda role: (-sizes[role], role)):
        if cells_hold(said, [*shown, role], minimum):
            shown.append(role)
    return [role.id for role in model.roles if role.id in shown]


def _role_voice(model: MaturityModelFile, practice: Practice, role: str, said: Iterable[Said]) -> RoleVoice:
    held = [one for one in said if role in one.roles]
    parts = [part for question in practice.questions if (part := _part(model, question, held))]
    primary = {question.id for question in practice.questions if role in question.roles.primary}
    asked = [one for one in held if one.question in primary]
    unsure = _count(asked, lambda one: one.answer == DONT_KNOW)
    return RoleVoice(
        role=role,
        n=min((part.n for part in parts), default=0),
        mean=_mean([(part.weight, part.mean) for part in parts]) if parts else None,
        n_dont_know=unsure,
        n_primary_answers=unsure + _count(asked, lambda one: isinstance(one.answer, int)),
    )


def _coarse(summary: SurveySummary, minimum: int, comparison: Comparison) -> SurveySummary:
    """Without roles, and in rough steps, where a few people came or went since an earlier survey of the team.

    Of levels only the value in half levels is told. Spread and shares follow from it as if levels lay about it as they
    usually do: rounded by themselves each would narrow a newcomer's level further than the value does.
    """
    if not comparison.roles:
        summary = replace(summary, roles=())
    if comparison.totals:
        return summary
    n = summary.n // minimum * minimum
    asked = (summary.n_answered + summary.n_dont_know) // minimum * minimum
    unsure = round(asked * _step(1 - summary.coverage, HALF))
    value = None if summary.value is None else _step(summary.value, HALF)
    return replace(
        summary,
        value=value,
        n=n,
        n_effective=float(n),
        variance=USUAL_DEVIATION**2 if value else 0.0,
        average_deviation=None,  # how far people agree is not told
        n_answered=asked - unsure,
        n_dont_know=unsure,
        n_not_applicable=0,
        reach=_five(lambda level: _usual_reach(value, level)),
        distribution=(0, 0, 0, 0, 0),
        is_coarse=True,
    )


def _usual_reach(value: float | None, level: int) -> float:
    """The share of people at a level or above it when levels lie normally about the value."""
    if not value or level == 1:
        return float(bool(value))
    return round(1 - NormalDist(value, USUAL_DEVIATION).cdf(level - HALF), 12)


def _step(value: float, step: float) -> float:
    return round(value / step) * step


def _count(said: Iterable[Said], wanted: Callable[[Said], bool]) -> int:
    return sum(wanted(one) for one in said)


def _five(of: Callable[[int], T]) -> tuple[T, T, T, T, T]:
    return of(1), of(2), of(3), of(4), of(5)


def _mean(pairs: Sequence[tuple[float, float]]) -> float:
    """The weighted mean of (weight, value) pairs, 0 of none; rounded where it is noise."""
    mass = fsum(weight for weight, _ in pairs)
    return round(fsum(weight * value for weight, value in pairs) / mass, 12) if mass else 0.0
