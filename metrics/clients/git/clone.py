"""From a location to a bare repository of our own that can be read.

A folder on this server becomes a bare repository that shares the folder's objects and nothing else: neither its
configuration, hooks, attributes and remotes, nor a single write. An address becomes a bare clone without file
contents; `prefetch` then brings those the window needs in one request. A refresh brings what is new, contents and all.
Both are made anew or refreshed by each run, and a run that was killed leaves nothing the next one cannot use.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.turns import own_turn
from metrics.clients.git.borrowed import check_borrowed
from metrics.clients.git.gate import check_resolved
from metrics.clients.git.layout import is_whole, lay_out
from metrics.clients.git.process import (
    BLOB_LIMIT,
    NOWHERE,
    GitError,
    GitLimit,
    Limits,
    Login,
    Remote,
    run_git,
    stream_git,
)

LOOK_EVERY_S = 0.2
HEADS = ("HEAD", "refs/heads/main", "refs/heads/master")
MEASURED = "refs/headwater/measured"
COMMITS_ALONE, WITH_CONTENTS = "blob:none", f"blob:limit={BLOB_LIMIT}"
REFRESH_BYTES = 64 << 20  # so much a refresh may bring with contents; where it is more, only those needed are brought
NO_SUCH_FILTER = r"filter '[^']*' not supported"  # what git's own server says, which most hosts run
PLAIN = "headwater-plain"  # in a clone, a repository without its remote
WHOLE = "headwater-whole"  # names, in a clone, the commit whose files were all brought


@dataclass(frozen=True)
class Copy:
    """A bare repository of ours, its head (empty while it has no commit), and what it may still fetch with."""

    path: Path
    head: str
    is_shallow: bool
    remote: Remote = NOWHERE


def share_folder(folder: Path, place: Path, *, limits: Limits, roots: Sequence[Path] | None = None) -> Copy:
    """A bare repository at `place` that borrows the objects of the repository in `folder`.

    With `roots`, everything it borrows from must lie under one of them.
    """
    if not ((folder / ".git").exists() or (folder / "HEAD").is_file()):
        raise GitError("There is no git repository at this place.")
    common, object_format, head = _describe_with_head(folder, limits) or (*_describe(folder, limits), "")
    if roots is not None:
        check_borrowed(common, roots=roots, limits=limits)
    head = head or next(filter(None, (_resolve(folder, name, limits) for name in HEADS)), "")
    if not head and _has_branches(common):
        raise GitError(
            "The default branch has no commit that can be read: set HEAD to the branch to measure, or repair the "
            "repository."
        )
    lay_out(place, (common / "objects").resolve(), object_format)
    shallow = common / "shallow"
    if shallow.is_file():
        shutil.copyfile(shallow, place / "shallow")
    return Copy(place, head, shallow.is_file())


def clone_url(
    url: str,
    place: Path,
    *,
    limits: Limits,
    http_hosts: Sequence[str] = (),
    size_limit_bytes: int = 0,
    login: Login | None = None,
) -> Copy:
    """A bare clone of the default branch without file contents at `place`, refreshed when it is already there.

    git connects to the addresses that were checked and to no others, whatever the name leads to a moment later.
    """
    remote = Remote.of(url, addresses=check_resolved(url, http_hosts=http_hosts), login=login)
    watched = _limit_size(limits, place.parent, place.name, size_limit_bytes)
    is_new = not is_whole(place, MEASURED)
    if is_new:
        _clone_aside(url, place, watched, remote)
    if f"\turl = {url}\n" not in (place / "config").read_text(errors="replace"):
        run_git(place, ["remote", "set-url", "--", "origin", url], limits=watched, remote=remote)
    head = _fetch_head(place, COMMITS_ALONE, watched, remote) if is_new else _refresh(place, watched, remote)
    return Copy(place, head, (place / "shallow").is_file(), remote)


def prefetch(copy: Copy, object_ids: Sequence[str], *, limits: Limits, size_limit_bytes: int = 0) -> None:
    """Bring the listed objects into a clone that was made without file contents, in one request."""
    if copy.remote.protocols and object_ids:
        here = _all_here(copy, limits)
        _fetch_objects(copy, [oid for oid in object_ids if oid not in here], limits, size_limit_bytes)


def bring(copy: Copy, object_ids: Sequence[str], *, limits: Limits, size_limit_bytes: int = 0) -> dict[str, int]:
    """The sizes of the listed objects, of which most are here already; brings the others as `prefetch` does."""
    sizes = sizes_here(copy, object_ids, limits=limits)
    if copy.remote.protocols and (missing := [oid for oid in object_ids if oid not in sizes]):
        _fetch_objects(copy, missing, limits, size_limit_bytes)
        sizes |= sizes_here(copy, missing, limits=limits)
    return sizes


def sizes_here(copy: Copy, object_ids: Sequence[str], *, limits: Limits) -> dict[str, int]:
    """The size of each of the objects that is here; nothing is fetched for it."""
    if not object_ids:
        return {}
    stdin = "".join(f"{oid}\n" for oid in object_ids).encode()
    args = ["cat-file", "--batch-check=%(objectname) %(objectsize)"]
    told = run_git(_plain(copy), args, limits=limits, stdin=stdin).decode()
    pairs = (line.split() for line in told.splitlines())
    return {oid: int(size) for oid, size in pairs if size.isdigit()}  # or it is "missing"


def _plain(copy: Copy) -> Path:
    """A repository of the same objects that knows no remote: there git neither fetches what is missing nor gives up."""
    if not copy.remote.protocols:
        return copy.path
    place = copy.path / PLAIN
    lay_out(place, (copy.path / "objects").resolve(), "sha1" if len(copy.head) == 40 else "sha256")
    return place


def note_whole(copy: Copy, commit: str) -> None:
    """Remember in a clone that all files of the commit were brought."""
    if copy.remote.protocols:
        (copy.path / WHOLE).write_text(commit)


def whole_of(copy: Copy) -> str:
    """The commit all files of which are known to be in the clone, or nothing."""
    noted = copy.path / WHOLE
    return noted.read_text().strip() if copy.remote.protocols and noted.is_file() else ""


@contextmanager
def hold(place: Path, limits: Limits) -> Iterator[None]:
    """Let one run at a time work in `place`; the lock goes with the process that held it."""

    def waiting() -> None:
        limits.tick()
        if time.monotonic() > limits.deadline_at:
            raise GitLimit("Another run kept this repository busy for longer than the time limit.")

    with own_turn(place.with_name(place.name + ".lock"), waiting=waiting, look_every_s=LOOK_EVERY_S):
        yield


def remove_copy(place: Path) -> None:
    """Delete a repository of ours and what killed runs left beside it."""
    for leftover in place.parent.glob(f"{place.name}*"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink(missing_ok=True)


def folder_size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).lstat().st_size
            except OSError:  # git moved it away meanwhile
                continue
    return total


_ABOUT = ("rev-parse", "--show-object-format", "--path-format=absolute", "--git-common-dir")


def _describe_with_head(folder: Path, limits: Limits) -> tuple[Path, str, str] | None:
    """All that is asked of a folder in one go; nothing where its HEAD is no commit, which is then looked into."""
    try:
        out = run_git(None, ["-C", str(folder), *_ABOUT, "HEAD"], limits=limits)
    except GitLimit:
        raise
    except GitError:
        return None
    object_format, _, rest = out.removesuffix(b"\n").partition(b"\n")
    common, _, head = rest.rpartition(b"\n")
    if not head or head.strip(b"0123456789abcdef"):  # a file of that name, where there is no commit
        return None
    return Path(os.fsdecode(common)), object_format.decode(), head.decode()


def _describe(folder: Path, limits: Limits) -> tuple[Path, str]:
    """The folder git keeps the repository in, and its object format; the path comes last, as it may hold line ends."""
    out = run_git(None, ["-C", str(folder), *_ABOUT], limits=limits).removesuffix(b"\n")
    object_format, _, common = out.partition(b"\n")
    return Path(os.fsdecode(common)), object_format.decode()


def _resolve(folder: Path, name: str, limits: Limits) -> str:
    """What the name stands for, or nothing when there is no such branch or no commit on it yet."""
    try:
        found = run_git(None, ["-C", str(folder), "rev-parse", "--verify", "--quiet", name], limits=limits)
    except GitLimit:
        raise
    except GitError:
        return ""
    return found.decode().strip()


def _has_branches(common: Path) -> bool:
    """Whether the repository names any branch, readable or not: then it is not simply new."""
    packed = common / "packed-refs"
    lines = packed.read_text(errors="replace").splitlines() if packed.is_file() else []
    loose = (path for path in (common / "refs" / "heads").rglob("*") if path.is_file())
    return any(" refs/heads/" in line for line in lines) or any(loose)


def _clone_aside(url: str, place: Path, limits: Limits, remote: Remote) -> None:
    """Clone under another name and move it into place, so a half-made clone is never taken for a whole one."""
    aside = place.with_name(f"{place.name}.new")
    for leftover in (aside, place):
        if leftover.exists():
            shutil.rmtree(leftover)
    place.parent.mkdir(parents=True, exist_ok=True)
    options = ["--quiet", "--bare", "--no-tags", "--single-branch", "--no-recurse-submodules", "--template="]
    filtered = [*options, "--filter=blob:none", "--end-of-options", url, str(aside)]
    run_git(None, ["clone", *filtered], limits=limits, remote=remote)
    aside.rename(place)


class _TooMuchError(GitLimit):
    """A refresh brings more than was thought."""


def _refresh(place: Path, limits: Limits, remote: Remote) -> str:
    """Bring what the default branch has gained with its contents, or without where that is much; its newest commit.

    A run looks into most of what is new, and the host has it at hand as changes to what is here; contents asked for by
    their ids are packed anew, in a request of their own.
    """
    _sweep(place)
    most = folder_size(place) + REFRESH_BYTES

    def tick() -> None:
        limits.tick()
        if folder_size(place) > most:
            raise _TooMuchError("A refresh brings too much at once.")

    try:
        return _fetch_head(place, WITH_CONTENTS, Limits(limits.deadline_at, tick), remote)
    except _TooMuchError:
        _sweep(place)
    except GitError as error:
        if not re.search(NO_SUCH_FILTER, error.sentence):
            raise
    (place / WHOLE).unlink(missing_ok=True)
    return _fetch_head(place, COMMITS_ALONE, limits, remote)


def _sweep(place: Path) -> None:
    """Remove what fetches that were killed had begun to write."""
    for leftover in (place / "objects" / "pack").glob("tmp_*"):
        leftover.unlink(missing_ok=True)


def _fetch_head(place: Path, contents: str, limits: Limits, remote: Remote) -> str:
    """Bring what the default branch has gained; its newest commit, or nothing while it has none."""
    fetch = ["fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head", f"--filter={contents}"]
    try:
        run_git(place, [*fetch, "--end-of-options", "origin", f"+HEAD:{MEASURED}"], limits=limits, remote=remote)
    except GitLimit:
        raise
    except GitError as error:
        if "couldn't find remote ref HEAD" not in error.sentence:
            raise
        return ""
    written = (place / MEASURED).read_text().strip() if (place / MEASURED).is_file() else ""
    return written or run_git(place, ["rev-parse", "--verify", MEASURED], limits=limits).decode().strip()


def _fetch_objects(copy: Copy, object_ids: Sequence[str], limits: Limits, size_limit_bytes: int) -> None:
    if not object_ids:
        return
    watched = _limit_size(limits, copy.path.parent, copy.path.name, size_limit_bytes)
    run_git(
        copy.path,
        [
            *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"),
            *("--recurse-submodules=no", f"--filter={COMMITS_ALONE}", "--stdin", "origin"),
        ],
        limits=watched,
        stdin="".join(f"{oid}\n" for oid in object_ids).encode(),
        remote=copy.remote,
    )


def _all_here(copy: Copy, limits: Limits) -> set[str]:
    """The ids of all objects that are here; asked without fetching what is not, one by one."""
    args = ["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"]
    return set(b"".join(stream_git(copy.path, args, limits=limits)).decode().split())


def _limit_size(limits: Limits, parent: Path, name: str, size_limit_bytes: int) -> Limits:
    """The same limits, which also end the run once the clone has outgrown its allowance."""
    if not size_limit_bytes:
        return limits
    return Limits(limits.deadline_at, _size_tick(limits.tick, parent, name, size_limit_bytes))


def _size_tick(tick: Callable[[], None], parent: Path, name: str, size_limit_bytes: int) -> Callable[[], None]:
    def check() -> None:
        tick()
        if sum(folder_size(part) for part in parent.glob(f"{name}*") if part.is_dir()) > size_limit_bytes:
            raise GitLimit(
                f"The repository needs more than the {size_limit_bytes >> 20} MB allowed for one clone "
                "(CLONE_SIZE_LIMIT_MB)."
            )

    return check
