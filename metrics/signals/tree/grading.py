"""How a check earns its grade: absent, present but run by nothing, or run on proposed changes where its failure counts.

Whether a branch rule then *requires* the check is known to the host alone, so a tree never earns a `required` grade.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from metrics.signals.tree.ci.command import Command
from metrics.signals.tree.context import TreeContext
from metrics.signals.types import Measured, Reading, Skipped, show_path

MAX_EXAMPLES = 12


@dataclass(frozen=True)
class Wiring:
    """Where a kind of check is configured, and the pipeline commands that run it."""

    configured: tuple[str, ...]
    runs: tuple[Command, ...]

    @property
    def counts(self) -> tuple[Command, ...]:
        """Runs on proposed changes whose failure fails the job."""
        return tuple(run for run in self.runs if run.hard and run.on_changes)

    def examples(self) -> tuple[str, ...]:
        """What was found, the runs that count first; a decoration says what it is."""
        lines = [describe(run) for run in sorted(self.runs, key=lambda run: (not run.hard, not run.on_changes))]
        return tuple(dict.fromkeys([*lines[:6], *(show_path(path) for path in self.configured)]))[:MAX_EXAMPLES]


def wiring_of(context: TreeContext, configured: Iterable[str], command: re.Pattern[str]) -> Wiring:
    runs = context.runs_of(command)
    return Wiring(tuple(sorted(set(configured))), runs)


def describe(run: Command) -> str:
    """One line on a command: what runs, where, and why it might not count."""
    doubt = "" if run.hard else ", its failure is ignored"
    doubt += "" if run.on_changes else ", not on proposed changes"
    words = " ".join(run.text.split()[:4])[:80]
    return f"{show_path(run.where)}: {words}{doubt}"


def graded(context: TreeContext, signal: str, grade: str, examples: Iterable[str] = ()) -> Reading:
    """A grade on the whole tree: n is the number of files looked through."""
    if not context.tree.entries:
        return Skipped(signal, "The repository has no files.")
    return Measured(signal, n=len(context.tree.entries), grade=grade, examples=tuple(examples)[:MAX_EXAMPLES])
