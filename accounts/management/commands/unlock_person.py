"""`manage.py unlock_person`: the way back in for somebody who lost password and second factor."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.urls import reverse

from accounts.domain.second_factor import take_second_factor
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Remove a person's second factors, sign them out everywhere and print a link, valid once and for three days, "
        "with which they set a new password. For the last administrator who is locked out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address the person signs in with")
        parser.add_argument("--site-url", default=settings.SITE_URL, help="what the link begins with")

    def handle(self, *_: Any, email: str, site_url: str, **__: Any) -> None:
        user = User.objects.filter(email__iexact=email.strip()).first()
        if user is None:
            raise CommandError(f"Nobody here signs in with {email}.", returncode=2)
        n_removed = take_second_factor(user, by=None)
        key = default_token_generator.make_token(user)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
        self.stderr.write(f"{n_removed} second factors and recovery codes removed; all sessions ended.")
        if user.needs_second_factor:
            self.stderr.write("Their organization requires a second factor: they set one up after signing in.")
        self.stdout.write(site_url.rstrip("/") + path)
