"""From single answers to one summary per practice: the only thing that crosses from surveys to scoring.

Pure: imports no Django and no model row. Sums are exact (`fsum`), so the order of the answers never matters.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat, starmap
from math import floor, fsum
from typing import Any, NamedTuple

from assessment.domain.scoring.types import RoleVoice, SurveySummary
from assessment.maturity.schema import MaturityModelFile, Practice

DONT_KNOW = "dk"
NOT_APPLICABLE = "na"
REACHES_FROM = 0.5  # an answer reaches level L from L - 0.5 on
EPSILON = 1e-9


@dataclass(frozen=True)
class Voice:
    """One participant: roles, and per question id a level 1..5, "dk" or "na". Unanswered questions are absent."""

    roles: tuple[str, ...]
    answers: Mapping[str, int | str]


Said = tuple[int | str | None, ...]  # answers to the questions of a practice, in its order
Weighted = tuple[float, float, int]  # a weight, a value, and how many have both


class _People(NamedTuple):
    """Everybody who agrees in roles and in what was answered to one practice, so many people cost little."""

    n: int
    roles: tuple[str, ...]
    weight: float  # v_i
    said: Said
    score: float | None  # x_ip; None when no question was answered with a level
    answered: frozenset[str]  # questions answered with a level
    n_dont_know: int
    n_not_applicable: int


def summarize(
    model: MaturityModelFile,
    voices: Iterable[Voice],
    *,
    invited: Mapping[str, int] | None = None,
    minimum_role_group: int = 3,
) -> tuple[SurveySummary, ...]:
    """One summary per practice of the model, in its order; n is 0 where nobody gave a level.

    `invited` maps a practice id, or "*" for every other practice, to the number of people asked about it.
    """
    everyone = tuple(voices)
    asked = [voice.answers.get for voice in everyone]
    known = list(dict.fromkeys(voice.roles for voice in everyone))
    numbers_of = {roles: number for number, roles in enumerate(known)}
    sorts = [numbers_of[voice.roles] for voice in everyone]
    numbers = invited or {}
    return tuple(
        _summarize_practice(
            model,
            practice,
            _people(model, practice, known, _tally(practice, asked, sorts)),
            n_invited=numbers.get(practice.id, numbers.get("*")),
            minimum_role_group=minimum_role_group,
        )
        for practice in model.practices()
    )


def _tally(practice: Practice, asked: Sequence[Callable[[str], Any]], sorts: Sequence[int]) -> Counter[tuple[Any, ...]]:
    """How many have the same number for their roles and said the same to the practice."""
    said = [[answer(question.id) for answer in asked] for question in practice.questions]
    return Counter(zip(sorts, *said, strict=True))


def _people(
    model: MaturityModelFile,
    practice: Practice,
    known: Sequence[tuple[str, ...]],
    tally: Mapping[tuple[Any, ...], int],
) -> list[_People]:
    weights = model.scoring.role_weights
    primary = [frozenset(q.id for q in practice.questions if set(roles) & set(q.roles.primary)) for roles in known]
    counted: dict[Said, tuple[Any, ...]] = {}
    people = []
    for (sort, *rest), n in tally.items():
        said = tuple(rest)
        if said not in counted:
            counted[said] = _counted(model, practice, said)
        levels = counted[said]
        weight = weights["secondary" if primary[sort].isdisjoint(levels[1]) else "primary"]
        people.append(_People(n, known[sort], weight, said, *levels))
    return people


def _counted(model: MaturityModelFile, practice: Practice, said: Said) -> tuple[float | None, frozenset[str], int, int]:
    """What answers come to whoever gives them: the last fields of people."""
    levels = [(q, a) for q, a in zip(practice.questions, said, strict=True) if isinstance(a, int)]
    score = _mean([(model.scoring.question_weights[question.facet], answer, 1) for question, answer in levels])
    answered = frozenset(question.id for question, _ in levels)
    return score, answered, said.count(DONT_KNOW), said.count(NOT_APPLICABLE)


def _summarize_practice(
    model: MaturityModelFile,
    practice: Practice,
    people: Sequence[_People],
    *,
    n_invited: int | None,
    minimum_role_group: int,
) -> SurveySummary:
    scored = _scored(people)
    mass = _sum((v, n) for v, _, n in scored)
    mean = _mean(scored)
    return SurveySummary(
        practice=practice.id,
        value=mean,
        n=sum(n for _, _, n in scored),
        n_effective=mass**2 / _sum((v * v, n) for v, _, n in scored) if scored else 0.0,
        variance=_variance(scored, mean),
        average_deviation=_sum((v * abs(x - mean), n) for v, x, n in scored) / mass if mean is not None else 0.0,
        n_invited=n_invited,
        n_questions=len(frozenset[str]().union(*{one.answered for one in people})),
        n_answered=sum(one.n * len(one.answered) for one in people),
        n_dont_know=sum(one.n * one.n_dont_know for one in people),
        n_not_applicable=sum(one.n * one.n_not_applicable for one in people),
        reach=_reach(scored),
        distribution=_distribution(scored),
        roles=_role_voices(model, practice, people, minimum_role_group),
    )


def _scored(people: Iterable[_People]) -> list[Weighted]:
    """Weights and scores of whoever has a score; those who share both stand together."""
    alike: Counter[tuple[float, float]] = Counter()
    for one in people:
        if one.score is not None:
            alike[one.weight, one.score] += one.n
    return [(weight, score, n) for (weight, score), n in alike.items()]


def _sum(terms: Iterable[tuple[float, int]]) -> float:
    """The exact sum of each term as often as its number says: to the last bit what adding them one by one gives."""
    return fsum(chain.from_iterable(starmap(repeat, terms)))


def _mean(pairs: Sequence[Weighted]) -> float | None:
    """The weighted mean; None of none. Rounded where it is noise: five fives make 5."""
    if not pairs:
        return None
    whole = _sum((weight * value, n) for weight, value, n in pairs)
    return round(whole / _sum((weight, n) for weight, _, n in pairs), 12)


def _variance(scored: Sequence[Weighted], mean: float | None) -> float:
    """s2: the weighted variance times n/(n-1); one voice has none."""
    number = sum(n for _, _, n in scored)
    if mean is None or number < 2:
        return 0.0
    spread = _sum((v * (x - mean) ** 2, n) for v, x, n in scored) / _sum((v, n) for v, _, n in scored)
    return spread * number / (number - 1)


def _reach(scored: Sequence[Weighted]) -> tuple[float, float, float, float, float]:
    mass = _sum((v, n) for v, _, n in scored)

    def share(level: int) -> float:
        least = level - REACHES_FROM - EPSILON
        return _sum((v, n) for v, x, n in scored if x >= least) / mass if mass else 0.0

    return share(1), share(2), share(3), share(4), share(5)


def _distribution(scored: Sequence[Weighted]) -> tuple[int, int, int, int, int]:
    counts = [0, 0, 0, 0, 0]
    for _, x, n in scored:
        counts[min(5, max(1, floor(x + 0.5 + EPSILON))) - 1] += n
    one, two, three, four, five = counts
    return one, two, three, four, five


def _role_voices(
    model: MaturityModelFile, practice: Practice, people: Sequence[_People], minimum: int
) -> tuple[RoleVoice, ...]:
    """The roles large enough to be shown apart, in the order of the model."""
    touched = [one for one in people if one.answered or one.n_dont_know]
    scored = [one for one in touched if one.score is not None]
    shown = _shown(_alike(touched), minimum)
    with_mean = shown & (_shown(_alike(scored), minimum) if len(scored) < len(touched) else shown)
    return tuple(
        _role_voice(practice, role.id, [one for one in touched if role.id in one.roles], role.id in with_mean)
        for role in model.roles
        if role.id in shown
    )


def _role_voice(practice: Practice, role: str, people: Sequence[_People], has_mean: bool) -> RoleVoice:
    scored = _scored(people)
    places = [place for place, question in enumerate(practice.questions) if role in question.roles.primary]
    levels = sum(one.n * sum(isinstance(one.said[place], int) for place in places) for one in people)
    dont_knows = sum(one.n * sum(one.said[place] == DONT_KNOW for place in places) for one in people)
    return RoleVoice(
        role=role,
        n=sum(n for _, _, n in scored),
        mean=_mean(scored) if has_mean else None,
        n_dont_know=dont_knows,
        n_primary_answers=levels + dont_knows,
    )


def _alike(people: Iterable[_People]) -> Counter[frozenset[str]]:
    found: Counter[frozenset[str]] = Counter()
    for one in people:
        found[frozenset(one.roles)] += one.n
    return found


def roles_shown(people: Sequence[Collection[str]], minimum: int) -> frozenset[str]:
    """The roles that may be shown apart without revealing a group under the minimum, also not by subtraction.

    The roles shown cut the people into cells (everybody with the same shown roles, and those with none). Whatever
    can be computed from sums over roles and over everybody is a sum over cells, so every cell keeps the minimum.
    Larger roles are taken first; ties go by name.
    """
    return _shown(Counter(map(frozenset, people)), minimum)


def _shown(alike: Mapping[frozenset[str], int], minimum: int) -> frozenset[str]:
    sizes: Counter[str] = Counter()
    for roles, n in alike.items():
        sizes.update(dict.fromkeys(roles, n))
    shown: frozenset[str] = frozenset()
    for role in sorted(sizes, key=lambda role: (-sizes[role], role)):
        cells: dict[frozenset[str], int] = defaultdict(int)
        for roles, n in alike.items():
            cells[roles & (shown | {role})] += n
        if min(cells.values()) >= minimum:
            shown |= {role}
    return shown
