"""What people decide about the actions of a roadmap: take on, leave out, finish, stop, who and when, and own ones."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from django.utils import timezone

from accounts.models import User
from assessment.domain.roadmap.decisions import GONE, Decisions, Status
from assessment.domain.roadmap.wishes import OPEN_ACTIONS, Capacity, OwnAction
from assessment.domain.roadmap_types import Horizon
from assessment.domain.team_roadmap.reading import TeamRoadmap, known_action, people_of, planned_step
from assessment.domain.team_roadmap.revisions import decide
from assessment.models import Assessment
from core.language import gettext
from core.refusals import Invalid, Refused

MOST_OWN = 20


def accept(assessment: Assessment, action: str, *, by: User | None, seen: int | None = None) -> None:
    """Take an action on: it keeps the start it has in the plan now, where the plan has one."""

    def change(plan: TeamRoadmap) -> Decisions:
        step = planned_step(plan, action)
        starts_on = plan.decisions.of(action).starts_on
        if plan.is_ours:
            starts_on = starts_on or plan.decisions.on_day(step.starts_on_day)
        return _settled(plan, action, Status.ACCEPTED, starts_on=starts_on)

    decide(assessment, "accepted", action, change, by=by, seen=seen)


def reject(assessment: Assessment, action: str, *, reason: str, by: User | None, seen: int | None = None) -> None:
    """Leave an action out, with the reason that is printed."""
    reason = _said(reason, gettext("Say in a sentence why it is not taken; the reason is printed with the plan."))
    decide(
        assessment,
        "rejected",
        action,
        lambda plan: _settled(plan, action, Status.REJECTED, reason=reason),
        by=by,
        seen=seen,
    )


def finish(assessment: Assessment, action: str, *, by: User | None, seen: int | None = None) -> None:
    """Say that an accepted action is done; no level is awarded for it."""

    def change(plan: TeamRoadmap) -> Decisions:
        if plan.decisions.of(action).status is not Status.ACCEPTED:
            raise Refused(gettext("Only an action that was accepted can be done."))
        return _settled(plan, action, Status.DONE)

    decide(assessment, "done", action, change, by=by, seen=seen)


def stop(assessment: Assessment, action: str, *, reason: str, by: User | None, seen: int | None = None) -> None:
    """End an accepted action before it is done, with the reason."""
    reason = _said(reason, gettext("Say in a sentence why it is stopped; the reason is printed with the plan."))

    def change(plan: TeamRoadmap) -> Decisions:
        if plan.decisions.of(action).status is not Status.ACCEPTED:
            raise Refused(gettext("Only an action that was accepted can be stopped."))
        return _settled(plan, action, Status.STOPPED, reason=reason)

    decide(assessment, "stopped", action, change, by=by, seen=seen)


def release(assessment: Assessment, action: str, *, by: User | None, seen: int | None = None) -> None:
    """Leave an action to the plan again: its status and start go, owner, due date and note stay."""
    decide(
        assessment,
        "released",
        action,
        lambda plan: _settled(plan, action, Status.OPEN, starts_on=None),
        by=by,
        seen=seen,
    )


def set_details(
    assessment: Assessment,
    action: str,
    *,
    owner: str,
    starts_on: dt.date | None,
    due_on: dt.date | None,
    note: str,
    by: User | None,
    seen: int | None = None,
) -> None:
    """Who does it, from when to when, and what there is to say."""

    def change(plan: TeamRoadmap) -> Decisions:
        decided = plan.decisions
        known_action(plan, action)
        if starts_on and decided.of(action).status in GONE:
            raise Refused(gettext("It is not taken; leave it to the plan again before giving it a start."))
        if plan.is_ours and starts_on and not decided.begins_on <= starts_on <= decided.ends_on:
            told = gettext("The plan runs from {begin} to {end}; give a start within it.")
            raise Invalid(told.format(begin=decided.begins_on, end=decided.ends_on))
        if starts_on and due_on and due_on < starts_on:
            raise Invalid(gettext("It would be due before it starts."))
        if owner and owner != decided.of(action).owner and owner not in dict(people_of(assessment.team)):
            raise Invalid(gettext("The owner is one of the people of the team."))
        return decided.with_decision(action, owner=owner, starts_on=starts_on, due_on=due_on, note=note.strip()[:2000])

    decide(assessment, "details_set", action, change, by=by, seen=seen)


def add_own(assessment: Assessment, own: OwnAction, *, by: User | None) -> str:
    """Add an action of the team's own; its id comes back."""
    made: list[str] = []

    def change(plan: TeamRoadmap) -> Decisions:
        if len(plan.decisions.own) >= MOST_OWN:
            raise Refused(gettext("There are {n} own actions already.").format(n=MOST_OWN))
        if own.practice not in plan.plannable:
            raise Invalid(gettext("Nobody could place this practice yet, so nothing can be planned on it."))
        made.append(f"own-{1 + max((int(each.id[4:]) for each in plan.decisions.own), default=0)}")
        return replace(plan.decisions, own=(*plan.decisions.own, replace(own, id=made[0])))

    decide(assessment, "added", lambda: made[0], change, by=by)
    return made[0]


def set_capacity(
    assessment: Assessment, *, open_actions: int, person_days: Mapping[Horizon, float], by: User | None
) -> None:
    """How much the team takes on: actions open at once, and person-days for parts of the plan where it says so."""
    if not 1 <= open_actions <= OPEN_ACTIONS:
        raise Invalid(gettext("A team carries one to {most} open actions at a time.").format(most=OPEN_ACTIONS))
    if any(days < 0 for days in person_days.values()):
        raise Invalid(gettext("Person-days cannot be negative."))
    carried = Capacity(open_actions=open_actions, person_days=dict(person_days))
    decide(assessment, "capacity_set", "", lambda plan: replace(plan.decisions, capacity=carried), by=by)


def _settled(plan: TeamRoadmap, action: str, status: Status, **fields: object) -> Decisions:
    known_action(plan, action)
    values = {"reason": "", **fields}
    return plan.decisions.with_decision(action, status=status, since=timezone.localdate(), **values)


def _said(text: str, otherwise: str) -> str:
    if not (text := text.strip()):
        raise Invalid(otherwise)
    return text[:300]
