"""How django-allauth behaves here: nobody signs up through it, its mails and sentences are ours, secrets are sealed."""

import base64
import hashlib
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.domain.mailed_links import may_sign_up

logger = logging.getLogger(__name__)

WRONG_PASSWORD = _("Address and password do not fit together.")
TOO_MANY = _("Too many attempts for this address. Wait five minutes, then try again.")
WRONG_CODE = _("This code is not right, or it has been used or is too old.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG_PASSWORD,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: Any) -> bool:  # noqa: ARG002  # the adapter's signature
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of templates/account/email; a mail server that fails is the administrator's matter, in the log."""
        try:
            super().send_mail(template_prefix, email, {**context, "site_url": settings.SITE_URL})
        except OSError as error:  # smtplib raises its own kinds of it
            logger.error("A mail was not sent; %s said: %s", settings.EMAIL_HOST, error)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; one sealed under another SECRET_KEY opens nothing, so a random one stands in for it."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error("A second factor was sealed under another SECRET_KEY; reset it.")
            return base64.b32encode(Fernet.generate_key()[:20]).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: ARG002  # the adapter's signature
        return str(_("My passkey"))


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        """Somebody unknown comes in when the provider has verified an address of a domain that may sign up."""
        address = next(iter(sociallogin.email_addresses), None)
        if address and address.verified and may_sign_up(address.email):
            return True
        context = {"provider": sociallogin.account.get_provider().name, "verified": address and address.verified}
        raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", context, status=403))

    def populate_user(self, request: Any, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        user.name = (data.get("name") or "")[: type(user)._meta.get_field("name").max_length]
        return user

    def on_authentication_error(self, *_: Any, error: Any = None, exception: Any = None, **__: Any) -> None:
        logger.warning("Single sign-on failed (%s): %s", error, exception or "no such state")


def _seal() -> Fernet:
    """One key for every secret of a second factor, derived from SECRET_KEY."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor:" + settings.SECRET_KEY.encode()).digest()))
