"""The roadmap as a team keeps it: every decision is a new revision, and planning goes round all of them.

Whatever is read here is worked out from the current result and the newest revision; the plan at that revision is what
planning anew stays close to.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from pydantic import TypeAdapter

from accounts.domain.audit import record
from accounts.models import Membership, Team, User
from assessment.domain.evidence import current_result
from assessment.domain.flow_reading import flow_reading_of
from assessment.domain.roadmap.decisions import GONE, Decisions, Status, moved
from assessment.domain.roadmap.expected import Expected, expected_levels
from assessment.domain.roadmap.wishes import OwnAction
from assessment.domain.roadmap_types import Roadmap, RoadmapStep, StepKind
from assessment.domain.scored import planned, score_card_of
from assessment.domain.scoring.types import ScoreCard
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, Result, RoadmapRevision
from assessment.tasks import rescore_soon
from core.language import gettext
from core.refusals import Invalid, Refused

MOST_OWN = 20
_DECISIONS = TypeAdapter(Decisions)


@dataclass(frozen=True)
class TeamRoadmap:
    """The plan as it stands, with what it rests on."""

    assessment: Assessment
    result: Result
    model: MaturityModelFile
    card: ScoreCard
    decisions: Decisions
    roadmap: Roadmap
    expected: tuple[Expected, ...]
    revision: RoadmapRevision | None

    @property
    def number(self) -> int:
        return self.revision.number if self.revision else 0

    @property
    def actions(self) -> list[RoadmapStep]:
        return [step for step in self.roadmap.steps if step.kind is not StepKind.SETTLE]

    def step(self, action: str) -> RoadmapStep | None:
        return next((step for step in self.roadmap.steps if step.id == action), None)


def team_roadmap(assessment: Assessment) -> TeamRoadmap | None:
    """None while there is no result."""
    result = current_result(assessment)
    return _drawn(assessment, result, assessment.roadmap_revisions.first()) if result else None


def _drawn(
    assessment: Assessment, result: Result, revision: RoadmapRevision | None, decisions: Decisions | None = None
) -> TeamRoadmap:
    model, card = model_of(assessment.maturity_model), score_card_of(result)
    decided = decisions or decisions_of(revision)
    before = revision.starts if revision else {}
    inputs = result.inputs or {"targets": assessment.target_profile}
    roadmap = planned(model, card, inputs, flow_reading_of(result), (decided, before))
    expected = expected_levels(model, card, roadmap)
    return TeamRoadmap(assessment, result, model, card, decided, roadmap, expected, revision)


def decisions_of(revision: RoadmapRevision | None) -> Decisions:
    """Of the revision; before anybody decided anything the plan begins today."""
    return _DECISIONS.validate_python(revision.content) if revision else Decisions(timezone.localdate())


def accept(assessment: Assessment, action: str, *, by: User | None, seen: int | None = None) -> None:
    """Take an action on: it keeps the start it has in the plan now."""

    def change(plan: TeamRoadmap) -> Decisions:
        step = _planned_step(plan, action)
        starts_on = plan.decisions.of(action).starts_on or plan.decisions.on_day(step.starts_on_day)
        return _settled(plan, action, Status.ACCEPTED, starts_on=starts_on)

    _decide(assessment, "accepted", action, change, by=by, seen=seen)


def reject(assessment: Assessment, action: str, *, reason: str, by: User | None, seen: int | None = None) -> None:
    """Leave an action out, with the reason that is printed."""
    reason = _said(reason, gettext("Say in a sentence why it is not taken; the reason is printed with the plan."))
    _decide(
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

    _decide(assessment, "done", action, change, by=by, seen=seen)


def stop(assessment: Assessment, action: str, *, reason: str, by: User | None, seen: int | None = None) -> None:
    """End an accepted action before it is done, with the reason."""
    reason = _said(reason, gettext("Say in a sentence why it is stopped; the reason is printed with the plan."))

    def change(plan: TeamRoadmap) -> Decisions:
        if plan.decisions.of(action).status is not Status.ACCEPTED:
            raise Refused(gettext("Only an action that was accepted can be stopped."))
        return _settled(plan, action, Status.STOPPED, reason=reason)

    _decide(assessment, "stopped", action, change, by=by, seen=seen)


def release(assessment: Assessment, action: str, *, by: User | None, seen: int | None = None) -> None:
    """Leave an action to the plan again: its status and start go, owner, due date and note stay."""
    _decide(
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
        _known_action(plan, action)
        if starts_on and decided.of(action).status in GONE:
            raise Refused(gettext("It is not taken; leave it to the plan again before giving it a start."))
        if starts_on and not decided.begins_on <= starts_on <= decided.ends_on:
            told = gettext("The plan runs from {begin} to {end}; give a start within it.")
            raise Invalid(told.format(begin=decided.begins_on, end=decided.ends_on))
        if starts_on and due_on and due_on < starts_on:
            raise Invalid(gettext("It would be due before it starts."))
        if owner and owner != decided.of(action).owner and owner not in dict(people_of(assessment.team)):
            raise Invalid(gettext("The owner is one of the people of the team."))
        return decided.with_decision(action, owner=owner, starts_on=starts_on, due_on=due_on, note=note.strip()[:2000])

    _decide(assessment, "details_set", action, change, by=by, seen=seen)


def add_own(assessment: Assessment, own: OwnAction, *, by: User | None) -> str:
    """Add an action of the team's own; its id comes back."""
    made: list[str] = []

    def change(plan: TeamRoadmap) -> Decisions:
        if len(plan.decisions.own) >= MOST_OWN:
            raise Refused(gettext("There are {n} own actions already.").format(n=MOST_OWN))
        standing = next((score for score in plan.card.practices if score.practice == own.practice), None)
        if standing is None or standing.ungated_level is None:
            raise Invalid(gettext("Nobody could place this practice yet, so nothing can be planned on it."))
        made.append(f"own-{1 + max((int(each.id[4:]) for each in plan.decisions.own), default=0)}")
        return replace(plan.decisions, own=(*plan.decisions.own, replace(own, id=made[0])))

    _decide(assessment, "added", lambda: made[0], change, by=by)
    return made[0]


