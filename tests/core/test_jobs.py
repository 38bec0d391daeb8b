import datetime as dt

import pytest
from django.utils import timezone

from core import jobs
from core.models import JobState
from metrics.models import Collection
from tests.factories.metrics import CollectionFactory

pytestmark = pytest.mark.django_db


def test_claim_job_takes_a_queued_row_once():
    pk = CollectionFactory().pk
    assert jobs.claim_job(Collection, pk) is not None
    assert jobs.claim_job(Collection, pk) is None


def test_beat_without_the_claim_raises_job_lost():
    held = jobs.claim_job(Collection, CollectionFactory().pk)
    Collection.objects.update(claim=None, state=JobState.QUEUED)
    with pytest.raises(jobs.JobLost):
        jobs.beat(held, done=1)


def test_beat_after_a_request_to_cancel_raises_job_cancelled():
    held = jobs.claim_job(Collection, CollectionFactory().pk)
    jobs.request_cancel(held)
    with pytest.raises(jobs.JobCancelled):
        jobs.beat(held, done=1)


def test_request_cancel_ends_a_waiting_row_at_once():
    row = CollectionFactory()
    jobs.request_cancel(row)
    row.refresh_from_db()
    assert row.state == JobState.CANCELLED


def test_sweep_wakes_silent_rows_until_attempts_run_out(settings):
    settings.JOB_STALE_S = 60
    silent = timezone.now() - dt.timedelta(seconds=61)
    dead = CollectionFactory(state=JobState.RUNNING, heartbeat_at=silent, attempts=1)
    spent = CollectionFactory(state=JobState.RUNNING, heartbeat_at=silent, attempts=jobs.MAX_ATTEMPTS)
    alive = CollectionFactory(state=JobState.RUNNING, heartbeat_at=timezone.now(), attempts=1)
    forgotten = CollectionFactory(queued_at=silent)
    fresh = CollectionFactory()
    woken: list[int] = []
    assert jobs.sweep_jobs(Collection, woken.append) == 2
    assert sorted(woken) == sorted([dead.pk, forgotten.pk])
    for row, state in (
        (dead, JobState.QUEUED),
        (spent, JobState.FAILED),
        (alive, JobState.RUNNING),
        (fresh, JobState.QUEUED),
    ):
        row.refresh_from_db()
        assert row.state == state
    spent.refresh_from_db()
    assert "worker stopped 3 times" in spent.error
