"""Host data for tests: a change told in a few words, at hours before a fixed Tuesday noon, and a strategy for any."""

import datetime as dt

from hypothesis import strategies as st

from metrics.signals.changes.context import HostContext
from metrics.signals.changes.types import (
    Actor,
    ActorKind,
    Alert,
    Change,
    ChangeState,
    Check,
    Hosted,
    Outcome,
    Protection,
    Push,
    Release,
    Remark,
    Review,
    Verdict,
    WorkItem,
)
from metrics.signals.types import FileChange

UNTIL = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)  # a Tuesday
ADA, BEN, CLEO, DAN, EVE = (Actor(name) for name in ("a", "b", "c", "d", "e"))
BOT = Actor("bot", ActorKind.BOT)
AGENT = Actor("agent", ActorKind.AGENT)


def at(days: float = 0, hours: float = 0) -> dt.datetime:
    """So many days and hours before the end."""
    return UNTIL - dt.timedelta(days=days, hours=hours)


def approval(by: Actor, when: dt.datetime, *, says: bool = False) -> Review:
    return Review(by, when, Verdict.APPROVED, says)


def objection(by: Actor, when: dt.datetime) -> Review:
    return Review(by, when, Verdict.CHANGES_REQUESTED, True)


def push(sha: str, when: dt.datetime, **fields) -> Push:
    return Push(sha, fields.pop("authored", when), when, **fields)


def merged(number: int, *, opened: dt.datetime, merged_at: dt.datetime | None, **fields) -> Change:
    """A change merged by its author; open when there is no time of merging."""
    given = {
        "number": f"#{number}",
        "title": f"Change {number}",
        "author": ADA,
        "state": ChangeState.MERGED if merged_at else ChangeState.OPEN,
        "created_at": opened,
        "ready_at": opened,
        "merged_at": merged_at,
        "merged_by": ADA,
        "source_branch": f"topic-{number}x",
        "target_branch": "main",
        "merge_commit": f"m{number}",
        "head_commit": f"h{number}",
        "files": (FileChange("src/a.py", 10, 0),),
        "lines": 10,
    }
    return Change(**{**given, **fields})


def told(*changes: Change, **fields) -> HostContext:
    """What a signal reads: these changes, and more of the host by name."""
    more = {key: fields.pop(key) for key in ("history", "owners", "template") if key in fields}
    hosted = Hosted(host="github", until=UNTIL, since=at(days=400), changes=changes, **fields)
    return HostContext(hosted, **more)


_TIMES = st.integers(0, 200 * 24).map(lambda hours: at(hours=hours))
_ACTORS = st.sampled_from([ADA, BEN, CLEO, DAN, EVE, BOT, AGENT])
_FEW = st.integers(-1, 900)
_FILES = st.builds(FileChange, st.sampled_from(["src/a.py", "docs/b.md", "yarn.lock"]), _FEW, _FEW)
_SHAS = st.integers(0, 40).map(lambda n: f"{n:040x}")


@st.composite
def any_change(draw) -> Change:
    opened = draw(_TIMES)
    later = st.integers(0, 30 * 24).map(lambda hours: opened + dt.timedelta(hours=hours))
    end = draw(st.none() | later)
    is_merged = draw(st.booleans())
    number = draw(st.integers(1, 60))
    reviews = st.builds(Review, _ACTORS, later, st.sampled_from(Verdict), st.booleans())
    remarks = st.builds(Remark, _ACTORS, later, st.booleans(), st.booleans())
    pushes = st.builds(Push, _SHAS, later, later, lines=st.none() | st.integers(0, 500))
    return merged(
        number,
        opened=opened,
        merged_at=end if is_merged else None,
        closed_at=end,
        author=draw(_ACTORS),
        merged_by=draw(st.none() | _ACTORS),
        ready_at=draw(st.none() | later),
        body=draw(st.text(max_size=80)),
        labels=tuple(draw(st.lists(st.sampled_from(["bug", "quick path", "redesign"]), max_size=2))),
        reviews=tuple(draw(st.lists(reviews, max_size=5))),
        remarks=tuple(draw(st.lists(remarks, max_size=5))),
        pushes=tuple(draw(st.lists(pushes, max_size=4))),
        files=draw(st.none() | st.lists(_FILES, max_size=4).map(tuple)),
        closes=tuple(draw(st.lists(st.sampled_from(["#1", "#2", "#61"]), max_size=2))),
        checks=draw(st.none() | st.lists(any_check(), max_size=3).map(tuple)),
    )


@st.composite
def any_check(draw) -> Check:
    queued = draw(_TIMES)
    took = draw(st.none() | st.integers(0, 300))
    return Check(
        draw(st.sampled_from(["tests", "lint"])),
        draw(_SHAS),
        draw(st.sampled_from(Outcome)),
        queued,
        None if took is None else queued + dt.timedelta(minutes=took),
        draw(st.sampled_from(["main", "topic"])),
        draw(st.integers(1, 3)),
        draw(st.booleans()),
    )


def any_hosted() -> st.SearchStrategy[Hosted]:
    """Any data of a host, with times in any order: signals must never fall over it."""
    items = st.builds(WorkItem, st.sampled_from(["#1", "#2", "#61"]), st.just("Item"), _TIMES, st.none() | _TIMES)
    releases = st.builds(
        Release, st.uuids().map(str), _SHAS, _TIMES, st.sampled_from(["", "production", "staging"]),
        st.none() | st.floats(0, 1e6), st.booleans(),
    )  # fmt: skip
    alerts = st.builds(Alert, st.uuids().map(str), st.sampled_from(["high", "low"]), _TIMES, st.none() | _TIMES)
    unknown = st.none() | st.booleans()
    rules = st.builds(
        Protection, unknown, st.none() | st.integers(0, 3), unknown, st.frozensets(st.sampled_from(["tests", "lint"])),
        st.booleans(), unknown, unknown, unknown, unknown,
    )  # fmt: skip
    return st.builds(
        Hosted,
        host=st.just("github"),
        until=st.just(UNTIL),
        since=st.just(at(days=400)),
        changes=st.lists(any_change(), max_size=8, unique_by=lambda c: c.number).map(tuple),
        runs=st.lists(any_check(), max_size=8).map(tuple),
        items=st.lists(items, max_size=3, unique_by=lambda i: i.id).map(tuple),
        releases=st.lists(releases, max_size=4).map(tuple),
        alerts=st.lists(alerts, max_size=3).map(tuple),
        protection=rules,
    )
