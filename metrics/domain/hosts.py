"""Connecting a repository to its hosting service, testing the connection, and reading it page by page."""

import datetime as dt
import secrets
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import Team, User
from assessment.domain.retold import retold
from assessment.maturity.loader import SHIPPED, read_model
from core.refusals import Invalid
from core.sealed import Lost, open_sealed, seal
from metrics.clients.hosts import Access, HostKind, Page
from metrics.clients.http import HostError, MustWait, check_base
from metrics.clients.known import begin, look
from metrics.domain.host_records import found_as_data, hosted_now, save_records
from metrics.domain.repositories import attach_repository
from metrics.models import HostConnection, Repository
from metrics.signals.changes import HOST_SIGNALS
from metrics.signals.changes.types import Hosted, Part

KEPT_DAYS = 200  # the longest window of a signal over changes is 180 days
ITEMS_DAYS = 580  # requests are older than the changes they lead to
TEST_TIMEOUT_S = 8.0  # somebody waits for the page
HOMES = {
    HostKind.GITHUB: "https://github.com",
    HostKind.GITLAB: "https://gitlab.com",
    HostKind.BITBUCKET: "https://bitbucket.org",
    HostKind.AZURE: "https://dev.azure.com",
}  # Gitea and Forgejo are hosts of one's own


@dataclass(frozen=True)
class Tested:
    """What a connection may see: the project's name, and by reason the names of the signals that will be skipped."""

    project: str
    hidden: dict[str, tuple[str, ...]]

    @property
    def n_skipped(self) -> int:
        return len({signal for signals in self.hidden.values() for signal in signals})


@transaction.atomic
def connect_host(
    repository: Repository,
    *,
    kind: str,
    base_url: str,
    project: str,
    credential: str = "",
    time_zone: str = "UTC",
    by: User | None = None,
) -> HostConnection:
    """Give the repository its host; an empty credential keeps the one that is there, unless the host is another."""
    base_url = check_host(kind, base_url)
    check_time_zone(time_zone)
    held = HostConnection.objects.filter(repository=repository).first()
    same = held is not None and (held.kind, held.base_url, held.project) == (kind, base_url, project.strip("/ "))
    if held is not None and same:
        held.time_zone = time_zone
        if credential:
            held.sealed_credential = seal(credential)
            held.cursor, held.unseen = {}, {}
        held.save()
    else:
        HostConnection.objects.filter(repository=repository).delete()  # another place: nothing of the old one is kept
        held = HostConnection.objects.create(
            repository=repository,
            kind=kind,
            base_url=base_url,
            project=project.strip("/ "),
            sealed_credential=seal(credential),
            time_zone=time_zone,
        )
    record("repository.host_connected", by=by, on=repository, team=repository.team, kind=kind)
    return held


def check_host(kind: str, base_url: str) -> str:
    """The address of the host; Invalid says why it may not be read."""
    try:
        return _place_of(kind, base_url)
    except HostError as error:
        raise Invalid(retold(error.sentence)) from error


def _place_of(kind: str, base_url: str) -> str:
    """The address given, or the public one of the service."""
    home = base_url or HOMES.get(HostKind(kind), "")
    if not home:
        raise HostError(_("This service has no one public address; enter the address of the host."))
    return check_base(home, http_hosts=settings.REPOSITORY_HTTP_HOSTS)


def check_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise Invalid(_("There is no time zone of this name; write it like Europe/Berlin."))


@transaction.atomic
def attach_with_host(
    team: Team, values: dict[str, Any], host: dict[str, Any] | None, *, by: User | None = None
) -> Repository:
    """Attach a repository and connect its host, both or neither."""
    repository = attach_repository(team, **values, by=by)
    if host:
        connect_host(repository, **host, by=by)
    return repository


def set_host(repository: Repository, host: dict[str, Any] | None, *, by: User | None = None) -> None:
    """Connect the host that is given, or disconnect when none is."""
    if host:
        connect_host(repository, **host, by=by)
    else:
        disconnect_host(repository, by=by)


@transaction.atomic
def disconnect_host(repository: Repository, *, by: User | None = None) -> None:
    """Forget the host, the credential and everything read from it."""
    if HostConnection.objects.filter(repository=repository).delete()[0]:
        record("repository.host_disconnected", by=by, on=repository, team=repository.team)


def access_of(connection: HostConnection, tick: Callable[[], None] = lambda: None) -> Access:
    try:
        credential = open_sealed(connection.sealed_credential)
    except Lost:
        raise HostError(_("The stored token can no longer be read, because its key is gone; enter it again.")) from None
    return Access(
        HostKind(connection.kind),
        connection.base_url,
        connection.project,
        credential,
        connection.salt,
        settings.REPOSITORY_HTTP_HOSTS,
        tick,
    )


