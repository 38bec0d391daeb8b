"""How django-allauth behaves here: nobody signs up by themselves, and its mails are ours."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

logger = logging.getLogger(__name__)


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: Any) -> bool:  # noqa: ARG002  # the adapter's signature
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of templates/account/email; a mail server that fails is the administrator's matter, in the log."""
        try:
            super().send_mail(template_prefix, email, {**context, "site_url": settings.SITE_URL})
        except OSError as error:  # smtplib raises its own kinds of it
            logger.error("A mail was not sent; %s said: %s", settings.EMAIL_HOST, error)
