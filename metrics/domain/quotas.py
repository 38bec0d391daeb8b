"""How much an organization may have measured, and why a run steps back so that others are not delayed.

A run steps back when its organization already has its share of workers, and when its repository is slow (its last run
took long or failed) while slow ones hold all workers but one.
"""

from collections.abc import Collection as Several
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Team
from core.models import JobState
from core.refusals import Refused
from metrics.models import Collection, Repository

SLOW_S = 120.0
STEP_BACK_S = 15
SHARE_TAKEN = gettext_noop("Other repositories of this organization are being measured; this one comes after them.")
SLOW_TAKEN = gettext_noop("Other slow repositories are being measured; this one comes after them.")


def check_repositories(team: Team) -> None:
    """Refuse one repository more than an organization may have."""
    limit = settings.REPOSITORIES_PER_ORGANIZATION
    if Repository.objects.filter(team__organization=team.organization_id).count() >= limit:
        raise Refused(
            _(
                "The organization has {limit} repositories, the most this server allows "
                "(REPOSITORIES_PER_ORGANIZATION)."
            ).format(limit=limit)
        )


def check_collections(team: Team) -> None:
    """Refuse one collection more than an organization may have within 24 hours."""
    limit = settings.COLLECTIONS_PER_DAY
    if n_asked_lately(team) >= limit:
        raise Refused(
            _(
                "The organization has had {limit} measurings within a day, the most this server allows "
                "(COLLECTIONS_PER_DAY). Try again later."
            ).format(limit=limit)
        )


def n_asked_lately(team: Team) -> int:
    """The collections of the team's organization that were asked for within 24 hours."""
    since = timezone.now() - timedelta(days=1)
    asked = Collection.objects.filter(assessment__team__organization=team.organization_id, queued_at__gte=since)
    return asked.count()


def reason_to_step_back(held: Collection) -> str:
    """Why the run gives its place to others for now; empty when it goes on."""
    alive_since = timezone.now() - timedelta(seconds=settings.JOB_STALE_S)
    running = Collection.objects.filter(state=JobState.RUNNING, heartbeat_at__gte=alive_since).exclude(pk=held.pk)
    ours = running.filter(assessment__team__organization=held.assessment.team.organization_id)
    if ours.count() >= settings.COLLECTIONS_AT_ONCE:
        return SHARE_TAKEN
    if slow_among([held.repository_id]):
        busy = list(running.values_list("repository_id", flat=True))
        if len(slow_among(busy)) >= max(1, settings.CELERY_WORKER_CONCURRENCY - 1):
            return SLOW_TAKEN
    return ""


def slow_among(repositories: Several[int]) -> set[int]:
    """Those whose newest run that was worked on took long or failed."""
    worked = Collection.objects.filter(repository__in=repositories, busy_s__gt=0).order_by("updated_at", "pk")
    newest = {row[0]: row for row in worked.values_list("repository_id", "busy_s", "state")}
    return {pk for pk, busy_s, state in newest.values() if busy_s > SLOW_S or state == JobState.FAILED}
