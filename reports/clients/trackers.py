"""Work trackers: GitHub issues, GitLab issues and Jira. Each finds what we made, makes one ticket, reads one.

They go out through the one HTTP door, `metrics.clients.http`, which decides where a credential may go. A ticket carries
a mark of ours, a label or a line of its text, so that one made by a run that died is found instead of made again.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import quote

from metrics.clients.http import Door, HostError

LABEL = "headwater"
MAX_PAGES = 20


class TrackerKind(StrEnum):
    GITHUB = "github"
    GITLAB = "gitlab"
    JIRA = "jira"


HOMES = {TrackerKind.GITHUB: "https://api.github.com", TrackerKind.GITLAB: "https://gitlab.com", TrackerKind.JIRA: ""}


@dataclass(frozen=True)
class Place:
    """`base_url` is the API's for GitHub, else the site's; `account` is the e-mail of a Jira Cloud token."""

    kind: TrackerKind
    base_url: str
    project: str
    credential: str = field(repr=False)
    account: str = ""
    http_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    mark: str
    title: str
    body: str


@dataclass(frozen=True)
class Ticket:
    key: str
    url: str
    state: str
    is_closed: bool


class Tracker(Protocol):
    def find(self) -> Iterator[tuple[str, Ticket]]:
        """Every ticket of ours with the text that holds its mark."""

    def create(self, draft: Draft) -> Ticket: ...

    def read(self, key: str) -> Ticket: ...


def tracker_of(place: Place) -> Tracker:
    makers: dict[TrackerKind, Callable[[Place], Tracker]] = {
        TrackerKind.GITHUB: GitHub,
        TrackerKind.GITLAB: GitLab,
        TrackerKind.JIRA: Jira,
    }
    return makers[place.kind](place)


class GitHub:
    """REST API 2022-11-28: a fine-grained token with Issues: read and write on the repository."""

    def __init__(self, place: Place) -> None:
        headers = {
            "Authorization": f"Bearer {place.credential}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self.door = Door(place.base_url, lambda: headers, place.http_hosts)
        self.path = f"repos/{quote(place.project, safe='/')}/issues"

    def find(self) -> Iterator[tuple[str, Ticket]]:
        for row in _pages(self.door, self.path, labels=LABEL, state="all", per_page=100):
            yield str(row.get("body") or ""), self._ticket(row)

    def create(self, draft: Draft) -> Ticket:
        body = {"title": draft.title, "body": draft.body, "labels": [LABEL]}
        return self._ticket(self.door.post(self.path, body).data)

    def read(self, key: str) -> Ticket:
        return self._ticket(self.door.get(f"{self.path}/{quote(key)}").data)

    def _ticket(self, row: Any) -> Ticket:
        state = str(_of(row, "state"))
        reason = str(row.get("state_reason") or "").replace("_", " ")
        told = f"{state}, {reason}" if state == "closed" and reason else state
        return Ticket(str(_of(row, "number")), str(_of(row, "html_url")), told, state == "closed")


class GitLab:
    """REST API v4: a project access token with the scope api and the role Reporter or higher."""

    def __init__(self, place: Place) -> None:
        headers = {"PRIVATE-TOKEN": place.credential}
        self.door = Door(place.base_url, lambda: headers, place.http_hosts)
        self.path = f"api/v4/projects/{quote(place.project, safe='')}/issues"

    def find(self) -> Iterator[tuple[str, Ticket]]:
        for row in _pages(self.door, self.path, labels=LABEL, state="all", per_page=100):
            yield str(row.get("description") or ""), self._ticket(row)

    def create(self, draft: Draft) -> Ticket:
        body = {"title": draft.title, "description": draft.body, "labels": LABEL}
        return self._ticket(self.door.post(self.path, body).data)

    def read(self, key: str) -> Ticket:
        return self._ticket(self.door.get(f"{self.path}/{quote(key)}").data)

    def _ticket(self, row: Any) -> Ticket:
        state = str(_of(row, "state"))
        return Ticket(str(_of(row, "iid")), str(_of(row, "web_url")), state, state == "closed")


class Jira:
    """REST API 2, whose descriptions are plain text. Cloud: an e-mail and an API token; Data Center: a token."""

    def __init__(self, place: Place) -> None:
        whole = base64.b64encode(f"{place.account}:{place.credential}".encode()).decode()
        headers = {"Authorization": f"Basic {whole}" if place.account else f"Bearer {place.credential}"}
        self.door = Door(place.base_url, lambda: headers, place.http_hosts)
        self.project, self.is_cloud = place.project, bool(place.account)

    def find(self) -> Iterator[tuple[str, Ticket]]:
        query: dict[str, Any] = {
            "jql": f'project = "{self.project}" AND labels = {LABEL}',
            "fields": "labels,status",
            "maxResults": 100,
        }
        path = "rest/api/2/search/jql" if self.is_cloud else "rest/api/2/search"
        for page in range(MAX_PAGES):
            data = self.door.get(path, **query).data
            rows = _of(data, "issues")
            for row in rows:
                yield " ".join(_of(row, "fields").get("labels") or ()), self._ticket(row)
            if self.is_cloud:
                query["nextPageToken"] = data.get("nextPageToken") or ""
            query["startAt"] = "" if self.is_cloud else 100 * (page + 1)
            if not rows or (self.is_cloud and not query["nextPageToken"]) or len(rows) < 100:
                return

    def create(self, draft: Draft) -> Ticket:
        fields = {
            "project": {"key": self.project},
            "issuetype": {"name": "Task"},
            "summary": draft.title[:255],
            "description": draft.body,
            "labels": [LABEL, draft.mark],
        }
        key = str(_of(self.door.post("rest/api/2/issue", {"fields": fields}).data, "key"))
        return self.read(key)

    def read(self, key: str) -> Ticket:
        return self._ticket(self.door.get(f"rest/api/2/issue/{quote(key)}", fields="status").data)

    def _ticket(self, row: Any) -> Ticket:
        key, status = str(_of(row, "key")), _of(_of(row, "fields"), "status")
        is_closed = (status.get("statusCategory") or {}).get("key") == "done"
        return Ticket(key, f"{self.door.base_url}/browse/{key}", str(_of(status, "name")), is_closed)


def _pages(door: Door, path: str, **query: Any) -> Iterator[Mapping[str, Any]]:
    answer = door.get(path, **query)
    for _ in range(MAX_PAGES):
        if not isinstance(answer.data, list):
            raise HostError("The tracker answered with something else than its issues; is the address right?")
        yield from answer.data
        if not answer.next_url:
            return
        answer = door.get(answer.next_url)


def _of(row: Any, name: str) -> Any:
    if not isinstance(row, Mapping) or name not in row:
        raise HostError("The tracker answered with something else than an issue; is the address right?")
    return row[name]
