"""Which commits the window holds: by one walk over ids and dates, and after that over the new ones alone.

What a walk found stays true for every later commit that descends from its head, so a later run joins both. Where the
history was rewritten, or an earlier day is asked for, all is walked anew.
"""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from metrics.clients.git.clone import Copy
from metrics.clients.git.history import LAST_SECOND, MainlineCommit, describe_since, walk, walk_by_date
from metrics.clients.git.process import GitError, GitLimit, Limits
from metrics.signals.types import Commit

OLDER_IN_A_ROW = 500  # over a hundred times what real histories and their wrong clocks ask for
MAX_NEAR = 100_000

Found = tuple[list[MainlineCommit], list[str]]  # the mainline, and all ids in the window


@dataclass(frozen=True)
class Walk:
    """What is reachable from `head`: the ids committed after `since_s`, and the mainline back to the last of them.

    `described` are commits the walk told of in full.
    """

    head: str = ""
    since_s: int = 0
    mainline: tuple[MainlineCommit, ...] = ()
    shas: tuple[str, ...] = ()
    described: Mapping[str, Commit] = field(default_factory=dict, compare=False)


def walk_window(copy: Copy, *, since_s: int, until_s: int, before: Walk, limits: Limits) -> Walk:
    """The walk from the newest mainline commit not dated after `until_s`; without a head when there is none."""
    found = _walk(copy, copy.head, since_s, until_s, before, limits)
    first = next((n for n, commit in enumerate(found.mainline) if commit.committed_s <= until_s), None)
    if first is None:
        return Walk()
    return found if first == 0 else _walk(copy, found.mainline[first].sha, since_s, until_s, before, limits)


def in_order(commits: Iterable[Commit]) -> list[Commit]:
    """Newest first and children before their parents: a commit counts as later than the parents given with it.

    The same commits come in the same order, however they were found.
    """
    by_sha = {commit.sha: commit for commit in commits}
    later: dict[str, float] = {}
    for first in reversed(by_sha.values()):  # mostly given children first, so parents are mostly known
        if first.sha in later:
            continue
        waiting = [first]
        while waiting:
            commit = waiting[-1]
            at = commit.committed_at.timestamp()
            unknown = None
            for sha in commit.parents:
                if sha in later:
                    at = max(at, later[sha] + 1)
                elif sha in by_sha:
                    unknown = by_sha[sha]
                    break
            if unknown:
                waiting.append(unknown)
            else:
                later[commit.sha] = at
                waiting.pop()
    return sorted(by_sha.values(), key=lambda commit: (-later[commit.sha], commit.sha))


def _walk(copy: Copy, head: str, since_s: int, until_s: int, before: Walk, limits: Limits) -> Walk:
    new: dict[str, Commit] = {}
    found = _join(copy, head, since_s, before, new, limits) if before.head and before.since_s <= since_s else None
    found = found or _walk_near(copy, head, since_s, limits) or _walk_all(copy, head, since_s, limits)
    return Walk(head, since_s, tuple(_that_counts(found[0], since_s, until_s)), tuple(found[1]), new)


def _walk_near(copy: Copy, head: str, since_s: int, limits: Limits) -> Found | None:
    """By date, until the window lies behind; nothing where that takes too long.

    It does once so many commits in a row are older, and none is left out whose child is in the window: a commit dated
    long ago by a wrong clock comes last, so what it would hide waits for it. What lies deeper than that and is dated
    in the window all the same is no change of that time.
    """
    rows: dict[bytes, tuple[int, list[bytes]]] = {}
    awaited: set[bytes] = set()
    n_older = 0
    with closing(walk_by_date(copy, head, limits=limits)) as found:
        for at, (sha, *parents) in found:
            rows[sha] = at, parents
            if at > since_s:
                awaited.update(parent for parent in parents if parent not in rows)
                n_older = 0
            elif sha in awaited:
                n_older = 0
            awaited.discard(sha)
            n_older += 1
            if n_older > OLDER_IN_A_ROW and not awaited:
                break
            if len(rows) > MAX_NEAR:
                return None
    mainline: list[MainlineCommit] = []
    following = head.encode()
    while following in rows:
        at, parents = rows[following]
        mainline.append(MainlineCommit(following.decode(), min(LAST_SECOND, at)))
        following = parents[0] if parents else b""
    return mainline, [sha.decode() for sha, (at, _) in rows.items() if at > since_s]


def _walk_all(copy: Copy, head: str, since_s: int, limits: Limits) -> Found:
    mainline: list[MainlineCommit] = []
    shas: list[str] = []
    following = head.encode()
    for at, ids in walk(copy, head, limits=limits):
        if ids[0] == following:
            mainline.append(MainlineCommit(ids[0].decode(), min(LAST_SECOND, at)))
            following = ids[1] if len(ids) > 1 else b""
        if at > since_s:
            shas.append(ids[0].decode())
    return mainline, shas


def _join(copy: Copy, head: str, since_s: int, before: Walk, new: dict[str, Commit], limits: Limits) -> Found | None:
    """What is new and what was found before; nothing where the head does not descend from the one before.

    Puts what is new into `new`.
    """
    if head == before.head:
        return list(before.mainline), list(before.shas)
    try:
        new.update((commit.sha, commit) for commit in describe_since(copy, head, before.head, limits=limits))
    except GitLimit:
        raise
    except GitError:  # what was the head is here no more
        return None
    if before.head not in {parent for commit in new.values() for parent in commit.parents}:
        return None
    place = {commit.sha: n for n, commit in enumerate(before.mainline)}
    mainline: list[MainlineCommit] = []
    sha = head
    while sha in new and sha not in place:
        commit = new[sha]
        mainline.append(MainlineCommit(sha, int(commit.committed_at.timestamp())))
        sha = commit.parents[0] if commit.parents else ""
    if sha not in place:
        return None
    held = set(before.shas)
    shas = [sha for sha, commit in new.items() if commit.committed_at.timestamp() > since_s and sha not in held]
    return [*mainline, *before.mainline[place[sha] :]], [*shas, *before.shas]


def _that_counts(mainline: list[MainlineCommit], since_s: int, until_s: int) -> list[MainlineCommit]:
    """The mainline back to the last commit in the window, and in any case to the newest not dated after its end."""
    last = max((n for n, commit in enumerate(mainline) if commit.committed_s > since_s), default=-1)
    first = next((n for n, commit in enumerate(mainline) if commit.committed_s <= until_s), len(mainline) - 1)
    return mainline[: max(last, first) + 1]
