"""The audit log: one append-only event for every change of state, written in the transaction of the change.

A caller stands under `transaction.atomic`, names one of `accounts.verbs.VERBS` and gives only the facts listed there:

    record("assessment.closed", by=by, on=assessment, team=assessment.team)

A person is named by key alone (`by` who did it, `about` whom it was done to); the key goes when the person is erased.
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet, prefetch_related_objects
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
    role: str = "",
    **facts: Any,
) -> AuditEvent:
    """Write one event; `by` is None for the server itself and for whoever answers anonymously.

    `role` names who acts without being a person here, one of `accounts.models.EVENT_ROLES`. `day_only` keeps the day
    and drops the time, for events of an anonymous survey: give neither `by` nor `about` there.
    """
    if unlisted := set(facts) - VERBS[verb].facts:
        raise ValueError(f"The verb {verb} does not list the facts {sorted(unlisted)}.")
    at, organization_id = timezone.now(), _organization_id(organization, team)
    return AuditEvent.objects.create(
        at=timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) if day_only else at,
        who=by,
        role=role or ("participant" if day_only else role_of(by, organization_id, team)),
        about=about,
        organization_id=organization_id,
        team=team,
        verb=verb,
        kind=str(on._meta.model_name),
        object_id=getattr(on, "public_id", None),
        label=str(getattr(on, "audit_label", on))[:LABEL_LENGTH],
        facts={name: _plain(value) for name, value in facts.items() if value is not None},
    )


def events_of(
    organization: Organization,
    *,
    person: User | None = None,
    verb: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[AuditEvent]:
    """The organization's events, the newest first; `person` did it or was it done to, `until` is the last day."""
    rows = AuditEvent.objects.filter(organization=organization).select_related("who", "about", "team")
    if person:
        rows = rows.filter(Q(who=person) | Q(about=person))
    if verb:
        rows = rows.filter(verb=verb)
    if since:
        rows = rows.filter(at__date__gte=since)
    return rows.filter(at__date__lte=until) if until else rows


@transaction.atomic
def export_events(
    rows: QuerySet[AuditEvent], organization: Organization, *, form: str, by: User
) -> Iterator[list[str]]:
    """Each event as the cells of COLUMNS, read as they are sent; that somebody took a copy is an event itself."""
    record("audit.exported", by=by, on=organization, organization=organization, format=form)
    return (cells_of(event) for event in rows.iterator(chunk_size=500))


COLUMNS = ("at", "who", "role", "verb", "about", "kind", "id", "label", "team", "facts")


def cells_of(event: AuditEvent) -> list[str]:
    return [
        event.at.isoformat(),
        str(event.who or ""),
        event.role,
        event.verb,
        str(event.about or ""),
        event.kind,
        str(event.object_id or ""),
        event.label,
        str(event.team or ""),
        json.dumps(event.facts, ensure_ascii=False, sort_keys=True) if event.facts else "",
    ]


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
    teams = {team.pk} if team else {p.team_id for p in places if p.organization_id == organization_id}
    in_team = [p.role for p in places if p.team_id and p.team_id in teams]
    return next(iter(in_organization + in_team), "operator" if user.is_staff else "guest")


def _plain(value: Any) -> Any:
    """As JSON keeps it: text, number, yes or no, or a list of these."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return str(value)
