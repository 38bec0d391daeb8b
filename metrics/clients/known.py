"""Every host there is a module for. A new host is a module with the face of `metrics.clients` and a line here."""

import datetime as dt
from collections.abc import Iterator
from types import ModuleType

from metrics.clients import azure, bitbucket, gitea, github, gitlab
from metrics.clients.hosts import Access, Cursor, HostKind, Look, Page, look_through, walk

CLIENTS: dict[HostKind, ModuleType] = {
    HostKind.GITHUB: github,
    HostKind.GITLAB: gitlab,
    HostKind.GITEA: gitea,
    HostKind.BITBUCKET: bitbucket,
    HostKind.AZURE: azure,
}


def client_of(kind: str) -> ModuleType:
    return CLIENTS[HostKind(kind)]


def begin(access: Access, cursor: Cursor, *, since: dt.datetime) -> Iterator[tuple[Page, Cursor]]:
    """Everything the host tells of the project, page by page, with the cursor after each."""
    client = client_of(access.kind)
    return walk(client.STEPS, client.session_of(access), cursor, since)


def look(access: Access) -> Look:
    """What the token may see."""
    client = client_of(access.kind)
    session = client.session_of(access)
    return look_through(client.STEPS, session, lambda: client.project_name(session))
