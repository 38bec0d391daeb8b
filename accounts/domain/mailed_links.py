"""Proving an e-mail address: a signed link is mailed to it, and nothing is stored before somebody opens the link.

Known and unknown addresses are answered alike on the page; only the mail, which its owner alone reads, says
which it is.
"""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.own_account import record_own as _record
from accounts.models import User
from core.refusals import Invalid, Refused

LINK_HOURS = 24
SIGN_UP, CHANGE = "accounts.sign-up", "accounts.e-mail"


def sign_up_is_open() -> bool:
    return bool(settings.SIGN_UP_DOMAINS)


def may_sign_up(email: str) -> bool:
    """Whether the address is of a domain whose people may sign up."""
    return email.rpartition("@")[2].lower() in settings.SIGN_UP_DOMAINS


def is_known(email: str) -> bool:
    return User.objects.filter(email__iexact=email.strip()).exists()


def sign_up_token(email: str) -> str:
    """What the mailed link carries; refused for a domain that is not on the list."""
    if not may_sign_up(email):
        domains = ", ".join(settings.SIGN_UP_DOMAINS)
        raise Invalid(
            _("Only addresses of %(domains)s may sign up; others are added by an administrator.") % {"domains": domains}
        )
    return signing.dumps(email.strip().lower(), salt=SIGN_UP)


def email_of_sign_up(token: str) -> str | None:
    """The proved address; nothing when the link is old, forged, used, or its domain has left the list."""
    email = _read(token, SIGN_UP)
    return email if isinstance(email, str) and may_sign_up(email) and not is_known(email) else None


@transaction.atomic
def sign_up(token: str, *, name: str, password: str) -> User:
    email = email_of_sign_up(token)
    if email is None:
        raise Refused(_("This link has been used or is older than a day. Ask for a new one."))
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    _record("person.signed_up", user)
    return user


def change_token(user: User, *, email: str) -> str:
    return signing.dumps([user.pk, user.email, email.strip().lower()], salt=CHANGE)


def email_of_change(user: User, token: str) -> str | None:
    """The new address, when this person asked for it and has not changed it since."""
    read = _read(token, CHANGE)
    return read[2] if isinstance(read, list) and read[:2] == [user.pk, user.email] else None


@transaction.atomic
def change_email(user: User, token: str) -> None:
    email = email_of_change(user, token)
    if email is None or User.objects.exclude(pk=user.pk).filter(email__iexact=email).exists():
        raise Refused(_("This link has been used or is older than a day. Ask for a new one."))
    user.email = email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    _record("email.changed", user)


def _read(token: str, salt: str) -> object:
    try:
        return signing.loads(token, salt=salt, max_age=LINK_HOURS * 3600)
    except signing.BadSignature:
        return None
