"""Reading the history: which commits there are, what they say, and what they changed.

One walk over the ids, parents and dates comes first, so that what is known already is never read again: see
`metrics.domain.walk` and `metrics.domain.kept`. What the mainline changed comes from one streamed patch log, which
costs git no more than `--numstat`; where nobody asks for lines, the names alone are read, which costs a tenth.
"""

import codecs
import datetime as dt
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import NamedTuple

from metrics.clients.git.clone import Copy, folder_size
from metrics.clients.git.process import GitError, Limits, run_git, stream_git
from metrics.clients.git.stand_ins import laid_down
from metrics.signals.history.bases import Shape
from metrics.signals.messages import readable
from metrics.signals.patches import commit_patches, file_changes
from metrics.signals.types import UNCOUNTED, Commit, FileChange, MergeReplay

HEADER = "%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%T%x00%s%x00%b%x00"
N_FIELDS = 11
_DESCRIBED = ("-z", "-s", "--no-color", f"--format={HEADER}")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
NO_SHAPES: Mapping[str, Shape] = {}
MERGED_BYTES = 512 << 20  # so much merging again may write beside a folder of this server
SUBMODULE = b"160000"
LAST_SECOND = 253402300799  # the end of the year 9999; git accepts later dates, Python does not


@dataclass(frozen=True, slots=True)
class MainlineCommit:
    sha: str
    committed_s: int

    @property
    def committed_at(self) -> dt.datetime:
        return moment(self.committed_s)


def read_mainline(copy: Copy, *, limits: Limits) -> list[MainlineCommit]:
    """Every first parent from the head to the root, whatever its date; newest first."""
    args = ["rev-list", "--first-parent", "--timestamp", copy.head]
    found = (line.split() for line in _lines(stream_git(copy.path, args, limits=limits, remote=copy.remote)))
    return [MainlineCommit(sha.decode(), min(LAST_SECOND, int(at))) for at, sha in found]


Row = tuple[int, list[bytes]]  # the date of a commit, its id and its parents


def walk_by_date(copy: Copy, head: str, *, limits: Limits) -> Generator[Row, None, None]:
    """The commits reachable from `head`: of those with a child shown already, always the newest; as git finds them."""
    return _rows(copy, ["--parents", "--timestamp", head], limits)


def walk(copy: Copy, head: str, *, limits: Limits) -> Generator[Row, None, None]:
    """All commits reachable from `head`, children first."""
    return _rows(copy, ["--topo-order", "--parents", "--timestamp", head], limits)


def _rows(copy: Copy, args: Sequence[str], limits: Limits) -> Generator[Row, None, None]:
    tail = b""
    with closing(stream_git(copy.path, ["rev-list", *args], limits=limits, remote=copy.remote)) as chunks:
        for chunk in chunks:
            *lines, tail = (tail + chunk).split(b"\n")
            for line in lines:
                at, *ids = line.split()
                yield int(at), ids


