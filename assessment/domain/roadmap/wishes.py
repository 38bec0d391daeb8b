"""What people bring to the plan: what the team can carry, what it set, rejected or added, and what flow says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assessment.domain.roadmap_types import Horizon
from assessment.maturity.schema import Action, Indicator, MaturityModelFile, Practice, Step

OPEN_ACTIONS = 3  # a team can carry at any time
NOW_ACTIONS = 3  # may start in the first thirty days


@dataclass(frozen=True)
class Capacity:
    """How much the team takes on; without person-days a part of the plan is limited by its open actions alone."""

    open_actions: int = OPEN_ACTIONS
    now_actions: int = NOW_ACTIONS
    person_days: Mapping[Horizon, float] = field(default_factory=dict)


USUAL = Capacity()


@dataclass(frozen=True)
class OwnAction:
    """An action the team added: it leads its practice one level up unless `to_level` says how far."""

    id: str
    practice: str
    title: str
    owner: str  # role id
    effort: Literal["S", "M", "L"]
    outcome: str = ""
    watch: str = ""  # the indicator to watch
    to_level: int | None = None


@dataclass(frozen=True)
class Wishes:
    """Nothing in here is ever overwritten by planning."""

    rejected: Mapping[str, str] = field(default_factory=dict)  # action id -> reason
    starts: Mapping[str, int] = field(default_factory=dict)  # action id -> day of the plan
    order: tuple[str, ...] = ()  # action ids as somebody put them; the others follow by priority
    own: tuple[OwnAction, ...] = ()
    capacity: Capacity = USUAL


@dataclass(frozen=True)
class StageRelief:
    """Days of lead time that 20 % relief buys per stage, and the stage that sets the pace where flow names one."""

    relief_days: Mapping[str, float]
    constraint_stage: str | None = None
    sentence: str = ""


def as_action(model: MaturityModelFile, own: OwnAction, level: int) -> tuple[Practice, Action]:
    """The team's own action in the form of the model's actions, starting from the practice's level."""
    practice = next(practice for practice in model.practices() if practice.id == own.practice)
    start = min(level, 4)
    return practice, Action(
        id=own.id,
        title=own.title,
        outcome=own.outcome or own.title,
        moves=Step.model_validate({"from": start, "to": min(5, max(own.to_level or start + 1, start + 1))}),
        effort=own.effort,
        owner=own.owner,
        prereqs=(),
        indicator=Indicator(signal=None, watch=own.watch or own.outcome or own.title),
        backing=(),
    )
