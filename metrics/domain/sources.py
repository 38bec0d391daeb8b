"""Reading what the signals need: the history once, the tree once, and of both only what no run has read before.

git does the heavy part in processes of its own, beside ours; see `docs/benchmarks.md` for what that costs.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from metrics.clients.git.clone import Copy, bring, note_whole, prefetch, whole_of
from metrics.clients.git.history import (
    MainlineCommit,
    describe_commits,
    files_of,
    read_names,
    read_patches,
    read_versions,
    replay_merges,
)
from metrics.clients.git.process import GitError, GitLimit, Limits
from metrics.clients.git.tree import read_tree, with_changed
from metrics.domain.beside import Pool, beside
from metrics.domain.kept import Change, Kept
from metrics.domain.lines import KeptLines, follow_on, lines_row, name_of_rule
from metrics.domain.walk import Walk, in_order, walk_window
from metrics.signals.history.bases import shapes_of
from metrics.signals.history.disclosure import is_declared
from metrics.signals.history.merging import branches_of, merge_style, merges_to_replay
from metrics.signals.narrow import line_rule, narrow_history, narrow_tree
from metrics.signals.owners import read_owners
from metrics.signals.patches import FilePatch, commit_patches
from metrics.signals.scope import WHOLE, Scope
from metrics.signals.tree import TreeContext, changes_to_count, choose_texts, likely_texts
from metrics.signals.types import HISTORY_DAYS, Commit, History, LineAges, MergeReplay, Reading, Scans, Tree, TreeEntry

BRANCH_MARGIN_DAYS = 90  # commits this much older than the history still count as part of a branch
LINES_DAYS = 120  # no signal counts lines of an older change, but for the ones `changes_to_count` names
REWORK_DAYS, YOUNG_DAYS = 90, 21
REPLAY_DAYS, MAX_REPLAYS = 180, 100
MAX_FILE_CHANGES = 1_000_000  # in one half of the changes; far above any history written by people

Meanwhile = Callable[[Tree], tuple[Reading, ...]]  # what the tree alone says, asked while git reads the history
Progress = Callable[[str, int], None]  # what is being done now, and how far the whole is in percent


@dataclass(frozen=True)
class Sources:
    """What was read; `head` is empty when the repository has no commit up to the day.

    `used` is what `save_kept` keeps for the next run, once every signal was asked.
    """

    head: str
    history: History
    tree: Tree
    said: tuple[Reading, ...] = ()
    used: Kept = field(default_factory=Kept)


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
    load: Callable[[], Kept] = Kept,
    scope: Scope = WHOLE,
) -> Sources:
    """Read history and tree up to `until`, and of these only what the run before has not read whose results `load` has.

    `scope` decides which lines are followed; everything else is the whole repository's.
    """
    kept = load()
    reader = _Reader(copy, until, limits, progress, meanwhile, size_limit_bytes, kept, scope)
    if not copy.head:
        return _nothing(until)
    since_s, until_s = int(reader.since(HISTORY_DAYS + BRANCH_MARGIN_DAYS).timestamp()), int(until.timestamp())
    walk = walk_window(copy, since_s=since_s, until_s=until_s, before=kept.walk, limits=limits)
    if not walk.head:
        return _nothing(until)
    with beside(limits) as pool:
        sources, used = _read(reader, walk, pool)
    return replace(sources, used=used)


def _nothing(until: dt.datetime) -> Sources:
    return Sources("", History(until, ""), Tree("", ()))


def _read(reader: _Reader, walk: Walk, pool: Pool) -> tuple[Sources, Kept]:
    head = walk.head
    if reader.copy.is_shallow:
        tree, said = _read_tree(reader, head, _prefetch(reader, head, (), ()))
        return Sources(head, History(reader.until, head, is_shallow=True), tree, said), Kept()
    start_s, lines_s = int(reader.since(HISTORY_DAYS).timestamp()), int(reader.since(LINES_DAYS).timestamp())
    recent = [commit for commit in walk.mainline if start_s < commit.committed_s <= int(reader.until.timestamp())]
    reader.progress(f"Reading {len(recent):,} changes of the last {HISTORY_DAYS} days", 15)
    young = _young_part(reader, walk.mainline)
    counted = list(dict.fromkeys([*young, *(commit for commit in recent if commit.committed_s > lines_s)]))
    with_lines = {commit.sha for commit in counted}
    named = [commit for commit in recent if commit.sha not in with_lines]
    listed = _prefetch(reader, head, counted, named)
    young_shas = {commit.sha for commit in young}
    parts = [
        pool.start(lambda limits: _read_lines(reader, [c.sha for c in counted], young_shas, limits)),
        pool.start(lambda limits: _read_names(reader, [c.sha for c in named], limits)),
    ]
    commits = _read_commits(reader, walk, reader.limits)
    history = _history_of(reader, walk, commits)
    merges = merges_to_replay(history, REPLAY_DAYS, MAX_REPLAYS)
    replays = pool.start(lambda limits: _replay(reader, merges, commits, limits))
    tree, said = _read_tree(reader, head, listed)
    reader.progress(f"Following lines through {len(recent):,} changes", 40)
    changed = {sha: change for part in parts for sha, change in part().items()}
    history = _with_changes(history, reader, recent, changed)
    history = _with_lines_of_records(history, reader, tree, recent, changed)
    ages, lines = _follow(reader, young, changed, history, tree)
    history = replace(history, ages=ages)
    kept_lines = lines_row(lines, young, first_s=int(reader.since(REWORK_DAYS + YOUNG_DAYS).timestamp()))
    reader.progress(f"Merging {len(merges):,} merges again", 80)
    history = replace(history, replays=replays())
    found = replace(walk, shas=tuple(commit.sha for commit in commits))
    return Sources(head, history, tree, said), reader.kept.only(found, changed, tree, kept_lines)


def _read_tree(reader: _Reader, head: str, listed: Sequence[TreeEntry]) -> tuple[Tree, tuple[Reading, ...]]:
    """The files of the commit, and what they say by themselves; `listed` are they where that is known."""
    scans = Scans(reader.kept.scans)
    likely = partial(likely_texts, asked=set(reader.kept.asked), known=scans.object_ids)
    places = reader.kept.known_places()
    choose = partial(choose_texts, places=places)
    before, limits = reader.kept.listing, reader.limits
    tree = read_tree(reader.copy, head, choose=choose, likely=likely, before=before, listed=listed, limits=limits)
    tree = replace(tree, scans=scans, places=places)
    return tree, reader.meanwhile(tree)


def _prefetch(
    reader: _Reader, head: str, counted: Sequence[MainlineCommit], named: Sequence[MainlineCommit]
) -> tuple[TreeEntry, ...]:
    """Bring into a clone made without file contents what the steps below will look into; a folder has it all.

    Returns the files of the head where they were here but for what changed since the last run.
    """
    known, copy, before, limits = reader.kept.changes, reader.copy, reader.kept.listing, reader.limits
    if not copy.remote.protocols:
        return ()
    unread = [c.sha for c in counted if c.sha not in known or not known[c.sha].is_counted]
    unnamed = [commit.sha for commit in named if commit.sha not in known]
    span = (head, before.commit) if head and before.commit and whole_of(copy) == before.commit else ()
    versions = read_versions(copy, unread, unnamed, span=span, limits=limits)

    def fetched(more: Iterable[str]) -> dict[str, int]:
        return bring(copy, sorted(versions.wanted.union(more)), limits=limits, size_limit_bytes=reader.size_limit_bytes)

    listed: tuple[TreeEntry, ...] = ()
    if span:
        listed = with_changed(before, versions.changed, fetched)
    elif head:
        object_ids = sorted(versions.wanted | files_of(copy, head, limits=limits))
        reader.progress(f"Fetching {len(object_ids):,} versions of files", 25)
        prefetch(copy, object_ids, limits=limits, size_limit_bytes=reader.size_limit_bytes)
    else:
        fetched(())
    if head:
        note_whole(copy, head)
    return listed


def _read_commits(reader: _Reader, walk: Walk, limits: Limits) -> list[Commit]:
    """All commits of the window and its margin, children first."""
    since = reader.since(HISTORY_DAYS + BRANCH_MARGIN_DAYS)
    known = reader.kept.commits
    missing = [sha for sha in walk.shas if sha not in known]
    reader.kept.read.update(missing)
    known.update((sha, walk.described[sha]) for sha in missing if sha in walk.described)
    missing = [sha for sha in missing if sha not in known]
    known.update((c.sha, c) for c in describe_commits(reader.copy, missing, limits=limits))
    return in_order(known[sha] for sha in walk.shas if known[sha].committed_at > since)


def _young_part(reader: _Reader, below: Sequence[MainlineCommit]) -> list[MainlineCommit]:
    """The mainline from the head back to the oldest commit whose lines may be young, the wrongly dated among them too.

    Lines can only be followed through every change.
    """
    first_s = int(reader.since(REWORK_DAYS + YOUNG_DAYS).timestamp())
    last = max((n for n, commit in enumerate(below) if commit.committed_s > first_s), default=-1)
    return list(below[: last + 1])


def _read_lines(reader: _Reader, wanted: Sequence[str], young: set[str], limits: Limits) -> dict[str, Change]:
    """What each mainline commit changed, line by line, and for the newest where lines came and went."""
    kept = reader.kept.changes
    known = {
        sha: kept[sha]
        for sha in wanted
        if sha in kept and kept[sha].is_counted and (sha not in young or reader.kept.has_lines(sha))
    }
    missing = [sha for sha in wanted if sha not in known]
    reader.kept.read.update(missing)
    n_files = 0
    for patch in commit_patches(read_patches(reader.copy, missing, limits=limits)):
        n_files = _bounded(n_files + len(patch.files))
        known[patch.sha] = Change.of(patch, keep_lines=patch.sha in young)
    return known


def _read_names(reader: _Reader, wanted: Sequence[str], limits: Limits) -> dict[str, Change]:
    """Which files each mainline commit changed."""
    known = {sha: reader.kept.changes[sha] for sha in wanted if sha in reader.kept.changes}
    missing = [sha for sha in wanted if sha not in known]
    reader.kept.read.update(missing)
    n_files = 0
    for sha, files in read_names(reader.copy, missing, limits=limits):
        n_files = _bounded(n_files + len(files))
        known[sha] = Change(files, is_counted=False)
    return known


def _bounded(n_files: int) -> int:
    if n_files > MAX_FILE_CHANGES:
        raise GitLimit(f"The changes of the last {HISTORY_DAYS} days touch files more than {MAX_FILE_CHANGES:,} times.")
    return n_files


def _history_of(reader: _Reader, walk: Walk, commits: Sequence[Commit]) -> History:
    start = reader.since(HISTORY_DAYS)
    dated = [commit for commit in commits if commit.committed_at <= reader.until]
    return History(
        until=reader.until,
        head=walk.head,
        commits=tuple(commit for commit in dated if commit.committed_at > start),
        branches=branches_of({commit.sha for commit in walk.mainline}, dated),
        n_future=len(commits) - len(dated),
    )


def _with_changes(
    history: History, reader: _Reader, recent: Sequence[MainlineCommit], changed: Mapping[str, Change]
) -> History:
    described = {commit.sha: commit for commit in history.commits}
    changes = tuple(
        described[commit.sha].with_files(changed[commit.sha].files) for commit in recent if commit.sha in described
    )
    newest = tuple(change for change in changes if change.committed_at > reader.since(REWORK_DAYS))
    return replace(history, changes=changes, style=merge_style(newest))


def _with_lines_of_records(
    history: History, reader: _Reader, tree: Tree, recent: Sequence[MainlineCommit], changed: dict[str, Change]
) -> History:
    """The history with the lines of those older changes that decision records are judged by."""
    narrowed = narrow_history(history, tree, reader.scope)
    asked = changes_to_count(TreeContext(narrow_tree(tree, reader.scope), reader.until, narrowed.changes))
    missing = [sha for sha in asked if not changed[sha].is_counted]
    if not missing:
        return history
    if reader.copy.remote.protocols:
        _prefetch(reader, "", [commit for commit in recent if commit.sha in set(missing)], ())
    changed.update(_read_lines(reader, missing, set(), reader.limits))
    return _with_changes(history, reader, recent, changed)


def _follow(
    reader: _Reader, young: Sequence[MainlineCommit], changed: Mapping[str, Change], history: History, tree: Tree
) -> tuple[LineAges, KeptLines]:
    """How old the lines were that the changes deleted, and what the next run goes on from."""
    described = {change.sha: change for change in history.changes}
    declared = {c.sha: c.sha in described and is_declared(described[c.sha], history) for c in young}

    def patches_of(commit: MainlineCommit) -> Iterator[FilePatch]:
        for patch in reader.kept.file_patches(commit.sha, changed[commit.sha], commit.committed_s):
            patch.is_declared = declared[commit.sha]
            yield patch

    lines = follow_on(
        reader.kept.lines,
        young,
        patches_of,
        rule=name_of_rule(reader.scope, rule_of_owners(tree) if reader.scope.owned_by else None),
        declared=declared,
        young_days=YOUNG_DAYS,
        counts=line_rule(tree, reader.scope),
    )
    ages = lines.followed.ages(
        window_start_s=int(reader.since(REWORK_DAYS).timestamp()),
        window_end_s=int(reader.until.timestamp()),
        window_days=REWORK_DAYS,
        young_days=YOUNG_DAYS,
    )
    return ages, lines


def rule_of_owners(tree: Tree) -> tuple[object, ...]:
    owners = read_owners(tree)
    return (owners.rules, sorted(owners.folders)) if owners else ()


def _replay(
    reader: _Reader, merges: Sequence[Commit], commits: Sequence[Commit], limits: Limits
) -> tuple[MergeReplay, ...]:
    """The merges done again; none where git cannot do one of them (too old, or a parent is missing)."""
    known = reader.kept.replays
    missing = [merge for merge in merges if merge.sha not in known]
    try:
        shapes = shapes_of(commits, missing) if missing else {}
        known.update(
            (merge.sha, (False, ())) for merge in missing if merge.sha in shapes and shapes[merge.sha].has_one_side
        )
        missing = [merge for merge in missing if merge.sha not in known]
        for replay in replay_merges(reader.copy, missing, shapes=shapes, limits=limits) if missing else ():
            known[replay.sha] = (replay.conflicted, replay.paths)
    except GitLimit:
        raise
    except GitError:
        return ()
    return tuple(MergeReplay(m.sha, m.committed_at, m.subject, *known[m.sha]) for m in merges)
