"""What a revealed round may show. Pure: imports no Django and no model row.

Nothing is shown of fewer than `minimum` votes, and no level where fewer than that many people gave one: the rest say
then only how many did not know. Roles are shown apart by the same rule as in a survey.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from surveys.domain.agreement import a_wg, r_wg
from surveys.domain.summary import roles_shown
from surveys.domain.workshop.rule import Agreement, ConsensusRule, judge, judge_choices

LEVELS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Ballot:
    """One choice by its number (a level of ours), several, or neither: “I don’t know”."""

    role: str
    level: int | None = None
    ticked: tuple[int, ...] = ()

    @property
    def chosen(self) -> tuple[int, ...]:
        return self.ticked or (() if self.level is None else (self.level,))


@dataclass(frozen=True)
class Tally:
    """`distribution` counts levels 1..5, or the choices of a question of others in their order; it and all that follows
    from it is empty where too few gave one. Mean, r_wg, a_wg and roles are of levels alone."""

    n: int
    n_levels: int
    n_dont_know: int
    distribution: tuple[int, ...] = ()
    mean: float | None = None
    r_wg: float | None = None
    a_wg: float | None = None
    agreement: Agreement | None = None
    roles: tuple[tuple[str, int, float], ...] = ()  # role id, people, mean


def tally(ballots: Sequence[Ballot], *, minimum: int, rule: ConsensusRule) -> Tally | None:
    """None where fewer than `minimum` voted."""
    if len(ballots) < minimum:
        return None
    levels = [one.level for one in ballots if one.level is not None]
    silent = len(ballots) - len(levels)
    if len(levels) < minimum:
        return Tally(len(ballots), len(levels), silent)
    return Tally(
        n=len(ballots),
        n_levels=len(levels),
        n_dont_know=silent,
        distribution=tuple(levels.count(level) for level in LEVELS),
        mean=fmean(levels),
        r_wg=r_wg(levels, len(LEVELS)),
        a_wg=a_wg(levels, LEVELS[0], LEVELS[-1]),
        agreement=judge(rule, [one.level for one in ballots]),
        roles=_roles(ballots, minimum),
    )


def tally_choices(
    ballots: Sequence[Ballot], *, choices: Sequence[int], minimum: int, rule: ConsensusRule, several: bool
) -> Tally | None:
    """The same of a question of others: how many took which choice. Its choices are no scale, so there is no mean."""
    if len(ballots) < minimum:
        return None
    given = [one.chosen for one in ballots if one.chosen]
    silent = len(ballots) - len(given)
    if len(given) < minimum:
        return Tally(len(ballots), len(given), silent)
    taken = Counter(number for chosen in given for number in set(chosen))
    counts = tuple(taken[number] for number in choices)
    return Tally(
        n=len(ballots),
        n_levels=len(given),
        n_dont_know=silent,
        distribution=counts,
        agreement=judge_choices(rule, counts, n=len(given), silent=silent, several=several),
    )


def _roles(ballots: Sequence[Ballot], minimum: int) -> tuple[tuple[str, int, float], ...]:
    given = [(one.role, one.level) for one in ballots if one.level is not None]
    shown = roles_shown([{role} - {""} for role, _ in given], minimum)
    by_role = {role: [level for own, level in given if own == role] for role in sorted(shown)}
    rows = [(role, len(levels), fmean(levels)) for role, levels in by_role.items()]
    return tuple(sorted(rows, key=lambda row: -row[2]))


@dataclass(frozen=True)
class Shift:
    """How a second vote moved: the mean, and whether people came closer (a smaller deviation)."""

    mean: float
    deviation: float

    @property
    def converged(self) -> bool:
        return self.deviation < 0


def shift(first: Tally | None, last: Tally | None) -> Shift | None:
    if not (first and last and first.agreement and last.agreement) or first is last:
        return None
    if first.mean is None or last.mean is None:  # choices of others are no scale
        return None
    return Shift(last.mean - first.mean, (last.agreement.deviation or 0.0) - (first.agreement.deviation or 0.0))
