"""From where both sides of a merge went apart, worked out from the commits that were read anyway.

git finds it by walking thousands of commits for each merge, which is three quarters of the work of merging again. Given
the few commits that decide it in place of the history, it has nothing to look for and comes to the same result.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from metrics.signals.types import Commit

MAX_COMMITS = 8_000  # the newest; each one's ancestors are a number of so many bits
MAX_DECIDING = 40


@dataclass(frozen=True, slots=True)
class StandIn:
    """A commit with the files and the date of a real one; its parents are places in the list it stands in."""

    tree: str
    committed_s: int
    parents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """The two sides of a merge, their bases, the bases of these, and so on: parents first."""

    commits: tuple[StandIn, ...]
    sides: tuple[int, int]

    @property
    def has_one_side(self) -> bool:
        """Whether one side changed nothing since they went apart: then nothing can conflict."""
        return len(self.commits) <= 3 and self.commits[0].tree in {self.commits[side].tree for side in self.sides}


def shapes_of(commits: Sequence[Commit], merges: Iterable[Commit]) -> dict[str, Shape]:
    """By merge, what can stand in for its history; left out where these commits may not hold all of it.

    `commits` come newest first and children before their parents.
    """
    graph = _Graph(commits[:MAX_COMMITS])
    found = ((merge.sha, graph.shape_of(merge)) for merge in merges)
    return {sha: shape for sha, shape in found if shape}


class _Graph:
    """Which commit reaches which: by place, oldest first, one bit for the commit itself and for each ancestor."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self.commits = commits[::-1]
        self.place = {commit.sha: n for n, commit in enumerate(self.commits)}
        self.reached: list[int] = []
        self.leading_out = 0
        for n, commit in enumerate(self.commits):
            bits = 1 << n
            for sha in commit.parents:
                if sha in self.place:
                    bits |= self.reached[self.place[sha]]
                else:
                    self.leading_out |= 1 << n
            self.reached.append(bits)

    def shape_of(self, merge: Commit) -> Shape | None:
        if len(merge.parents) != 2 or any(sha not in self.place for sha in merge.parents):
            return None
        ours, theirs = (self.place[sha] for sha in merge.parents)
        deciding = self._deciding({ours, theirs})
        has_lone_base = len(deciding) <= 3
        if not deciding or not (has_lone_base or len({self._seconds(n) for n in deciding}) == len(deciding)):
            return None  # git merges several bases in the order of their dates, which must tell them apart
        listed = sorted(deciding)
        number = {place: n for n, place in enumerate(listed)}
        all_of_them = sum(1 << place for place in listed)
        stand_ins = []
        for place in listed:
            parents = self._newest_of(self.reached[place] & all_of_them & ~(1 << place))
            numbers = tuple(number[parent] for parent in parents)
            stand_ins.append(StandIn(self.commits[place].tree, self._seconds(place), numbers))
        return Shape(tuple(stand_ins), (number[ours], number[theirs]))

    def _deciding(self, sides: set[int]) -> set[int]:
        """The sides and, for any two in the set, their bases: all that merging bases with each other can ask for."""
        found, asked = set(sides), set[tuple[int, int]]()
        while pairs := set(combinations(sorted(found), 2)) - asked:
            asked |= pairs
            for one, other in pairs:
                bases = self._bases(one, other)
                if not bases or len(found) > MAX_DECIDING:
                    return set()
                found.update(bases)
        return found

    def _bases(self, one: int, other: int) -> list[int]:
        """The common ancestors no other one descends from; none where they may lie beyond what is known.

        Where both sides lead out of it, by ways that are not common, they may meet again there.
        """
        common = self.reached[one] & self.reached[other]
        if (self.reached[one] ^ common) & self.leading_out and (self.reached[other] ^ common) & self.leading_out:
            return []
        return self._newest_of(common)

    def _newest_of(self, places: int) -> list[int]:
        """Those of the places no other one of them descends from."""
        newest = []
        while places:
            newest.append(places.bit_length() - 1)  # its descendants come after it, so none is left among them
            places &= ~self.reached[newest[-1]]
        return newest

    def _seconds(self, place: int) -> int:
        return int(self.commits[place].committed_at.timestamp())
