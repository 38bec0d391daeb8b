from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        from accounts.events import person_left

        person_left.connect(forget_person, dispatch_uid="metrics.forget_person")
        post_delete.connect(forget_copy, sender="metrics.Repository", dispatch_uid="metrics.forget_copy")


def forget_copy(instance: Any, **_: Any) -> None:
    """Our copy of a repository goes when its row goes, also with its whole team."""
    from django.db import transaction

    from metrics.clients.git.clone import remove_copy
    from metrics.domain.collect import clone_place

    transaction.on_commit(lambda: remove_copy(clone_place(instance)))


def forget_person(user: Any, organization: Any, **_: Any) -> None:
    """Who stays in another organization is no longer named here; an account that goes takes its name along."""
    from metrics.models import Collection

    if organization is not None:
        rows = Collection.objects.filter(repository__team__organization=organization, requested_by=user)
        rows.update(requested_by=None)
