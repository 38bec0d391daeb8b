"""manage.py demo: a believable finished assessment, marked as demonstration data."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core.refusals import Refused
from reports.domain.demonstration import build_demonstration


class Command(BaseCommand):
    help = "Build a finished demonstration assessment: made-up voices, a made-up or a real repository, a report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repository", metavar="PATH", help="a git checkout to measure in place of the made-up one"
        )
        parser.add_argument("--json", action="store_true", help="print what was made as JSON")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        given = options["repository"]
        call_command("migrate", interactive=False, verbosity=0)
        try:
            made = build_demonstration(Path(given).expanduser().resolve() if given else None)
        except Refused as refused:
            raise CommandError(refused.sentence, returncode=2) from None
        told = {
            "assessment": str(made.assessment.public_id),
            "page": f"{address()}{made.page}",
            "report": str(made.pdf),
        }
        if options["json"]:
            self.stdout.write(json.dumps(told))
            return
        self.stdout.write(f"Report: {told['report']}")
        self.stdout.write(f"Page:   {told['page']} (while `make up` runs; sign in as an administrator)")


def address() -> str:
    """Where this data folder was last served, else where it would be."""
    last = settings.DATA_DIR / "address"
    return last.read_text(encoding="utf-8").strip() if last.exists() else settings.SITE_URL
