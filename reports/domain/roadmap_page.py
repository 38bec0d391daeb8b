"""The team's roadmap in words: what is next, who does it from when to when, and what was decided."""

from dataclasses import dataclass, replace

from django.utils.formats import date_format

from assessment.domain.roadmap.decisions import GONE, Decision, Status
from assessment.domain.roadmap.wishes import Capacity
from assessment.domain.roadmap_types import RoadmapStep, StepKind
from assessment.domain.team_roadmap import TeamRoadmap, people_of, team_roadmap
from assessment.models import Assessment, RoadmapRevision
from core.figures import number_text
from core.language import gettext, gettext_noop, ngettext
from reports.domain.report_data.gather import gather
from reports.domain.report_data.plan import HORIZONS, STATUS, action_card
from reports.domain.report_data.types import ActionCard, Prerequisite
from reports.domain.report_data.words import as_sentence

CHANGES = {
    "accepted": gettext_noop("Accepted"),
    "rejected": gettext_noop("Not taken"),
    "released": gettext_noop("Left to the plan"),
    "done": gettext_noop("Done"),
    "stopped": gettext_noop("Stopped"),
    "details_set": gettext_noop("Owner, dates or note set"),
    "added": gettext_noop("Added"),
    "capacity_set": gettext_noop("What the team can carry"),
    "moved": gettext_noop("Moved"),
    "undone": gettext_noop("Undone"),
    "returned": gettext_noop("Brought back from the history"),
}
PARTS_OF_OTHERS = (
    gettext_noop("Taken on"),
    gettext_noop("Can begin now"),
    gettext_noop("Waits for something else"),
    gettext_noop("Done"),
)
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

    @property
    def facts(self) -> str:
        """Who, how much and when, as far as it is known."""
        due = gettext("due {date}").format(date=self.due) if self.due else ""
        return ", ".join(filter(None, (self.owner, self.card.effort_short, self.dates, due)))


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
    """`begins`, `capacity` and the days of columns are empty where nothing knows how long an action takes."""

    title: str
    reason: str
    begins: str
    capacity: str
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
    return RoadmapPage(
        title=_title(plan),
        reason=plan.roadmap.constraint_reason if plan.is_ours else _order_text(plan),
        begins=date_format(plan.decisions.begins_on) if plan.is_ours else "",
        capacity=capacity_text(plan.decisions.capacity) if plan.is_ours else "",
        number=plan.number,
        columns=tuple(
            PlanColumn(name, days, tuple(cards[step.id] for step in steps), gettext("Nothing is planned here."))
            for name, days, steps in parts_of(plan)
        ),
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


def parts_of(plan: TeamRoadmap) -> list[tuple[str, str, list[RoadmapStep]]]:
    """The parts of a plan: by time where it is known, else by what was decided and what waits. Name, days and steps."""
    steps = plan.roadmap.steps
    if plan.is_ours:
        return [
            (gettext(name), _span(plan, horizon), [step for step in steps if step.horizon == horizon])
            for horizon, name, _ in HORIZONS
        ]
    by_name: dict[str, list[RoadmapStep]] = {gettext(name): [] for name in PARTS_OF_OTHERS}
    for step in steps:
        status = plan.decisions.of(step.id).status
        place = 0 if status is Status.ACCEPTED else 3 if status is Status.DONE else 2 if step.waits_for else 1
        by_name[gettext(PARTS_OF_OTHERS[place])].append(step)
    return [(name, "", held) for name, held in by_name.items() if held]


def _order_text(plan: TeamRoadmap) -> str:
    return gettext(
        "The steps of {model} in its own order, changed by what was decided here. It says nothing about how long they "
        "take, so nothing is dated that nobody dated."
    ).format(model=plan.assessment.maturity_model.title)


def capacity_text(carried: Capacity) -> str:
    told = ngettext(
        "At most {n} action is open at once.", "At most {n} actions are open at once.", carried.open_actions
    ).format(n=carried.open_actions)
    limits = [
        gettext("{part} {days} person-days").format(part=gettext(name), days=number_text(carried.person_days[horizon]))
        for horizon, name, _ in HORIZONS
        if horizon in carried.person_days
    ]
    return f"{told} {as_sentence(', '.join(limits))}".strip()


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
    gathered = replace(gather(plan.result), roadmap=plan.roadmap) if plan.is_ours else None
    names = owner_names(plan)
    order = [step.id for step in plan.actions]
    before = dict(zip(order[1:], order, strict=False))
    return {
        step.id: _plan_card(
            plan,
            step,
            action_card(gathered, step) if gathered else _card_of_others(plan, step),
            names,
            before.get(step.id, ""),
        )
        for step in plan.roadmap.steps
    }


def titles_of(plan: TeamRoadmap) -> dict[str, str]:
    return {**plan.titles} | {own.id: own.title for own in plan.decisions.own}


def _plan_card(
    plan: TeamRoadmap, step: RoadmapStep, card: ActionCard, names: dict[str, str], previous: str
) -> PlanCard:
    decided = plan.decisions.of(step.id)
    settles = step.kind is StepKind.SETTLE
    return PlanCard(
        card=card,
        status="" if settles else decided.status,
        status_name=gettext("Settle first") if settles else gettext(STATUS[decided.status]),
        dates=_dates(plan, step, decided),
        owner=names.get(decided.owner, card.owner) if decided.owner else card.owner,
        is_owned=decided.owner in names,
        due=date_format(decided.due_on) if decided.due_on else "",
        risks=(*step.risks, *_late(plan, step, decided)),
        note=decided.note,
        may_move=not settles and (decided.starts_on is None or not plan.is_ours),
        previous=previous,
    )


def _dates(plan: TeamRoadmap, step: RoadmapStep, decided: Decision) -> str:
    if plan.is_ours:
        return gettext("{start} to {end}").format(
            start=date_format(plan.decisions.on_day(step.starts_on_day), "j M"),
            end=date_format(plan.decisions.on_day(step.ends_on_day), "j M Y"),
        )
    return gettext("from {date}").format(date=date_format(decided.starts_on)) if decided.starts_on else ""


def _card_of_others(plan: TeamRoadmap, step: RoadmapStep) -> ActionCard:
    """What its authors say of it, and what it waits for; the rest is not known."""
    titles = titles_of(plan)
    waits = tuple(
        Prerequisite(gettext("After “{step}”").format(step=titles.get(one, one)), False) for one in step.waits_for
    )
    unknown = dict.fromkeys(("days", "owner", "effort", "effort_short", "moves", "unlocks", "indicator"), "")
    return ActionCard(
        id=step.id,
        is_settling=False,
        title=step.title,
        outcome="",
        practice=step.practice,
        practice_name=_practice(plan, step.practice),
        horizon="",
        prerequisites=waits,
        baseline="",
        target=step.outcome,
        why=(),
        sources=(),
        **unknown,
    )


def _late(plan: TeamRoadmap, step: RoadmapStep, decided: Decision) -> tuple[str, ...]:
    late = plan.decisions.overdue(step) if plan.is_ours else 0
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
