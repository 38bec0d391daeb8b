"""`manage.py signals`: the reference page of all signals, as docs/metrics.md holds it."""

from typing import Any

from django.core.management.base import BaseCommand

from assessment.maturity.loader import SHIPPED, read_model
from metrics.domain.signal_reference import reference_page


class Command(BaseCommand):
    help = "Print what every signal means and how it is read; docs/metrics.md is its output."
    requires_system_checks = ()

    def handle(self, **_: Any) -> None:
        self.stdout.write(reference_page(read_model(SHIPPED).signals), ending="")
