"""The stop rules of the maturity model for what a team has taken on: when they look, whether they fire, in words."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format

from assessment.domain.follow.stopping import Stopping, stopping
from assessment.domain.roadmap.decisions import Status
from assessment.domain.team_roadmap import TeamRoadmap
from assessment.maturity.schema import MaturityModelFile, StopRule
from core.figures import value_text
from core.language import gettext
from metrics.domain.follow import series_of
from reports.domain.report_data.facts import signal_name


def rules_of(model: MaturityModelFile) -> dict[str, StopRule]:
    """By action."""
    actions = (action for practice in model.practices() for action in practice.actions)
    return {action.id: action.indicator.stop for action in actions if action.indicator.stop}


def stoppings_of(plan: TeamRoadmap, *, today: dt.date | None = None) -> dict[str, Stopping]:
    """Of the accepted actions that have a rule."""
    today, rules = today or timezone.localdate(), rules_of(plan.model)
    accepted = [s for s in plan.actions if s.id in rules and plan.decisions.of(s.id).status is Status.ACCEPTED]
    named = {name for step in accepted for name in rules[step.id].worse}
    series = series_of(plan.assessment, named) if named else {}
    return {
        step.id: stopping(
            rules[step.id],
            series,
            plan.model.signals,
            started_on=plan.decisions.on_day(step.starts_on_day),
            today=today,
        )
        for step in accepted
    }


def sentences_of(plan: TeamRoadmap, found: Stopping) -> tuple[str, ...]:
    """What a rule says now that its day has come; empty before."""
    told = gettext(
        "Stop rule of {date}: {signal} was {before} before this began and is {now}. Stop it, or say why not."
    )
    worse = tuple(
        told.format(
            date=date_format(found.looks_on),
            signal=signal_name(plan.model, one.signal),
            before=value_text(one.before, None, plan.model.signals[one.signal].unit),
            now=value_text(one.now, None, plan.model.signals[one.signal].unit),
        )
        for one in found.worse
    )
    if not found.asks:
        return worse
    asked = gettext("Stop rule of {date}: stop it unless {statement}.")
    return (*worse, asked.format(date=date_format(found.looks_on), statement=found.asks))


def announced(found: Stopping) -> str:
    """That a rule will look, before its day."""
    if found.is_due:
        return ""
    return gettext("Its stop rule looks on {date}.").format(date=date_format(found.looks_on))
