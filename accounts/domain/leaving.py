"""A person leaves an organization: places end, what is personal is erased, and with the last place the account goes.

What is erased and kept stands in docs/privacy.md, “Leaving”; tests/accounts/test_leaving.py holds it row by row.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.domain.audit import record
from accounts.domain.people import keep_an_administrator
from accounts.events import person_left
from accounts.models import AuditEvent, Membership, Organization, User


def account_goes_with(organization: Organization, user: User) -> bool:
    """Whether this is the person's last organization; demonstrations do not count, and the operator's account stays."""
    elsewhere = Membership.with_ended.filter(user=user, organization__is_demo=False).exclude(organization=organization)
    return not (user.is_staff or user.is_superuser or elsewhere.exists())


@transaction.atomic
def leave(organization: Organization, user: User, *, by: User) -> bool:
    """End every place of the person here and erase them; true when their account went too.

    Raises Refused for the last administrator.
    """
    for place in Membership.with_ended.select_related("organization").filter(organization=organization, user=user):
        keep_an_administrator(place)
    record("person.left", by=by, on=organization, organization=organization, by_themselves=by == user)
    account_goes = account_goes_with(organization, user)
    person_left.send(User, user=user, organization=None if account_goes else organization)
    for role in ("who", "about"):
        AuditEvent.objects.filter(**{role: user, "organization": organization}).update(**{role: None})
    Membership.with_ended.filter(organization=organization, user=user).delete()
    if account_goes:
        _end_sessions(user)
        user.delete()
    return account_goes


def _end_sessions(user: User) -> None:
    """A session row holds the key of its person inside; the table has no column to ask for."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
