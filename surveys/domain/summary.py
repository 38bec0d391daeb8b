"""From single answers to one summary per practice: the only thing that crosses from surveys to scoring.

Pure: imports no Django and no model row. Sums are exact (`fsum`), so the order of the answers never matters.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, fsum

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


@dataclass(frozen=True)
class _Person:
    """One participant's part in one practice."""

    roles: tuple[str, ...]
    score: float | None  # x_ip; None when no question was answered with a level
    weight: float  # v_i
    answered: frozenset[str]  # questions answered with a level
    n_dont_know: int
    n_not_applicable: int
    primary: Mapping[str, tuple[int, int]]  # role -> (levels, don't-knows) where the role is primary


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
    numbers = invited or {}
    return tuple(
        _summarize_practice(
            model,
            practice,
            [_person(model, practice, voice) for voice in everyone],
            n_invited=numbers.get(practice.id, numbers.get("*")),
            minimum_role_group=minimum_role_group,
        )
        for practice in model.practices()
    )


def _person(model: MaturityModelFile, practice: Practice, voice: Voice) -> _Person:
    parameters = model.scoring
    given = {question.id: voice.answers.get(question.id) for question in practice.questions}
    levels = [(question, a) for question in practice.questions if isinstance(a := given[question.id], int)]
    is_primary = any(role in question.roles.primary for question, _ in levels for role in voice.roles)
    return _Person(
        roles=voice.roles,
        score=_mean([(parameters.question_weights[q.facet], a) for q, a in levels]),
        weight=parameters.role_weights["primary" if is_primary else "secondary"],
        answered=frozenset(question.id for question, _ in levels),
        n_dont_know=sum(answer == DONT_KNOW for answer in given.values()),
        n_not_applicable=sum(answer == NOT_APPLICABLE for answer in given.values()),
        primary={role: _primary_counts(practice, given, role) for role in voice.roles},
    )


def _primary_counts(practice: Practice, given: Mapping[str, int | str | None], role: str) -> tuple[int, int]:
    answers = [given[question.id] for question in practice.questions if role in question.roles.primary]
    return sum(isinstance(a, int) for a in answers), sum(a == DONT_KNOW for a in answers)


def _summarize_practice(
    model: MaturityModelFile,
    practice: Practice,
    people: Sequence[_Person],
    *,
    n_invited: int | None,
    minimum_role_group: int,
) -> SurveySummary:
    scored = [(person.weight, person.score) for person in people if person.score is not None]
    mass = fsum(v for v, _ in scored)
    mean = _mean(scored)
    return SurveySummary(
        practice=practice.id,
        value=mean,
        n=len(scored),
        n_effective=mass**2 / fsum(v * v for v, _ in scored) if scored else 0.0,
        variance=_variance(scored, mean),
        average_deviation=fsum(v * abs(x - mean) for v, x in scored) / mass if mean is not None else 0.0,
        n_invited=n_invited,
        n_questions=len(frozenset[str]().union(*(person.answered for person in people))),
        n_answered=sum(len(person.answered) for person in people),
        n_dont_know=sum(person.n_dont_know for person in people),
        n_not_applicable=sum(person.n_not_applicable for person in people),
        reach=_reach(scored),
        distribution=_distribution(scored),
        roles=_role_voices(model, people, minimum_role_group),
    )


def _mean(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The weighted mean of (weight, value) pairs; None of none. Rounded where it is noise: five fives make 5."""
    if not pairs:
        return None
    return round(fsum(weight * value for weight, value in pairs) / fsum(weight for weight, _ in pairs), 12)


def _variance(scored: Sequence[tuple[float, float]], mean: float | None) -> float:
    """s2: the weighted variance times n/(n-1); one voice has none."""
    n = len(scored)
    if mean is None or n < 2:
        return 0.0
    spread = fsum(v * (x - mean) ** 2 for v, x in scored) / fsum(v for v, _ in scored)
    return spread * n / (n - 1)


def _reach(scored: Sequence[tuple[float, float]]) -> tuple[float, float, float, float, float]:
    mass = fsum(v for v, _ in scored)

    def share(level: int) -> float:
        return fsum(v for v, x in scored if x >= level - REACHES_FROM - EPSILON) / mass if mass else 0.0

    return share(1), share(2), share(3), share(4), share(5)


def _distribution(scored: Sequence[tuple[float, float]]) -> tuple[int, int, int, int, int]:
    rounded = [min(5, max(1, floor(x + 0.5 + EPSILON))) for _, x in scored]
    return rounded.count(1), rounded.count(2), rounded.count(3), rounded.count(4), rounded.count(5)


def _role_voices(model: MaturityModelFile, people: Sequence[_Person], minimum: int) -> tuple[RoleVoice, ...]:
    """The roles large enough to be shown apart, in the order of the model."""
    touched = [person for person in people if person.answered or person.n_dont_know]
    shown = roles_shown([person.roles for person in touched], minimum)
    with_mean = shown & roles_shown([person.roles for person in touched if person.score is not None], minimum)
    return tuple(
        _role_voice(role.id, [person for person in touched if role.id in person.roles], role.id in with_mean)
        for role in model.roles
        if role.id in shown
    )


def _role_voice(role: str, people: Sequence[_Person], has_mean: bool) -> RoleVoice:
    scored = [(person.weight, person.score) for person in people if person.score is not None]
    levels, dont_knows = (sum(person.primary[role][part] for person in people) for part in (0, 1))
    return RoleVoice(
        role=role,
        n=len(scored),
        mean=_mean(scored) if has_mean else None,
        n_dont_know=dont_knows,
        n_primary_answers=levels + dont_knows,
    )


def roles_shown(people: Sequence[Collection[str]], minimum: int) -> frozenset[str]:
    """The roles that may be shown apart without revealing a group under the minimum, also not by subtraction.

    The roles shown cut the people into cells (everybody with the same shown roles, and those with none). Whatever
    can be computed from sums over roles and over everybody is a sum over cells, so every cell keeps the minimum.
    Larger roles are taken first; ties go by name.
    """
    sizes = {role: sum(role in roles for roles in people) for roles in people for role in roles}
    shown: frozenset[str] = frozenset()
    for role in sorted(sizes, key=lambda role: (-sizes[role], role)):
        cells: dict[frozenset[str], int] = defaultdict(int)
        for roles in people:
            cells[frozenset(roles) & (shown | {role})] += 1
        if min(cells.values()) >= minimum:
            shown |= {role}
    return shown
