"""Why an action that could be taken is not on the roadmap."""

from collections.abc import Sequence

from assessment.domain.roadmap.standing import AGREED, Progress, Requirement, requirements
from assessment.domain.roadmap.wishes import USUAL, Capacity
from assessment.domain.roadmap_types import RoadmapStep
from assessment.maturity.schema import Action, Practice
from core.language import gettext, list_text, ngettext


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
        return at_target(practice.name, target)
    needs = requirements(progress.ground.model, practice, action, progress.ground.today[practice.id])
    unmet = [need for need in needs if not need.is_met(progress.staged)]
    if unmet:
        told = gettext("It needs {needs}, which this plan does not reach.")
        return told.format(needs=list_text([_named(progress, need) for need in unmet]))
    slow = [name for name in action.raises_inflow_of if progress.staged.get(name, 0) < AGREED]
    if slow:
        told = gettext("It would raise the inflow into {practices}, where level {level} comes first.")
        return told.format(practices=list_text([_name(progress, name) for name in slow]), level=AGREED)
    instead = [step for step in steps if step.practice == practice.id and step.to_level >= action.moves.to_level]
    if instead:
        told = gettext("{step} leads {practice} to the same level; look again after the next assessment.")
        return told.format(step=quoted(instead[0].title), practice=practice.name)
    if capacity.person_days:
        return gettext("The person-days agreed for each part of the plan are spent on actions of higher priority.")
    told = ngettext(
        "One action at a time is what was agreed, and those of higher priority fill the 180 days.",
        "At most {n} actions are open at once, and those of higher priority fill the 180 days.",
        capacity.open_actions,
    )
    return told.format(n=capacity.open_actions)


def at_target(practice: str, target: int) -> str:
    return gettext("{practice} already stands at its target of {target}.").format(practice=practice, target=target)


def quoted(title: str) -> str:
    """The title of an action inside a sentence."""
    return gettext("“{title}”").format(title=title)


def _named(progress: Progress, need: Requirement) -> str:
    return gettext("{practice} at level {level}").format(practice=_name(progress, need.practice), level=need.level)


def _name(progress: Progress, practice: str) -> str:
    return progress.ground.practices[practice].name
