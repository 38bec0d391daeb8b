"""The team's roadmap in words: what is next, who does it from when to when, and what was decided."""

from dataclasses import dataclass, replace

from django.utils.formats import date_format

from assessment.domain.roadmap.decisions import GONE, Decision, Status
from assessment.domain.roadmap_types import RoadmapStep, StepKind
from assessment.domain.team_roadmap import TeamRoadmap, people_of, team_roadmap
from assessment.models import Assessment, RoadmapRevision
from core.language import gettext, gettext_noop, ngettext
from reports.domain.report_data.gather import gather
from reports.domain.report_data.plan import HORIZONS, action_card
from reports.domain.report_data.types import ActionCard

STATUS = {
    Status.OPEN: gettext_noop("Proposed"),
    Status.ACCEPTED: gettext_noop("Accepted"),
    Status.REJECTED: gettext_noop("Not taken"),
    Status.DONE: gettext_noop("Done"),
    Status.STOPPED: gettext_noop("Stopped"),
}
CHANGES = {
    "accepted": gettext_noop("Accepted"),
    "rejected": gettext_noop("Not taken"),
    "released": gettext_noop("Left to the plan"),
    "done": gettext_noop("Done"),
    "stopped": gettext_noop("Stopped"),
    "details_set": gettext_noop("Owner, dates or note set"),
    "added": gettext_noop("Added"),
    "moved": gettext_noop("Moved"),
    "undone": gettext_noop("Undone"),
    "returned": gettext_noop("Brought back from the history"),
}
HISTORY_SHOWN = 100


@dataclass(frozen=True)
class PlanCard:
    card: ActionCard
    status: str  # a Status
    status_name: str
    dates: str
    owner: str  # the person, else the role
    is_owned: bool
    due: str
    risks: tuple[str, ...]
    note: str
    may_move: bool
    previous: str  # what it would stand before when moved up; empty for the first


@dataclass(frozen=True)
class PlanColumn:
    name: str
    days: str
    cards: tuple[PlanCard, ...]
    empty: str


@dataclass(frozen=True)
class Left:
    """An action that is not in the plan, and why."""

    id: str
    title: str
    practice: str
    why: str
    is_decided: bool


@dataclass(frozen=True)
class Rise:
    practice: str
    today: str
    later: tuple[str, ...]


@dataclass(frozen=True)
class RoadmapPage:
    title: str
    reason: str
    begins: str
    number: int
    columns: tuple[PlanColumn, ...]
    left: tuple[Left, ...]
    rises: tuple[Rise, ...]
    risks: tuple[str, ...]


@dataclass(frozen=True)
class ActionPage:
    id: str
    title: str
    outcome: str
    number: int
    plan: PlanCard | None
    why_not: str
    status: str
    status_name: str
    reason: str
    revisions: tuple["Revision", ...]


@dataclass(frozen=True)
class Revision:
    number: int
    at: object
    what: str
    title: str
    who: str
    is_newest: bool


def roadmap_page(plan: TeamRoadmap) -> RoadmapPage:
    cards = plan_cards(plan)
    columns = tuple(
        PlanColumn(
            name=name,
            days=_span(plan, horizon),
            cards=tuple(cards[step.id] for step in plan.roadmap.steps if step.horizon == horizon),
            empty=gettext("Nothing is planned here."),
        )
        for horizon, name, _ in HORIZONS
    )
    return RoadmapPage(
        title=_title(plan),
        reason=plan.roadmap.constraint_reason,
        begins=date_format(plan.decisions.begins_on),
        number=plan.number,
        columns=columns,
        left=tuple(
            Left(
                item.id, item.title, _practice(plan, item.practice), item.why, plan.decisions.of(item.id).status in GONE
            )
            for item in plan.roadmap.not_now
        ),
        rises=tuple(
            Rise(_practice(plan, each.practice), str(each.today), tuple(str(level) for level in each.later))
            for each in plan.expected
        ),
        risks=tuple(f"{card.card.title}: {risk}" for card in cards.values() for risk in card.risks),
    )


def action_page(plan: TeamRoadmap, action: str) -> ActionPage | None:
    """None when neither the model nor the team has such an action."""
    titles = titles_of(plan)
    if action not in titles:
        return None
    decided = plan.decisions.of(action)
    gone = next((item for item in plan.roadmap.not_now if item.id == action), None)
    shown = plan_cards(plan).get(action)
    return ActionPage(
        id=action,
        title=titles[action],
        outcome=shown.card.outcome if shown else "",
        number=plan.number,
        plan=shown,
        why_not=gone.why if gone else "",
        status=decided.status,
        status_name=gettext(STATUS[decided.status]),
        reason=decided.reason,
        revisions=tuple(each for each in _revisions(plan.assessment, titles, action=action)),
    )


