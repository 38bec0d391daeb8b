"""What was read of a repository, narrowed to what counts for one team. Pure; the rules are in `metrics.signals.scope`.

A part of a monorepo is measured as if it were alone: a change counts when it touches the part, and with the files of
the part only. Files in the root and in its dot-folders (pipelines, ownership, hooks) hold for every part and stay.
"""

import bisect
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace

from metrics.signals.changes.types import Actor, ActorKind, Change, Hosted, Release
from metrics.signals.owners import Owners, read_owners
from metrics.signals.paths import is_machine_made
from metrics.signals.scope import WHOLE, Scope
from metrics.signals.types import Commit, FileChange, History, MergeReplay, Places, Tree


class _PartOf(Mapping[str, str]):
    """The texts of some of the paths, none of them read before it is asked for."""

    def __init__(self, texts: Mapping[str, str], paths: Set[str]) -> None:
        self._texts = texts
        self._paths = [path for path in texts if path in paths]
        self._held = frozenset(self._paths)

    def __getitem__(self, path: str) -> str:
        if path not in self._held:
            raise KeyError(path)
        return self._texts[path]

    def __contains__(self, path: object) -> bool:
        return path in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def narrow_tree(tree: Tree, scope: Scope) -> Tree:
    """The files that count; of a part also those that hold for every part."""
    if scope == WHOLE:
        return tree
    owners = read_owners(tree)
    kept = tuple(e for e in tree.entries if scope.holds(e.path, owners) or _is_for_all(e.path, scope))
    paths = {entry.path for entry in kept}
    return replace(tree, entries=kept, texts=_PartOf(tree.texts, paths), places=Places())


def line_rule(tree: Tree, scope: Scope) -> Callable[[str], bool]:
    """Which paths count where lines are followed."""
    owners = read_owners(tree) if scope.owned_by else None

    def counts(path: str) -> bool:
        return scope.holds(path, owners) and (scope.is_counted(path) or not is_machine_made(path))

    return counts


def narrow_history(history: History, tree: Tree, scope: Scope) -> History:
    """The history of what counts; `tree` is the whole one, which names the owners."""
    if scope == WHOLE:
        return history
    owners = read_owners(tree) if scope.owned_by else None
    changes = tuple(_told(replace(c, files=_files(c.files, owners, scope)), scope) for c in history.changes)
    if scope.is_part:
        changes = tuple(change for change in changes if change.files)
    return replace(
        history,
        changes=changes,
        commits=tuple(_told(commit, scope) for commit in history.commits),
        branches={sha: tuple(_told(c, scope) for c in brought) for sha, brought in history.branches.items()},
        replays=_replays(history, {change.sha for change in changes}, owners, scope),
    )


def narrow_hosted(hosted: Hosted, whole: History, narrowed: History, tree: Tree, scope: Scope) -> Hosted:
    """What the host told, of what counts.

    A proposed change belongs to a part by the files the host lists, else by the mainline commit it became; where
    neither is known it is left out. Pipelines, protection, items and alerts are the repository's and stay.
    """
    if scope == WHOLE:
        return hosted
    owners = read_owners(tree) if scope.owned_by else None
    by_id = _bots(hosted, scope)
    shas = {commit.sha for change in narrowed.changes for commit in (change, *narrowed.branches.get(change.sha, ()))}
    changes = (_narrow_change(_recast(change, by_id), owners, scope) for change in hosted.changes)
    kept = tuple(c for c in changes if _belongs(c, shas, scope) and not scope.is_release(c.title))
    return replace(hosted, changes=kept, releases=_releases(hosted.releases, whole, narrowed, scope))


def _is_for_all(path: str, scope: Scope) -> bool:
    if not scope.is_part or scope.is_left_out(path):
        return False
    return "/" not in path or path.startswith(".") or path == "docs/CODEOWNERS"


def _files(files: tuple[FileChange, ...], owners: Owners | None, scope: Scope) -> tuple[FileChange, ...]:
    held = (file for file in files if scope.holds(file.path, owners))
    return tuple(replace(file, counted=True) if scope.is_counted(file.path) else file for file in held)


def _told(commit: Commit, scope: Scope) -> Commit:
    """The commit with what the team's own rules say of it."""
    by_bot = scope.is_bot(commit.author_name, commit.author_email)
    as_release = scope.is_release(commit.subject)
    if by_bot is None and as_release is None:
        return commit
    return replace(commit, by_bot=by_bot, as_release=as_release)


def _replays(history: History, shas: set[str], owners: Owners | None, scope: Scope) -> tuple[MergeReplay, ...]:
    """Of a part: the merges of its changes, in conflict where one of its files is."""
    if not scope.is_part:
        return history.replays
    return tuple(
        replace(replay, conflicted=any(scope.holds(path, owners) for path in replay.paths))
        for replay in history.replays
        if replay.sha in shas
    )


def _bots(hosted: Hosted, scope: Scope) -> Mapping[str, ActorKind]:
    """The accounts the rules name in full, by the id they have here; patterns are for the history alone."""
    bots = {hosted.person(name): ActorKind.BOT for name in scope.bots if "*" not in name}
    return bots | {hosted.person(name): ActorKind.PERSON for name in scope.people if "*" not in name}


def _recast(change: Change, by_id: Mapping[str, ActorKind]) -> Change:
    if not by_id:
        return change

    def of(actor: Actor) -> Actor:
        return replace(actor, kind=by_id[actor.id]) if actor.id in by_id else actor

    return replace(
        change,
        author=of(change.author),
        reviews=tuple(replace(review, actor=of(review.actor)) for review in change.reviews),
        remarks=tuple(replace(remark, actor=of(remark.actor)) for remark in change.remarks),
    )


def _narrow_change(change: Change, owners: Owners | None, scope: Scope) -> Change:
    if change.files is None:
        return change
    kept = _files(change.files, owners, scope)
    gone = sum(max(0, f.added) + max(0, f.deleted) for f in change.files if not scope.holds(f.path, owners))
    return replace(change, files=kept, lines=max(0, change.lines - gone))


def _belongs(change: Change, shas: set[str], scope: Scope) -> bool:
    if not scope.is_part:
        return True
    if change.files is not None:
        return bool(change.files)
    return change.merge_commit in shas or any(push.sha in shas for push in change.pushes)


def _releases(releases: tuple[Release, ...], whole: History, narrowed: History, scope: Scope) -> tuple[Release, ...]:
    """A release of the whole holds the part as it stood: it is pointed at the part's newest commit it contains."""
    if not scope.is_part:
        return releases
    place = {commit.sha: n for n, commit in enumerate(reversed(whole.changes))}
    kept = [(place[commit.sha], commit.sha) for commit in reversed(narrowed.changes)]
    found = []
    for release in releases:
        before = bisect.bisect_right(kept, (place.get(release.commit, -1), "\x7f"))
        found.append(replace(release, commit=kept[before - 1][1]) if before and release.commit in place else release)
    return tuple(found)
