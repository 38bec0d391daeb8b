"""Measuring again every week what a team has taken on, and the weekly readings of one signal.

A follow-up is a collection that becomes no evidence: the assessment keeps what it was judged on. Weeks end on Sundays;
the twelve before the first accepted action are read from the same history, so that there is something to compare with.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection as Several

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Team
from assessment.domain.follow.series import Point
from assessment.domain.roadmap.decisions import Decisions, Status
from assessment.domain.team_roadmap import decisions_of
from assessment.maturity.formats import OURS
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment
from core.models import JobState
from metrics.domain.as_evidence import pool
from metrics.domain.quotas import n_asked_lately
from metrics.models import Collection, Measurement
from metrics.tasks import collect_soon

WEEKS_BEFORE = 12
FOLLOWED = (Status.ACCEPTED, Status.DONE)
FOLLOW_DAYS = 56  # beyond the end of the plan


def measure_due(*, today: dt.date | None = None) -> int:
    """Queue the next missing week of each repository that is followed; how many were queued.

    One at a time for each repository, the newest week first, so a sweep after the other fills the past.
    """
    today = today or timezone.localdate()
    return sum(_measure_next(assessment, today) for assessment in followed_assessments())


def followed_assessments() -> list[Assessment]:
    """Those with decisions, of teams that did not switch the weekly measuring off."""
    rows = Assessment.objects.filter(roadmap_revisions__isnull=False, is_demo=False).distinct()
    rows = rows.filter(maturity_model__rule=OURS)  # nothing is measured for models of others
    rows = rows.exclude(team__collection_schedule__is_on=False)
    return list(rows.select_related("maturity_model", "team"))


def weeks_of(decisions: Decisions, today: dt.date) -> list[dt.date]:
    """The Sundays to measure, the newest first; none while nothing with a day is taken on."""
    since = [one.starts_on for one in decisions.about.values() if one.status in FOLLOWED and one.starts_on]
    if not since:
        return []
    last = min(today - dt.timedelta(days=today.isoweekday()), decisions.ends_on + dt.timedelta(days=FOLLOW_DAYS))
    first = min(since) - dt.timedelta(weeks=WEEKS_BEFORE)
    return [last - dt.timedelta(weeks=i) for i in range(max(0, (last - first).days // 7 + 1))]


def series_of(assessment: Assessment, signals: Several[str]) -> dict[str, list[Point]]:
    """Weekly readings per signal, over all repositories; a week that lacks one of them is left out."""
    model = model_of(assessment.maturity_model)
    found: dict[str, dict[dt.date, list[Measurement]]] = defaultdict(lambda: defaultdict(list))
    rows = Measurement.objects.filter(
        signal__in=signals,
        skipped="",
        collection__assessment=assessment,
        collection__is_follow_up=True,
        collection__state=JobState.DONE,
    ).select_related("collection__repository")
    for row in rows.order_by("collection__until_on", "pk"):
        found[row.signal][row.collection.until_on].append(row)
    return {signal: _points(signal, weeks, model) for signal, weeks in found.items()}


def _points(signal: str, weeks: dict[dt.date, list[Measurement]], model: MaturityModelFile) -> list[Point]:
    whole = {row.collection.repository_id for rows in weeks.values() for row in rows}
    definition, points = model.signals[signal], []
    for week, rows in weeks.items():
        if {row.collection.repository_id for row in rows} != whole:
            continue
        reading = pool(signal, rows, definition)
        if reading.value is not None:
            points.append(Point(week, reading.value, reading.n))
    return points


def _measure_next(assessment: Assessment, today: dt.date) -> int:
    weeks = weeks_of(decisions_of(assessment.roadmap_revisions.first()), today)
    if not weeks or _has_used_its_half(assessment.team):
        return 0
    known: dict[int, set[dt.date]] = defaultdict(set)
    alive: set[int] = set()
    for repository, week, state in assessment.collections.filter(is_follow_up=True).values_list(
        "repository", "until_on", "state"
    ):
        known[repository].add(week)
        if state in (JobState.QUEUED, JobState.RUNNING):
            alive.add(repository)
    queued = 0
    for repository in (
        assessment.team.repositories.filter(is_demo=False).exclude(pk__in=alive).values_list("pk", flat=True)
    ):
        missing = next((week for week in weeks if week not in known[repository]), None)
        queued += missing is not None and _queue(assessment, repository, missing)
    return queued


def _has_used_its_half(team: Team) -> bool:
    """Half of the organization's measurings of a day are left to people."""
    return n_asked_lately(team) >= settings.COLLECTIONS_PER_DAY / 2


def _queue(assessment: Assessment, repository: int, week: dt.date) -> bool:
    try:
        with transaction.atomic():
            row = Collection.objects.create(
                assessment=assessment, repository_id=repository, until_on=week, is_follow_up=True, is_scheduled=True
            )
            collect_soon(row.pk)
    except IntegrityError:  # another sweep was a moment quicker
        return False
    return True
