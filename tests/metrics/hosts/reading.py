"""Reading a host to its end, as the domain does, without a database."""

import dataclasses
import datetime as dt
import time
from typing import Any

from metrics.clients.hosts import Access, Cursor, HostKind, Kind, Page
from metrics.clients.known import begin
from metrics.signals.changes import HostContext, read_host
from metrics.signals.changes.types import Hosted
from metrics.signals.types import Measured
from tests.metrics.hosts.server import TOKEN, Host
from tests.metrics.hosts.story import NOW

SINCE = NOW - dt.timedelta(days=200)


def access_to(host: Host, kind: str, project: str = "org/service", credential: str = TOKEN) -> Access:
    return Access(HostKind(kind), host.url, project, credential, "salt", [host.url.removeprefix("http://")])


def is_wait_of(told_s: float, waited_s: float, *, began: float) -> bool:
    """Whether a wait is the one that was told at `began` (monotonic): a moment comes nearer while a reading goes on."""
    return told_s - (time.monotonic() - began) - 2 <= waited_s <= told_s + 2


def read(access: Access, cursor: Cursor | None = None, *, since: dt.datetime = SINCE, pages: int = 10_000) -> Any:
    """Everything that was told, and the cursor after it; `pages` ends the reading early, as a kill would."""
    told = Told()
    for n, (page, after) in enumerate(begin(access, cursor or {}, since=since), 1):
        told.take(page, after)
        if n == pages:
            break
    return told


class Told:
    """Records by kind and key, as rows would keep them."""

    def __init__(self) -> None:
        self.records: dict[Kind, dict[str, Any]] = {kind: {} for kind in Kind}
        self.of: dict[str, str] = {}
        self.found: dict[str, Any] = {}
        self.unseen: dict[Any, str] = {}
        self.cursor: Cursor = {}
        self.n_records = 0

    def take(self, page: Page, cursor: Cursor) -> None:
        for record in page.records:
            self.records[record.kind][record.key] = record.value
            self.of[record.key] = record.of
            self.n_records += 1
        for name in page.found.__dataclass_fields__:
            if (value := getattr(page.found, name)) is not None:
                self.found[name] = value
        self.unseen |= page.unseen
        self.cursor = cursor

    def add(self, other: "Told") -> None:
        for kind, values in other.records.items():
            self.records[kind] |= values
        self.found |= other.found
        self.cursor = other.cursor


def readings(told: Told, kind: str) -> dict[str, Measured]:
    """What the signals read of it."""
    changes = []
    for change in told.records[Kind.CHANGE].values():
        said = [r for key, r in told.records[Kind.REMARK].items() if told.of[key] == change.number]
        changes.append(dataclasses.replace(change, remarks=(*change.remarks, *said)))
    hosted = Hosted(
        kind, NOW, SINCE, changes=tuple(changes), runs=tuple(told.records[Kind.RUN].values()),
        items=tuple(told.records[Kind.ITEM].values()), releases=tuple(told.records[Kind.RELEASE].values()),
        protection=told.found["protection"],
    )  # fmt: skip
    return {r.signal: r for r in read_host(HostContext(hosted)) if isinstance(r, Measured)}
