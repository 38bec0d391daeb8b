"""`manage.py reseal`: seal every stored token under the first of SECRETS_KEY, so that older keys can go."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from core.sealed import Lost, reseal

SEALED = "sealed_credential"


class Command(BaseCommand):
    help = "Seal every stored token of a hosting service or tracker under the first key of SECRETS_KEY."

    @transaction.atomic
    def handle(self, **_: Any) -> None:
        lost = []
        sealing = [model for model in apps.get_models() if any(f.name == SEALED for f in model._meta.fields)]
        for row in (row for model in sealing for row in model._default_manager.select_for_update()):
            try:
                sealed = reseal(getattr(row, SEALED))
            except Lost:
                lost.append(str(row))
            else:
                type(row)._default_manager.filter(pk=row.pk).update(**{SEALED: sealed})
        self.stdout.write("Every stored token is sealed under the first key.")
        for name in lost:
            self.stdout.write(f"No key opens the token of {name}; enter it again.")
