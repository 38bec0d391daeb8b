"""The roadmap as frozen plain data: what to do next, in order, and why. Stored with each result as a dict."""

from dataclasses import dataclass
from enum import StrEnum


class Horizon(StrEnum):
    NOW = "now"  # 0-30 days
    NEXT = "next"  # 31-90
    LATER = "later"  # 91-180


class StepKind(StrEnum):
    ACTION = "action"
    SETTLE = "settle"  # the half-day task that settles a contradiction
    OWN = "own"  # an action the team added itself


@dataclass(frozen=True)
class RoadmapStep:
    """One scheduled action. `why` explains the place it got; `id` is the action's or `settle-<practice>`."""

    id: str
    kind: StepKind
    practice: str
    title: str
    outcome: str
    horizon: Horizon
    owner: str  # role id
    effort: str  # S, M, L or "half a day"
    effort_days: float
    starts_on_day: int
    ends_on_day: int
    value: float  # V
    priority: float  # V / effort_days^0.7
    from_level: int
    to_level: int
    prerequisites: tuple[tuple[str, int, bool], ...]  # (practice, level, met today)
    waits_for: tuple[str, ...]  # ids of steps scheduled before it because of a prerequisite
    unlocks: tuple[str, ...]  # what becomes possible: gate or action ids
    clears_cap: bool
    on_constraint: bool
    indicator_signal: str | None
    indicator_watch: str
    backing: tuple[str, ...]
    why: tuple[str, ...]
    placement: str = ""  # one sentence: why it starts on this day
    risks: tuple[str, ...] = ()  # what a person accepted by setting this start
    is_set: bool = False  # a person set the start; planning never moves it


@dataclass(frozen=True)
class Deferred:
    """A candidate that is not scheduled, and why not."""

    id: str
    practice: str
    title: str
    why: str


@dataclass(frozen=True)
class Roadmap:
    constraint_practice: str | None  # at the constraint stage, or the lowest keystone while flow is not known
    constraint_reason: str
    steps: tuple[RoadmapStep, ...]
    not_now: tuple[Deferred, ...]
    constraint_stage: str | None = None  # the stage that flow names as the constraint
