import pytest
from django.test import RequestFactory

from core.models import JobState
from core.polling import job_response, job_version
from tests.factories.metrics import CollectionFactory

pytestmark = pytest.mark.django_db


def poll(job, version=""):
    return job_response(RequestFactory().get("/", {"version": version}), job, poll_url="/poll/", label="Collecting")


def test_page_that_is_up_to_date_gets_nothing():
    job = CollectionFactory(state=JobState.RUNNING)
    assert poll(job, job_version(job)).status_code == 204


def test_progress_changes_the_version_and_is_shown():
    job = CollectionFactory(state=JobState.RUNNING, progress_total=10)
    before = job_version(job)
    job.progress_done = 4
    response = poll(job, before)
    assert response.status_code == 200
    assert "4 of 10" in response.content.decode()
    assert f"version={job_version(job)}" in response.content.decode()


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_finished_job_ends_the_polling_and_refreshes_the_page(state):
    job = CollectionFactory(state=state, error="The path is gone." if state == JobState.FAILED else "")
    response = poll(job, job_version(job))
    assert response.status_code == 286
    assert response["HX-Refresh"] == "true"
    assert "hx-get" not in response.content.decode()


def test_failed_job_says_why():
    job = CollectionFactory(state=JobState.FAILED, error="The path is gone.")
    assert "The path is gone." in poll(job).content.decode()


def test_running_job_can_be_watched_without_javascript():
    assert "<noscript>" in poll(CollectionFactory(state=JobState.RUNNING)).content.decode()
