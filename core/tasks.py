"""Housekeeping of the embedded queue."""

from celery import shared_task
from django.conf import settings


@shared_task(name="core.purge_queue")
def purge_queue() -> None:
    """Keep the embedded broker's file from growing; a broker of its own looks after itself."""
    from core.embedded_queue import purge_delivered

    purge_delivered(settings.CELERY_BROKER_URL)
