"""What a patch log says about each file of each commit: its name, its kind, and where lines came and went.

Reads `git log -p -U0 --format=%x01%H %ct`. A line of content always begins with plus, minus or backslash, and without
context nothing else of a file is printed, so every other line is a header; content that looks like one cannot mislead.
The same headers give the lines added and deleted, so one log answers what `--numstat` (read without context, as here;
with context git now and then counts a line more on both sides) and `-p` would say in two.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from metrics.signals.types import FileChange

HEADER = re.compile(rb"\n(?:@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@|([^+\-\\@\n][^\n]*))")

Hunk = tuple[int, int, int]  # first old line touched, lines deleted, lines inserted


@dataclass(slots=True)
class FilePatch:
    """What one commit did to one file."""

    committed_s: int = 0
    sha: str = ""
    old: str | None = None
    new: str | None = None
    is_new: bool = False
    is_deleted: bool = False
    is_copy: bool = False
    is_binary: bool = False
    hunks: list[Hunk] = field(default_factory=list)
    is_declared: bool = False  # whether the change declares an assistant; the patch itself does not tell

    @property
    def added(self) -> int:
        return -1 if self.is_binary else sum(hunk[2] for hunk in self.hunks)

    @property
    def deleted(self) -> int:
        return -1 if self.is_binary else sum(hunk[1] for hunk in self.hunks)


@dataclass(slots=True)
class CommitPatch:
    """What one commit did, file by file, in git's order."""

    sha: str
    committed_s: int
    files: list[FilePatch] = field(default_factory=list)


def commit_patches(chunks: Iterable[bytes]) -> Iterator[CommitPatch]:
    """The commits of the log, in its order; also those that changed no file."""
    commit: CommitPatch | None = None
    patch = FilePatch()
    for start, n_deleted, at, n_inserted, line in _headers(chunks):
        if not line:
            patch.hunks.append(_hunk(start, n_deleted, at, n_inserted))
        elif line[0] == 1:
            if commit:
                yield commit
            name, _, seconds = line[1:].partition(b" ")
            commit = CommitPatch(name.decode(), int(seconds))
        elif commit and line.startswith(b"diff --git "):
            path = _same_name(line[11:])
            patch = FilePatch(commit.committed_s, commit.sha, path, path)
            commit.files.append(patch)
        else:
            _read_header(patch, line)
    if commit:
        yield commit


def file_patches(chunks: Iterable[bytes]) -> Iterator[FilePatch]:
    """The files of all commits of the log, one after the other."""
    for commit in commit_patches(chunks):
        yield from commit.files


def file_changes(patches: Iterable[FilePatch]) -> tuple[FileChange, ...]:
    """The files of one commit as `--numstat` lists them.

    A file that became a link, or a link that became a file, is printed as deleted and new: here it is one change.
    """
    changes: list[FileChange] = []
    for patch in patches:
        path = patch.new or patch.old or ""
        change = FileChange(path, patch.added, patch.deleted, patch.old if patch.old != patch.new else None)
        if patch.is_new and changes and changes[-1].path == path:
            before = changes.pop()
            change = FileChange(path, _plus(before.added, patch.added), _plus(before.deleted, patch.deleted))
        changes.append(change)
    return tuple(changes)


def _plus(one: int, other: int) -> int:
    return -1 if min(one, other) < 0 else one + other


def _headers(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes, bytes, bytes]]:
    """Each line that is no content: the four numbers of a hunk, or the text of any other."""
    tail = b"\n"
    for chunk in chunks:
        text = tail + chunk
        cut = text.rfind(b"\n")
        yield from HEADER.findall(text, 0, cut)
        tail = text[cut:]
    yield from HEADER.findall(tail)


def _hunk(start: bytes, n_deleted: bytes, at: bytes, n_inserted: bytes) -> Hunk:
    """A count left out is one. A pure insertion names the line before it."""
    del at
    gone = int(n_deleted) if n_deleted else 1
    return (int(start) + (not gone), gone, int(n_inserted) if n_inserted else 1)


def _same_name(rest: bytes) -> str | None:
    """The path of "a/PATH b/PATH"; None when the two differ, which other lines then tell."""
    middle = len(rest) // 2
    old, new = unquote(rest[:middle]), unquote(rest[middle + 1 :])
    return old[2:] if old[2:] == new[2:] else None


def _read_header(patch: FilePatch, line: bytes) -> None:
    if line.startswith(b"new file mode"):
        patch.is_new = True
    elif line.startswith(b"deleted file mode"):
        patch.is_deleted = True
    elif line.startswith((b"rename from ", b"copy from ")):
        patch.old = unquote(line.split(b" ", 2)[2])
        patch.is_copy = line.startswith(b"copy")
    elif line.startswith((b"rename to ", b"copy to ")):
        patch.new = unquote(line.split(b" ", 2)[2])
    elif line.startswith(b"Binary files "):
        patch.is_binary = True


def unquote(name: bytes) -> str:
    """git's C-style quoting undone; undecodable bytes are kept by surrogateescape."""
    if name[:1] == b'"' and name[-1:] == b'"':
        name = ESCAPE.sub(lambda found: _escaped(found[1]), name[1:-1])
    return name.decode("utf-8", "surrogateescape")


ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def _escaped(code: bytes) -> bytes:
    return bytes([int(code, 8) & 255]) if len(code) == 3 else LETTERS.get(code, code)
