"""Why an action starts on its day, in one sentence, and what a person accepted by setting it there."""

from collections.abc import Iterator

from assessment.domain.roadmap.schedule import Choice, Plan, open_at, unmet
from assessment.domain.scoring.words import listed

WHY = {
    "set": "Starts on day {day}, because a person set that.",
    "constraint": "Starts on day {day}: the plan opens with what acts on the constraint.",
    "order": "Starts on day {day}, where the order somebody chose puts it.",
    "only": "Starts on day {day}: nothing else may start then.",
    "kept": "Stays where the plan before had it: {second} is worth at most a fifth more ({other} against {mine}).",
    "priority": "Starts on day {day}: for its effort it is worth more than {second} ({mine} against {other}).",
    "goal": "Starts on day {day}: it is below the usual target, and {second} is not.",
}


def placement(plan: Plan, choice: Choice, second: Choice | None, why: str, day: int) -> str:
    """One sentence; what brought the action's prerequisites on this very day comes first."""
    if why != "set" and (freed := _freed_by(plan, choice, day)):
        return f"Starts on day {day}, as soon as {listed(freed)} brought what it needs."
    mine, other = choice.worth.priority, second.worth.priority if second else 0.0
    if why == "priority" and other > mine:
        why = "goal"
    return WHY[why].format(day=day, second=second.id if second else "", mine=f"{mine:.3f}", other=f"{other:.3f}")


def risks_of(plan: Plan, choice: Choice, day: int) -> Iterator[str]:
    """Sentences about what the plan itself would not have done."""
    for name, level in unmet(plan, choice.practice, choice.action):
        yield f"It starts before {name} {plan.ground.practices[name].name} is at {level}, which it needs."
    limit = plan.wishes.capacity.open_actions
    if (n := open_at(plan, day, day + 1)) > limit:
        yield f"With it {n} actions are open at once; {limit} is what was agreed."
    target = plan.ground.targets.get(choice.practice.id)
    if target is not None and plan.progress.own[choice.practice.id] >= target:
        yield f"{choice.practice.name} already stands at its target of {target}."


def _freed_by(plan: Plan, choice: Choice, day: int) -> list[str]:
    """Steps that ended on this day and brought a level the action needs."""
    ended = {step.id for step in plan.steps if step.ends_on_day == day}
    needs = [(need.practice, need.level) for need in choice.action.prereqs]
    needs.append((choice.practice.id, choice.action.moves.from_level))
    brought = (plan.progress.brought_by.get(need) for need in needs)
    return list(dict.fromkeys(step for step in brought if step in ended and step is not None))
