"""The plan while it grows: which actions may start on a day, and which of them does.

Three places filled in time order. What a person set stands where it was put, whatever it costs; planning goes round it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assessment.domain.roadmap.standing import (
    AGREED,
    Ground,
    Progress,
    covers,
    requirements,
    unmet_by_practice,
)
from assessment.domain.roadmap.wishes import Wishes
from assessment.domain.roadmap.worth import Worth, worth_of
from assessment.domain.roadmap_types import Horizon, RoadmapStep, StepKind
from assessment.domain.scoring.control import usual_target
from assessment.domain.scoring.types import PracticeScore
from assessment.maturity.schema import Action, Practice

NEXT_FROM, LATER_FROM, HORIZON_DAYS = 30, 90, 180
OPEN_DAYS = {"S": 28, "M": 56, "L": 84}  # the work and the first look at its indicator
KEEP = 0.2  # what stood somewhere in the plan before stays while nothing is worth clearly (a fifth) more


@dataclass(frozen=True)
class Choice:
    """An action that may start, and what it is worth today."""

    practice: Practice
    action: Action
    worth: Worth

    @property
    def id(self) -> str:
        return self.action.id

    @property
    def lasts_days(self) -> int:
        return OPEN_DAYS[self.action.effort]


@dataclass
class Plan:
    """The roadmap while it grows."""

    ground: Ground
    progress: Progress
    wishes: Wishes
    constraint: PracticeScore | None
    near: frozenset[str]  # practices at the constraint
    relief: Mapping[str, float]
    before: Mapping[str, int] = field(default_factory=dict)  # action id -> day in the plan before
    steps: list[RoadmapStep] = field(default_factory=list)
    running: list[RoadmapStep] = field(default_factory=list)

    @property
    def actions(self) -> list[RoadmapStep]:
        return [step for step in self.steps if step.kind is not StepKind.SETTLE]

    def waiting_to_start(self) -> dict[str, int]:
        """What a person gave a day and has not started yet."""
        if not self.wishes.starts:
            return {}
        started = {step.id for step in self.steps}
        known = {action.id for _, action in self.ground.actions}
        days = {name: day for name, day in self.wishes.starts.items() if name in known - started}
        return {name: day for name, day in days.items() if name not in self.wishes.rejected}


def finish_until(plan: Plan, day: int) -> None:
    """Count what has ended by this day as done."""
    for step in sorted(plan.running, key=lambda step: (step.ends_on_day, step.id)):
        if step.ends_on_day <= day:
            plan.progress.finish(step.id, step.practice, step.to_level)
            plan.running.remove(step)


def choices_at(plan: Plan, day: int) -> list[Choice]:
    """Every action that may start on this day."""
    if not _has_room(plan, day):
        return []
    waiting = unmet_by_practice(plan.ground, plan.progress, [step.id for step in plan.steps])
    may = [(p, a) for p, a in plan.ground.actions if a.id not in plan.wishes.starts and may_start(plan, p, a, day)]
    return [weighed(plan, practice, action, waiting) for practice, action in may]


def weighed(
    plan: Plan, practice: Practice, action: Action, waiting: dict[str, list[tuple[int, str]]] | None = None
) -> Choice:
    if waiting is None:
        waiting = unmet_by_practice(plan.ground, plan.progress, [step.id for step in plan.steps])
    return Choice(practice, action, worth_of(practice, action, plan.progress, relief=plan.relief, waiting=waiting))


def best(plan: Plan, choices: Sequence[Choice], day: int) -> tuple[Choice, Choice | None, str] | None:
    """What starts, what comes next to it, and why it is that: constraint, order, kept, priority or only."""
    pool, why = list(choices), ""
    if not plan.actions and (way := on_the_way(plan)):
        narrowed = [choice for choice in choices if choice.practice.id in way]
        pool, why = (narrowed, "constraint") if narrowed else (pool, "")
    ranked = sorted(pool, key=lambda choice: _rank(plan, choice), reverse=True)
    if not ranked:
        return None
    first, second = ranked[0], next(iter(ranked[1:]), None)
    if kept := _kept(plan, ranked, day):
        return (
            kept,
            first if kept is not first else second,
            why or ("kept" if kept is not first else _why(plan, ranked)),
        )
    return first, second, why or _why(plan, ranked)


def may_start(plan: Plan, practice: Practice, action: Action, day: int) -> bool:
    own = plan.progress.own.get(practice.id)
    if own is None or action.id in plan.wishes.rejected or not covers(action, own):
        return False
    if own >= plan.ground.targets.get(practice.id, 5):
        return False
    if any(step.id == action.id for step in plan.steps) or any(s.practice == practice.id for s in plan.running):
        return False
    if day + OPEN_DAYS[action.effort] > HORIZON_DAYS or not _fits(plan, action, day):
        return False
    return not unmet(plan, practice, action)


def unmet(plan: Plan, practice: Practice, action: Action) -> list[tuple[str, int]]:
    """Practices with the level that this action waits for, the ones whose queue it would feed included."""
    needs = requirements(plan.ground.model, practice, action, plan.progress.own[practice.id])
    missing = [(need.practice, need.level) for need in needs if not need.is_met(plan.progress.staged)]
    fed = [(name, AGREED) for name in action.raises_inflow_of if plan.progress.staged.get(name, 0) < AGREED]
    return list(dict.fromkeys([*missing, *fed]))


def on_the_way(plan: Plan) -> set[str]:
    """The practices at the constraint; when their own actions must wait, the practices they wait for."""
    near = set(plan.near)
    while near:
        actions = [(p, a) for p, a in plan.ground.actions if p.id in near and _is_candidate(plan, p, a)]
        if any(may_start(plan, practice, action, 0) for practice, action in actions):
            return near
        further = {name for practice, action in actions for name, _ in unmet(plan, practice, action)}
        if further <= near:
            return near
        near |= further
    return near


def open_at(plan: Plan, start: int, end: int) -> int:
    """The most steps open at once between two days, those a person set for later included."""
    spans = [(step.starts_on_day, step.ends_on_day) for step in plan.steps]
    if waiting := plan.waiting_to_start():
        efforts = {action.id: action.effort for _, action in plan.ground.actions}
        spans += [(day, day + OPEN_DAYS[efforts[name]]) for name, day in waiting.items()]
    days = {start, *(begins for begins, _ in spans if start <= begins < end)}
    return max(sum(begins <= day < ends for begins, ends in spans) for day in days)


def horizon_of(day: int) -> Horizon:
    if day < NEXT_FROM:
        return Horizon.NOW
    return Horizon.NEXT if day < LATER_FROM else Horizon.LATER


def _has_room(plan: Plan, day: int) -> bool:
    if day < NEXT_FROM and sum(s.starts_on_day < NEXT_FROM for s in plan.actions) >= plan.wishes.capacity.now_actions:
        return False
    return open_at(plan, day, day + 1) < plan.wishes.capacity.open_actions


def _fits(plan: Plan, action: Action, day: int) -> bool:
    """Is there room until the action ends, and are there person-days left in the part of the plan it starts in?"""
    capacity = plan.wishes.capacity
    if open_at(plan, day, day + OPEN_DAYS[action.effort]) >= capacity.open_actions:
        return False
    limit = capacity.person_days.get(horizon_of(day))
    taken = sum(step.effort_days for step in plan.steps if step.horizon is horizon_of(day))
    return limit is None or taken + plan.ground.model.effort_scale[action.effort].planning_days <= limit


def _is_candidate(plan: Plan, practice: Practice, action: Action) -> bool:
    return practice.id in plan.progress.own and covers(action, plan.progress.own[practice.id])


def _rank(plan: Plan, choice: Choice) -> tuple[int, bool, float]:
    """By the order a person chose, then by priority.

    Beyond the usual target an action counts only when nothing below it may start: five everywhere is no goal.
    """
    order = plan.wishes.order
    place = -order.index(choice.id) if choice.id in order else -len(order)
    name = choice.practice.id
    wanted = name in plan.ground.targets or plan.progress.own[name] < usual_target(choice.practice)
    return place, wanted, choice.worth.priority


def _kept(plan: Plan, ranked: Sequence[Choice], day: int) -> Choice | None:
    """What stood on this day before, else what stood earlier, then what is new, then what would have to come forward.

    Each only while nothing that may start is worth clearly more.
    """
    if not plan.before:
        return None
    place, wanted, priority = _rank(plan, ranked[0])
    close = [c for c in ranked if _rank(plan, c)[:2] == (place, wanted) and _rank(plan, c)[2] >= priority * (1 - KEEP)]
    return min(close, key=lambda choice: _stood(plan, choice, day))


def _stood(plan: Plan, choice: Choice, day: int) -> int:
    before = plan.before.get(choice.id)
    if before is None:
        return 2
    return 0 if before == day else 1 if before < day else 3


def _why(plan: Plan, ranked: Sequence[Choice]) -> str:
    if ranked[0].id in plan.wishes.order:
        return "order"
    return "priority" if len(ranked) > 1 else "only"
