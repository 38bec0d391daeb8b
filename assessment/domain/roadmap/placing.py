"""Why an action starts on its day, in one sentence, and what a person accepted by setting it there."""

from collections.abc import Iterator
from math import isclose

from assessment.domain.roadmap.refusals import at_target, quoted
from assessment.domain.roadmap.schedule import Choice, Plan, open_at, unmet
from assessment.domain.roadmap_types import RoadmapStep
from core.language import gettext, gettext_noop, list_text, number

WHY = {
    "set": gettext_noop("Starts on day {day}, because a person set that."),
    "constraint": gettext_noop("Starts on day {day}: the plan opens with what acts on the constraint."),
    "order": gettext_noop("Starts on day {day}, where the order somebody chose puts it."),
    "only": gettext_noop("Starts on day {day}: nothing else may start then."),
    "kept": gettext_noop(
        "Stays on day {day}, where the plan before had it: {second} is worth at most a fifth more "
        "({other} against {mine})."
    ),
    "priority": gettext_noop(
        "Starts on day {day}: for its effort it is worth more than {second} ({mine} against {other})."
    ),
    "even": gettext_noop("Starts on day {day}: for its effort it is worth as much as {second} ({mine} each)."),
    "goal": gettext_noop("Starts on day {day}: it is below the usual target, and {second} is not."),
}


def placement(plan: Plan, choice: Choice, second: Choice | None, why: str, day: int) -> str:
    """One sentence; what brought the action's prerequisites on this very day comes first."""
    if why != "set" and (freed := _freed_by(plan, choice, day)):
        told = gettext("Starts on day {day}, as soon as {steps} brought what it needs.")
        return told.format(day=day, steps=list_text([quoted(step.title) for step in freed]))
    mine, other = choice.worth.priority, second.worth.priority if second else 0.0
    if why == "priority":
        why = "goal" if other > mine else "even" if isclose(mine, other, rel_tol=5e-4) else why
    return gettext(WHY[why]).format(
        day=day,
        second=quoted(second.action.title) if second else "",
        mine=number(f"{mine:.4f}"),
        other=number(f"{other:.4f}"),
    )


def risks_of(plan: Plan, choice: Choice, day: int) -> Iterator[str]:
    """Sentences about what the plan itself would not have done."""
    for name, level in unmet(plan, choice.practice, choice.action):
        told = gettext("It starts before {practice} is at level {level}, which it needs.")
        yield told.format(practice=plan.ground.practices[name].name, level=level)
    limit = plan.wishes.capacity.open_actions
    if (n := open_at(plan, day, day + 1)) > limit:
        yield gettext("With it {n} actions are open at once; {limit} is what was agreed.").format(n=n, limit=limit)
    target = plan.ground.targets.get(choice.practice.id)
    if target is not None and plan.progress.own[choice.practice.id] >= target:
        yield at_target(choice.practice.name, target)


def _freed_by(plan: Plan, choice: Choice, day: int) -> list[RoadmapStep]:
    """Steps that ended on this day and brought a level the action needs."""
    ended = {step.id: step for step in plan.steps if step.ends_on_day == day}
    needs = [(need.practice, need.level) for need in choice.action.prereqs]
    needs.append((choice.practice.id, choice.action.moves.from_level))
    brought = (plan.progress.brought_by.get(need) for need in needs)
    return [ended[step] for step in dict.fromkeys(brought) if step in ended]
