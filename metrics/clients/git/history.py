"""Reading the history: one streamed `git log` per question, split at NUL bytes, into `Commit` rows.

A record begins with a commit id. A file line always holds two tabs and an id never does, so no marker is needed:
"added TAB deleted TAB path"; a rename has an empty path and is followed by the old and the new name.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from metrics.clients.git.clone import Copy
from metrics.clients.git.process import Limits, run_git, stream_git
from metrics.signals.messages import readable
from metrics.signals.types import Commit, FileChange, MergeReplay

HEADER = "%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%s%x00%b%x00"
N_FIELDS = 10
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LAST_SECOND = 253402300799  # the end of the year 9999; git accepts later dates, Python does not


@dataclass(frozen=True, slots=True)
class MainlineCommit:
    sha: str
    committed_at: dt.datetime


def read_mainline(copy: Copy, *, limits: Limits) -> list[MainlineCommit]:
    """Every first parent from the head to the root, whatever its date; newest first."""
    args = ["log", "--first-parent", "--format=%H %ct", copy.head]
    out = run_git(copy.path, args, limits=limits, protocols=copy.protocols)
    return [
        MainlineCommit(sha, _moment(at)) for sha, _, at in (line.partition(" ") for line in out.decode().splitlines())
    ]


def read_commits(copy: Copy, head: str, *, since: dt.datetime, limits: Limits) -> Iterator[Commit]:
    """All commits reachable from `head` that were committed after `since`, newest first, without files.

    Dates filter and never end the walk, so one wrongly dated commit hides no other.
    """
    args = ["log", "-z", "--topo-order", f"--since-as-filter={int(since.timestamp())}", f"--format={HEADER}", head]
    yield from _parse(stream_git(copy.path, args, limits=limits, protocols=copy.protocols))


def read_changes(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[Commit]:
    """The given commits with the files each changed against its first parent, in the order given."""
    args = [*_LOG_GIVEN, "-z", "--numstat", "-M", f"--format={HEADER}"]
    yield from _parse(_given(copy, args, shas, limits))


def read_patches(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[bytes]:
    """The raw patches of the given commits against their first parents, for `metrics.signals.survival`."""
    args = [*_LOG_GIVEN, "-p", "-U0", "-M", "--src-prefix=a/", "--dst-prefix=b/", "--format=%x01%H %ct"]
    return _given(copy, args, shas, limits)


def read_blob_ids(copy: Copy, shas: Sequence[str], *, limits: Limits) -> set[str]:
    """The file versions the given commits replaced and brought, and all files of the newest of them."""
    found: set[str] = set()
    args = [*_LOG_GIVEN, "--raw", "--no-renames", "--no-abbrev", "--format="]
    for line in _lines(_given(copy, args, shas, limits)):
        _, new_mode, old, new = line.split(b" ", 4)[:4]
        found.update(oid.decode() for oid in (old, new) if oid.strip(b"0") and new_mode != b"160000")
    for line in run_git(copy.path, ["ls-tree", "-r", shas[0]], limits=limits).splitlines():
        mode, _, rest = line.split(b" ", 2)
        if mode != b"160000":
            found.add(rest.split(b"\t", 1)[0].decode())
    return found


def replay_merges(copy: Copy, merges: Sequence[Commit], *, limits: Limits) -> Iterator[MergeReplay]:
    """Each two-parent merge done again; whether its parents conflict. Unrelated histories are left out."""
    args = [
        "merge-tree",
        "--write-tree",
        "--allow-unrelated-histories",
        "--name-only",
        "--no-messages",
        "-z",
        "--stdin",
    ]
    pairs = "".join(f"{merge.parents[0]} {merge.parents[1]}\n" for merge in merges)
    out = run_git(copy.path, args, limits=limits, stdin=pairs.encode(), protocols=copy.protocols)
    answers = _merge_answers(out)
    for merge, clean in zip(merges, answers, strict=True):
        yield MergeReplay(merge.sha, merge.committed_at, merge.subject, conflicted=not clean)


_LOG_GIVEN = (
    *("log", "--no-walk=unsorted", "--stdin", "--diff-merges=first-parent", "--root"),
    *("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"),
)


def _given(copy: Copy, args: Sequence[str], shas: Iterable[str], limits: Limits) -> Iterator[bytes]:
    stdin = "".join(f"{sha}\n" for sha in shas).encode()
    if not stdin:
        return iter(())  # without a commit on its input git would take HEAD
    return stream_git(copy.path, args, limits=limits, stdin=stdin, protocols=copy.protocols)


def _merge_answers(out: bytes) -> list[bool]:
    """For each merge: status 1 (clean) or 0, the tree, the conflicting paths, and an empty token as its end."""
    answers: list[bool] = []
    tokens = iter(out.split(b"\0"))
    for status in tokens:
        if not status:
            continue
        answers.append(status == b"1")
        for token in tokens:
            if not token:
                break
    return answers


def _tokens(chunks: Iterable[bytes], separator: bytes) -> Iterator[bytes]:
    tail = b""
    for chunk in chunks:
        *parts, tail = (tail + chunk).split(separator)
        yield from parts
    if tail:
        yield tail


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line in _tokens(chunks, b"\n") if line)


def _parse(chunks: Iterable[bytes]) -> Iterator[Commit]:
    tokens = _tokens(chunks, b"\0")
    header: list[bytes] = []
    files: list[FileChange] = []
    for token in tokens:
        line = token.lstrip(b"\n")
        if not line:
            continue
        if line.count(b"\t") >= 2:
            files.append(_file_change(line, tokens))
            continue
        if header:
            yield _commit(header, files)
        header, files = [line, *(next(tokens) for _ in range(N_FIELDS - 1))], []
    if header:
        yield _commit(header, files)


def _file_change(line: bytes, tokens: Iterator[bytes]) -> FileChange:
    added, deleted, path = line.split(b"\t", 2)
    old = b"" if path else next(tokens)
    name = path or next(tokens)
    return FileChange(_path(name), _count(added), _count(deleted), _path(old) if old else None)


def _commit(fields: Sequence[bytes], files: Sequence[FileChange]) -> Commit:
    text = [field.decode("utf-8", "replace") for field in fields]
    return Commit(
        sha=text[0],
        parents=tuple(text[1].split()),
        author_name=text[2],
        author_email=text[3],
        authored_at=_moment(text[4]),
        committer_email=text[6],
        committed_at=_moment(text[7]),
        subject=readable(text[8]),
        body=readable(text[9].strip()),
        files=tuple(files),
    )


def _path(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _count(number: bytes) -> int:
    return -1 if number == b"-" else int(number)


def _moment(seconds: str) -> dt.datetime:
    """The moment; dates beyond what Python can hold become the nearest it can."""
    number = int(seconds) if seconds.lstrip("-").isdigit() else 0
    return EPOCH + dt.timedelta(seconds=max(-62135596800, min(LAST_SECOND, number)))
