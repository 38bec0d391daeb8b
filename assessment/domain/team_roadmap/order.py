"""The order of a roadmap: an action put one place up or down, or before another."""

from dataclasses import replace

from accounts.models import User
from assessment.domain.roadmap.decisions import Decisions, moved
from assessment.domain.roadmap_types import RoadmapStep
from assessment.domain.team_roadmap.reading import TeamRoadmap, drawn, ids_of, planned_step
from assessment.domain.team_roadmap.revisions import decide
from assessment.models import Assessment
from core.language import gettext
from core.refusals import Refused


def move(
    assessment: Assessment, action: str, *, up: bool = False, before: str | None = None, by: User | None
) -> str | None:
    """Put an action one place up or down, or before another; the sentence that says why when it could not move.

    Prerequisites and days a person set hold against the order.
    """
    outcome: list[str | None] = []

    def change(plan: TeamRoadmap) -> Decisions:
        step = planned_step(plan, action)
        if plan.is_ours and plan.decisions.of(action).starts_on:
            raise Refused(gettext("Its start was set; change that to move it."))
        place = before or _beside(plan, action, up=up)
        if place == action:
            return plan.decisions
        order = moved(plan.roadmap.steps, action, before=place)
        decided = replace(plan.decisions, order=order)
        then = drawn(assessment, plan.result, plan.revision, decided)
        outcome.append(None if ids_of(then) != ids_of(plan) else _why_unmoved(plan, step))
        return decided

    decide(assessment, "moved", action, change, by=by)
    return outcome[0] if outcome else None


def _beside(plan: TeamRoadmap, action: str, *, up: bool) -> str | None:
    """What the action would stand before, one place up or down; None for the end."""
    names = ids_of(plan)
    place = names.index(action)
    if up:
        return names[max(0, place - 1)]
    return names[place + 2] if place + 2 < len(names) else None


def _why_unmoved(plan: TeamRoadmap, step: RoadmapStep) -> str:
    if step.waits_for:
        titles = {each.id: each.title for each in plan.roadmap.steps}
        told = gettext("“{title}” stays where it is: it waits for “{other}”.")
        return told.format(title=step.title, other=titles.get(step.waits_for[-1], step.waits_for[-1]))
    if not plan.is_ours:
        return gettext("“{title}” stays where it is: another one waits for it.").format(title=step.title)
    told = gettext(
        "“{title}” stays where it is: prerequisites, set starts, the places taken or the constraint come first."
    )
    return told.format(title=step.title)
