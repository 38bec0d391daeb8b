"""What a person changes about their own account, and how that comes into the audit log."""

from typing import Any

from django.db import transaction

from accounts.domain.audit import record
from accounts.domain.sessions import end_other_sessions, end_sessions
from accounts.models import Organization, SignedInSession, User


@transaction.atomic
def record_own(verb: str, user: User, **facts: Any) -> None:
    """One event in the log of every organization the person belongs to; one in no organization's if there is none."""
    organizations: list[Organization | None] = [*Organization.objects.for_user(user)]
    for organization in organizations or [None]:
        record(verb, by=user, on=user, about=user, organization=organization, **facts)


_record = record_own


@transaction.atomic
def change_name(user: User, *, name: str) -> None:
    user.name = name
    user.save(update_fields=["name"])
    _record("name.changed", user)


@transaction.atomic
def end_session(user: User, row: SignedInSession) -> int:
    n_ended = end_sessions(user.signed_in_sessions.filter(pk=row.pk))
    _record("session.ended", user, n_sessions=n_ended)
    return n_ended


@transaction.atomic
def end_elsewhere(user: User, session: Any) -> int:
    """Sign out everywhere but in this session."""
    n_ended = end_other_sessions(user, session)
    _record("session.ended", user, n_sessions=n_ended)
    return n_ended
