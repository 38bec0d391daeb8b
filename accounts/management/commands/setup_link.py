"""`manage.py setup_link`: the way in for the first administrator."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.urls import reverse

from accounts.domain.setup import has_administrator, issue_setup_link
from core.refusals import Refused


class Command(BaseCommand):
    help = "Print a one-time link with which the first administrator sets a password. Earlier links stop working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-needed", action="store_true", help="print nothing when an administrator exists")
        parser.add_argument(
            "--site-url", default=settings.SITE_URL, help="address the link begins with (default: %(default)s)"
        )

    def handle(self, *_: Any, if_needed: bool, site_url: str, **__: Any) -> None:
        if if_needed and has_administrator():
            return
        try:
            token = issue_setup_link()
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        self.stdout.write(site_url.rstrip("/") + reverse("accounts:setup", args=[token]))
