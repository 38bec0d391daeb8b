"""The life of a job row: queued, claimed, kept alive, finished; and swept when its worker died.

Every change of state is one conditional update, so two workers holding the same message cannot both run it.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.apps import apps
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from core.models import Job, JobState

MAX_ATTEMPTS = 3

J = TypeVar("J", bound=Job)


class JobLost(Exception):
    """Another run has taken the row over, or it is gone: stop without writing."""


class JobCancelled(Exception):
    """A person asked for the work to stop."""


def claim_job(model: type[J], pk: int) -> J | None:
    """Take a queued row for this run; None when it is gone, over or held by another run."""
    now = timezone.now()
    token = uuid.uuid4()
    taken = model._default_manager.filter(pk=pk, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        claim=token,
        attempts=F("attempts") + 1,
        started_at=now,
        heartbeat_at=now,
        finished_at=None,
        error="",
        progress_done=0,
        progress_note="",
    )
    return model._default_manager.get(pk=pk, claim=token) if taken else None


def beat(job: Job, *, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
    """Record that the run is alive, and how far it is.

    Raises JobLost when another run owns the row, JobCancelled when a person asked it to stop.
    """
    fresh: dict[str, object] = {"heartbeat_at": timezone.now()}
    for field, value in (("progress_done", done), ("progress_total", total), ("progress_note", note)):
        if value is not None:
            fresh[field] = value
            setattr(job, field, value)
    _update_held(job, **fresh)
    if type(job)._default_manager.filter(pk=job.pk, cancel_requested_at__isnull=False).exists():
        raise JobCancelled


def finish_job(job: Job, *, state: JobState = JobState.DONE, error: str = "") -> None:
    """End the run in DONE, FAILED (with a sentence a person can act on) or CANCELLED."""
    _update_held(job, state=state, error=error, finished_at=timezone.now(), claim=None)
    job.state, job.error = state, error


def postpone_job(job: Job, *, until: datetime, note: str) -> None:
    """Give the row back to the queue until a moment; the sweep wakes it then when nobody else did."""
    _update_held(
        job, state=JobState.QUEUED, claim=None, attempts=0, queued_at=until, progress_note=note[:200], heartbeat_at=None
    )


def request_cancel(job: Job) -> bool:
    """Stop a waiting row now and a running one at its next heartbeat; false when it is over already."""
    rows = type(job)._default_manager.filter(pk=job.pk)
    now = timezone.now()
    stopped = rows.filter(state=JobState.QUEUED).update(
        state=JobState.CANCELLED, cancel_requested_at=now, finished_at=now
    )
    return bool(stopped or rows.filter(state=JobState.RUNNING).update(cancel_requested_at=now))


def requeue_job(job: Job) -> bool:
    """Put a failed, cancelled or finished row back in the queue; false when it is already waiting or running."""
    over = [JobState.DONE, JobState.FAILED, JobState.CANCELLED]
    rows = type(job)._default_manager.filter(pk=job.pk, state__in=over)
    return bool(
        rows.update(state=JobState.QUEUED, attempts=0, cancel_requested_at=None, error="", queued_at=timezone.now())
    )


def sweep_jobs(model: type[J], enqueue: Callable[[int], object]) -> int:
    """Enqueue again what a broker or a dead worker forgot; returns how many rows were woken.

    A running row whose heartbeat is older than JOB_STALE_S goes back to the queue until MAX_ATTEMPTS runs died
    with it, then to FAILED. A queued row older than JOB_STALE_S is announced again: a second message is harmless.
    """
    before = timezone.now() - timedelta(seconds=settings.JOB_STALE_S)
    dead = model._default_manager.filter(state=JobState.RUNNING, heartbeat_at__lt=before)
    dead.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED,
        claim=None,
        finished_at=timezone.now(),
        error=f"The worker stopped {MAX_ATTEMPTS} times during this work. Look at its log, then start it again.",
    )
    dead.update(state=JobState.QUEUED, claim=None, queued_at=before)
    waiting = model._default_manager.filter(state=JobState.QUEUED, queued_at__lte=before)
    pks = list(waiting.values_list("pk", flat=True))
    for pk in pks:
        enqueue(pk)
    return len(pks)


def release_jobs() -> int:
    """Make every unfinished job ripe for the next sweep; returns how many.

    For the moment when the only worker of an installation starts: whatever a row or a handed-out message says, nobody
    is at work. A run that is still alive all the same loses its claim and stops at its next heartbeat.
    """
    ripe = timezone.now() - timedelta(seconds=settings.JOB_STALE_S + 1)
    released = 0
    for model in (m for m in apps.get_models() if issubclass(m, Job)):
        rows = model._default_manager
        released += rows.filter(state=JobState.RUNNING).update(claim=None, heartbeat_at=ripe)
        released += rows.filter(state=JobState.QUEUED).update(queued_at=ripe)
    return released


def _update_held(job: Job, **fields: object) -> None:
    if not type(job)._default_manager.filter(pk=job.pk, claim=job.claim, state=JobState.RUNNING).update(**fields):
        raise JobLost(f"{type(job).__name__} {job.pk} is no longer held by this run")