def move(
    assessment: Assessment, action: str, *, up: bool = False, before: str | None = None, by: User | None
) -> str | None:
    """Put an action one place up or down, or before another; the sentence that says why when it could not move.

    Prerequisites and days a person set hold against the order.
    """
    outcome: list[str | None] = []

    def change(plan: TeamRoadmap) -> Decisions:
        step = _planned_step(plan, action)
        if plan.decisions.of(action).starts_on:
            raise Refused(gettext("Its start was set; change that to move it."))
        place = before or _beside(plan, action, up=up)
        if place == action:
            return plan.decisions
        order = moved(plan.roadmap.steps, action, before=place)
        decided = replace(plan.decisions, order=order)
        then = _drawn(assessment, plan.result, plan.revision, decided)
        outcome.append(None if _ids(then) != _ids(plan) else _why_unmoved(plan, step))
        return decided

    _decide(assessment, "moved", action, change, by=by)
    return outcome[0] if outcome else None


def undo(assessment: Assessment, *, by: User | None) -> None:
    """Take back the newest change; again, the one before that."""
    newest = assessment.roadmap_revisions.select_related("before").first()
    if newest is None or newest.content == _untouched(newest):
        raise Refused(gettext("There is nothing to undo."))
    target = newest.before
    _append(
        assessment,
        "undone",
        newest.action,
        content=target.content if target else _untouched(newest),
        starts=target.starts if target else {},
        before=target.before if target else None,
        by=by,
        expected=newest.number,
    )


def return_to(assessment: Assessment, number: int, *, by: User | None) -> None:
    """Bring back the plan of an earlier revision, as a new one."""
    target = assessment.roadmap_revisions.filter(number=number).first()
    newest = assessment.roadmap_revisions.first()
    if target is None or newest is None:
        raise Refused(gettext("There is no such revision."))
    _append(
        assessment,
        "returned",
        "",
        content=target.content,
        starts=target.starts,
        before=newest,
        by=by,
        expected=newest.number,
    )


def people_of(team: Team) -> list[tuple[str, str]]:
    """Who may own an action: the people of the team and those who advise it, as (id, name)."""
    places = Membership.objects.filter(organization=team.organization_id).exclude(role="viewer")
    rows = places.filter(team=team) | places.filter(team=None)
    people = {str(place.user_id): str(place.user) for place in rows.select_related("user")}
    return sorted(people.items(), key=lambda one: one[1].casefold())


