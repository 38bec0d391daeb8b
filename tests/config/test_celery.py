"""The schedule, and what a worker does when it starts."""

import pytest
from celery.signals import worker_ready
from django.db import OperationalError
from kombu import Connection

from config import celery as configured
from config.celery import RELEASE_TRIES, SWEEPS, app, sweep_at_start
from core.embedded_queue import Transport
from core.models import JobState
from metrics.models import Collection
from tests.factories.metrics import CollectionFactory


class Worker:
    """Stands where Celery puts its worker: all the handler asks of it is its application."""

    def __init__(self):
        self.app = self
        self.sent = []

    def send_task(self, name):
        self.sent.append(name)


def test_schedule_names_only_tasks_that_exist():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled == {*SWEEPS, "core.purge_queue"}
    assert scheduled <= set(app.tasks)


def test_every_sweep_is_scheduled():
    app.loader.import_default_modules()
    assert {name for name in app.tasks if name.endswith((".sweep", ".remind", ".collect_due", ".follow"))} == set(
        SWEEPS
    )


def test_schedule_drops_what_nobody_took_before_the_next_one(settings):
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] == entry["schedule"] == settings.JOB_SWEEP_S


def test_every_task_is_named_by_its_app_and_verb():
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert ours
    assert {n for n, task in ours.items() if n.split(".")[0] != type(task).__module__.split(".")[0]} == set()


def test_embedded_transport_is_ours():
    with Connection("sqla+sqlite:///unused") as connection:
        assert connection.get_transport_cls() is Transport


@pytest.mark.django_db
def test_starting_worker_sweeps_every_app(settings):
    settings.SINGLE_WORKER = False
    worker = Worker()
    sweep_at_start(worker)
    assert worker.sent == list(SWEEPS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("single", "woken"), [(True, 1), (False, 0)])
def test_only_worker_takes_up_a_job_whose_heart_beat_a_moment_ago(single, woken, settings):
    from core.jobs import claim_job, sweep_jobs

    settings.SINGLE_WORKER = single
    claim_job(Collection, CollectionFactory().pk)
    sweep_at_start(Worker())
    assert sweep_jobs(Collection, lambda pk: None) == woken
    assert Collection.objects.get().state == (JobState.QUEUED if single else JobState.RUNNING)


@pytest.fixture
def refused(monkeypatch, settings):
    """Makes the database refuse to release jobs so often; gives what was tried and how long was waited between."""
    settings.SINGLE_WORKER = True
    tried: list[str | float] = []
    monkeypatch.setattr(configured.time, "sleep", tried.append)

    def refuse(times):
        def release():
            tried.append("tried")
            if tried.count("tried") <= times:
                raise OperationalError("database is locked")

        monkeypatch.setattr("core.jobs.release_jobs", release)
        return tried

    return refuse


@pytest.mark.django_db(transaction=True)
def test_locked_database_is_asked_again_before_the_first_message_is_taken(refused, caplog):
    tried, worker = refused(2), Worker()
    worker_ready.send(sender=worker)  # as Celery does, which drops what a receiver raises
    assert tried == ["tried", 2.0, "tried", 2.0, "tried"]
    assert worker.sent == list(SWEEPS)
    assert caplog.text.count("again in 2 s") == 2


@pytest.mark.django_db(transaction=True)
def test_database_that_refuses_for_good_is_named_and_the_sweeps_begin_all_the_same(refused, caplog):
    tried, worker = refused(RELEASE_TRIES), Worker()
    worker_ready.send(sender=worker)
    assert tried.count("tried") == RELEASE_TRIES
    assert tried[-1] == "tried"
    assert "JOB_STALE_S: database is locked" in caplog.text
    assert worker.sent == list(SWEEPS)
