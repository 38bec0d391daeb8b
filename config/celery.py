"""The Celery application: tasks are found in each app's `tasks.py`, the schedule lives here."""

import logging
import os
import time
import warnings
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

# Each wakes what a broker or a dead worker forgot in its app.
SWEEPS = (
    "metrics.sweep",
    "metrics.collect_due",
    "metrics.follow",
    "reports.sweep",
    "reports.remind",
    "surveys.sweep",
    "surveys.remind",
)

WORKER_NICENESS = 5  # pages that people wait for go first
RELEASE_TRIES, BETWEEN_TRIES_S = 5, 2.0
TRANSPORT_ALIASES["sqla"] = "core.embedded_queue:Transport"  # loaded when first used
# Celery warns root because pickled messages could run anything; only JSON is accepted here.
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
log = logging.getLogger(__name__)
app = Celery("headwater")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def schedule_housekeeping(sender: Celery, **_: Any) -> None:
    """Sweep and purge as often as JOB_SWEEP_S says; a message nobody took before the next one is dropped."""
    from django.conf import settings

    every_s = settings.JOB_SWEEP_S
    sender.conf.beat_schedule = {
        name: {"task": name, "schedule": every_s, "options": {"expires": every_s}}
        for name in (*SWEEPS, "core.purge_queue")
    }


@worker_init.connect
def give_way(**_: Any) -> None:
    os.nice(WORKER_NICENESS)


@worker_init.connect
def load_before_forking(**_: Any) -> None:
    """Once for all processes of the pool; the first summary would do it while everybody's answers wait for it."""
    import_module("surveys.domain.summarize")
    import_module("reports.domain.render")
    import_module("reports.domain.sections").load_beforehand()
    import_module("assessment.maturity.loader").load_beforehand()
    import_module("reports.pdf").prepare(stays=True)


@worker_ready.connect
def sweep_at_start(sender: Any, **_: Any) -> None:
    """Take up at once what the last worker left, instead of waiting for its heartbeats to grow stale."""
    from django.conf import settings

    if settings.SINGLE_WORKER:
        _release_at_last()
    for name in SWEEPS:
        sender.app.send_task(name)


def _release_at_last() -> None:
    """Release the jobs, however often the database refuses: locked for long, or not up yet.

    Celery drops what a receiver of its signals raises, and the jobs would wait until their heartbeats are stale. No
    message is taken before this returns, so no run that has begun meanwhile can lose its claim.
    """
    from django.db import OperationalError, connections

    from core.jobs import release_jobs

    for left in reversed(range(RELEASE_TRIES)):
        try:
            release_jobs()
            return
        except OperationalError as error:
            then = f"again in {BETWEEN_TRIES_S:g} s" if left else f"they wait for JOB_STALE_S: {error}"
            log.warning("Unfinished jobs could not be released, %s.", then)
        finally:
            connections.close_all()  # the pool's processes are forked from this one and must not share its connection
        if left:
            time.sleep(BETWEEN_TRIES_S)
