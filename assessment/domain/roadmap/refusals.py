"""Why an action that could be taken is not on the roadmap."""

from collections.abc import Sequence

from assessment.domain.roadmap.standing import AGREED, Progress, Requirement, requirements
from assessment.domain.roadmap.wishes import USUAL, Capacity
from assessment.domain.roadmap_types import RoadmapStep
from assessment.domain.scoring.words import counted, listed, sentence
from assessment.maturity.schema import Action, Practice


def why_not(
    progress: Progress,
    steps: Sequence[RoadmapStep],
    practice: Practice,
    action: Action,
    *,
    capacity: Capacity = USUAL,
) -> str:
    """One sentence, judged on the levels at the end of the plan."""
    target = progress.ground.targets.get(practice.id)
    if target is not None and progress.ground.today[practice.id] >= target:
        return f"{practice.name} already stands at its target of {target}."
    needs = requirements(progress.ground.model, practice, action, progress.ground.today[practice.id])
    unmet = [need for need in needs if not need.is_met(progress.staged)]
    if unmet:
        return f"It needs {listed([_named(progress, need) for need in unmet])}, which this plan does not reach."
    slow = [name for name in action.raises_inflow_of if progress.staged.get(name, 0) < AGREED]
    if slow:
        names = listed([_name(progress, name) for name in slow])
        return f"It would raise the inflow into {names}, which has to reach {AGREED} first."
    instead = [step for step in steps if step.practice == practice.id and step.to_level >= action.moves.to_level]
    if instead:
        return f"{instead[0].id} leads {practice.name} to the same level; look again after the next assessment."
    if capacity.person_days:
        return "The person-days agreed for each part of the plan are spent on actions of higher priority."
    n = counted(capacity.open_actions, "open action", "open actions")
    return sentence(f"{n} at a time fill the 180 days with actions of higher priority.")


def _named(progress: Progress, need: Requirement) -> str:
    return f"{_name(progress, need.practice)} at {need.level}"


def _name(progress: Progress, practice: str) -> str:
    return f"{practice} {progress.ground.practices[practice].name}"
