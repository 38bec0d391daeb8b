"""How old the lines were that a change deleted, from patches alone: no blame, no file contents.

Each file is a run-length list of (lines, born at). Applying a hunk removes runs and inserts new ones. Lines from
before the first patch are one very long run without a birth. Only headers are read; bodies are skipped by count, so
content that looks like a header cannot mislead.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from metrics.signals.types import LineAges

DAY_S = 86_400
MORE_LINES_THAN_ANY_FILE = 1 << 40
OLD = None  # born before the first patch
HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

Run = tuple[int, int | None]  # lines, birth in seconds since 1970
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
    hunks: list[Hunk] = field(default_factory=list)


def line_ages(
    patches: Iterable[bytes], *, window_start_s: int, window_days: int, young_days: int, counts: Callable[[str], bool]
) -> LineAges:
    """Follow the lines through the patches (oldest first) and count those that died young inside the window.

    `counts` says which paths count; the others are followed, so that a rename between the two stays right.
    """
    files: dict[str, list[Run]] = {}
    added = deleted = young = 0
    young_by_path: Counter[str] = Counter()
    for patch in file_patches(patches):
        gone = apply_patch(files, patch)
        path = patch.new or patch.old or ""
        if patch.committed_s <= window_start_s or not counts(path):
            continue
        died_young = sum(n for n, born in gone if born is not OLD and patch.committed_s - born <= young_days * DAY_S)
        added += sum(hunk[2] for hunk in patch.hunks)
        deleted += sum(hunk[1] for hunk in patch.hunks)
        young += died_young
        if died_young:
            young_by_path[path] += died_young
    ranked = sorted(young_by_path.items(), key=lambda item: (-item[1], item[0]))
    return LineAges(window_days, young_days, added, deleted, young, tuple(ranked[:12]))


def apply_patch(files: dict[str, list[Run]], patch: FilePatch) -> list[Run]:
    """Bring `files` up to date with the patch; returns the runs it deleted."""
    runs: list[Run] = [] if patch.is_new else files.get(patch.old or "", [(MORE_LINES_THAN_ANY_FILE, OLD)])
    if patch.old != patch.new and patch.old is not None and not patch.is_copy:
        files.pop(patch.old, None)
    runs, gone = apply_hunks(runs, patch.hunks, patch.committed_s)
    if patch.new is not None and not patch.is_deleted:
        files[patch.new] = runs
    return gone


def apply_hunks(runs: list[Run], hunks: list[Hunk], born_s: int) -> tuple[list[Run], list[Run]]:
    """The runs after the hunks, and the runs the hunks deleted."""
    kept: list[Run] = []
    gone: list[Run] = []
    rest = _Reader(runs)
    line = 1
    for start, n_deleted, n_inserted in hunks:
        rest.move(start - line, kept)
        rest.move(n_deleted, gone)
        line = start + n_deleted
        _push(kept, n_inserted, born_s)
    rest.move(1 << 62, kept)
    return kept, gone


def file_patches(chunks: Iterable[bytes]) -> Iterator[FilePatch]:
    """The patches of `git log -p -U0 --format=%x01%H %ct`, one file of one commit at a time."""
    sha, committed_s = "", 0
    patch: FilePatch | None = None
    skip = 0
    for line in _split_lines(chunks):
        first = line[:1]
        if skip and (first == b"-" or first == b"+"):
            skip -= 1
        elif first == b"@" and patch and (found := HUNK.match(line)):
            hunk, skip = _hunk(found)
            patch.hunks.append(hunk)
        elif first == b"\x01":
            if patch:
                yield patch
            patch = None
            name, _, at = line[1:].partition(b" ")
            sha, committed_s = name.decode(), int(at)
        elif line.startswith(b"diff --git "):
            if patch:
                yield patch
            patch = FilePatch(committed_s, sha)
            patch.old = patch.new = _same_name(line[11:])
        elif patch:
            _read_header(patch, line)
    if patch:
        yield patch


class _Reader:
    """Takes lines off the front of a list of runs."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs = runs
        self.index = 0
        self.used = 0

    def move(self, n_lines: int, into: list[Run]) -> None:
        while n_lines > 0 and self.index < len(self.runs):
            length, born = self.runs[self.index]
            taken = min(n_lines, length - self.used)
            _push(into, taken, born)
            n_lines -= taken
            self.used += taken
            if self.used == length:
                self.index, self.used = self.index + 1, 0


def _push(runs: list[Run], n_lines: int, born_s: int | None) -> None:
    if n_lines <= 0:
        return
    if runs and runs[-1][1] == born_s:
        runs[-1] = (runs[-1][0] + n_lines, born_s)
    else:
        runs.append((n_lines, born_s))


def _split_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    tail = b""
    for chunk in chunks:
        *lines, tail = (tail + chunk).split(b"\n")
        yield from lines
    if tail:
        yield tail


def _hunk(found: re.Match[bytes]) -> tuple[Hunk, int]:
    """The hunk, and how many body lines follow it. A pure insertion names the line before it."""
    start, n_deleted, _, n_inserted = (1 if part is None else int(part) for part in found.groups())
    return (start if n_deleted else start + 1, n_deleted, n_inserted), n_deleted + n_inserted


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
    elif line.startswith(b"--- ") and line != b"--- /dev/null":
        patch.old = unquote(line[4:].removesuffix(b"\t"))[2:]
    elif line.startswith(b"+++ ") and line != b"+++ /dev/null":
        patch.new = unquote(line[4:].removesuffix(b"\t"))[2:]


def unquote(name: bytes) -> str:
    """git's C-style quoting undone; undecodable bytes are kept by surrogateescape."""
    if name[:1] == b'"' and name[-1:] == b'"':
        name = ESCAPE.sub(lambda found: _escaped(found[1]), name[1:-1])
    return name.decode("utf-8", "surrogateescape")


ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def _escaped(code: bytes) -> bytes:
    return bytes([int(code, 8) & 255]) if len(code) == 3 else LETTERS.get(code, code)
