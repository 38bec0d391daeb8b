"""What the start of the only worker does to unfinished jobs."""

import pytest
from django.utils import timezone

from core.jobs import JobLost, beat, claim_job, finish_job, release_jobs, sweep_jobs
from core.models import JobState
from metrics.models import Collection
from tests.factories.metrics import CollectionFactory

pytestmark = pytest.mark.django_db


def test_release_jobs_makes_a_running_job_ripe_for_the_sweep():
    held = claim_job(Collection, CollectionFactory().pk)
    assert sweep_jobs(Collection, lambda pk: None) == 0
    assert release_jobs() == 1
    woken = []
    assert sweep_jobs(Collection, woken.append) == 1
    assert woken == [held.pk]


def test_release_jobs_takes_the_claim_from_a_run_that_is_still_alive():
    held = claim_job(Collection, CollectionFactory().pk)
    release_jobs()
    with pytest.raises(JobLost):
        beat(held, done=1)


def test_release_jobs_announces_a_job_whose_message_was_handed_out():
    row = CollectionFactory(queued_at=timezone.now())
    release_jobs()
    woken = []
    sweep_jobs(Collection, woken.append)
    assert woken == [row.pk]


def test_release_jobs_leaves_finished_jobs_alone():
    finish_job(claim_job(Collection, CollectionFactory().pk))
    assert release_jobs() == 0
    assert Collection.objects.get().state == JobState.DONE
