"""Whether everything a repository would show us lies below the folders this server may read.

git follows alternates of alternates, unquotes them and follows every symbolic link below an object folder; each of
these could show one team another team's code.
"""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from metrics.clients.git.gate import is_under
from metrics.clients.git.process import GitError, GitLimit, Limits

MAX_PLACES = 100  # object folders one repository may borrow from, however deep; git itself stops at the fifth level
OUTSIDE = "This repository keeps its objects outside the folders this server may read."
UNREADABLE = "This repository has an object folder that this server may not list."


def check_borrowed(common: Path, *, roots: Sequence[Path], limits: Limits) -> None:
    """Refuse a repository whose objects, or what they are borrowed from, lead outside the roots."""
    shallow = Path(os.path.realpath(common / "shallow"))  # copied, so a link would show another file's first line
    if not is_under(shallow, roots):
        raise GitError(OUTSIDE)
    waiting, seen = [Path(os.path.realpath(common / "objects"))], set[Path]()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        if not is_under(place, roots):
            raise GitError(OUTSIDE)
        if len(seen) > MAX_PLACES:
            raise GitError(f"This repository borrows its objects from more than {MAX_PLACES} places.")
        _check_links(place, roots, limits)
        waiting += _alternates(place)


def _alternates(objects: Path) -> Iterator[Path]:
    """The object folders named in `info/alternates`, read as git reads them: only a line feed ends a line."""
    listed = objects / "info" / "alternates"
    try:
        text = listed.read_bytes() if listed.is_file() else b""
    except OSError as error:
        raise GitError(UNREADABLE) from error
    for line in text.split(b"\n"):
        if line.startswith(b'"') or b"\0" in line:
            raise GitError("This repository borrows objects by a quoted path; write it without quotes.")
        if line and not line.startswith(b"#"):
            # git takes `..` off the text before it follows links, so the same is done here.
            yield Path(os.path.realpath(os.path.normpath(objects / os.fsdecode(line))))


def _check_links(objects: Path, roots: Sequence[Path], limits: Limits) -> None:
    """Walk an object folder; a link may lead elsewhere below the roots, and is then walked as well."""
    waiting, seen = [objects], set[Path]()
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        if time.monotonic() > limits.deadline_at:
            raise GitLimit("Reading the repository took longer than the time limit allows.")
        for entry in _listed(folder):
            if entry.is_symlink():
                target = Path(os.path.realpath(entry.path))
                if not is_under(target, roots):
                    raise GitError(OUTSIDE)
                waiting.append(target)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))


def _listed(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):  # git packed it away meanwhile, or a link to a file
        return []
    except OSError as error:  # git could still open what it knows by name
        raise GitError(UNREADABLE) from error
