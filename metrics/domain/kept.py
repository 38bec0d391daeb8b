"""What was read of a repository and never changes: commits, what they changed, merges done again. Keyed by commit id.

One file beside the copy of the repository. It holds what the last run needed and nothing older, so its size is
bounded by the window; it is written whole under another name and moved into place by the run that holds the
repository, so a killed run leaves the one before. A file of another version, too large, or torn counts as none.
"""

import contextlib
import functools
import gc
import hashlib
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import Any

from metrics.clients.git.history import MainlineCommit, moment
from metrics.clients.git.tree import NO_LISTING, Listing, Texts
from metrics.domain.blocks import Block, Rows, pack, unpack
from metrics.domain.lines import KeptLines, lines_of_row
from metrics.domain.walk import Walk
from metrics.signals.patches import CommitPatch, FilePatch, file_changes
from metrics.signals.types import UNCOUNTED, Commit, FileChange, Places, Tree, TreeEntry

SECTIONS = ("commits", "changes", "patches")
MANY_OBJECTS = 100_000
HEAD_START_S = 0.005
MAX_BYTES = 128 << 20  # of the file; what needs more is read anew each time


@dataclass(slots=True)
class Change:
    """What a mainline commit changed: its files, and of newer ones, unless kept apart, where lines came and went."""

    files: tuple[FileChange, ...]
    patches: list[list[Any]] | None = None
    is_counted: bool = True

    @classmethod
    def of(cls, patch: CommitPatch, *, keep_lines: bool) -> "Change":
        lines = [_packed(file) for file in patch.files] if keep_lines else None
        return cls(file_changes(patch.files), lines)


@dataclass(slots=True)
class Kept:
    """What the last run left. `read` are the ids this run read anew; what it used is what `only` keeps."""

    commits: dict[str, Commit] = field(default_factory=dict)
    walk: Walk = field(default_factory=Walk)
    changes: dict[str, Change] = field(default_factory=dict)
    replays: dict[str, tuple[bool, tuple[str, ...]]] = field(default_factory=dict)
    scans: dict[str, list[str]] = field(default_factory=dict)  # of files, by object id and name
    asked: list[str] = field(default_factory=list)  # the files whose texts were looked into beyond that
    listing: Listing = NO_LISTING  # all files of the tree
    places: dict[str, list[int]] = field(default_factory=dict)  # by rule, which of the paths it holds for
    lines: KeptLines = field(default_factory=KeptLines)
    lines_row: dict[str, Any] | None = None
    packed: dict[str, Rows] = field(default_factory=lambda: {section: Rows() for section in SECTIONS})
    read: set[str] = field(default_factory=set)
    tree: Tree | None = None  # of this run: what was found in its texts is told once all was asked

    def known_places(self) -> Places:
        paths = [entry.path for entry in self.listing.entries]
        places = {rule: [paths[n] for n in found] for rule, found in self.places.items()}
        return Places(frozenset(paths), places)

    def has_lines(self, sha: str) -> bool:
        return sha in self.packed["patches"]

    def file_patches(self, sha: str, change: Change, committed_s: int) -> Iterator[FilePatch]:
        """Where lines came and went in the files of one change."""
        packed = change.patches if change.patches is not None else self.packed["patches"].get(sha, ())
        return (_unpacked(file, sha, committed_s) for file in packed)

    def only(self, walk: Walk, changes: dict[str, Change], tree: Tree, lines: dict[str, Any] | None) -> "Kept":
        """What this run used; the rest is dropped. Merges done again go with their commits."""
        replays = {sha: self.replays[sha] for sha in walk.shas if sha in self.replays}
        commits = {sha: self.commits[sha] for sha in walk.shas}
        return replace(self, commits=commits, walk=walk, changes=changes, replays=replays, tree=tree, lines_row=lines)


@functools.cache
def rules_version() -> str:
    """A digest of everything that decides what is read: a rule that changes makes all be read anew."""
    metrics = Path(__file__).parent.parent
    own = [Path(__file__).with_name(f"{name}.py") for name in ("blocks", "kept", "lines", "sources", "walk")]
    places = sorted([*(metrics / "signals").rglob("*.py"), *(metrics / "clients" / "git").glob("*.py"), *own])
    return hashlib.sha256(b"".join(place.read_bytes() for place in places)).hexdigest()


