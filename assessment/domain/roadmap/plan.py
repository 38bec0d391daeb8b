"""Drawing up the roadmap: three lanes filled in time order with the worthiest action that may start."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assessment.domain.roadmap.refusals import why_not
from assessment.domain.roadmap.standing import (
    AGREED,
    Ground,
    Progress,
    covers,
    ground_of,
    requirements,
    unmet_by_practice,
)
from assessment.domain.roadmap.steps import action_step, settle_steps
from assessment.domain.roadmap.worth import Worth, constraint_of, stage_relief, worth_of
from assessment.domain.roadmap_types import Deferred, Horizon, Roadmap, RoadmapStep, StepKind
from assessment.domain.scoring.control import usual_target
from assessment.domain.scoring.types import PracticeScore, ScoreCard
from assessment.domain.scoring.words import one_place
from assessment.maturity.schema import Action, MaturityModelFile, Practice

LANES = 3  # open actions a team can carry at any time
NOW_ACTIONS = 3  # actions that may start in the first thirty days
NEXT_FROM, LATER_FROM, HORIZON_DAYS = 30, 90, 180
OPEN_DAYS = {"S": 28, "M": 56, "L": 84}  # the work and the first look at its indicator

Choice = tuple[Practice, Action, Worth]


@dataclass
class _Plan:
    """The roadmap while it grows."""

    ground: Ground
    progress: Progress
    constraint: PracticeScore | None
    relief: dict[str, float]
    steps: list[RoadmapStep] = field(default_factory=list)
    running: list[RoadmapStep] = field(default_factory=list)
    lanes: list[int] = field(default_factory=lambda: [0] * LANES)  # the day each lane is free


def build_roadmap(model: MaturityModelFile, card: ScoreCard, *, targets: Mapping[str, int] | None = None) -> Roadmap:
    """The roadmap of the next 180 days. A practice with a chosen target is not taken beyond it."""
    ground = ground_of(model, card, targets or {})
    constraint = constraint_of(ground)
    plan = _Plan(ground, Progress(ground), constraint, stage_relief(ground, constraint))
    _settle_first(plan)
    while (day := min(plan.lanes)) < HORIZON_DAYS:
        _finish_until(plan, day)
        choice = _best(plan, day)
        if choice:
            _start(plan, choice, day)
        else:
            _wait(plan, day)
    _finish_until(plan, HORIZON_DAYS)
    return Roadmap(
        constraint_practice=constraint.practice if constraint else None,
        constraint_reason=_constraint_reason(plan),
        steps=tuple(plan.steps),
        not_now=_not_now(plan),
    )


def _settle_first(plan: _Plan) -> None:
    """Half a day for each contradiction, before anything is built on it; each takes a lane for its day."""
    for step in settle_steps(plan.ground, lanes=LANES):
        plan.steps.append(step)
        plan.lanes[plan.lanes.index(min(plan.lanes))] = step.ends_on_day


def _finish_until(plan: _Plan, day: int) -> None:
    for step in sorted(plan.running, key=lambda step: (step.ends_on_day, step.id)):
        if step.ends_on_day <= day:
            plan.progress.finish(step.id, step.practice, step.to_level)
            plan.running.remove(step)


def _best(plan: _Plan, day: int) -> Choice | None:
    """The worthiest action that may start; the first of all acts on the constraint where that is possible."""
    started = [step for step in plan.steps if step.kind is StepKind.ACTION]
    if day < NEXT_FROM and sum(step.starts_on_day < NEXT_FROM for step in started) >= NOW_ACTIONS:
        return None
    waiting = unmet_by_practice(plan.ground, plan.progress, [step.id for step in plan.steps])
    choices = [
        (practice, action, worth_of(practice, action, plan.progress, relief=plan.relief, waiting=waiting))
        for practice, action in plan.ground.actions
        if _may_start(plan, practice, action, day)
    ]
    if not started and (near := _on_the_way(plan)):
        choices = [choice for choice in choices if choice[0].id in near] or choices
    return max(choices, key=lambda choice: _rank(plan, choice), default=None)


def _rank(plan: _Plan, choice: Choice) -> tuple[bool, float]:
    """By priority, but beyond the usual target only when nothing below it may start: five everywhere is no goal."""
    practice, _, worth = choice
    is_wanted = practice.id in plan.ground.targets or plan.progress.own[practice.id] < usual_target(practice)
    return is_wanted, worth.priority


def _may_start(plan: _Plan, practice: Practice, action: Action, day: int) -> bool:
    own = plan.progress.own.get(practice.id)
    if own is None or not covers(action, own) or own >= plan.ground.targets.get(practice.id, 5):
        return False
    if any(step.id == action.id for step in plan.steps) or any(s.practice == practice.id for s in plan.running):
        return False
    if day + OPEN_DAYS[action.effort] > HORIZON_DAYS:
        return False
    staged = plan.progress.staged
    limits = (staged.get(limiting, 0) >= AGREED for limiting in action.raises_inflow_of)
    needs = requirements(plan.ground.model, practice, action, own)
    return all(need.is_met(staged) for need in needs) and all(limits)


def _on_the_way(plan: _Plan) -> set[str]:
    """The practice of the constraint; when its own actions must wait, the practices they wait for."""
    if plan.constraint is None:
        return set()
    near = {plan.constraint.practice}
    while True:
        actions = [(p, a) for p, a in plan.ground.actions if p.id in near and _is_candidate(plan, p, a)]
        if any(_may_start(plan, practice, action, 0) for practice, action in actions):
            return near
        further = {
            need.practice
            for practice, action in actions
            for need in requirements(plan.ground.model, practice, action, plan.progress.own[practice.id])
            if not need.is_met(plan.progress.staged)
        }
        if further <= near:
            return near
        near |= further


def _is_candidate(plan: _Plan, practice: Practice, action: Action) -> bool:
    return practice.id in plan.progress.own and covers(action, plan.progress.own[practice.id])


def _start(plan: _Plan, choice: Choice, day: int) -> None:
    practice, action, worth = choice
    near = _on_the_way(plan) if day < NEXT_FROM else set()
    is_near = practice.id in near or (plan.constraint is not None and practice.id == plan.constraint.practice)
    step = action_step(
        plan.progress,
        practice,
        action,
        worth,
        starts_on_day=day,
        ends_on_day=day + OPEN_DAYS[action.effort],
        horizon=horizon_of(day),
        constraint=plan.constraint if is_near else None,
    )
    plan.steps.append(step)
    plan.running.append(step)
    plan.lanes[plan.lanes.index(day)] = step.ends_on_day


def _wait(plan: _Plan, day: int) -> None:
    """Leave the free lanes idle until something ends or the next part of the plan begins."""
    later = [step.ends_on_day for step in plan.running if step.ends_on_day > day]
    if day < NEXT_FROM:
        later.append(NEXT_FROM)
    until = min(later, default=HORIZON_DAYS)
    plan.lanes = [until if free <= day else free for free in plan.lanes]


def horizon_of(day: int) -> Horizon:
    if day < NEXT_FROM:
        return Horizon.NOW
    return Horizon.NEXT if day < LATER_FROM else Horizon.LATER


def _constraint_reason(plan: _Plan) -> str:
    score = plan.constraint
    if score is None or score.planning_score is None or score.range is None:
        return "No keystone could be placed, so nothing can stand in for the constraint yet."
    spread = f"range {one_place(score.range[0])} to {one_place(score.range[1])}"
    return (
        f"{score.practice} {score.name} is the lowest keystone at {one_place(score.planning_score)} ({spread}). "
        "While flow is not measured, the lowest keystone stands in for the constraint."
    )


def _not_now(plan: _Plan) -> tuple[Deferred, ...]:
    """Actions that cover a practice's level today and are not scheduled, and practices nobody could place."""
    scheduled = {step.id for step in plan.steps}
    return tuple(
        Deferred(action.id, practice.id, action.title, why_not(plan.progress, plan.steps, practice, action))
        for practice, action in plan.ground.actions
        if action.id not in scheduled and covers(action, plan.ground.today.get(practice.id, 0))
    )