def history_of(assessment: Assessment) -> tuple[Revision, ...]:
    plan = team_roadmap(assessment)
    return _revisions(assessment, titles_of(plan) if plan else {})


def plan_cards(plan: TeamRoadmap) -> dict[str, PlanCard]:
    gathered = replace(gather(plan.result), roadmap=plan.roadmap)
    names = owner_names(plan)
    order = [step.id for step in plan.actions]
    before = dict(zip(order[1:], order, strict=False))
    return {
        step.id: _plan_card(plan, step, action_card(gathered, step), names, before.get(step.id, ""))
        for step in plan.roadmap.steps
    }


def titles_of(plan: TeamRoadmap) -> dict[str, str]:
    known = {each.id: each.title for practice in plan.model.practices() for each in practice.actions}
    return known | {own.id: own.title for own in plan.decisions.own}


def _plan_card(
    plan: TeamRoadmap, step: RoadmapStep, card: ActionCard, names: dict[str, str], previous: str
) -> PlanCard:
    decided = plan.decisions.of(step.id)
    settles = step.kind is StepKind.SETTLE
    return PlanCard(
        card=card,
        status="" if settles else decided.status,
        status_name=gettext("Settle first") if settles else gettext(STATUS[decided.status]),
        dates=gettext("{start} to {end}").format(
            start=date_format(plan.decisions.on_day(step.starts_on_day), "j M"),
            end=date_format(plan.decisions.on_day(step.ends_on_day), "j M Y"),
        ),
        owner=names.get(decided.owner, card.owner) if decided.owner else card.owner,
        is_owned=decided.owner in names,
        due=date_format(decided.due_on) if decided.due_on else "",
        risks=(*step.risks, *_late(plan, step, decided)),
        note=decided.note,
        may_move=not settles and decided.starts_on is None,
        previous=previous,
    )


def _late(plan: TeamRoadmap, step: RoadmapStep, decided: Decision) -> tuple[str, ...]:
    late = plan.decisions.overdue(step)
    if not late or decided.status is Status.DONE:
        return ()
    told = ngettext("It would end {n} day after it is due.", "It would end {n} days after it is due.", late)
    return (told.format(n=late),)


def owner_names(plan: TeamRoadmap) -> dict[str, str]:
    """The owners who have a place in the team or its organization; who left is named no more."""
    wanted = {decided.owner for decided in plan.decisions.about.values() if decided.owner}
    people = people_of(plan.assessment.team) if wanted else []
    return {key: name for key, name in people if key in wanted}


def _title(plan: TeamRoadmap) -> str:
    statuses = [plan.decisions.of(step.id).status for step in plan.actions]
    n, taken = len(statuses), sum(status in (Status.ACCEPTED, Status.DONE) for status in statuses)
    if not n:
        return gettext("No step can be planned yet.")
    if not taken:
        return ngettext("{n} action is proposed.", "{n} actions are proposed.", n).format(n=n)
    told = ngettext("{taken} of {n} action is taken on.", "{taken} of {n} actions are taken on.", n)
    return told.format(taken=taken, n=n)


def _span(plan: TeamRoadmap, horizon: str) -> str:
    first, last = {"now": (0, 29), "next": (30, 89), "later": (90, 179)}[str(horizon)]
    return gettext("{start} to {end}").format(
        start=date_format(plan.decisions.on_day(first), "j M"), end=date_format(plan.decisions.on_day(last), "j M Y")
    )


def _practice(plan: TeamRoadmap, practice: str) -> str:
    return next((each.name for each in plan.model.practices() if each.id == practice), practice)


def _revisions(assessment: Assessment, titles: dict[str, str], *, action: str = "") -> tuple[Revision, ...]:
    rows = assessment.roadmap_revisions.select_related("made_by")
    rows = rows.filter(action=action) if action else rows
    newest = RoadmapRevision.objects.filter(assessment=assessment).first()
    return tuple(
        Revision(
            number=row.number,
            at=row.created_at,
            what=gettext(CHANGES[row.verb]),
            title=titles.get(row.action, row.action),
            who=str(row.made_by) if row.made_by else "",
            is_newest=newest is not None and row.pk == newest.pk,
        )
        for row in rows[:HISTORY_SHOWN]
    )