def load_kept(place: Path | None) -> Kept:
    """What the last run left, or nothing."""
    if place is None:
        return Kept()
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, zlib.error):
        if place.stat().st_size <= MAX_BYTES:
            return _kept(place.read_bytes())
    return Kept()


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Look for circular rubbish after many new objects instead of few: a history is many objects and no circles.

    It still happens, so what little there is stays bounded; afterwards things are as they were.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(MANY_OBJECTS, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def loading(place: Path | None) -> Iterator[Callable[[], Kept]]:
    """Load what the last run left while the block begins with waiting for git; call what is given to have it."""

    def load() -> Kept:
        time.sleep(HEAD_START_S)  # at once it would keep the block from starting git
        return load_kept(place)

    with rarely_collecting(), ThreadPoolExecutor(max_workers=1) as thread:
        yield thread.submit(load).result


def _kept(content: bytes) -> Kept:
    """A checksum, the length of the head, and the head, which says how long each block is; the blocks follow it."""
    if zlib.crc32(content[4:]) != int.from_bytes(content[:4], "big"):
        raise ValueError("torn")
    at = 12 + int.from_bytes(content[4:12], "big")
    data = unpack(content[12:at])
    if data["version"] != rules_version():
        return Kept()
    packed = {}
    for section in SECTIONS:
        blocks = []
        for keys, n_bytes in data["blocks"][section]:
            blocks.append(Block(keys, content[at : at + n_bytes]))
            at += n_bytes
        packed[section] = Rows(blocks)
    commits = {sha: _commit(sha, row) for sha, row in packed["commits"].items()}
    return Kept(
        commits=commits,
        walk=_walk(data["walk"]),
        changes={sha: _change(row) for sha, row in packed["changes"].items()},
        replays={sha: (conflicted, tuple(paths)) for sha, conflicted, paths in data["replays"]},
        scans=data["scans"],
        asked=data["asked"],
        listing=Listing(data["listed"], tuple(map(TreeEntry, *data["entries"]))),
        places=data["places"],
        lines=lines_of_row(data["lines"]),
        packed=packed,
    )


def save_kept(place: Path | None, kept: Kept) -> None:
    if place is None:
        return
    wanted: dict[str, Collection[str]] = {"commits": kept.commits, "changes": kept.changes, "patches": kept.changes}
    blocks = {section: kept.packed[section].with_new(_new(section, kept), wanted[section]) for section in SECTIONS}
    data = {
        "version": rules_version(),
        "walk": _walk_row(kept.walk),
        "replays": [[sha, conflicted, paths] for sha, (conflicted, paths) in kept.replays.items()],
        "scans": kept.tree.scans.used if kept.tree else {},
        "asked": _asked(kept.tree) if kept.tree else [],
        **_places_rows(kept.tree),
        "lines": kept.lines_row,
        "blocks": {section: [[block.keys, len(block.packed)] for block in blocks[section]] for section in SECTIONS},
    }
    head = pack(data)
    parts = [len(head).to_bytes(8, "big"), head, *(block.packed for section in SECTIONS for block in blocks[section])]
    if sum(map(len, parts)) > MAX_BYTES:
        place.unlink(missing_ok=True)
        return
    aside = place.with_name(f"{place.name}.new")
    checksum = functools.reduce(lambda found, part: zlib.crc32(part, found), parts, 0)
    with aside.open("wb") as file:
        file.writelines([checksum.to_bytes(4, "big"), *parts])
    aside.replace(place)


def _new(section: str, kept: Kept) -> dict[str, list[Any]]:
    """The rows of one section this run read anew; one section at a time, as they take more room than what they tell."""
    if section == "commits":
        return {sha: _commit_row(commit) for sha, commit in kept.commits.items() if sha in kept.read}
    if section == "changes":
        return {sha: _change_row(change) for sha, change in kept.changes.items() if sha in kept.read}
    return {sha: change.patches for sha, change in kept.changes.items() if change.patches is not None}


def _places_rows(tree: Tree | None) -> dict[str, Any]:
    """The files column by column, and by rule the places of those it holds for."""
    entries = tuple(tree.by_path.values()) if tree else ()
    number = {entry.path: n for n, entry in enumerate(entries)}
    places = tree.places.used if tree else {}
    return {
        "listed": tree.commit if tree and len(entries) == len(tree.entries) else "",  # not where one is named twice
        "entries": [[getattr(entry, name) for entry in entries] for name in ("path", "mode", "oid", "size")],
        "places": {rule: [number[path] for path in found] for rule, found in places.items()},
    }


def _asked(tree: Tree) -> list[str]:
    """The files whose texts were asked for by themselves, beyond what is remembered of single texts."""
    if not isinstance(tree.texts, Texts):
        return []
    asked = {path for path, n in tree.texts.n_asked.items() if n > tree.scans.n_looks[path]}
    return sorted(asked | tree.scans.behind)


def _packed(file: FilePatch) -> list[Any]:
    flags = file.is_new | file.is_deleted << 1 | file.is_copy << 2 | file.is_binary << 3
    return [file.old, file.new, flags, [number for hunk in file.hunks for number in hunk]]


def _unpacked(packed: list[Any], sha: str, committed_s: int) -> FilePatch:
    old, new, flags, numbers = packed
    at = iter(numbers)
    hunks = list(zip(at, at, at, strict=True))
    return FilePatch(
        committed_s, sha, old, new, bool(flags & 1), bool(flags & 2), bool(flags & 4), bool(flags & 8), hunks
    )


def _change_row(change: Change) -> list[Any]:
    """Its files flat, one after the other: half the size of rows, and read several times as fast."""
    width = 4 if change.is_counted else 2
    files = [(f.path, f.old_path, f.added, f.deleted)[:width] for f in change.files]
    return [change.is_counted, [part for file in files for part in file]]


def _change(row: list[Any]) -> Change:
    is_counted, parts = row
    if is_counted:
        files = tuple(map(FileChange, parts[::4], parts[2::4], parts[3::4], parts[1::4]))
    else:
        files = tuple(map(FileChange, parts[::2], repeat(UNCOUNTED), repeat(UNCOUNTED), parts[1::2]))
    return Change(files, None, is_counted)


def _walk(row: list[Any]) -> Walk:
    head, since_s, mainline, shas = row
    return Walk(head, since_s, tuple(MainlineCommit(sha, at) for sha, at in mainline), tuple(shas))


def _walk_row(walk: Walk) -> list[Any]:
    return [walk.head, walk.since_s, [[commit.sha, commit.committed_s] for commit in walk.mainline], walk.shas]


def _commit_row(commit: Commit) -> list[Any]:
    return [
        commit.parents,
        commit.author_name,
        commit.author_email,
        int(commit.authored_at.timestamp()),
        commit.committer_email,
        int(commit.committed_at.timestamp()),
        commit.subject,
        commit.body,
        commit.tree,
    ]


def _commit(sha: str, row: list[Any]) -> Commit:
    parents, name, email, authored, committer, committed, subject, body, tree = row
    return Commit(
        sha, tuple(parents), name, email, moment(authored), committer, moment(committed), subject, body, (), tree
    )
