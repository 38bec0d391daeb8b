"""What a hosting service knows of a repository, in one small set that is the same for every host.

Frozen plain data, made by `metrics.clients` and read by the signals. Times are UTC-aware datetimes, durations carry
their unit in their name, lines are text lines. People appear under an opaque id only, so that one can be told from
another; the id is never shown. Free text of people other than the author's own description is not kept: of a comment
only who, when and what kind.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from metrics.signals.changes.calendar import Calendar
from metrics.signals.types import FileChange


class ActorKind(StrEnum):
    PERSON = "person"
    AGENT = "agent"  # a coding assistant: its changes count, its reviews do not
    BOT = "bot"  # automation: neither counts


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acted, under an id that says nothing."""

    id: str
    kind: ActorKind = ActorKind.PERSON

    @property
    def is_person(self) -> bool:
        return self.kind is ActorKind.PERSON


class Verdict(StrEnum):
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Review:
    """One submitted review. `says_something`: its text is more than a word or two of assent."""

    actor: Actor
    at: dt.datetime
    verdict: Verdict
    says_something: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment. `is_on_code`: it stands at a line. `is_mechanical`: about form, naming, lint or spelling."""

    actor: Actor
    at: dt.datetime
    is_on_code: bool = False
    is_mechanical: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """One commit of a change as it stood last; `lines` is added plus deleted, None where the host does not say."""

    sha: str
    authored_at: dt.datetime
    committed_at: dt.datetime
    subject: str = ""
    body: str = ""
    lines: int | None = None


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"  # neutral or left out: neither good nor bad
    CANCELLED = "cancelled"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Check:
    """One run of one named check on one commit; `attempt` counts re-runs on the same commit from 1."""

    name: str
    commit: str
    outcome: Outcome
    queued_at: dt.datetime
    finished_at: dt.datetime | None = None
    branch: str = ""
    attempt: int = 1
    is_before_merge: bool = True  # started by a proposed change, not by the default branch or a schedule


class ChangeState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Change:
    """One proposed change (pull or merge request).

    `ready_at` is when it was first offered for review, None while a draft. `pushes` are its commits, oldest first.
    `files` is None where the host does not list them; `lines` is added plus deleted as the host counts. `closes` are
    the items the host itself links. `was_replaced`: closed with words that name a replacement. `asked_at`: when a
    review was asked for again. `checks` are those on `head_commit`, None where they cannot be seen.
    """

    number: str
    title: str
    author: Actor
    state: ChangeState
    created_at: dt.datetime
    ready_at: dt.datetime | None
    merged_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    merged_by: Actor | None = None
    is_draft: bool = False
    body: str = ""
    labels: tuple[str, ...] = ()
    source_branch: str = ""
    target_branch: str = ""
    merge_commit: str = ""
    head_commit: str = ""
    pushes: tuple[Push, ...] = ()
    reviews: tuple[Review, ...] = ()
    remarks: tuple[Remark, ...] = ()
    asked_at: tuple[dt.datetime, ...] = ()
    files: tuple[FileChange, ...] | None = None
    lines: int = 0
    closes: tuple[str, ...] = ()
    checks: tuple[Check, ...] | None = None
    was_replaced: bool = False

    @property
    def resolved_at(self) -> dt.datetime | None:
        """When it was merged or closed."""
        return self.merged_at or self.closed_at

    @property
    def first_commit_at(self) -> dt.datetime | None:
        return min((push.authored_at for push in self.pushes), default=None)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One request (issue, story, ticket). `started_at`: when it was committed to, where the host records that."""

    id: str
    title: str
    created_at: dt.datetime
    started_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """One successful arrival of a commit at its users.

    A deployment has the name of its environment; a published release or tag has none. `approval_wait_s` is how long it
    waited for somebody's consent, None where the host does not record it. `is_unplanned`: a hotfix or rollback by name.
    """

    id: str
    commit: str
    at: dt.datetime
    environment: str = ""
    approval_wait_s: float | None = None
    is_unplanned: bool = False


@dataclass(frozen=True, slots=True)
class Protection:
    """The rules of the default branch. None means: cannot be seen; it is never "no"."""

    forbids_force_push: bool | None = None
    approvals: int | None = None
    requires_checks: bool | None = None
    required_checks: frozenset[str] = frozenset()  # names, where the host requires them by name
    requires_whole_pipeline: bool = False  # every check that may fail must pass (GitLab)
    requires_owners: bool | None = None
    dismisses_stale: bool | None = None
    includes_admins: bool | None = None
    requires_queue: bool | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One security alert; `closed_at` when it was fixed or dismissed."""

    id: str
    severity: str  # "critical", "high", "medium", "low"
    created_at: dt.datetime
    closed_at: dt.datetime | None = None
    family: str = ""  # "secret", "dependency" or "code"


class Part(StrEnum):
    """What a host may or may not let a token see."""

    CHANGES = "changes"
    CHECKS = "checks"  # results on proposed changes
    RUNS = "runs"  # pipeline runs of the repository
    ITEMS = "items"
    RELEASES = "releases"
    PROTECTION = "protection"
    ALERTS = "alerts"
    SCANNERS = "scanners"
    MEMBERS = "members"  # who belongs to a team that owns code


@dataclass(frozen=True)
class Hosted:
    """Everything read from the host up to `until`, complete back to `since`.

    `unseen` names the parts the token may not see, each with one sentence that says which permission would show it.
    `members` maps an owner as CODEOWNERS writes it ("@ada", "@org/team") to the ids behind it; `scanners` are the
    families of security scanning the host runs by itself.
    """

    host: str
    until: dt.datetime
    since: dt.datetime
    default_branch: str = "main"
    changes: tuple[Change, ...] = ()
    runs: tuple[Check, ...] = ()
    items: tuple[WorkItem, ...] = ()
    releases: tuple[Release, ...] = ()
    alerts: tuple[Alert, ...] = ()
    scanners: frozenset[str] = frozenset()
    protection: Protection = Protection()
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unseen: Mapping[Part, str] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    person: Callable[[str], str] = field(default=str.casefold, repr=False, compare=False)  # an account name -> its id


__all__ = [
    "Actor", "ActorKind", "Alert", "Calendar", "Change", "ChangeState", "Check", "Hosted", "Outcome", "Part",
    "Protection", "Push", "Release", "Remark", "Review", "Verdict", "WorkItem",
]  # fmt: skip
