"""Reading the history: which commits there are, what they say, and what they changed.

Ids first, so that what is known already is never read again: see `metrics.domain.kept`. What the mainline changed comes
from one streamed patch log, which costs git no more than `--numstat`.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from metrics.clients.git.clone import Copy
from metrics.clients.git.process import Limits, run_git, stream_git
from metrics.signals.messages import readable
from metrics.signals.patches import commit_patches, file_changes
from metrics.signals.types import Commit, MergeReplay

HEADER = "%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%s%x00%b%x00"
N_FIELDS = 10
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LAST_SECOND = 253402300799  # the end of the year 9999; git accepts later dates, Python does not


@dataclass(frozen=True, slots=True)
class MainlineCommit:
    sha: str
    committed_s: int

    @property
    def committed_at(self) -> dt.datetime:
        return moment(self.committed_s)


def write_graph(copy: Copy, *, limits: Limits) -> None:
    """Note the parents and dates of all commits in our copy, so that each later walk need not unpack them.

    A second call adds what is new.
    """
    if copy.head and not copy.is_shallow:
        args = ["-c", "core.fsync=none", "commit-graph", "write", "--split", "--stdin-commits", "--no-progress"]
        run_git(copy.path, args, limits=limits, stdin=f"{copy.head}\n".encode(), remote=copy.remote)


def read_mainline(copy: Copy, *, limits: Limits) -> list[MainlineCommit]:
    """Every first parent from the head to the root, whatever its date; newest first."""
    args = ["log", "--first-parent", "--format=%H %ct", copy.head]
    out = run_git(copy.path, args, limits=limits, remote=copy.remote).decode()
    return [MainlineCommit(sha, _seconds(at)) for sha, _, at in (line.partition(" ") for line in out.splitlines())]


def list_commits(copy: Copy, head: str, *, since: dt.datetime, limits: Limits) -> list[str]:
    """The ids of all commits reachable from `head` that were committed after `since`, children first.

    Dates filter and never end the walk, so one wrongly dated commit hides no other.
    """
    args = ["rev-list", "--topo-order", f"--since-as-filter={int(since.timestamp())}", head]
    return run_git(copy.path, args, limits=limits, remote=copy.remote).decode().split()


def describe_commits(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[Commit]:
    """The given commits without files, in the order given."""
    args = ["log", "--no-walk=unsorted", "--stdin", "-z", "-s", f"--format={HEADER}"]
    tokens = _tokens(_given(copy, args, shas, limits), b"\0")
    for first in tokens:
        if sha := first.lstrip(b"\n"):
            yield _commit([sha, *islice(tokens, N_FIELDS - 1)])


def read_commits(copy: Copy, head: str, *, since: dt.datetime, limits: Limits) -> Iterator[Commit]:
    """What `list_commits` finds, described."""
    return describe_commits(copy, list_commits(copy, head, since=since, limits=limits), limits=limits)


def read_changes(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[Commit]:
    """The given commits with the files each changed against its first parent, in the order given."""
    patches = commit_patches(read_patches(copy, shas, limits=limits))
    for commit, patch in zip(describe_commits(copy, shas, limits=limits), patches, strict=True):
        yield replace(commit, files=file_changes(patch.files))


def read_patches(copy: Copy, shas: Sequence[str], *, limits: Limits) -> Iterator[bytes]:
    """The raw patches of the given commits against their first parents, for `metrics.signals.patches`."""
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
    """Each two-parent merge done again; the paths in which its parents conflict."""
    args = ["-c", "core.fsync=none", "merge-tree", "--write-tree", "--allow-unrelated-histories"]
    args += ["--name-only", "--no-messages", "-z", "--stdin"]
    pairs = "".join(f"{merge.parents[0]} {merge.parents[1]}\n" for merge in merges)
    out = run_git(copy.path, args, limits=limits, stdin=pairs.encode(), remote=copy.remote)
    for merge, (clean, paths) in zip(merges, _merge_answers(out), strict=True):
        yield MergeReplay(merge.sha, merge.committed_at, merge.subject, conflicted=not clean, paths=paths)


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


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line in _tokens(chunks, b"\n") if line)


def _commit(fields: Sequence[bytes]) -> Commit:
    text = [field.decode("utf-8", "replace") for field in fields]
    return Commit(
        sha=text[0],
        parents=tuple(text[1].split()),
        author_name=text[2],
        author_email=text[3],
        authored_at=moment(_seconds(text[4])),
        committer_email=text[6],
        committed_at=moment(_seconds(text[7])),
        subject=readable(text[8]),
        body=readable(text[9].strip()),
    )


def moment(seconds: int) -> dt.datetime:
    """The moment; dates beyond what Python can hold become the nearest it can."""
    return EPOCH + dt.timedelta(seconds=max(-62135596800, min(LAST_SECOND, seconds)))


def _seconds(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else 0
