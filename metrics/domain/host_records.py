"""The normalized set as rows and back. Every type is plain data, so pydantic writes and reads it as it stands."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from metrics.clients.hosts import Access, Found, Kind, Record, person_id
from metrics.clients.known import begin
from metrics.models import HostConnection, HostRecord
from metrics.signals.changes.calendar import Calendar
from metrics.signals.changes.types import Alert, Change, Check, Hosted, Part, Release, Remark, WorkItem

_TYPES: dict[Kind, TypeAdapter[Any]] = {
    Kind.CHANGE: TypeAdapter(Change),
    Kind.REMARK: TypeAdapter(Remark),
    Kind.RUN: TypeAdapter(Check),
    Kind.ITEM: TypeAdapter(WorkItem),
    Kind.RELEASE: TypeAdapter(Release),
    Kind.ALERT: TypeAdapter(Alert),
}
_FOUND = TypeAdapter(Found)
_OF_THE_PROJECT = tuple(field.name for field in dataclasses.fields(Found))


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
    rows = connection.records.order_by("kind", "key").iterator(chunk_size=500)
    told = ((Kind(row.kind), row.of, _TYPES[Kind(row.kind)].validate_python(row.value, strict=False)) for row in rows)
    hosted = dataclasses.replace(
        with_told(Hosted(connection.kind, until, connection.complete_since or until), told),
        unseen={Part(name): sentence for name, sentence in connection.unseen.items()},
        calendar=Calendar(connection.time_zone, opens=connection.opens_at, closes=connection.closes_at),
        person=lambda login: person_id(connection.salt, login),
    )
    return with_found(hosted, _FOUND.validate_python(connection.found, strict=False))


def hosted_now(access: Access, until: dt.datetime, since: dt.datetime) -> Hosted:
    """What a host tells at this moment, kept nowhere."""
    told: dict[tuple[Kind, str], tuple[Kind, str, Any]] = {}
    hosted = Hosted(access.kind.value, until, since, person=access.person)
    for page, _ in begin(access, {}, since=since):
        told |= {(each.kind, each.key): (each.kind, each.of, each.value) for each in page.records}
        hosted = with_found(dataclasses.replace(hosted, unseen={**hosted.unseen, **page.unseen}), page.found)
    return with_told(hosted, told.values())


def with_told(hosted: Hosted, told: Iterable[tuple[Kind, str, Any]]) -> Hosted:
    """The host's data with these records in it: the kind of each, the change it belongs to, and itself."""
    by_kind: dict[Kind, list[Any]] = defaultdict(list)
    said: dict[str, list[Remark]] = defaultdict(list)
    for kind, of, value in told:
        if kind is Kind.REMARK:
            said[of].append(value)
        else:
            by_kind[kind].append(value)
    return dataclasses.replace(
        hosted,
        changes=tuple(with_remarks(change, said[change.number]) for change in by_kind[Kind.CHANGE]),
        runs=tuple(by_kind[Kind.RUN]),
        items=tuple(by_kind[Kind.ITEM]),
        releases=tuple(by_kind[Kind.RELEASE]),
        alerts=tuple(by_kind[Kind.ALERT]),
    )


def with_found(hosted: Hosted, found: Found) -> Hosted:
    """The host's data with what a page says of the project as a whole."""
    said = {name: value for name in _OF_THE_PROJECT if (value := getattr(found, name)) is not None}
    return dataclasses.replace(hosted, **said)


def with_remarks(change: Change, remarks: Iterable[Remark]) -> Change:
    more = tuple(remarks)
    return dataclasses.replace(change, remarks=(*change.remarks, *more)) if more else change
