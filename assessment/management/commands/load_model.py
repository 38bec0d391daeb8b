"""`manage.py load_model`: bring the shipped maturity model into the database."""

from typing import Any

from django.core.management import BaseCommand

from assessment.maturity.loader import load_shipped_model


class Command(BaseCommand):
    help = "Store the shipped maturity model as a row assessments can pin; does nothing when this version is there."

    def handle(self, *_: Any, verbosity: int, **__: Any) -> None:
        row = load_shipped_model()
        if verbosity:
            self.stdout.write(f"{row.title} {row.version} is loaded.")
