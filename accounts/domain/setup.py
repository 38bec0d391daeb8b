"""The first administrator: a one-time link, printed where the installation was started, leads to a page.

Only the digest of a token is stored, so a copy of the database opens nothing.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.domain.demonstration import open_demonstrations_to
from accounts.models import Membership, Organization, Role, SetupLink, User
from core.refusals import Refused

LINK_HOURS = 24
TOKEN_BYTES = 32


def has_administrator() -> bool:
    """Whether somebody can sign in and run an organization; demonstration data does not count."""
    runs = Membership.objects.filter(role=Role.ADMINISTRATOR, organization__is_demo=False, user__is_active=True)
    people = User.objects.filter(pk__in=runs.values("user"))
    return any(person.has_usable_password() for person in people)


@transaction.atomic
def issue_setup_link() -> str:
    """A new token, valid once; links issued before stop working."""
    if has_administrator():
        raise Refused(
            _("An administrator exists already. Administrators add people on the page of their organization.")
        )
    SetupLink.objects.filter(used_at=None).delete()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    SetupLink.objects.create(token_digest=_digest(token), expires_at=timezone.now() + timedelta(hours=LINK_HOURS))
    return token


def is_setup_link(token: str) -> bool:
    """Whether the token still opens the page."""
    return _open_links(token).exists() and not has_administrator()


@transaction.atomic
def make_first_administrator(token: str, *, email: str, name: str, password: str, organization_name: str) -> User:
    """Use the link up: a person who may run the site, and the organization they administer."""
    if has_administrator() or not _open_links(token).update(used_at=timezone.now()):
        raise Refused(_("This link has been used or has expired. Start Headwater again for a new one."))
    user = User.objects.filter(email__iexact=email).first() or User(email=email.lower())
    user.name, user.is_staff, user.is_active = name, True, True
    user.set_password(password)
    user.save()
    organization = Organization.objects.create(name=organization_name)
    Membership.objects.create(user=user, organization=organization, role=Role.ADMINISTRATOR)
    record("installation.set_up", by=user, on=organization, organization=organization)
    open_demonstrations_to(user)
    return user


def _open_links(token: str) -> QuerySet[SetupLink]:
    return SetupLink.objects.filter(token_digest=_digest(token), used_at=None, expires_at__gt=timezone.now())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
