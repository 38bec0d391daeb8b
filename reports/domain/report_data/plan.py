"""The roadmap in words: columns, cards, what waits, and what is deliberately not done now."""

from dataclasses import replace

from assessment.domain.roadmap.decisions import Status
from assessment.domain.roadmap_types import Horizon, RoadmapStep, StepKind
from core.figures import value_text
from core.language import gettext, gettext_noop, list_text
from reports.charts.roadmap import PlannedStep, roadmap_figure
from reports.domain.report_data.facts import signal_name
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import (
    MANY_TO_SETTLE,
    ActionCard,
    NotNow,
    NotNowGroup,
    Prerequisite,
    RoadmapColumn,
    RoadmapPlan,
)
from reports.domain.report_data.words import as_sentence, count_text, observed_text

HORIZONS = (
    (Horizon.NOW, gettext_noop("Now"), gettext_noop("days 0 to 30")),
    (Horizon.NEXT, gettext_noop("Next"), gettext_noop("31 to 90")),
    (Horizon.LATER, gettext_noop("Later"), gettext_noop("91 to 180")),
)

STATUS = {
    Status.OPEN: gettext_noop("Proposed"),
    Status.ACCEPTED: gettext_noop("Accepted"),
    Status.REJECTED: gettext_noop("Not taken"),
    Status.DONE: gettext_noop("Done"),
    Status.STOPPED: gettext_noop("Stopped"),
}


def roadmap_plan(gathered: Gathered) -> RoadmapPlan:
    cards = {step.id: action_card(gathered, step) for step in gathered.roadmap.steps}
    columns = tuple(
        RoadmapColumn(
            name=gettext(name),
            days=gettext(days),
            cards=tuple(cards[step.id] for step in gathered.roadmap.steps if step.horizon == horizon),
            empty=gettext("Nothing is planned here."),
        )
        for horizon, name, days in HORIZONS
    )
    title = _title(columns)
    not_now = tuple(
        NotNow(d.id, d.title, gathered.practice_name(d.practice), as_sentence(d.why)) for d in gathered.roadmap.not_now
    )
    return RoadmapPlan(
        title=title,
        reason=as_sentence(gathered.roadmap.constraint_reason),
        columns=columns,
        not_now=not_now,
        not_now_groups=_by_reason(not_now),
        chart=roadmap_figure(
            _drawn(gathered),
            [f"{gettext(name)}, {gettext(days)}" for _, name, days in HORIZONS],
            message=title,
        ),
        sizes=tuple(
            effort_text(gathered, size)
            for size in map(str, gathered.model.effort_scale)
            if any(step.effort == size for step in gathered.roadmap.steps)
        ),
    )


def _by_reason(items: tuple[NotNow, ...]) -> tuple[NotNowGroup, ...]:
    """A reason that holds for several steps is said once, the commonest first."""
    grouped: dict[str, list[NotNow]] = {}
    for item in items:
        grouped.setdefault(item.why, []).append(item)
    ordered = sorted(grouped.items(), key=lambda pair: -len(pair[1]))
    return tuple(NotNowGroup(why, tuple(members)) for why, members in ordered)


def action_card(gathered: Gathered, step: RoadmapStep) -> ActionCard:
    settles = step.kind == StepKind.SETTLE
    return ActionCard(
        id=step.id,
        is_settling=settles,
        title=step.title,
        outcome=as_sentence(step.outcome),
        practice=step.practice,
        practice_name=gathered.practice_name(step.practice),
        horizon=next(gettext(name) for horizon, name, _ in HORIZONS if horizon == step.horizon),
        days=gettext("day {first} to {last}").format(first=step.starts_on_day, last=step.ends_on_day),
        owner=gathered.role_names.get(step.owner, step.owner),
        effort=effort_text(gathered, step.effort),
        effort_short=gettext("half a day") if settles else _short_effort(gathered, step.effort),
        moves="" if settles else _moves(gathered, step),
        prerequisites=_prerequisites(gathered, step),
        unlocks=_unlocks(gathered, step),
        indicator=signal_name(gathered.model, step.indicator_signal) if step.indicator_signal else "",
        baseline=_baseline(gathered, step.indicator_signal) if step.indicator_signal else "",
        target=_target(gathered, step),
        why=tuple(as_sentence(text) for text in step.why),
        sources=tuple(source_title(gathered, source) for source in step.backing),
        placed=step.placement,
    )


def effort_text(gathered: Gathered, effort: str) -> str:
    """S means: up to 5 person-days, up to 2 weeks."""
    sizes = {str(name): size for name, size in gathered.model.effort_scale.items()}
    size = sizes.get(effort)
    return (
        gettext("{effort}: {person_days} person-days, {elapsed}, {needs}").format(
            effort=effort, person_days=size.person_days, elapsed=size.elapsed, needs=size.needs
        )
        if size
        else effort
    )


