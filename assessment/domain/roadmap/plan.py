"""Drawing up the roadmap: three places filled in time order with the worthiest action that may start."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from assessment.domain.roadmap.placing import placement, risks_of
from assessment.domain.roadmap.refusals import why_not
from assessment.domain.roadmap.schedule import (
    HORIZON_DAYS,
    LATER_FROM,
    NEXT_FROM,
    Choice,
    Plan,
    best,
    choices_at,
    finish_until,
    horizon_of,
    on_the_way,
    weighed,
)
from assessment.domain.roadmap.standing import Ground, Progress, covers, ground_of
from assessment.domain.roadmap.steps import action_step, settle_steps
from assessment.domain.roadmap.wishes import StageRelief, Wishes, as_action
from assessment.domain.roadmap.worth import at_stage, constraint_at, constraint_of, flow_relief, stage_relief
from assessment.domain.roadmap_types import Deferred, Roadmap, RoadmapStep, StepKind
from assessment.domain.scoring.types import PracticeScore, ScoreCard
from assessment.domain.scoring.words import one_place
from assessment.maturity.schema import MaturityModelFile
from core.language import gettext

NO_WISHES = Wishes()


def build_roadmap(
    model: MaturityModelFile,
    card: ScoreCard,
    *,
    targets: Mapping[str, int] | None = None,
    flow: StageRelief | None = None,
    wishes: Wishes = NO_WISHES,
    before: Mapping[str, int] | None = None,
) -> Roadmap:
    """The roadmap of the next 180 days. A practice with a chosen target is not taken beyond it.

    `flow` gives the relief per stage; without it the lowest keystone stands in for the constraint. `before` is the
    plan so far (action id -> day): an action keeps its place while nothing else is worth a fifth more.
    """
    plan = new_plan(model, card, targets=targets, flow=flow, wishes=wishes, before=before)
    _settle_first(plan)
    day = 0
    while day < HORIZON_DAYS:
        finish_until(plan, day)
        _start_what_was_set(plan, day)
        while chosen := best(plan, choices_at(plan, day), day):
            choice, second, why = chosen
            start(plan, choice, day, told=placement(plan, choice, second, why, day))
        day = next_day(plan, day)
    finish_until(plan, HORIZON_DAYS)
    return Roadmap(
        constraint_practice=plan.constraint.practice if plan.constraint else None,
        constraint_reason=_constraint_reason(plan.constraint, flow),
        steps=tuple(plan.steps),
        not_now=_not_now(plan),
        constraint_stage=flow.constraint_stage if flow else None,
    )


def new_plan(
    model: MaturityModelFile,
    card: ScoreCard,
    *,
    targets: Mapping[str, int] | None = None,
    flow: StageRelief | None = None,
    wishes: Wishes = NO_WISHES,
    before: Mapping[str, int] | None = None,
) -> Plan:
    """A plan without a step."""
    ground = _with_own(ground_of(model, card, targets or {}), wishes)
    stage = flow.constraint_stage if flow else None
    constraint = constraint_at(ground, stage) if stage else constraint_of(ground)
    near = at_stage(ground, stage) if stage else {constraint.practice} if constraint else set()
    relief = flow_relief(ground, flow.relief_days) if flow else {}
    return Plan(
        ground=ground,
        progress=Progress(ground),
        wishes=wishes,
        constraint=constraint,
        near=frozenset(near),
        relief=relief or stage_relief(ground, constraint),
        before=before or {},
    )


def start(plan: Plan, choice: Choice, day: int, *, told: str = "", is_set: bool = False) -> RoadmapStep:
    """Put an action on the roadmap."""
    way = on_the_way(plan) if day < NEXT_FROM else set()
    is_near = choice.practice.id in way | plan.near
    step = action_step(
        plan.progress,
        choice.practice,
        choice.action,
        choice.worth,
        starts_on_day=day,
        ends_on_day=day + choice.lasts_days,
        horizon=horizon_of(day),
        constraint=plan.constraint if is_near else None,
        stage_is_known=plan.constraint is not None and plan.near != {plan.constraint.practice},
    )
    own = any(choice.id == added.id for added in plan.wishes.own)
    step = replace(
        step,
        kind=StepKind.OWN if own else StepKind.ACTION,
        placement=told,
        is_set=is_set,
        risks=tuple(risks_of(plan, choice, day)) if is_set else (),
    )
    plan.steps.append(step)
    plan.running.append(step)
    return step


def next_day(plan: Plan, day: int) -> int:
    """The next day on which something can change."""
    ends = [step.ends_on_day for step in plan.steps if step.ends_on_day > day]
    starts = [set_for for set_for in plan.waiting_to_start().values() if set_for > day]
    parts = [first for first in (NEXT_FROM, LATER_FROM, HORIZON_DAYS) if first > day]
    return min([*ends, *starts, *parts])


def _with_own(ground: Ground, wishes: Wishes) -> Ground:
    own = [as_action(ground.model, added, ground.today.get(added.practice, 1)) for added in wishes.own]
    return replace(ground, actions=(*ground.actions, *own)) if own else ground


def _settle_first(plan: Plan) -> None:
    """Half a day for each contradiction, before anything is built on it; each takes a place for its day."""
    plan.steps += settle_steps(plan.ground, lanes=plan.wishes.capacity.open_actions)


def _start_what_was_set(plan: Plan, day: int) -> None:
    due = {name for name, set_for in plan.waiting_to_start().items() if set_for <= day}
    for practice, action in plan.ground.actions:
        if action.id in due and practice.id in plan.progress.own:
            choice = weighed(plan, practice, action)
            start(plan, choice, day, told=placement(plan, choice, None, "set", day), is_set=True)


def _constraint_reason(score: PracticeScore | None, flow: StageRelief | None) -> str:
    if flow and flow.constraint_stage:
        return flow.sentence
    if score is None or score.planning_score is None or score.range is None:
        return gettext("No keystone could be placed, so nothing can stand in for the constraint yet.")
    told = gettext(
        "{practice} is the lowest keystone at {score} (range {low} to {high}). "
        "While flow is not measured, the lowest keystone stands in for the constraint."
    )
    low, high = score.range
    return told.format(
        practice=score.name, score=one_place(score.planning_score), low=one_place(low), high=one_place(high)
    )


def _not_now(plan: Plan) -> tuple[Deferred, ...]:
    """Actions that cover a practice's level today and are not scheduled, and practices nobody could place."""
    return tuple(_deferred(plan))


def _deferred(plan: Plan) -> Iterator[Deferred]:
    scheduled = {step.id for step in plan.steps}
    for practice, action in plan.ground.actions:
        if action.id in scheduled or not covers(action, plan.ground.today.get(practice.id, 0)):
            continue
        if reason := plan.wishes.rejected.get(action.id):
            told = gettext("Not taken: {reason}.").format(reason=reason.rstrip("."))
            yield Deferred(action.id, practice.id, action.title, told)
        else:
            told = why_not(plan.progress, plan.steps, practice, action, capacity=plan.wishes.capacity)
            yield Deferred(action.id, practice.id, action.title, told)