def describe_commits(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[Commit]:
    """The given commits without files, in the order given."""
    return _described(_given(copy, ["log", "--no-walk=unsorted", "--stdin", *_DESCRIBED], shas, limits))


def describe_since(copy: Copy, head: str, known: str, *, limits: Limits) -> Iterator[Commit]:
    """All commits reachable from `head` and not from `known`, without files, children first."""
    args = ["log", "--topo-order", *_DESCRIBED, head, f"^{known}"]
    return _described(stream_git(copy.path, args, limits=limits, remote=copy.remote))


def _described(chunks: Iterable[bytes]) -> Iterator[Commit]:
    fields, tail = [], ""  # type: list[str], str
    for text in codecs.iterdecode(chunks, "utf-8", "replace"):
        *more, tail = (tail + text).split("\0")
        fields += more
        n_whole = len(fields) // (N_FIELDS + 1) * (N_FIELDS + 1)  # after each commit an empty one
        yield from (_commit(fields[at : at + N_FIELDS]) for at in range(0, n_whole, N_FIELDS + 1))
        del fields[:n_whole]
    if len(fields) >= N_FIELDS:
        yield _commit(fields)


def read_commits(copy: Copy, head: str, *, since: dt.datetime, limits: Limits) -> Iterator[Commit]:
    """What `walk` finds that was committed after `since`, described."""
    since_s = int(since.timestamp())
    shas = [ids[0].decode() for at, ids in walk(copy, head, limits=limits) if at > since_s]
    return describe_commits(copy, shas, limits=limits)


def read_changes(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[Commit]:
    """The given commits with the files each changed against its first parent, in the order given."""
    patches = commit_patches(read_patches(copy, shas, limits=limits))
    for commit, patch in zip(describe_commits(copy, shas, limits=limits), patches, strict=True):
        yield replace(commit, files=file_changes(patch.files))


def read_patches(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[bytes]:
    """The raw patches of the given commits against their first parents, for `metrics.signals.patches`."""
    args = [*_LOG_GIVEN, "-p", "-U0", "-M", "--src-prefix=a/", "--dst-prefix=b/", "--format=%x01%H %ct"]
    return _given(copy, args, shas, limits)


def read_names(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[tuple[str, tuple[FileChange, ...]]]:
    """The files the given commits changed against their first parents, renames followed and no line counted."""
    args = [*_LOG_GIVEN, "--name-status", "-z", "-M", "--format=%x01%H"]
    tokens = _tokens(_given(copy, args, shas, limits), b"\0")
    sha, files = "", []  # type: tuple[str, list[FileChange]]
    for token in tokens:
        if token.startswith(b"\x01"):
            if sha:
                yield sha, tuple(files)
            sha, files = token[1:].decode(), []
        elif status := token.lstrip(b"\n"):
            old = _name(next(tokens)) if status[:1] in b"RC" else None
            files.append(FileChange(_name(next(tokens)), UNCOUNTED, UNCOUNTED, old))
    if sha:
        yield sha, tuple(files)


@dataclass(frozen=True, slots=True)
class Versions:
    """The file versions that reading changes looks into, and of a span by path the new mode and id (zeros: gone)."""

    wanted: set[str]
    changed: dict[str, tuple[str, str]]


def read_versions(
    copy: Copy, counted: Sequence[str], named: Sequence[str] = (), *, span: Sequence[str] = (), limits: Limits
) -> Versions:
    """What reading lines and names of changes looks into; and what changed in a span, from its newer to its older end.

    Names ask for contents only where a change took files away and brought others: one may be the other moved.
    """
    wanted: set[bytes] = set()
    changed: dict[str, tuple[str, str]] = {}
    lines = [*counted, *named, *([" ".join(span)] if span else [])]
    for n, changes in enumerate(_raw_changes(copy, lines, limits)):
        if n == len(counted) + len(named):
            changed = {_name(change.path): (change.new_mode.decode(), change.new.decode()) for change in changes}
        elif n < len(counted):
            wanted.update(oid for change in changes for oid in change.contents)
        elif {change.status for change in changes} >= {b"A", b"D"}:
            wanted.update(oid for change in changes if change.status in b"AD" for oid in change.contents)
    return Versions({oid.decode() for oid in wanted}, changed)


def files_of(copy: Copy, head: str, *, limits: Limits) -> set[str]:
    """The ids of all files of the commit."""
    listed = run_git(copy.path, ["ls-tree", "-r", head], limits=limits).splitlines()
    facts = (line.split(b"\t", 1)[0].split() for line in listed)
    return {oid.decode() for mode, _, oid in facts if mode != SUBMODULE}


class _RawChange(NamedTuple):
    old_mode: bytes
    new_mode: bytes
    old: bytes
    new: bytes
    status: bytes
    path: bytes

    @property
    def contents(self) -> list[bytes]:
        """The versions replaced and brought, where there are any; a submodule's are elsewhere."""
        sides = ((self.old_mode, self.old), (self.new_mode, self.new))
        return [oid for mode, oid in sides if oid.strip(b"0") and mode != SUBMODULE]


def _raw_changes(copy: Copy, lines: Sequence[str], limits: Limits) -> Iterator[list[_RawChange]]:
    """Of each commit what it changed against its first parent, or against the commit written beside it."""
    args = ["diff-tree", "--stdin", "--always", "--root", "--diff-merges=first-parent", "-r", "-z", "--raw"]
    args += ["--no-renames", "--no-abbrev", "--ignore-submodules=none"]
    tokens = _tokens(_given(copy, args, lines, limits), b"\0")
    changes: list[_RawChange] | None = None
    for token in tokens:
        if token.startswith(b":"):
            assert changes is not None  # noqa: S101  (the commit comes first; for the type checker)
            old_mode, new_mode, old, new, status = token[1:].split()
            changes.append(_RawChange(old_mode, new_mode, old, new, status, next(tokens)))
            continue
        if changes is not None:
            yield changes
        changes = []
    if changes is not None:
        yield changes


def replay_merges(
    copy: Copy, merges: Sequence[Commit], *, shapes: Mapping[str, Shape] = NO_SHAPES, limits: Limits
) -> Iterator[MergeReplay]:
    """Each two-parent merge done again; the paths in which its parents conflict.

    `shapes` has, by merge, what stands in for its history: then git need not look for where the sides went apart.
    """
    args = ["-c", "core.fsync=none", "merge-tree", "--write-tree", "--allow-unrelated-histories"]
    args += ["--name-only", "--no-messages", "-z", "--stdin"]
    if not copy.remote.protocols:  # the copy of a folder goes with the next run, so what it holds need not be small
        args = ["-c", "core.looseCompression=0", *args]
        limits = _written_limit(copy, limits)
    with laid_down(copy, [shapes[merge.sha] for merge in merges if merge.sha in shapes]) as stand_ins:
        left = iter(stand_ins)
        sides = [next(left) if merge.sha in shapes else merge.parents for merge in merges]
        pairs = "".join(f"{ours} {theirs}\n" for ours, theirs in sides)
        out = run_git(copy.path, args, limits=limits, stdin=pairs.encode(), remote=copy.remote)
    for merge, (clean, paths) in zip(merges, _merge_answers(out), strict=True):
        yield MergeReplay(merge.sha, merge.committed_at, merge.subject, conflicted=not clean, paths=paths)


def _written_limit(copy: Copy, limits: Limits) -> Limits:
    """The same limits, which also end the run once merging has written more than it may."""

    def check() -> None:
        limits.tick()
        if folder_size(copy.path) > MERGED_BYTES:
            raise GitError(f"Merging again takes more than {MERGED_BYTES >> 20} MB on the disk.")

    return Limits(limits.deadline_at, check)


_LOG_GIVEN = (
    *("log", "--no-walk=unsorted", "--stdin", "--diff-merges=first-parent", "--root"),
    *("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"),
)


def _given(copy: Copy, args: Sequence[str], shas: Iterable[str], limits: Limits) -> Iterator[bytes]:
    stdin = "".join(f"{sha}\n" for sha in shas).encode()
    if not stdin:
        return iter(())  # without a commit on its input git would take HEAD
    return stream_git(copy.path, args, limits=limits, stdin=stdin, remote=copy.remote)


def _merge_answers(out: bytes) -> list[tuple[bool, tuple[str, ...]]]:
    """For each merge: status 1 (clean) or 0, the tree, the conflicting paths, and an empty token as its end."""
    answers: list[tuple[bool, tuple[str, ...]]] = []
    tokens = iter(out.split(b"\0"))
    for status in tokens:
        if not status:
            continue
        _, *paths = iter(lambda: next(tokens, b""), b"")
        answers.append((status == b"1", tuple(path.decode("utf-8", "surrogateescape") for path in paths)))
    return answers


def _tokens(chunks: Iterable[bytes], separator: bytes) -> Iterator[bytes]:
    tail = b""
    for chunk in chunks:
        *parts, tail = (tail + chunk).split(separator)
        yield from parts
    if tail:
        yield tail


def _name(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line in _tokens(chunks, b"\n") if line)


def _commit(text: Sequence[str]) -> Commit:
    return Commit(
        sha=text[0].lstrip("\n"),
        parents=tuple(text[1].split()),
        author_name=text[2],
        author_email=text[3],
        authored_at=moment(_seconds(text[4])),
        committer_email=text[6],
        committed_at=moment(_seconds(text[7])),
        subject=readable(text[9]),
        body=readable(text[10].strip()),
        tree=text[8],
    )


def moment(seconds: int) -> dt.datetime:
    """The moment; dates beyond what Python can hold become the nearest it can."""
    if 0 <= seconds <= LAST_SECOND:
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    return EPOCH + dt.timedelta(seconds=max(-62135596800, min(LAST_SECOND, seconds)))


def _seconds(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else 0
