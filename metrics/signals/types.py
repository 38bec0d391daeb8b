"""What signals read and what they return, as frozen plain data.

A signal is one pure function. History signals read `History`; tree signals read `Tree`. Times are UTC-aware datetimes.
Paths are text: bytes that are not UTF-8 are kept by surrogateescape and shown with `show_path`.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


@dataclass(frozen=True)
class Measured:
    """A signal's reading on n observations; `examples` are up to twelve short lines a reader can check."""

    signal: str
    n: int
    value: float | None = None
    grade: str | None = None
    window_days: int = 0
    unit: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """A signal that could not be said, and why, in one sentence."""

    signal: str
    reason: str


Reading = Measured | Skipped


UNCOUNTED = -2


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of one change; lines are -1 for binary files, UNCOUNTED where only the name was read.

    `old_path` is set for renames.
    `counted` is what the team's own rules say of it; None where the built-in ones decide.
    """

    path: str
    added: int
    deleted: int
    old_path: str | None = None
    counted: bool | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as `git log` tells it. `files` is empty for merges unless read with the first-parent diff.

    `tree` is the id of all its files.
    `by_bot` and `as_release` are what the team's own rules say of it; None where the built-in ones decide.
    """

    sha: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    authored_at: dt.datetime
    committer_email: str
    committed_at: dt.datetime
    subject: str
    body: str
    files: tuple[FileChange, ...] = ()
    tree: str = ""
    by_bot: bool | None = None
    as_release: bool | None = None

    def with_files(self, files: tuple[FileChange, ...]) -> "Commit":
        """The same with these files; `replace` takes three times as long, and there are thousands."""
        return Commit(
            self.sha,
            self.parents,
            self.author_name,
            self.author_email,
            self.authored_at,
            self.committer_email,
            self.committed_at,
            self.subject,
            self.body,
            files,
            self.tree,
            self.by_bot,
            self.as_release,
        )


class MergeStyle(StrEnum):
    """How changes reach the mainline: it decides what one mainline commit stands for."""

    MERGE = "merge commits"  # one merge is one change
    SQUASH = "squashed changes"  # one commit that names its review is one change
    LINEAR = "rebased or direct commits"  # a change may be several commits, and nothing says which
    NONE = "no commits in the window"


@dataclass(frozen=True, slots=True)
class MergeReplay:
    """One past merge, merged again from its two parents."""

    sha: str
    committed_at: dt.datetime
    subject: str
    conflicted: bool
    paths: tuple[str, ...] = ()  # where it conflicted


@dataclass(frozen=True, slots=True)
class LineAges:
    """Lines the mainline added and deleted in a window, and the deleted ones that were younger than the limit.

    `declared_…`: of those, the ones that a change which declares an assistant had brought.
    """

    window_days: int
    young_days: int
    added: int
    deleted: int
    young_deleted: int
    young_by_path: tuple[tuple[str, int], ...] = ()  # the paths with most young deleted lines
    declared_added: int = 0
    declared_young_deleted: int = 0


@dataclass(frozen=True)
class History:
    """What the history says up to `until`, from `head`, the newest mainline commit not dated after it.

    `changes` is the mainline (first parents), newest first, each with the files it brought against its first
    parent. `commits` are all commits reachable from `head`, newest first, without files. Both go back
    HISTORY_DAYS before `until` by committer date; commits dated later are left out and counted in `n_future`.
    `branches` maps a mainline merge to the commits it brought in, oldest first.
    """

    until: dt.datetime
    head: str
    changes: tuple[Commit, ...] = ()
    commits: tuple[Commit, ...] = ()
    branches: Mapping[str, tuple[Commit, ...]] = field(default_factory=dict)
    style: MergeStyle = MergeStyle.NONE
    is_shallow: bool = False
    n_future: int = 0
    replays: tuple[MergeReplay, ...] = ()
    ages: LineAges | None = None
    counted: dict[int, tuple[Commit, ...]] = field(init=False, default_factory=dict, compare=False, repr=False)

    def changes_since(self, days: int) -> tuple[Commit, ...]:
        """Mainline changes of the last `days` days before `until`, newest first."""
        start = self.until - dt.timedelta(days=days)
        return tuple(c for c in self.changes if c.committed_at > start)


