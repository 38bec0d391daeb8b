"""Whether what a team took on shows: each indicator before and after, and the last roadmap against what was found."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from assessment.domain.evidence import current_result
from assessment.domain.follow.confront import Came, Confronted, confront
from assessment.domain.follow.indicator import STOP_WEEKS, Indicator, read_indicator
from assessment.domain.follow.series import LEAST_AFTER, LEAST_BEFORE, Point, Verdict
from assessment.domain.roadmap.decisions import Status
from assessment.domain.roadmap_types import RoadmapStep
from assessment.domain.scored import score_card_of
from assessment.domain.team_roadmap import TeamRoadmap, team_roadmap
from assessment.models import Assessment
from core.language import gettext, gettext_noop
from metrics.domain.follow import FOLLOWED, series_of
from reports.charts.series import SeriesFigure, series_figure
from reports.domain.report_data.facts import signal_name
from reports.domain.report_data.words import signed_text, value_text
from reports.domain.roadmap_page import STATUS, owner_names

VERDICTS = {
    Verdict.TOO_EARLY: gettext_noop("Too early to say"),
    Verdict.NO_EFFECT: gettext_noop("No visible effect"),
    Verdict.MOVED: gettext_noop("It moved as hoped"),
    Verdict.AGAINST: gettext_noop("It moved the wrong way"),
}
STOPS = {
    "against": gettext_noop("Stop rule: the indicator went the wrong way since this began. Stop it, or say why not."),
    "no_effect": gettext_noop("Stop rule: {n} weeks without a visible effect. Stop it, or change how it is done."),
}
CAME = {
    Came.REACHED: gettext_noop("Reached"),
    Came.ON_THE_WAY: gettext_noop("Risen, not as far as aimed at"),
    Came.NOT_YET: gettext_noop("Not risen"),
    Came.NOT_KNOWN: gettext_noop("Not known this time"),
}


@dataclass(frozen=True)
class Followed:
    id: str
    title: str
    status: str
    owner: str
    started: str
    watch: str
    indicator: str  # the signal's name, empty where none is measured
    baseline: str
    latest: str
    target: str
    verdict: str
    verdict_name: str
    sentence: str
    stop: str
    chart: SeriesFigure | None


@dataclass(frozen=True)
class LastRow:
    title: str
    practice: str
    status: str
    before: str
    aimed: str
    now: str
    came: str
    is_reached: bool


@dataclass(frozen=True)
class FollowPage:
    title: str
    followed: tuple[Followed, ...]
    last_title: str
    last: tuple[LastRow, ...]


def follow_page(assessment: Assessment) -> FollowPage:
    plan = team_roadmap(assessment)
    followed = followed_of(plan) if plan else ()
    last_title, last = _last(assessment)
    return FollowPage(_title(followed), followed, last_title, last)


def indicators_of(plan: TeamRoadmap, *, today: dt.date | None = None) -> dict[str, tuple[Indicator, list[Point]]]:
    """The reading of each action that was taken on and has a signal."""
    taken = [step for step in taken_on(plan) if step.indicator_signal in plan.model.signals]
    series = series_of(plan.assessment, {str(step.indicator_signal) for step in taken})
    today = today or timezone.localdate()
    found = {}
    for step in taken:
        points = series.get(str(step.indicator_signal), [])
        signal = plan.model.signals[str(step.indicator_signal)]
        began = plan.decisions.on_day(step.starts_on_day)
        found[step.id] = read_indicator(points, signal, level=step.to_level, started_on=began, today=today), points
    return found


def taken_on(plan: TeamRoadmap) -> list[RoadmapStep]:
    return [step for step in plan.actions if plan.decisions.of(step.id).status in FOLLOWED]


def followed_of(plan: TeamRoadmap) -> tuple[Followed, ...]:
    read, names = indicators_of(plan), owner_names(plan)
    return tuple(_followed(plan, step, read.get(step.id), names) for step in taken_on(plan))


def _followed(
    plan: TeamRoadmap, step: RoadmapStep, read: tuple[Indicator, list[Point]] | None, names: dict[str, str]
) -> Followed:
    began = plan.decisions.on_day(step.starts_on_day)
    decided = plan.decisions.of(step.id)
    roles = {role.id: role.name for role in plan.model.roles}
    indicator, points = read if read else (None, [])
    unit = plan.model.signals[str(step.indicator_signal)].unit if indicator else ""
    name = signal_name(plan.model, str(step.indicator_signal)) if indicator else ""
    return Followed(
        id=step.id,
        title=step.title,
        status=gettext(STATUS[decided.status]),
        owner=names.get(decided.owner, roles.get(step.owner, step.owner)),
        started=date_format(began),
        watch=step.indicator_watch,
        indicator=name,
        baseline=value_text(indicator.baseline, None, unit) if indicator else "",
        latest=value_text(indicator.latest, None, unit) if indicator else "",
        target=_target(indicator, unit) if indicator else "",
        verdict=indicator.reading.verdict if indicator else "",
        verdict_name=gettext(VERDICTS[indicator.reading.verdict])
        if indicator
        else gettext("Nothing is measured for it"),
        sentence=_sentence(indicator, unit) if indicator else "",
        stop=gettext(STOPS[indicator.stop]).format(n=STOP_WEEKS)
        if indicator and indicator.stop and decided.status is Status.ACCEPTED
        else "",
        chart=series_figure(
            [(point.on, point.value) for point in points],
            started_on=began,
            target=indicator.target,
            message=gettext("{name}, week by week; the line marks the start.").format(name=name),
        )
        if indicator
        else None,
    )


def _target(indicator: Indicator, unit: str) -> str:
    if indicator.target is None:
        return ""
    value = value_text(indicator.target, None, unit)
    return gettext("{value} (a fifth better)").format(value=value) if indicator.is_gain else value


def _sentence(indicator: Indicator, unit: str) -> str:
    reading = indicator.reading
    if reading.effect is None or reading.low is None or reading.high is None:
        told = gettext("{before} weekly readings before the start and {after} since; it takes {least} and {most}.")
        return told.format(before=reading.n_before, after=reading.n_after, least=LEAST_BEFORE, most=LEAST_AFTER)
    texts = {
        name: change_text(value, unit)
        for name, value in (("effect", reading.effect), ("low", reading.low), ("high", reading.high))
    }
    if reading.verdict is Verdict.NO_EFFECT:
        told = gettext(
            "No visible effect: beside where it was heading anyway, the change lies between {low} and {high}."
        )
    else:
        told = gettext("Beside where it was heading anyway it changed by {effect} ({low} to {high}).")
    return told.format(**texts)


def change_text(value: float, unit: str) -> str:
    """A difference with its sign: of shares in percentage points."""
    if unit.startswith("share"):
        return gettext("{n} percentage points").format(n=signed_text(100 * value, 1))
    return f"{signed_text(value, 0 if abs(value) >= 100 else 2)} {unit}".strip()


def _title(followed: tuple[Followed, ...]) -> str:
    if not followed:
        return gettext("Nothing is taken on yet.")
    moved = sum(each.verdict == Verdict.MOVED for each in followed)
    return gettext("{moved} of {n} indicators moved as hoped.").format(moved=moved, n=len(followed))


def _last(assessment: Assessment) -> tuple[str, tuple[LastRow, ...]]:
    """The newest earlier assessment of the team that had decisions, against this one's result."""
    result = current_result(assessment)
    earlier = Assessment.objects.filter(
        team=assessment.team, period_end_on__lt=assessment.period_end_on, roadmap_revisions__isnull=False
    )
    row = earlier.select_related("team", "maturity_model").order_by("-period_end_on", "-pk").first()
    plan = team_roadmap(row) if row else None
    if result is None or row is None or plan is None:
        return "", ()
    now = {score.practice: score.staged_level for score in score_card_of(result).practices}
    before = {score.practice: score.staged_level for score in plan.card.practices}
    rows = confront(plan.roadmap.steps, plan.decisions, before=before, now=now)
    names = {practice.id: practice.name for practice in plan.model.practices()}
    return row.title, tuple(_last_row(one, names) for one in rows)


def _last_row(one: Confronted, names: dict[str, str]) -> LastRow:
    unknown = "\N{EN DASH}"
    return LastRow(
        title=one.title,
        practice=names.get(one.practice, one.practice),
        status=gettext(STATUS[one.status]),
        before=str(one.before or unknown),
        aimed=str(one.aimed),
        now=str(one.now or unknown),
        came=gettext(CAME[one.came]),
        is_reached=one.came is Came.REACHED,
    )