def _decide(
    assessment: Assessment,
    verb: str,
    action: str | Callable[[], str],
    change: Callable[[TeamRoadmap], Decisions],
    *,
    by: User | None,
    seen: int | None = None,
) -> None:
    """Apply a change to the plan as it stands, unless somebody else decided about the same action since `seen`."""
    plan = team_roadmap(assessment)
    if plan is None:
        raise Refused(gettext("There is no result yet, so there is no roadmap to decide about."))
    if isinstance(action, str) and seen is not None and seen != plan.number:
        _check_unchanged(assessment, plan, action, seen)
    decided = change(plan)
    if decided == plan.decisions:
        return
    then = _drawn(assessment, plan.result, plan.revision, decided)
    _append(
        assessment,
        verb,
        action if isinstance(action, str) else action(),
        content=_DECISIONS.dump_python(decided, mode="json"),
        starts={step.id: step.starts_on_day for step in then.actions},
        before=plan.revision,
        by=by,
        expected=plan.number,
    )


@transaction.atomic
def _append(
    assessment: Assessment,
    verb: str,
    action: str,
    *,
    content: dict[str, object],
    starts: dict[str, int],
    before: RoadmapRevision | None,
    by: User | None,
    expected: int,
) -> None:
    """One more revision, unless another was added meanwhile."""
    Assessment.objects.select_for_update().get(pk=assessment.pk)
    newest = assessment.roadmap_revisions.first()
    if (newest.number if newest else 0) != expected:
        raise Refused(gettext("Somebody changed the roadmap a moment ago. Look at it and try again."))
    RoadmapRevision.objects.create(
        assessment=assessment,
        number=expected + 1,
        before=before,
        verb=verb,
        action=action,
        content=content,
        starts=starts,
        made_by=by,
    )
    record("roadmap.changed", by=by, on=assessment, team=assessment.team, change=verb, action=action or None)
    rescore_soon(assessment.pk)


def _check_unchanged(assessment: Assessment, plan: TeamRoadmap, action: str, seen: int) -> None:
    old = assessment.roadmap_revisions.filter(number=seen).first()
    if decisions_of(old).of(action) != plan.decisions.of(action):
        raise Refused(gettext("Somebody decided about this action meanwhile. Look at it and try again."))


def _settled(plan: TeamRoadmap, action: str, status: Status, **fields: object) -> Decisions:
    _known_action(plan, action)
    values = {"reason": "", **fields}
    return plan.decisions.with_decision(action, status=status, since=timezone.localdate(), **values)


def _known_action(plan: TeamRoadmap, action: str) -> None:
    known = {each.id for practice in plan.model.practices() for each in practice.actions}
    if action not in known | {own.id for own in plan.decisions.own}:
        raise Refused(gettext("There is no such action."))


def _planned_step(plan: TeamRoadmap, action: str) -> RoadmapStep:
    _known_action(plan, action)
    if (step := plan.step(action)) is None:
        raise Refused(gettext("The plan does not hold this action now; give it a start to take it on."))
    return step


def _beside(plan: TeamRoadmap, action: str, *, up: bool) -> str | None:
    """What the action would stand before, one place up or down; None for the end."""
    names = _ids(plan)
    place = names.index(action)
    if up:
        return names[max(0, place - 1)]
    return names[place + 2] if place + 2 < len(names) else None


def _ids(plan: TeamRoadmap) -> list[str]:
    return [step.id for step in plan.actions]


def _why_unmoved(plan: TeamRoadmap, step: RoadmapStep) -> str:
    if step.waits_for:
        titles = {each.id: each.title for each in plan.roadmap.steps}
        told = gettext("“{title}” stays where it is: it waits for “{other}”.")
        return told.format(title=step.title, other=titles.get(step.waits_for[-1], step.waits_for[-1]))
    told = gettext(
        "“{title}” stays where it is: prerequisites, set starts, the places taken or the constraint come first."
    )
    return told.format(title=step.title)


def _untouched(revision: RoadmapRevision) -> dict[str, object]:
    begins_on = _DECISIONS.validate_python(revision.content).begins_on
    return _DECISIONS.dump_python(Decisions(begins_on), mode="json")  # type: ignore[no-any-return]  # a dict of a dataclass


def _said(text: str, otherwise: str) -> str:
    if not (text := text.strip()):
        raise Invalid(otherwise)
    return text[:300]