HISTORY_DAYS = 365


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One path of the measured commit's tree; size is -1 for submodules."""

    path: str
    mode: str
    oid: str
    size: int


@dataclass(frozen=True)
class Tree:
    """The files of one commit, with the text of those small enough and interesting enough to read."""

    commit: str
    entries: tuple[TreeEntry, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    scans: "Scans" = field(default_factory=lambda: Scans(), compare=False)
    places: "Places" = field(default_factory=lambda: Places(), compare=False)

    @cached_property
    def by_path(self) -> Mapping[str, TreeEntry]:
        return {entry.path: entry for entry in self.entries}

    def where(self, rule: "PathRule") -> tuple[str, ...]:
        """The paths a rule of names holds for, sorted."""
        return self.places.where(rule, self.by_path)


PathRule = Callable[[str], object]  # a function of a module, or the search or match of a pattern


class Places:
    """Which paths a rule of names holds for, remembered between runs by the rule: only new paths are asked about."""

    def __init__(self, paths: Set[str] = frozenset(), known: Mapping[str, Sequence[str]] | None = None) -> None:
        self._old = paths
        self._known = known or {}
        self._new: list[str] | None = None
        self.used: dict[str, tuple[str, ...]] = {}

    def where(self, rule: PathRule, paths: Mapping[str, TreeEntry]) -> tuple[str, ...]:
        """`paths` are all paths of the tree, the same each time."""
        name = name_of_rule(rule)
        if name not in self.used:
            known = self._known.get(name)
            if self._new is None:
                self._new = [path for path in paths if path not in self._old]
            asked = paths if known is None else self._new
            kept = [path for path in known or () if path in paths]
            self.used[name] = tuple(sorted([*kept, *(path for path in asked if rule(path))]))
        return self.used[name]


def name_of_rule(rule: PathRule) -> str:
    pattern = getattr(rule, "__self__", None)
    if isinstance(pattern, re.Pattern):
        return f"{rule.__name__} {pattern.flags} {pattern.pattern}"
    return f"{rule.__module__}.{rule.__qualname__}"


class Scans:
    """What was found in one file's text alone, remembered by the file's object id and name between runs."""

    def __init__(self, known: Mapping[str, list[str]] | None = None) -> None:
        self._known = known or {}
        self.used: dict[str, list[str]] = {}
        self.n_looks: Counter[str] = Counter()  # by name: how often a text was needed for it
        self.behind: set[str] = set()  # the files whose texts would be needed if what is remembered held no more

    @property
    def object_ids(self) -> frozenset[str]:
        """The files something is remembered of."""
        return frozenset(key.partition(" ")[0] for key in self._known)

    def of(self, kind: str, entry: TreeEntry, look: Callable[[], Iterable[str]]) -> list[str]:
        """What `look` finds; it is asked once for each text."""
        key = _scan_key(kind, entry)
        if key not in self.used:
            found = self._known.get(key)
            self.n_looks[entry.path] += found is None
            self.used[key] = list(look()) if found is None else found
        return self.used[key]

    def whole(self, key: str, holds: Callable[[list[str]], bool], look: Callable[[], list[str]]) -> list[str]:
        """What `look` finds in many files, remembered for as long as `holds` says so of it."""
        return self.recall(key, holds) or self.note(key, look())

    def recall(self, key: str, holds: Callable[[list[str]], bool]) -> list[str]:
        """What was noted under a key, in this run or the last one where `holds` says so of it; else nothing."""
        if key not in self.used and key in self._known and holds(self._known[key]):
            self.used[key] = self._known[key]
        return self.used.get(key, [])

    def before(self, key: str) -> list[str]:
        """What the last run noted under a key, whether it holds or not."""
        return self._known.get(key, [])

    def note(self, key: str, rows: list[str]) -> list[str]:
        self.used[key] = rows
        return rows

    def keep(self, kind: str, entry: TreeEntry) -> None:
        """Remember on what was found of a text earlier, though nobody asked for it now."""
        key = _scan_key(kind, entry)
        if key in self._known:
            self.used[key] = self._known[key]

    def stand_for(self, paths: Iterable[str]) -> None:
        self.behind.update(paths)


def _scan_key(kind: str, entry: TreeEntry) -> str:
    return f"{entry.oid} {kind} {entry.path}"


def show_path(path: str) -> str:
    """A path fit for a page: undecodable bytes become replacement marks."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
