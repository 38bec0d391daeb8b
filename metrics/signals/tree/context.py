"""What every tree signal reads: one commit's files, the last year of commits, and the facts counted from history."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from metrics.signals.types import Commit, Tree, TreeEntry


@dataclass(frozen=True)
class TreeContext:
    """A tree and what is known around it. `commits` are those of the last 365 days before `until`, newest first."""

    tree: Tree
    until: dt.datetime
    commits: tuple[Commit, ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def by_path(self) -> Mapping[str, TreeEntry]:
        return {entry.path: entry for entry in self.tree.entries}

    def text(self, path: str) -> str:
        """The text of a path, or nothing when it was not read."""
        return self.tree.texts.get(path, "")

    def commits_within(self, days: int) -> tuple[Commit, ...]:
        """The commits of the last so many days, newest first."""
        start = self.until - dt.timedelta(days=days)
        return tuple(commit for commit in self.commits if start <= commit.committed_at <= self.until)

    def changed_paths(self, days: int) -> frozenset[str]:
        """Paths changed in the last so many days that the tree still has."""
        changed = (change.path for commit in self.commits_within(days) for change in commit.files)
        return frozenset(path for path in changed if path in self.by_path)
