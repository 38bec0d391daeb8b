"""Reading the files of one commit without checking anything out."""

import os
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from metrics.clients.git.clone import Copy, sizes_here
from metrics.clients.git.process import GitError, GitLimit, Limits, run_git, stream_git
from metrics.signals.types import Tree, TreeEntry

TEXTS_LIMIT_BYTES = 64 << 20  # all files together
MAX_ENTRIES = 500_000
TOO_MANY = f"The newest commit lists more than {MAX_ENTRIES:,} files."

Choose = Callable[[Sequence[TreeEntry]], Sequence[TreeEntry]]
Likely = Choose
Read = Callable[[Sequence[TreeEntry]], Mapping[str, str]]
SizesOf = Callable[[Sequence[str]], Mapping[str, int]]
WORTH_KEEPING = 1_000  # files; of fewer git lists all in less time than it takes to be asked twice
SUBMODULE = "160000"
MAX_ONE_BY_ONE = 3  # texts asked for that were not foreseen; after so many all that are left are read at once


@dataclass(frozen=True)
class Listing:
    """The files of a commit as an earlier run listed them; without a commit there are none."""

    commit: str = ""
    entries: tuple[TreeEntry, ...] = ()


NO_LISTING = Listing()


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
    copy: Copy,
    commit: str,
    *,
    choose: Choose,
    likely: Likely = lambda chosen: chosen,
    before: Listing = NO_LISTING,
    listed: Sequence[TreeEntry] = (),
    limits: Limits,
) -> Tree:
    """The paths of the commit, and the text of the files `choose` picks from its entries.

    `likely` picks of those again what is read at once; the rest is read when somebody asks for it. With the listing of
    an earlier commit, git is asked for what changed since. `listed` are the entries where they are known.
    """
    entries = tuple(listed) or _listed_since(copy, commit, before, limits) or tuple(_list_entries(copy, commit, limits))
    chosen = choose(entries)
    at_once = {entry.path for entry in likely(chosen)}
    return Tree(commit, entries, Texts(chosen, at_once, lambda wanted: _read_texts(copy, wanted, limits)))


def _listed_since(copy: Copy, commit: str, before: Listing, limits: Limits) -> tuple[TreeEntry, ...]:
    """What was listed before with what changed since; nothing where that is not known or not worth it.

    git is asked also of the very same commit: a repository that broke meanwhile is to be noticed.
    """
    if not before.commit or len(before.entries) < WORTH_KEEPING:
        return ()
    try:
        changed = _changed(copy, before.commit, commit, len(before.entries) // 4, limits)
    except GitLimit:
        raise
    except GitError:  # the earlier commit is here no more
        return ()
    if changed is None:
        return ()
    return with_changed(before, changed, partial(sizes_here, copy, limits=limits))


def with_changed(before: Listing, changed: Mapping[str, tuple[str, str]], sizes_of: SizesOf) -> tuple[TreeEntry, ...]:
    """What was listed before with what changed since: by path the new mode, zero where the file is gone, and id."""
    entries = {entry.path: entry for entry in before.entries}
    sizes = sizes_of([oid for mode, oid in changed.values() if mode.strip("0") and mode != SUBMODULE])
    is_in_order = changed.keys() <= entries.keys()
    for path, (mode, oid) in changed.items():
        if mode.strip("0"):
            entries[path] = TreeEntry(path, mode, oid, sizes.get(oid, -1))
        else:
            entries.pop(path, None)
    if len(entries) > MAX_ENTRIES:
        raise GitLimit(TOO_MANY)
    found = entries.values()
    return tuple(found if is_in_order else sorted(found, key=lambda entry: os.fsencode(entry.path)))


def _changed(copy: Copy, one: str, other: str, at_most: int, limits: Limits) -> dict[str, tuple[str, str]] | None:
    """By path, the new mode (zero where the file is gone) and object id; nothing where more changed."""
    args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none", one, other]
    told: dict[str, tuple[str, str]] = {}
    tail = b""
    with closing(stream_git(copy.path, args, limits=limits, remote=copy.remote)) as chunks:
        for chunk in chunks:
            *parts, tail = (tail + chunk).split(b"\0")
            if len(parts) % 2:
                tail = parts.pop() + b"\0" + tail
            for facts, path in zip(parts[::2], parts[1::2], strict=True):
                _, mode, _, oid, _ = facts.decode().split()
                told[path.decode("utf-8", "surrogateescape")] = mode, oid
            if len(told) > at_most:
                return None
    return told


def _list_entries(copy: Copy, commit: str, limits: Limits) -> Iterator[TreeEntry]:
    """Every file of the commit; folders that hold each other many times over end at the bound."""
    args = ["ls-tree", "-r", "-z", "-l", "--full-tree", commit]
    tail, n_entries = b"", 0
    with closing(stream_git(copy.path, args, limits=limits, remote=copy.remote)) as chunks:
        for chunk in chunks:
            *lines, tail = (tail + chunk).split(b"\0")
            n_entries += len(lines)
            if n_entries > MAX_ENTRIES:
                raise GitLimit(TOO_MANY)
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
