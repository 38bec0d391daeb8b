from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        post_delete.connect(forget_copy, sender="metrics.Repository", dispatch_uid="metrics.forget_copy")


def forget_copy(instance: Any, **_: Any) -> None:
    """Our copy of a repository goes when its row goes, also with its whole team."""
    from django.db import transaction

    from metrics.clients.git.clone import remove_copy
    from metrics.domain.collect import clone_place

    transaction.on_commit(lambda: remove_copy(clone_place(instance)))
