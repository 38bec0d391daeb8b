"""Background work of the metrics app: ids in, one domain function, nothing out."""

from celery import shared_task
from django.conf import settings
from django.db import transaction

from core.jobs import sweep_jobs
from metrics.models import Collection


@shared_task(
    name="metrics.collect",
    soft_time_limit=settings.COLLECTION_TIME_LIMIT_S + 60,  # our own limit comes first and says what happened
    time_limit=settings.COLLECTION_TIME_LIMIT_S + 120,
)
def collect(collection_pk: int) -> None:
    from metrics.domain.collect import collect as run

    run(collection_pk)


def collect_soon(collection_pk: int) -> None:
    """Queue the collection for when the transaction at hand is stored."""
    collect.delay_on_commit(collection_pk)  # type: ignore[attr-defined]  # celery's Django task has it, its stubs do not


def collect_later(collection_pk: int, wait_s: float) -> None:
    """Queue the collection for when a host will answer again."""
    transaction.on_commit(lambda: collect.apply_async((collection_pk,), countdown=wait_s))


@shared_task(name="metrics.collect_due")
def collect_due() -> None:
    """Start the weekly measuring of the teams whose moment has come."""
    from metrics.domain.schedule import collect_due as run

    run()


@shared_task(name="metrics.sweep")
def sweep() -> None:
    """Wake the collections that a dead worker or a lost message left behind."""
    sweep_jobs(Collection, collect.delay)


@shared_task(name="metrics.follow")
def follow() -> None:
    """Queue the weekly measurements that are due for what teams have taken on."""
    from metrics.domain.follow import measure_due

    measure_due()
