"""What every host module works with, and the walk through its parts that can stop and go on anywhere."""

import contextlib
import datetime as dt
import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from metrics.clients.http import Answer, Door, HostError, NotAllowed, Spent
from metrics.signals.changes.context import kind_of
from metrics.signals.changes.types import Actor, ChangeState, Check, Part, Protection

ITEMS_BACK = dt.timedelta(days=180)


class HostKind(StrEnum):
    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"
    BITBUCKET = "bitbucket"
    AZURE = "azure"


class Kind(StrEnum):
    """What a record is; the same key replaces an earlier one."""

    CHANGE = "change"
    REMARK = "remark"  # a comment, by the number of its change
    RUN = "run"
    ITEM = "item"
    RELEASE = "release"
    ALERT = "alert"


@dataclass(frozen=True)
class Record:
    """One thing of the normalized set. `of` names the change a remark belongs to; `at` decides how long it is kept."""

    kind: Kind
    key: str
    value: Any
    at: dt.datetime
    of: str = ""


@dataclass(frozen=True)
class Found:
    """What holds for the project as a whole; None where this page says nothing of it."""

    default_branch: str | None = None
    protection: Protection | None = None
    scanners: frozenset[str] | None = None
    members: Mapping[str, frozenset[str]] | None = None


@dataclass(frozen=True)
class Page:
    """A page of what a host told. `after` is where its part goes on, empty at its end."""

    records: tuple[Record, ...] = ()
    after: str = ""
    found: Found = Found()
    unseen: Mapping[Part, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """What a token may see of a project, for testing a connection."""

    project: str
    hidden: Mapping[Part, str]


def person_id(salt: str, login: str) -> str:
    """The id that stands for an account: the same under one salt, and of no use without it."""
    return hmac.new(salt.encode(), login.casefold().encode(), hashlib.sha256).hexdigest()[:16]


@dataclass
class Access:
    """One project on one host, and the right to read it. Neither the credential nor the salt is ever shown.

    `credential` is a token, or for a GitHub App its id, installation and private key. `salt` makes the ids of people.
    """

    kind: HostKind
    base_url: str
    project: str
    credential: str = field(default="", repr=False)
    salt: str = field(default="", repr=False)
    http_hosts: Sequence[str] = ()
    tick: Callable[[], None] = field(default=lambda: None, repr=False)
    timeout_s: float = 30.0
    spent: Spent = field(default_factory=Spent)

    def person(self, login: str) -> str:
        """The id that stands for an account; the same within one connection, and of no use outside it."""
        return person_id(self.salt, login)

    def actor(self, login: str, *, name: str = "", mail: str = "", is_marked_bot: bool = False) -> Actor:
        """An account without its name; one that was deleted is a person nobody else is.

        `name`: what it is called, where `login` is a number and does not tell what kind of account it is.
        """
        kind = kind_of(name or login, mail=mail, is_marked_bot=is_marked_bot)
        return Actor(self.person(login or "(gone)"), kind)


def two_parts(access: Access, host: str, form: str) -> tuple[str, str]:
    """The owner and the name of a project; a refusal says how a project is written on this host."""
    owner, _, name = access.project.strip("/").partition("/")
    if not owner or not name or "/" in name:
        raise HostError(f"A project on {host} is written as {form}.")
    return owner, name


def door_to(access: Access, base_url: str, headers: Callable[[], Mapping[str, str]]) -> Door:
    return Door(base_url, headers, access.http_hosts, access.timeout_s, access.spent, access.tick)


@dataclass
class Session:
    """A door with the ETags of what was read before."""

    access: Access
    door: Door
    etags: dict[str, str] = field(default_factory=dict)
    unit: str = ""  # the path of the project below the door
    is_first: bool = True  # nothing was read to its end before

    def items_since(self, since: dt.datetime) -> dt.datetime:
        """Since when requests are asked for: at first further back, because they are older than what they lead to."""
        return since - ITEMS_BACK if self.is_first else since

    def get(self, path: str, **query: Any) -> Answer:
        """A conditional request: what was read before and did not change comes back as unchanged."""
        key = f"{path}?{sorted(query.items())}"
        answer = self.door.get(path, etag=self.etags.get(key, ""), **query)
        if answer.etag:
            self.etags[key] = answer.etag
        return answer

    def pages(
        self, path: str, after: str = "", *, conditional: bool = False, **query: Any
    ) -> Iterator[tuple[list[Any], str]]:
        """The items of each page and the address of the next. `after` is the address to go on at.

        `conditional`: a list whose newest entries come first; nothing when its first page stands as last time.
        """
        ask = self.get if conditional else self.door.get
        answer = self.door.get(after) if after else ask(path, **query)
        while not answer.is_unchanged:
            yield list(answer.data or ()), answer.next_url
            if not answer.next_url:
                return
            answer = self.door.get(answer.next_url)


@dataclass(frozen=True)
class Step:
    """One part of the walk: its name in the cursor, how it is read, and what stays hidden without permission."""

    name: str
    read: Callable[[Session, str, dt.datetime], Iterator[Page]]
    hides: tuple[Part, ...]
    needs: str


Cursor = dict[str, Any]


def walk(steps: Sequence[Step], session: Session, cursor: Cursor, since: dt.datetime) -> Iterator[tuple[Page, Cursor]]:
    """Every page of every part in order, each with the cursor that goes on after it.

    The cursor holds the step, the place in it, when this reading began, and the ETags. A finished reading leaves
    `floor`, the moment it began: the next one reads only what changed after it.
    """
    session.etags.update(cursor.get("etags", {}))
    session.is_first = not cursor.get("floor")
    began = cursor.get("began") or dt.datetime.now(dt.UTC).isoformat()
    floor = max(since, dt.datetime.fromisoformat(cursor["floor"])) if cursor.get("floor") else since
    names = [step.name for step in steps]
    start = names.index(cursor["step"]) if cursor.get("step") in names else 0
    try:
        for step in steps[start:]:
            after = cursor.get("after", "") if step.name == cursor.get("step") else ""
            for page in _read(step, session, after, floor):
                here = {"step": step.name, "after": page.after, "began": began, "etags": dict(session.etags)}
                yield page, {**here, **({"floor": cursor["floor"]} if cursor.get("floor") else {})}
        yield Page(), {"floor": began, "etags": dict(session.etags)}
    finally:
        session.door.close()


def look_through(steps: Sequence[Step], session: Session, project: Callable[[], str]) -> Look:
    """The first page of every part, for what it hides; the project itself must be seen."""
    lately = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    hidden: dict[Part, str] = {}
    with contextlib.closing(session.door):
        name = project()
        for step in steps:
            hidden |= next(_read(step, session, "", lately), Page()).unseen
    return Look(str(name), hidden)


def _read(step: Step, session: Session, after: str, floor: dt.datetime) -> Iterator[Page]:
    """The pages of one step; a part that may not be seen is said, and the walk goes on."""
    try:
        yield from step.read(session, after, floor)
    except NotAllowed as error:
        if error.status == 401 or not step.hides:
            raise
        yield Page(unseen=dict.fromkeys(step.hides, step.needs))


def state_of(*, is_open: bool, merged_at: dt.datetime | None) -> ChangeState:
    if merged_at:
        return ChangeState.MERGED
    return ChangeState.OPEN if is_open else ChangeState.CLOSED


def moment(text: str | None) -> dt.datetime | None:
    """A time as hosts write it, in UTC."""
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(dt.UTC) if text else None


def surely(text: str) -> dt.datetime:
    found = moment(text)
    if found is None:
        raise ValueError("a time is missing")
    return found


def numbered(checks: Mapping[str, Check]) -> Iterator[Record]:
    """Runs as records by their keys, each with the number of its attempt: the same check on the same commit again."""
    attempts: Counter[tuple[str, str, str]] = Counter()
    for key, check in sorted(checks.items(), key=lambda each: (each[1].queued_at, each[0])):
        what = (check.name, check.commit, check.branch)
        attempts[what] += 1
        yield Record(Kind.RUN, key, replace(check, attempt=attempts[what]), check.queued_at)
