"""Measuring every week by itself: each team at a moment of its own, so that the weeks of many teams do not meet.

The moment is drawn once and moves by up to two hours each week. A due team is taken by one conditional update, so two
schedulers start it once.
"""

import logging
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.domain.audit import record
from accounts.models import Team, User
from assessment.maturity.formats import OURS
from assessment.models import Assessment, AssessmentState
from core.models import JobState
from core.refusals import Refused
from metrics.domain.repositories import WEEK, last_day_of, request_collection, schedule_of
from metrics.models import CollectionSchedule, Repository

logger = logging.getLogger(__name__)

JITTER_S = 2 * 3600


@transaction.atomic
def set_schedule(team: Team, *, is_on: bool, by: User) -> None:
    """Switch the weekly measuring of a team on or off."""
    schedule = schedule_of(team)
    if schedule.is_on == is_on:
        return
    schedule.is_on = is_on
    schedule.save(update_fields=["is_on"])
    record("collections.scheduled" if is_on else "collections.unscheduled", by=by, on=team, team=team)


def collect_due() -> int:
    """Start what is due; returns how many collections were requested."""
    for team in Team.objects.filter(repositories__isnull=False, collection_schedule=None).distinct():
        schedule_of(team)
    due = CollectionSchedule.objects.filter(is_on=True, next_at__lte=timezone.now()).select_related("team")
    return sum(_collect(schedule) for schedule in due if _take(schedule))


def next_after(last: datetime, now: datetime) -> datetime:
    """The same moment of a coming week, moved a little; weeks the server slept through are not made up for."""
    weeks = max(1, -(-(now - last) // WEEK))
    return last + weeks * WEEK + timedelta(seconds=secrets.randbelow(JITTER_S) - JITTER_S // 2)


def _take(schedule: CollectionSchedule) -> bool:
    mine = CollectionSchedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at)
    return bool(mine.update(next_at=next_after(schedule.next_at, timezone.now())))


def _collect(schedule: CollectionSchedule) -> int:
    """Request a run over each repository of the team that has something new to say."""
    n_requested = 0
    try:
        for assessment in _measured(schedule.team):
            for repository in _unread(assessment):
                request_collection(assessment, repository, is_scheduled=True)
                n_requested += 1
    except Refused as refused:
        logger.warning("weekly measuring of team %s goes on tomorrow: %s", schedule.team_id, refused.sentence)
        CollectionSchedule.objects.filter(pk=schedule.pk).update(next_at=timezone.now() + timedelta(days=1))
    return n_requested


def _measured(team: Team) -> QuerySet[Assessment]:
    """Those that are open, of maturity models that read repositories."""
    return Assessment.objects.filter(team=team, state=AssessmentState.OPEN, maturity_model__rule=OURS)


def _unread(assessment: Assessment) -> list[Repository]:
    """The repositories not yet measured up to the last day that counts; made-up ones never are."""
    read = assessment.collections.filter(state=JobState.DONE, is_follow_up=False, until_on__gte=last_day_of(assessment))
    return list(assessment.team.repositories.filter(is_demo=False).exclude(pk__in=read.values("repository")))
