"""What every tree signal reads: one commit's files, the last year of commits, and the facts counted from history."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from metrics.signals.paths import is_foreign, is_trial
from metrics.signals.tree.ci.command import Command
from metrics.signals.tree.ci.pipeline import Pipeline, is_pipeline
from metrics.signals.tree.ci.remembered import commands_matching, pipeline_of
from metrics.signals.types import Commit, Tree, TreeEntry


@dataclass(frozen=True)
class TreeContext:
    """A tree and what is known around it. `commits` are those of the last 365 days before `until`, newest first."""

    tree: Tree
    until: dt.datetime
    commits: tuple[Commit, ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)
    _changed: dict[int, frozenset[str]] = field(init=False, default_factory=dict, compare=False, repr=False)

    @cached_property
    def by_path(self) -> Mapping[str, TreeEntry]:
        return self.tree.by_path

    @cached_property
    def pipeline(self) -> Pipeline:
        return pipeline_of(self.tree)

    def runs_of(self, command: re.Pattern[str]) -> tuple[Command, ...]:
        """The commands of the pipeline that match at their beginning."""
        return commands_matching(command, self.pipeline, self.tree)

    def text(self, path: str) -> str:
        """The text of a path, or nothing when it was not read."""
        return self.tree.texts.get(path, "")

    def scan(self, kind: str, path: str, look: Callable[[str, str], Iterable[str]]) -> list[str]:
        """What `look` finds in the path and text of a file, and in nothing else."""
        entry = self.by_path[path]
        return self.tree.scans.of(kind, entry, lambda: look(path, self.text(path)))

    def commits_within(self, days: int) -> tuple[Commit, ...]:
        """The commits of the last so many days, newest first."""
        start = self.until - dt.timedelta(days=days)
        return tuple(commit for commit in self.commits if start <= commit.committed_at <= self.until)

    def changed_paths(self, days: int) -> frozenset[str]:
        """Paths changed in the last so many days that the tree still has."""
        if days not in self._changed:
            changed = {change.path for commit in self.commits_within(days) for change in commit.files}
            self._changed[days] = frozenset(changed & self.by_path.keys())
        return self._changed[days]

    def paths_matching(self, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """Paths of the product itself that match, sorted: nothing vendored and nothing made only for tests."""
        return tuple(path for path in self.tree.where(pattern.search) if is_own(path))

    @cached_property
    def own_paths(self) -> tuple[str, ...]:
        """Every path that is neither vendored nor a test, fixture, example or pipeline file, sorted."""
        return self.tree.where(is_own)


def is_own(path: str) -> bool:
    return not (is_foreign(path) or is_trial(path) or is_pipeline(path))