def _short_effort(gathered: Gathered, effort: str) -> str:
    sizes = {str(name): size for name, size in gathered.model.effort_scale.items()}
    return (
        gettext("{person_days} person-days").format(person_days=sizes[effort].person_days)
        if effort in sizes
        else effort
    )


def source_title(gathered: Gathered, source: str) -> str:
    """A source's title; a claim of the founding articles goes by its number, its text stands among the sources."""
    if source in gathered.model.sources:
        return gathered.model.sources[source].title
    return (
        gettext("claim {source}").format(source=source)
        if any(item.id == source for item in gathered.model.seed_items)
        else source
    )


def _title(columns: tuple[RoadmapColumn, ...]) -> str:
    counts = [len(column.cards) for column in columns]
    if not sum(counts):
        return gettext("No step can be planned yet.")
    return gettext(
        "{now} in the next 30 days, {next} by day 90 and {later} by day 180, at most three open at a time."
    ).format(now=count_text(counts[0], "step"), next=counts[1], later=counts[2])


def _moves(gathered: Gathered, step: RoadmapStep) -> str:
    practice = gathered.practice_name(step.practice)
    return gettext("Helps {practice} from {level} to {level_2}.").format(
        practice=practice, level=gathered.level_name(step.from_level), level_2=gathered.level_name(step.to_level)
    )


def _prerequisites(gathered: Gathered, step: RoadmapStep) -> tuple[Prerequisite, ...]:
    titles = {other.id: other.title for other in gathered.roadmap.steps}
    needed = tuple(
        Prerequisite(
            (
                gettext("{practice} at {level}: met today") if met else gettext("{practice} at {level}: not met yet")
            ).format(practice=gathered.practice_name(practice), level=gathered.level_name(level)),
            met,
        )
        for practice, level, met in step.prerequisites
    )
    waits = tuple(
        Prerequisite(gettext("After “{step}”").format(step=titles.get(before, before)), False)
        for before in step.waits_for
    )
    return needed + waits


def _unlocks(gathered: Gathered, step: RoadmapStep) -> str:
    actions = {action.id: action.title for practice in gathered.practices.values() for action in practice.actions}
    told = gettext("“{title}”")
    named = [told.format(title=actions[unlocked]) for unlocked in step.unlocks if unlocked in actions]
    gates = len(step.unlocks) - len(named)
    parts = named[:2]
    if len(named) > 2:
        parts.append(count_text(len(named) - 2, "further action"))
    if gates:
        parts.append(count_text(gates, "gate"))
    return gettext("Unlocks {parts}.").format(parts=list_text(parts)) if parts else ""


def _target(gathered: Gathered, step: RoadmapStep) -> str:
    """What to watch its number for; where that reads as the level aimed at today, it says that it cannot tell."""
    text = as_sentence(step.indicator_watch)
    score = gathered.scores.get(step.practice)
    bands = score.bands if score and step.kind != StepKind.SETTLE else ()
    stands = [band.low >= step.to_level for band in bands if band.signal == step.indicator_signal and not band.dropped]
    if not any(stands):
        return text
    held = gettext(
        "By itself this number reads as {level} today already: see that it holds, and agree on another to follow "
        "the step by."
    )
    return f"{text} {held.format(level=gathered.level_name(step.to_level))}"


def _baseline(gathered: Gathered, signal: str | None) -> str:
    reading = gathered.readings.get(signal or "")
    if reading is None:
        return gettext("not measured yet")
    value = value_text(reading.value, reading.grade, reading.unit)
    return f"{value} ({observed_text(reading.n, reading.window_days)})"


def _drawn(gathered: Gathered) -> list[PlannedStep]:
    """Many steps that settle what is true are one box, so that the figure stays on a page; each has a card or a row."""
    steps = [_planned(gathered, step) for step in gathered.roadmap.steps]
    settling = [step for step in steps if step.settles]
    if len(settling) <= MANY_TO_SETTLE:
        return steps
    title = gettext("Settle what is true about {practice}").format(practice=count_text(len(settling), "practice"))
    folded = {step.id for step in settling}
    box = replace(settling[0], title=title, note=gettext("half a day"), after=())
    return [box] + [
        replace(step, after=tuple(dict.fromkeys(box.id if before in folded else before for before in step.after)))
        for step in steps
        if not step.settles
    ]


def _planned(gathered: Gathered, step: RoadmapStep) -> PlannedStep:
    effort = gettext("half a day") if step.kind == StepKind.SETTLE else step.effort
    return PlannedStep(
        id=step.id,
        column=[horizon for horizon, _, _ in HORIZONS].index(step.horizon),
        title=step.title,
        note=f"{effort}, {gathered.role_names.get(step.owner, step.owner)}",
        after=step.waits_for,
        settles=step.kind == StepKind.SETTLE,
    )
