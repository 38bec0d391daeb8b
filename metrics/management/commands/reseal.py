"""`manage.py reseal`: seal every stored token under the first of SECRETS_KEY, so that older keys can go."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from core.sealed import Lost, reseal
from metrics.models import HostConnection


class Command(BaseCommand):
    help = "Seal every stored token of a hosting service under the first key of SECRETS_KEY."

    @transaction.atomic
    def handle(self, **_: Any) -> None:
        lost = []
        for row in HostConnection.objects.select_for_update().exclude(sealed_credential=""):
            try:
                row.sealed_credential = reseal(row.sealed_credential)
            except Lost:
                lost.append(str(row))
            else:
                row.save(update_fields=["sealed_credential"])
        self.stdout.write("Every stored token is sealed under the first key.")
        for name in lost:
            self.stdout.write(f"No key opens the token of {name}; enter it again.")