def ask_now(*, kind: str, base_url: str, project: str, credential: str, until: dt.datetime) -> Hosted:
    """What a live host tells up to now, for the command line: kept nowhere."""
    place = _place_of(kind, base_url)
    salt = secrets.token_hex(16)
    access = Access(HostKind(kind), place, project, credential, salt, settings.REPOSITORY_HTTP_HOSTS)
    return hosted_now(access, until, min(until, timezone.now()) - dt.timedelta(days=KEPT_DAYS))


def try_host(
    *, kind: str, base_url: str, project: str, credential: str, stored: HostConnection | None = None
) -> Tested:
    """Ask the host what it would show; Invalid says why it shows nothing.

    Without a typed credential the stored one is tried, at the place it was stored for and nowhere else.
    """
    place = (kind, check_host(kind, base_url), project.strip("/ "))
    if not credential and stored and (stored.kind, stored.base_url, stored.project) == place:
        credential = access_of(stored).credential
    access = Access(
        HostKind(kind), place[1], place[2], credential, "test", settings.REPOSITORY_HTTP_HOSTS, timeout_s=TEST_TIMEOUT_S
    )
    try:
        seen = look(access)
    except HostError as error:
        raise Invalid(retold(error.sentence)) from error
    by_reason: dict[str, set[str]] = {}
    for part, reason in seen.hidden.items():
        by_reason.setdefault(reason, set()).update(skipped_without(part))
    names = {signal: definition.name for signal, definition in read_model(SHIPPED).signals.items()}
    return Tested(
        seen.project, {retold(reason): tuple(sorted(names[s] for s in hit)) for reason, hit in by_reason.items()}
    )


def skipped_without(part: Part) -> list[str]:
    """The signals that need a part of the host."""
    more = {Part.PROTECTION: ["protection_tier"], Part.MEMBERS: ["owner_approval_rate"]}
    return [name for name, signal in HOST_SIGNALS.items() if part in signal.needs] + more.get(part, [])


def read_host(connection: HostConnection, until: dt.datetime, progress: Callable[[str], None]) -> None:
    """Read what is new on the host and keep it page by page, each page with the cursor after it.

    A host that asks for patience raises `MustWait`; what was read by then stands, and the next call goes on there.
    """
    now = timezone.now()
    if connection.wait_until and connection.wait_until > now:
        raise MustWait(_("The host asked to wait."), (connection.wait_until - now).total_seconds())
    since = min(until, now) - dt.timedelta(days=KEPT_DAYS)
    _aim(connection, since)
    access = access_of(connection, tick=lambda: progress(""))
    spent, before = access.spent, (connection.n_calls, connection.n_bytes)
    pages = begin(access, connection.cursor, since=connection.reading_since or since)
    try:
        for page, cursor in pages:
            _keep(connection, page, cursor)
            connection.n_calls, connection.n_bytes = before[0] + spent.calls, before[1] + spent.bytes
            progress(str(cursor.get("step", "")))
    except MustWait as wait:
        connection.wait_until = timezone.now() + dt.timedelta(seconds=wait.wait_s)
        connection.save(update_fields=["wait_until"])
        raise
    connection.complete_since = min(connection.reading_since or since, connection.complete_since or since)
    connection.wait_until = None
    connection.save(update_fields=["complete_since", "wait_until", "n_calls", "n_bytes"])
    _forget(connection, now)


def _aim(connection: HostConnection, since: dt.datetime) -> None:
    """Decide how far back to read: everything when the records do not reach there, else what is new."""
    under_way = bool(connection.cursor.get("step"))
    reaches = connection.complete_since is not None and connection.complete_since <= since
    if under_way and connection.reading_since and connection.reading_since <= since:
        return
    if not reaches or not connection.cursor:
        connection.cursor, connection.complete_since = {}, None
    connection.reading_since = since
    connection.save(update_fields=["cursor", "complete_since", "reading_since"])


@transaction.atomic
def _keep(connection: HostConnection, page: Page, cursor: dict[str, object]) -> None:
    """A page's records and the cursor after it, both or neither."""
    save_records(connection, page.records)
    connection.found = connection.found | found_as_data(page.found)
    seen = connection.unseen if connection.cursor.get("step") else {}  # a new walk asks anew
    connection.unseen = seen | {part.value: reason for part, reason in page.unseen.items()}
    connection.cursor = cursor
    connection.save(update_fields=["found", "unseen", "cursor"])


def _forget(connection: HostConnection, now: dt.datetime) -> None:
    """Drop what no window reaches any more."""
    kept_longer = ("item", "alert")
    connection.records.exclude(kind__in=kept_longer).filter(at__lt=now - dt.timedelta(days=KEPT_DAYS + 165)).delete()
    connection.records.filter(kind="item", at__lt=now - dt.timedelta(days=ITEMS_DAYS)).delete()


def host_name(connection: HostConnection) -> str:
    return urlsplit(connection.base_url).hostname or connection.base_url
