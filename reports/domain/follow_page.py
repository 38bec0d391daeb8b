"""Whether what a team took on shows: each indicator before and after, and the last roadmap against what was found."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from assessment.domain.evidence import current_result
from assessment.domain.follow.indicator import STOP_WEEKS, Indicator, read_indicator
from assessment.domain.follow.series import LEAST_AFTER, LEAST_BEFORE, Point, Verdict
from assessment.domain.follow.stopping import Stopping
from assessment.domain.roadmap.decisions import Status
from assessment.domain.roadmap_types import RoadmapStep
from assessment.domain.scored import score_card_of
from assessment.domain.team_roadmap import TeamRoadmap, team_roadmap
from assessment.maturity.formats import OURS
from assessment.maturity.loader import OtherRule
from assessment.models import Assessment
from core.figures import value_text
from core.language import gettext, gettext_noop
from metrics.domain.follow import FOLLOWED, series_of
from reports.charts.series import SeriesFigure, series_figure
from reports.domain.report_data.appendix_types import PromiseRow
from reports.domain.report_data.facts import signal_name
from reports.domain.report_data.plan import STATUS
from reports.domain.report_data.promises import promises_kept
from reports.domain.report_data.words import signed_text
from reports.domain.roadmap_page import owner_names
from reports.domain.stop_rules import announced, sentences_of, stoppings_of

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


@dataclass(frozen=True)
class Followed:
    id: str
    title: str
    status: str
    owner: str
    start: str  # a sentence: when it starts, or started
    watch: str
    indicator: str  # the signal's name, empty where none is measured
    baseline: str
    latest: str
    target: str
    verdict: str
    verdict_name: str
    sentence: str
    stops: tuple[str, ...]  # of stop rules that fire
    announced: str  # when its stop rule looks
    chart: SeriesFigure | None


@dataclass(frozen=True)
class FollowPage:
    title: str
    followed: tuple[Followed, ...]
    last_title: str
    last: tuple[PromiseRow, ...]


def follow_page(assessment: Assessment) -> FollowPage:
    if not assessment.maturity_model.is_ours:  # no action of others names what would show
        raise OtherRule
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
    read, names, rules = indicators_of(plan), owner_names(plan), stoppings_of(plan)
    return tuple(_followed(plan, step, read.get(step.id), rules.get(step.id), names) for step in taken_on(plan))


def _followed(
    plan: TeamRoadmap,
    step: RoadmapStep,
    read: tuple[Indicator, list[Point]] | None,
    rule: Stopping | None,
    names: dict[str, str],
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
        start=_start(began),
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
        stops=(*(sentences_of(plan, rule) if rule else ()), *_usual_stop(indicator, decided.status)),
        announced=announced(rule) if rule else "",
        chart=series_figure(
            [(point.on, point.value) for point in points],
            started_on=began,
            target=indicator.target,
            message=gettext("{name}, week by week; the line marks the start.").format(name=name),
        )
        if indicator
        else None,
    )


def _start(began: dt.date) -> str:
    sentence = gettext("Started {date}.") if began <= timezone.localdate() else gettext("Starts {date}.")
    return sentence.format(date=date_format(began))


def _usual_stop(indicator: Indicator | None, status: Status) -> tuple[str, ...]:
    """The rule that holds for every action, whatever the model says of it."""
    if indicator is None or not indicator.stop or status is not Status.ACCEPTED:
        return ()
    return (gettext(STOPS[indicator.stop]).format(n=STOP_WEEKS),)


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


def _last(assessment: Assessment) -> tuple[str, tuple[PromiseRow, ...]]:
    """The newest earlier assessment of the team that had decisions, against this one's result."""
    result = current_result(assessment)
    earlier = Assessment.objects.filter(
        team=assessment.team,
        period_end_on__lt=assessment.period_end_on,
        roadmap_revisions__isnull=False,
        maturity_model__rule=OURS,
    )
    row = earlier.select_related("team", "maturity_model").order_by("-period_end_on", "-pk").first()
    plan = team_roadmap(row) if row else None
    if result is None or row is None or plan is None:
        return "", ()
    return row.title, promises_kept(plan, score_card_of(result))
