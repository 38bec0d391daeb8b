"""Reading what the signals need: the history once, the tree once, and of both only what no run has read before.

git does the heavy part in processes of its own, two of them side by side; see `docs/benchmarks.md` for what that costs.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from metrics.clients.git.clone import Copy, prefetch
from metrics.clients.git.history import (
    MainlineCommit,
    describe_commits,
    list_commits,
    read_blob_ids,
    read_mainline,
    read_patches,
    replay_merges,
    write_graph,
)
from metrics.clients.git.process import GitError, GitLimit, Limits
from metrics.clients.git.tree import read_tree
from metrics.domain.beside import Pool, beside
from metrics.domain.kept import Change, Kept, load_kept, save_kept
from metrics.signals.history.merging import merge_style, merges_to_replay
from metrics.signals.narrow import line_rule
from metrics.signals.patches import commit_patches
from metrics.signals.scope import WHOLE, Scope
from metrics.signals.survival import line_ages
from metrics.signals.tree import choose_texts
from metrics.signals.types import HISTORY_DAYS, Commit, History, LineAges, MergeReplay, Reading, Scans, Tree

BRANCH_MARGIN_DAYS = 90  # commits this much older than the history still count as part of a branch
REWORK_DAYS, YOUNG_DAYS = 90, 21
REPLAY_DAYS, MAX_REPLAYS = 180, 100
MAX_FILE_CHANGES = 1_000_000  # in one half of the changes; far above any history written by people
WORTH_TWO = 100  # changes to read

Meanwhile = Callable[[Tree], tuple[Reading, ...]]  # what the tree alone says, asked while git reads the history
Progress = Callable[[str, int], None]  # what is being done now, and how far the whole is in percent


@dataclass(frozen=True)
class Sources:
    """What was read; `head` is empty when the repository has no commit up to the day."""

    head: str
    history: History
    tree: Tree
    said: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class _Reader:
    """One run over one copy: what all its steps need."""

    copy: Copy
    until: dt.datetime
    limits: Limits
    progress: Progress
    meanwhile: Meanwhile
    size_limit_bytes: int
    kept: Kept
    scope: Scope

    def since(self, days: int) -> dt.datetime:
        return self.until - dt.timedelta(days=days)


def read_sources(
    copy: Copy,
    *,
    until: dt.datetime,
    limits: Limits,
    progress: Progress,
    meanwhile: Meanwhile = lambda _: (),
    size_limit_bytes: int = 0,
    keep_at: Path | None = None,
    scope: Scope = WHOLE,
) -> Sources:
    """Read history and tree up to `until`; with `keep_at`, only what the last run there has not read.

    `scope` decides which lines are followed; everything else is the whole repository's.
    """
    kept = load_kept(keep_at)
    reader = _Reader(copy, until, limits, progress, meanwhile, size_limit_bytes, kept, scope)
    if not copy.head:
        return _nothing(until)
    with beside(limits) as pool:
        graph = pool.start(lambda limits: write_graph(copy, limits=limits))
        below = _below(copy, until, limits)
        if not below:
            graph()
            return _nothing(until)
        sources, used = _read(reader, below, graph, pool)
    save_kept(keep_at, used)
    return sources


def _nothing(until: dt.datetime) -> Sources:
    return Sources("", History(until, ""), Tree("", ()))


def _below(copy: Copy, until: dt.datetime, limits: Limits) -> list[MainlineCommit]:
    """The mainline from its newest commit not dated after `until` to the root."""
    mainline = read_mainline(copy, limits=limits)
    last_s = int(until.timestamp())
    first = next((n for n, commit in enumerate(mainline) if commit.committed_s <= last_s), len(mainline))
    return mainline[first:]


def _read(reader: _Reader, below: list[MainlineCommit], graph: Callable[[], None], pool: Pool) -> tuple[Sources, Kept]:
    """`graph` waits for the commit graph, which only walking many commits and merging again are worth waiting for."""
    head = below[0].sha
    start_s, end_s = int(reader.since(HISTORY_DAYS).timestamp()), int(reader.until.timestamp())
    recent = [commit for commit in below if start_s < commit.committed_s <= end_s]
    reader.progress(f"Reading {len(recent):,} changes of the last {HISTORY_DAYS} days", 15)
    young = _young_part(reader, below)
    wanted = list(dict.fromkeys([*young, *recent]))
    if reader.copy.remote.protocols:
        graph()
        _prefetch(reader, head, wanted)
    if reader.copy.is_shallow:
        graph()
        tree, said = _read_tree(reader, head, reader.limits)
        return Sources(head, History(reader.until, head, is_shallow=True), tree, said), Kept()
    older = _split_at(reader, wanted)
    halves = [
        pool.start(lambda limits: _read_changes(reader, wanted[:older], young, limits)),
        pool.start(lambda limits: _read_changes(reader, wanted[older:], young, limits)),
    ]
    tree, said = _read_tree(reader, head, reader.limits)
    graph()
    commits = _read_commits(reader, head, reader.limits)
    history = _history_of(reader, below, commits)
    merges = merges_to_replay(history, REPLAY_DAYS, MAX_REPLAYS)
    replays = pool.start(lambda limits: _replay(reader, merges, limits))
    reader.progress(f"Following lines through {len(recent):,} changes", 40)
    changed = {sha: change for half in halves for sha, change in half().items()}
    history = _with_changes(history, reader, recent, changed)
    history = replace(history, ages=_ages(reader, young, changed, tree))
    reader.progress(f"Merging {len(merges):,} merges again", 80)
    history = replace(history, replays=replays())
    used = reader.kept.only([commit.sha for commit in commits], changed, tree.scans)
    return Sources(head, history, tree, said), used


def _read_tree(reader: _Reader, head: str, limits: Limits) -> tuple[Tree, tuple[Reading, ...]]:
    """The files of the commit, and what they say by themselves."""
    tree = read_tree(reader.copy, head, choose=choose_texts, limits=limits)
    tree = replace(tree, scans=Scans(reader.kept.scans))
    return tree, reader.meanwhile(tree)


def _prefetch(reader: _Reader, head: str, wanted: Sequence[MainlineCommit]) -> None:
    """Bring into a clone made without file contents what the steps below will look into."""
    unread = [commit.sha for commit in wanted if commit.sha not in reader.kept.changes]
    blob_ids = sorted(read_blob_ids(reader.copy, [head, *unread], limits=reader.limits))
    reader.progress(f"Fetching {len(blob_ids):,} versions of files", 25)
    prefetch(reader.copy, blob_ids, limits=reader.limits, size_limit_bytes=reader.size_limit_bytes)


def _read_commits(reader: _Reader, head: str, limits: Limits) -> list[Commit]:
    """All commits of the window and its margin, children first."""
    since = reader.since(HISTORY_DAYS + BRANCH_MARGIN_DAYS)
    shas = list_commits(reader.copy, head, since=since, limits=limits)
    known = reader.kept.commits
    missing = [sha for sha in shas if sha not in known]
    known.update((c.sha, c) for c in describe_commits(reader.copy, missing, limits=limits))
    return [known[sha] for sha in shas]


def _split_at(reader: _Reader, wanted: Sequence[MainlineCommit]) -> int:
    """Where to cut the work in two for two git processes; a little is not worth a second one."""
    missing = [n for n, commit in enumerate(wanted) if commit.sha not in reader.kept.changes]
    return missing[len(missing) // 2] if len(missing) >= WORTH_TWO else len(wanted)


def _young_part(reader: _Reader, below: Sequence[MainlineCommit]) -> list[MainlineCommit]:
    """The mainline from the head back to the oldest commit whose lines may be young, the wrongly dated among them too.

    Lines can only be followed through every change.
    """
    first_s = int(reader.since(REWORK_DAYS + YOUNG_DAYS).timestamp())
    last = max((n for n, commit in enumerate(below) if commit.committed_s > first_s), default=-1)
    return list(below[: last + 1])


def _read_changes(
    reader: _Reader, wanted: Sequence[MainlineCommit], young: Sequence[MainlineCommit], limits: Limits
) -> dict[str, Change]:
    """What each mainline commit changed, and for the newest where lines came and went."""
    lines_of = {commit.sha for commit in young}
    known = {c.sha: reader.kept.changes[c.sha] for c in wanted if c.sha in reader.kept.changes}
    missing = [c.sha for c in wanted if c.sha not in known or (c.sha in lines_of and known[c.sha].patches is None)]
    n_files = 0
    for patch in commit_patches(read_patches(reader.copy, missing, limits=limits)):
        n_files += len(patch.files)
        if n_files > MAX_FILE_CHANGES:
            raise GitLimit(
                f"The changes of the last {HISTORY_DAYS} days touch files more than {MAX_FILE_CHANGES:,} times."
            )
        known[patch.sha] = Change.of(patch, keep_lines=patch.sha in lines_of)
    return known


def _history_of(reader: _Reader, below: Sequence[MainlineCommit], commits: Sequence[Commit]) -> History:
    start = reader.since(HISTORY_DAYS)
    dated = [commit for commit in commits if commit.committed_at <= reader.until]
    return History(
        until=reader.until,
        head=below[0].sha,
        commits=tuple(commit for commit in dated if commit.committed_at > start),
        branches=branches_of({commit.sha for commit in below}, dated),
        n_future=len(commits) - len(dated),
    )


def _with_changes(
    history: History, reader: _Reader, recent: Sequence[MainlineCommit], changed: Mapping[str, Change]
) -> History:
    described = {commit.sha: commit for commit in history.commits}
    changes = tuple(replace(described[commit.sha], files=changed[commit.sha].files) for commit in recent)
    newest = tuple(change for change in changes if change.committed_at > reader.since(REWORK_DAYS))
    return replace(history, changes=changes, style=merge_style(newest))


def _ages(reader: _Reader, young: Sequence[MainlineCommit], changed: Mapping[str, Change], tree: Tree) -> LineAges:
    return line_ages(
        (patch for commit in reversed(young) for patch in changed[commit.sha].file_patches(commit.committed_s)),
        window_start_s=int(reader.since(REWORK_DAYS).timestamp()),
        window_end_s=int(reader.until.timestamp()),
        window_days=REWORK_DAYS,
        young_days=YOUNG_DAYS,
        counts=line_rule(tree, reader.scope),
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


def _replay(reader: _Reader, merges: list[Commit], limits: Limits) -> tuple[MergeReplay, ...]:
    """The merges done again; none where git cannot do one of them (too old, or a parent is missing)."""
    known = reader.kept.replays
    missing = [merge for merge in merges if merge.sha not in known]
    try:
        for replay in replay_merges(reader.copy, missing, limits=limits) if missing else ():
            known[replay.sha] = (replay.conflicted, replay.paths)
    except GitLimit:
        raise
    except GitError:
        return ()
    return tuple(MergeReplay(m.sha, m.committed_at, m.subject, *known[m.sha]) for m in merges)
