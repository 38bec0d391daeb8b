"""What signals read and what they return, as frozen plain data.

A signal is one pure function. History signals read `History`; tree signals read `Tree`. Times are UTC-aware datetimes.
Paths are text: bytes that are not UTF-8 are kept by surrogateescape and shown with `show_path`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measured:
    """A signal's reading on n observations; `examples` are up to twelve short lines a reader can check."""

    signal: str
    n: int
    value: float | None = None
    grade: str | None = None
    window_days: int = 0
    unit: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """A signal that could not be said, and why, in one sentence."""

    signal: str
    reason: str


Reading = Measured | Skipped


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of one change; lines are -1 for binary files. `old_path` is set for renames."""

    path: str
    added: int
    deleted: int
    old_path: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as `git log` tells it. `files` is empty for merges unless read with the first-parent diff."""

    sha: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    authored_at: dt.datetime
    committer_email: str
    committed_at: dt.datetime
    subject: str
    body: str
    files: tuple[FileChange, ...] = ()


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One path of the measured commit's tree; size is -1 for submodules."""

    path: str
    mode: str
    oid: str
    size: int


@dataclass(frozen=True)
class Tree:
    """The files of one commit, with the text of those small enough and interesting enough to read."""

    commit: str
    entries: tuple[TreeEntry, ...]
    texts: Mapping[str, str] = field(default_factory=dict)


def show_path(path: str) -> str:
    """A path fit for a page: undecodable bytes become replacement marks."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
