"""One team's half year, told once as the normalized set; each host tells it in its own words."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from metrics.signals.changes.types import (
    Actor,
    ActorKind,
    Alert,
    Change,
    ChangeState,
    Check,
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

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
PEOPLE = ("ada", "ben", "cleo", "dan", "eve", "finn")


def at(days: float) -> dt.datetime:
    return NOW - dt.timedelta(days=round(days, 6))


def whole(moment: dt.datetime) -> dt.datetime:
    return moment.replace(microsecond=0)


RULES = Protection(
    forbids_force_push=True,
    approvals=1,
    requires_checks=True,
    required_checks=frozenset({"tests"}),
    requires_owners=False,
    dismisses_stale=True,
    includes_admins=False,
    requires_queue=False,
)


@dataclass
class Telling:
    """What happened, in the words of the normalized set; ids are account names here."""

    changes: list[Change] = field(default_factory=list)
    items: list[WorkItem] = field(default_factory=list)
    runs: list[Check] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    protection: Protection = RULES
    updated: dict[str, dt.datetime] = field(default_factory=dict)

    def touched(self, change: Change) -> dt.datetime:
        times = [change.created_at, *(r.at for r in change.reviews), *(r.at for r in change.remarks)]
        times += [t for t in (change.ready_at, change.merged_at, change.closed_at) if t]
        return max([self.updated.get(change.number, times[0]), *times])


def actor(name: str) -> Actor:
    kind = ActorKind.BOT if name == "dependabot" else ActorKind.PERSON
    return Actor(name, kind)


def half_a_year(n: int = 60) -> Telling:
    """`n` changes, one every three days: some sent back, some drafts first, some large, some by a bot, three open."""
    told = Telling()
    for k in range(1, n + 1):
        told.changes.append(_change(k, days=3.0 * k - 2.5, is_open=k <= 3))
    told.items = [WorkItem(f"#{900 + k}", f"Request {k}", whole(at(3.0 * k + 4))) for k in range(1, n + 1)]
    for change in told.changes:
        if not change.merged_at:
            continue
        told.runs += _runs(change)
        if int(change.number[1:]) % 4 == 0:
            when = whole(change.merged_at + dt.timedelta(hours=5))
            told.releases.append(Release(f"deployment {change.number[1:]}", change.merge_commit, when, "production"))
    told.alerts = [
        Alert("dependency #1", "high", whole(at(60)), whole(at(50)), "dependency"),
        Alert("code #2", "critical", whole(at(20)), None, "code"),
    ]
    return told


def sha(kind: str, k: int) -> str:
    return f"{kind}{k:05}".encode().hex().ljust(40, "0")[:40]


def _change(k: int, *, days: float, is_open: bool) -> Change:
    opened, author = whole(at(days + 1)), actor(PEOPLE[k % 5])
    reviewer, second = actor(PEOPLE[(k + 1) % 5]), actor(PEOPLE[(k + 2) % 5])
    if k % 10 == 0:
        author = actor("dependabot")
    ready = whole(at(days + 0.8)) if k % 3 == 0 else opened
    merged = None if is_open else whole(at(days))
    pushes = [Push(sha("c", k), whole(at(days + 2)), whole(at(days + 2)), f"Begin {k}", "", 30 + k)]
    reviews = [] if is_open else [Review(reviewer, whole(at(days + 0.4)), Verdict.APPROVED, k % 2 == 0)]
    remarks = [Remark(second, whole(at(days + 0.6)))] if k % 4 == 1 else []
    if k % 5 == 2 and not is_open:
        reviews.insert(0, Review(second, whole(at(days + 0.7)), Verdict.CHANGES_REQUESTED, True))
        pushes.append(Push(sha("d", k), whole(at(days + 0.55)), whole(at(days + 0.55)), f"Answer {k}", "", 10))
        remarks.append(Remark(second, whole(at(days + 0.7)), is_on_code=True, is_mechanical=k % 2 == 0))
    files = (FileChange(f"src/part{k % 4}.py", 30 + k * (7 if k % 6 == 0 else 1), 3), FileChange("yarn.lock", 400, 0))
    checks = [Check("tests", pushes[-1].sha, Outcome.PASSED, whole(at(days + 0.5)), whole(at(days + 0.49)))]
    return Change(
        number=f"#{k}",
        title=f"Change {k}",
        author=author,
        state=ChangeState.OPEN if is_open else ChangeState.MERGED,
        created_at=opened,
        ready_at=ready,
        merged_at=merged,
        closed_at=merged,
        merged_by=None if is_open else reviewer,
        body=f"Closes #{900 + k}\n\n"
        + "Words that say why this is done. " * (8 if k % 2 else 1)
        + "\nAI assistance: none",
        labels=("bug",) if k % 9 == 0 else (),
        source_branch=f"topic-{k}x",
        target_branch="main",
        merge_commit="" if is_open else sha("m", k),
        head_commit=pushes[-1].sha,
        pushes=tuple(pushes),
        reviews=tuple(reviews),
        remarks=tuple(sorted(remarks, key=lambda remark: remark.at)),
        files=files,
        lines=sum(f.added + f.deleted for f in files),
        closes=(f"#{900 + k}",),
        checks=tuple(checks),
    )


def _runs(change: Change) -> list[Check]:
    """A run before the merge, one after it, and now and then one that failed first."""
    k = int(change.number[1:])
    merged = change.merged_at or NOW
    before = Check(
        "CI", change.head_commit, Outcome.PASSED, whole(merged - dt.timedelta(hours=12)),
        whole(merged - dt.timedelta(hours=12) + dt.timedelta(minutes=8 + k % 7)), change.source_branch,
    )  # fmt: skip
    after = replace(
        before, commit=change.merge_commit, branch="main", is_before_merge=False,
        queued_at=whole(merged), finished_at=whole(merged + dt.timedelta(minutes=9)),
    )  # fmt: skip
    found = [before, after]
    if k % 6 == 1:
        later = replace(
            before, attempt=2, queued_at=whole(before.queued_at + dt.timedelta(hours=1)),
            finished_at=whole((before.finished_at or before.queued_at) + dt.timedelta(hours=1)),
        )  # fmt: skip
        found = [replace(before, outcome=Outcome.FAILED), later, after]
    if k % 11 == 0:
        found[-1] = replace(after, outcome=Outcome.FAILED)
    return found


def stamp(moment: dt.datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def as_told(value: Any, access: Any) -> Any:
    """The same with every account as the id a client makes of it."""
    if isinstance(value, Actor):
        return replace(value, id=access.person(value.id))
    if isinstance(value, tuple):
        return tuple(as_told(each, access) for each in value)
    if isinstance(value, Change | Review | Remark):
        names = value.__dataclass_fields__
        return replace(value, **{name: as_told(getattr(value, name), access) for name in names})
    return value
