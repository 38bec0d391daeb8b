"""From a bare repository of ours to readings: read what the signals need once, then ask each of them.

The same repository and the same day always give the same readings. The collection task and `manage.py measure`
both come through here.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from assessment.maturity.schema import Signal
from metrics.clients.git.clone import Copy, prefetch
from metrics.clients.git.history import (
    MainlineCommit,
    read_blob_ids,
    read_changes,
    read_commits,
    read_mainline,
    read_patches,
    replay_merges,
)
from metrics.clients.git.process import GitError, GitLimit, Limits
from metrics.clients.git.tree import read_tree
from metrics.signals.exclusions import counted_changes
from metrics.signals.history import HISTORY_SIGNALS, cross_area_share
from metrics.signals.history.merging import merge_style, merges_to_replay
from metrics.signals.owners import read_owners
from metrics.signals.paths import is_machine_made
from metrics.signals.survival import line_ages
from metrics.signals.tree import TREE_SIGNALS, TreeContext, choose_texts
from metrics.signals.types import (
    HISTORY_DAYS,
    Commit,
    History,
    LineAges,
    Measured,
    MergeReplay,
    Reading,
    Skipped,
    Tree,
)
from metrics.signals.units import deployable_units

BRANCH_MARGIN_DAYS = 90  # commits this much older than the history still count as part of a branch
REWORK_DAYS, YOUNG_DAYS = 90, 21
REPLAY_DAYS, MAX_REPLAYS = 180, 200
SHALLOW = "The history is shallow: it ends where it was cut off, so nothing can be counted over time."
NO_COMMIT = "The repository has no commit up to this day."

Progress = Callable[[str, int], None]  # what is being done now, and how far the whole is in percent


@dataclass(frozen=True)
class Findings:
    """What one repository said up to the end of `until`; `readings` has every signal that was asked for."""

    until: dt.date
    head: str
    readings: tuple[Reading, ...]
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def measured(self) -> tuple[Measured, ...]:
        return tuple(reading for reading in self.readings if isinstance(reading, Measured))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(reading for reading in self.readings if isinstance(reading, Skipped))


def _silent(note: str, percent: int) -> None:
    """Nobody watches."""


def measure(
    copy: Copy,
    *,
    until: dt.date,
    definitions: Mapping[str, Signal],
    limits: Limits,
    progress: Progress = _silent,
    size_limit_bytes: int = 0,
) -> Findings:
    """Ask every signal of the maturity model; what cannot be said is skipped with its reason."""
    until_at = dt.datetime.combine(until, dt.time(23, 59, 59), tzinfo=dt.UTC)
    mainline = read_mainline(copy, limits=limits) if copy.head else []
    head = next((commit.sha for commit in mainline if commit.committed_at <= until_at), "")
    if not head:
        return Findings(until, "", tuple(Skipped(signal, NO_COMMIT) for signal in definitions))
    history, tree = _read(copy, head, mainline, until_at, limits, progress, size_limit_bytes)
    progress("Working out the signals", 95)
    facts = _facts(history, tree)
    readings = {reading.signal: reading for reading in _ask(history, tree, facts)}
    return Findings(until, head, tuple(_settle(readings, definitions, copy.is_shallow)), facts)


def _read(
    copy: Copy,
    head: str,
    mainline: list[MainlineCommit],
    until_at: dt.datetime,
    limits: Limits,
    progress: Progress,
    size_limit_bytes: int,
) -> tuple[History, Tree]:
    start = until_at - dt.timedelta(days=HISTORY_DAYS)
    below = mainline[next(n for n, commit in enumerate(mainline) if commit.sha == head) :]
    shas = [commit.sha for commit in below if start < commit.committed_at <= until_at]
    progress(f"Reading {len(shas):,} changes of the last {HISTORY_DAYS} days", 15)
    if copy.protocols:
        blob_ids = sorted(read_blob_ids(copy, [head, *shas], limits=limits))
        progress(f"Fetching {len(blob_ids):,} versions of files", 25)
        prefetch(copy, blob_ids, limits=limits, size_limit_bytes=size_limit_bytes)
    tree = read_tree(copy, head, choose=choose_texts, limits=limits)
    if copy.is_shallow:
        return History(until_at, head, is_shallow=True), tree
    history = _read_history(copy, head, below, shas, until_at, limits)
    progress(f"Following lines through {len(shas):,} changes", 60)
    ages = _read_ages(copy, below, until_at, limits)
    merges = merges_to_replay(history, REPLAY_DAYS, MAX_REPLAYS)
    progress(f"Merging {len(merges):,} merges again", 80)
    return replace(history, ages=ages, replays=_replay(copy, merges, limits)), tree


def _read_history(
    copy: Copy, head: str, below: list[MainlineCommit], shas: list[str], until_at: dt.datetime, limits: Limits
) -> History:
    start = until_at - dt.timedelta(days=HISTORY_DAYS)
    seen = list(read_commits(copy, head, since=start - dt.timedelta(days=BRANCH_MARGIN_DAYS), limits=limits))
    dated = [commit for commit in seen if commit.committed_at <= until_at]
    changes = tuple(read_changes(copy, shas, limits=limits))
    return History(
        until=until_at,
        head=head,
        changes=changes,
        commits=tuple(commit for commit in dated if commit.committed_at > start),
        branches=branches_of({commit.sha for commit in below}, dated),
        style=merge_style(tuple(c for c in changes if c.committed_at > until_at - dt.timedelta(days=REWORK_DAYS))),
        n_future=len(seen) - len(dated),
    )


def branches_of(mainline: set[str], commits: list[Commit]) -> dict[str, tuple[Commit, ...]]:
    """For each mainline merge, the commits it brought in, oldest first; `commits` come children first."""
    by_sha = {commit.sha: commit for commit in commits}
    taken = set(mainline)
    branches: dict[str, tuple[Commit, ...]] = {}
    for merge in reversed([commit for commit in commits if commit.sha in mainline and len(commit.parents) > 1]):
        brought: list[Commit] = []
        waiting = list(merge.parents[1:])
        while waiting:
            sha = waiting.pop()
            if sha in taken or sha not in by_sha:
                continue
            taken.add(sha)
            brought.append(by_sha[sha])
            waiting.extend(by_sha[sha].parents)
        if brought:
            branches[merge.sha] = tuple(sorted(brought, key=lambda commit: (commit.committed_at, commit.sha)))
    return branches


def _read_ages(copy: Copy, below: list[MainlineCommit], until_at: dt.datetime, limits: Limits) -> LineAges:
    start = until_at - dt.timedelta(days=REWORK_DAYS)
    first = start - dt.timedelta(days=YOUNG_DAYS)
    oldest_first = [commit.sha for commit in reversed(below) if first < commit.committed_at <= until_at]
    return line_ages(
        read_patches(copy, oldest_first, limits=limits),
        window_start_s=int(start.timestamp()),
        window_days=REWORK_DAYS,
        young_days=YOUNG_DAYS,
        counts=lambda path: not is_machine_made(path),
    )


def _replay(copy: Copy, merges: list[Commit], limits: Limits) -> tuple[MergeReplay, ...]:
    """The merges done again; none where git cannot do one of them (too old, or a parent is missing)."""
    try:
        return tuple(replay_merges(copy, merges, limits=limits)) if merges else ()
    except GitLimit:
        raise
    except GitError:
        return ()


def _facts(history: History, tree: Tree) -> dict[str, int]:
    facts = {"deployable_units": len(deployable_units(tree))}
    if not history.is_shallow:
        facts["merged_changes_180d"] = len(counted_changes(history, 180))
        facts["future_dated_commits"] = history.n_future
    return facts


def _ask(history: History, tree: Tree, facts: Mapping[str, int]) -> Iterator[Reading]:
    if not history.is_shallow:
        yield from (signal(history) for signal in HISTORY_SIGNALS.values())
        yield cross_area_share(history, read_owners(tree))
    context = TreeContext(tree, history.until, history.changes, facts)
    yield from (signal(context) for signal in TREE_SIGNALS)


def _settle(readings: Mapping[str, Reading], definitions: Mapping[str, Signal], is_shallow: bool) -> Iterator[Reading]:
    """Every signal of the model in its order: its reading, or why there is none."""
    for signal, definition in definitions.items():
        found = readings.get(signal)
        over_time = "history" in definition.sources or (definition.window_days and "tree" in definition.sources)
        if is_shallow and over_time and not (isinstance(found, Measured) and "history" not in definition.sources):
            yield Skipped(signal, SHALLOW)
        elif found is None:
            yield Skipped(signal, _missing_source(definition))
        elif isinstance(found, Measured) and found.n * 4 < definition.min_n:
            reason = f"Too little to go by: n is {found.n}, and this signal needs at least {-(-definition.min_n // 4)}."
            yield Skipped(signal, reason)
        else:
            yield found


def _missing_source(definition: Signal) -> str:
    if "answers" in definition.sources:
        return "It needs the hosting service's API and figures from the team."
    if set(definition.sources) & {"pr", "ci", "settings", "issues"}:
        return "It needs the hosting service's API."
    return "This version does not measure it."
