"""What was read of a repository and never changes: commits, what they changed, merges done again. Keyed by commit id.

One compact file beside the copy of the repository. It holds what the last run needed and nothing older, so its size is
bounded by the window; it is written whole under another name and moved into place by the run that holds the
repository, so a killed run leaves the one before. A file of another version, too large, or torn counts as none.
"""

import contextlib
import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from metrics.clients.git.history import moment
from metrics.signals.patches import CommitPatch, FilePatch, file_changes
from metrics.signals.types import Commit, FileChange, Scans

MAX_BYTES = 128 << 20  # of the file; what needs more is read anew each time


@dataclass(slots=True)
class Change:
    """What a mainline commit changed: its files, and for a recent one where lines came and went."""

    files: tuple[FileChange, ...]
    patches: list[list[Any]] | None = None

    @classmethod
    def of(cls, patch: CommitPatch, *, keep_lines: bool) -> "Change":
        lines = [_packed(file) for file in patch.files] if keep_lines else None
        return cls(file_changes(patch.files), lines)

    def file_patches(self, committed_s: int) -> Iterable[FilePatch]:
        return (_unpacked(packed, committed_s) for packed in self.patches or ())


@dataclass(slots=True)
class Kept:
    commits: dict[str, Commit] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    replays: dict[str, tuple[bool, tuple[str, ...]]] = field(default_factory=dict)
    scans: dict[str, list[str]] = field(default_factory=dict)  # of files, by object id and name

    def only(self, commits: Sequence[str], changes: dict[str, Change], scans: Scans) -> "Kept":
        """What this run used; the rest is dropped. Merges done again go with their commits."""
        replays = {sha: self.replays[sha] for sha in commits if sha in self.replays}
        return Kept({sha: self.commits[sha] for sha in commits}, changes, replays, dict(scans.used))


@cache
def rules_version() -> str:
    """A digest of everything that decides what is read: a rule that changes makes all be read anew."""
    metrics = Path(__file__).parent.parent
    places = sorted([*(metrics / "signals").rglob("*.py"), *(metrics / "clients" / "git").glob("*.py"), Path(__file__)])
    return hashlib.sha256(b"".join(place.read_bytes() for place in places)).hexdigest()


def load_kept(place: Path | None) -> Kept:
    """What the last run left, or nothing."""
    if place is None:
        return Kept()
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, zlib.error):
        if place.stat().st_size <= MAX_BYTES:
            data = json.loads(zlib.decompress(place.read_bytes()))
            if data["version"] == rules_version():
                return Kept(
                    {row[0]: _commit(row) for row in data["commits"]},
                    {sha: Change(tuple(FileChange(*f) for f in files), p) for sha, files, p in data["changes"]},
                    {sha: (conflicted, tuple(paths)) for sha, conflicted, paths in data["replays"]},
                    data["scans"],
                )
    return Kept()


def save_kept(place: Path | None, kept: Kept) -> None:
    if place is None:
        return
    data = {
        "version": rules_version(),
        "commits": [_commit_row(commit) for commit in kept.commits.values()],
        "changes": [[sha, [_file_row(f) for f in c.files], c.patches] for sha, c in kept.changes.items()],
        "replays": [[sha, conflicted, paths] for sha, (conflicted, paths) in kept.replays.items()],
        "scans": kept.scans,
    }
    packed = zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 1)
    if len(packed) > MAX_BYTES:
        place.unlink(missing_ok=True)
        return
    aside = place.with_name(f"{place.name}.new")
    aside.write_bytes(packed)
    aside.replace(place)


def _packed(file: FilePatch) -> list[Any]:
    flags = file.is_new | file.is_deleted << 1 | file.is_copy << 2 | file.is_binary << 3
    return [file.old, file.new, flags, [number for hunk in file.hunks for number in hunk]]


def _unpacked(packed: list[Any], committed_s: int) -> FilePatch:
    old, new, flags, numbers = packed
    at = iter(numbers)
    hunks = list(zip(at, at, at, strict=True))
    return FilePatch(
        committed_s, "", old, new, bool(flags & 1), bool(flags & 2), bool(flags & 4), bool(flags & 8), hunks
    )


def _file_row(file: FileChange) -> list[Any]:
    return [file.path, file.added, file.deleted, *([file.old_path] if file.old_path is not None else [])]


def _commit_row(commit: Commit) -> list[Any]:
    return [
        commit.sha,
        commit.parents,
        commit.author_name,
        commit.author_email,
        int(commit.authored_at.timestamp()),
        commit.committer_email,
        int(commit.committed_at.timestamp()),
        commit.subject,
        commit.body,
    ]


def _commit(row: list[Any]) -> Commit:
    sha, parents, name, email, authored, committer, committed, subject, body = row
    return Commit(sha, tuple(parents), name, email, moment(authored), committer, moment(committed), subject, body)
