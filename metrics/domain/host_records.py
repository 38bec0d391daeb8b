"""The normalized set as rows and back. Every type is plain data, so pydantic writes and reads it as it stands."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from metrics.clients.hosts import Found, Kind, Record, person_id
from metrics.models import HostConnection, HostRecord
from metrics.signals.changes.calendar import Calendar
from metrics.signals.changes.types import Alert, Change, Check, Hosted, Part, Protection, Release, Remark, WorkItem

_TYPES: dict[Kind, TypeAdapter[Any]] = {
    Kind.CHANGE: TypeAdapter(Change),
    Kind.REMARK: TypeAdapter(Remark),
    Kind.RUN: TypeAdapter(Check),
    Kind.ITEM: TypeAdapter(WorkItem),
    Kind.RELEASE: TypeAdapter(Release),
    Kind.ALERT: TypeAdapter(Alert),
}
_FOUND = TypeAdapter(Found)
_PROTECTION = TypeAdapter(Protection)
_MEMBERS = TypeAdapter(dict[str, frozenset[str]])


def save_records(connection: HostConnection, records: Iterable[Record]) -> None:
    """Keep the records; one that was there is replaced."""
    rows = {
        (record.kind, record.key[:160]): HostRecord(
            connection=connection,
            kind=record.kind.value,
            key=record.key[:160],
            of=record.of[:60],
            at=record.at,
            value=_TYPES[record.kind].dump_python(record.value, mode="json"),
        )
        for record in records
    }
    HostRecord.objects.bulk_create(
        rows.values(),
        batch_size=200,
        update_conflicts=True,
        unique_fields=["connection", "kind", "key"],
        update_fields=["of", "at", "value"],
    )


def found_as_data(found: Found) -> dict[str, Any]:
    """What a page says of the project as a whole, without what it does not speak of."""
    data: dict[str, Any] = _FOUND.dump_python(found, mode="json")
    return {name: value for name, value in data.items() if value is not None}


def hosted_of(connection: HostConnection, until: dt.datetime) -> Hosted:
    """Everything kept of the host, as the signals read it."""
    by_kind: dict[str, list[Any]] = defaultdict(list)
    said: dict[str, list[Remark]] = defaultdict(list)
    for row in connection.records.order_by("kind", "key").iterator(chunk_size=500):
        value = _TYPES[Kind(row.kind)].validate_python(row.value, strict=False)
        if row.kind == Kind.REMARK:
            said[row.of].append(value)
        else:
            by_kind[row.kind].append(value)
    found = connection.found
    return Hosted(
        host=connection.kind,
        until=until,
        since=connection.complete_since or until,
        default_branch=found.get("default_branch", "main"),
        changes=tuple(with_remarks(change, said[change.number]) for change in by_kind[Kind.CHANGE]),
        runs=tuple(by_kind[Kind.RUN]),
        items=tuple(by_kind[Kind.ITEM]),
        releases=tuple(by_kind[Kind.RELEASE]),
        alerts=tuple(by_kind[Kind.ALERT]),
        scanners=frozenset(found.get("scanners", ())),
        protection=_PROTECTION.validate_python(found.get("protection", {})),
        members=_MEMBERS.validate_python(found.get("members", {})),
        unseen={Part(name): sentence for name, sentence in connection.unseen.items()},
        person=lambda login: person_id(connection.salt, login),
        calendar=Calendar(connection.time_zone, opens=connection.opens_at, closes=connection.closes_at),
    )


def with_remarks(change: Change, remarks: Iterable[Remark]) -> Change:
    more = tuple(remarks)
    return dataclasses.replace(change, remarks=(*change.remarks, *more)) if more else change
