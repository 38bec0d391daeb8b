"""The audit log: one append-only event for every change of state, written in the transaction of the change.

A caller stands under `transaction.atomic`, names one of `accounts.verbs.VERBS` and gives only the facts listed there:

    record("assessment.closed", by=by, on=assessment, team=assessment.team)

A person is named by key alone (`by` who did it, `about` whom it was done to); the key goes when the person is erased.
"""

from typing import Any

from django.db.models import Model, prefetch_related_objects
from django.utils import timezone

from accounts.models import AuditEvent, Organization, Team, User
from accounts.verbs import VERBS

LABEL_LENGTH = 200


def record(
    verb: str,
    *,
    by: User | None,
    on: Model,
    team: Team | None = None,
    organization: Organization | None = None,
    about: User | None = None,
    day_only: bool = False,
    **facts: Any,
) -> AuditEvent:
    """Write one event; `by` is None for the server itself and for whoever answers anonymously.

    `day_only` keeps the day and drops the time, for events of an anonymous survey: give neither `by` nor `about` there.
    """
    if unlisted := set(facts) - VERBS[verb].facts:
        raise ValueError(f"The verb {verb} does not list the facts {sorted(unlisted)}.")
    at, organization_id = timezone.now(), _organization_id(organization, team)
    return AuditEvent.objects.create(
        at=timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) if day_only else at,
        who=by,
        role="participant" if day_only else role_of(by, organization_id, team),
        about=about,
        organization_id=organization_id,
        team=team,
        verb=verb,
        kind=str(on._meta.model_name),
        object_id=getattr(on, "public_id", None),
        label=str(getattr(on, "audit_label", on))[:LABEL_LENGTH],
        facts={name: _plain(value) for name, value in facts.items() if value is not None},
    )


def _organization_id(organization: Organization | None, team: Team | None) -> int | None:
    if organization is not None:
        return organization.pk
    return team.organization_id if team else None


def role_of(user: User | None, organization_id: int | None, team: Team | None) -> str:
    """What the person is there at this moment, the organization's role before the team's."""
    if user is None:
        return "server"
    prefetch_related_objects([user], "memberships")
    places = list(user.memberships.all())
    in_organization = [p.role for p in places if p.team_id is None and p.organization_id == organization_id]
    in_team = [p.role for p in places if team and p.team_id == team.pk]
    return next(iter(in_organization + in_team), "operator" if user.is_staff else "guest")


def _plain(value: Any) -> Any:
    """As JSON keeps it: text, number, yes or no, or a list of these."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return str(value)
