"""Reading the files of one commit without checking anything out."""

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing

from metrics.clients.git.clone import Copy
from metrics.clients.git.process import GitError, GitLimit, Limits, run_git, stream_git
from metrics.signals.types import Tree, TreeEntry

TEXTS_LIMIT_BYTES = 64 << 20  # all files together
MAX_ENTRIES = 500_000

Choose = Callable[[Sequence[TreeEntry]], Sequence[TreeEntry]]
Likely = Choose
Read = Callable[[Sequence[TreeEntry]], Mapping[str, str]]
MAX_ONE_BY_ONE = 3  # texts asked for that were not foreseen; after so many all that are left are read at once


class Texts(Mapping[str, str]):
    """The text of each chosen file by its path; those likely to be asked for are read at once, others when they are."""

    def __init__(self, chosen: Sequence[TreeEntry], likely: Container[str], read: Read) -> None:
        self._chosen = {entry.path: entry for entry in chosen}
        self._read = read
        self._texts = dict(read([entry for entry in chosen if entry.path in likely]))
        self._n_more = 0
        self.n_asked: Counter[str] = Counter()

    def __getitem__(self, path: str) -> str:
        entry = self._chosen[path]
        self.n_asked[path] += 1
        if path not in self._texts:
            self._n_more += 1
            left = [other for other in self._chosen.values() if other.path not in self._texts]
            self._texts |= self._read([entry] if self._n_more <= MAX_ONE_BY_ONE else left)
        return self._texts[path]

    def __contains__(self, path: object) -> bool:
        return path in self._chosen

    def __iter__(self) -> Iterator[str]:
        return iter(self._chosen)

    def __len__(self) -> int:
        return len(self._chosen)


def read_tree(
    copy: Copy, commit: str, *, choose: Choose, likely: Likely = lambda chosen: chosen, limits: Limits
) -> Tree:
    """The paths of the commit, and the text of the files `choose` picks from its entries.

    `likely` picks of those again what is read at once; the rest is read when somebody asks for it.
    """
    entries = tuple(_list_entries(copy, commit, limits))
    chosen = choose(entries)
    at_once = {entry.path for entry in likely(chosen)}
    return Tree(commit, entries, Texts(chosen, at_once, lambda wanted: _read_texts(copy, wanted, limits)))


def _list_entries(copy: Copy, commit: str, limits: Limits) -> Iterator[TreeEntry]:
    """Every file of the commit; folders that hold each other many times over end at the bound."""
    args = ["ls-tree", "-r", "-z", "-l", "--full-tree", commit]
    tail, n_entries = b"", 0
    with closing(stream_git(copy.path, args, limits=limits, remote=copy.remote)) as chunks:
        for chunk in chunks:
            *lines, tail = (tail + chunk).split(b"\0")
            n_entries += len(lines)
            if n_entries > MAX_ENTRIES:
                raise GitLimit(f"The newest commit lists more than {MAX_ENTRIES:,} files.")
            yield from (_entry(line) for line in lines)


def _entry(line: bytes) -> TreeEntry:
    facts, path = line.split(b"\t", 1)
    mode, _, oid, size = facts.split()
    return TreeEntry(
        path=path.decode("utf-8", "surrogateescape"),
        mode=mode.decode(),
        oid=oid.decode(),
        size=int(size) if size.isdigit() else -1,  # "-" is a submodule, "BAD" a file that is not here
    )


def _read_texts(copy: Copy, wanted: Sequence[TreeEntry], limits: Limits) -> dict[str, str]:
    if not wanted:
        return {}
    out = run_git(
        copy.path,
        ["cat-file", "--batch"],
        limits=limits,
        stdin="".join(f"{entry.oid}\n" for entry in wanted).encode(),
        remote=copy.remote,
        max_bytes=TEXTS_LIMIT_BYTES,
    )
    texts, at = {}, 0
    for entry in wanted:
        end = out.index(b"\n", at)
        header = out[at:end].split()
        if header[1:2] != [b"blob"]:
            raise GitError("The repository lacks a file its newest commit names; it may be damaged.")
        size = int(header[2])
        texts[entry.path] = out[end + 1 : end + 1 + size].decode("utf-8", "replace")
        at = end + 1 + size + 1
    return texts
