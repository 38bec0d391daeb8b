"""How old the lines were that a change deleted, from patches alone: no blame, no file contents.

Each file is a run-length list of (lines, born at). Applying a hunk removes runs and inserts new ones. Lines from
before the first patch are one very long run without a birth. Reading patches: `metrics.signals.patches`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from metrics.signals.patches import FilePatch, Hunk
from metrics.signals.types import LineAges

DAY_S = 86_400
MORE_LINES_THAN_ANY_FILE = 1 << 40
OLD = None  # born before the first patch


class Birth(NamedTuple):
    """When a line came, in seconds since 1970, and whether the change that brought it declares an assistant."""

    at_s: int
    is_declared: bool = False


Run = tuple[int, Birth | None]  # lines, and their birth


class Tally(NamedTuple):
    """What one change did to the lines that count; `young`: by path, how many it deleted that were young."""

    committed_s: int
    is_declared: bool
    added: int = 0
    deleted: int = 0
    declared_young: int = 0
    young: tuple[tuple[str, int], ...] = ()


@dataclass
class Followed:
    """How the files stand after the changes followed so far, and what each of them did, by its id.

    `moved` are the names that came or went by a rename, `opaque` those of which a change showed no lines. Once lines
    of such a file are shown again it is not certain that following from an earlier change would say the same.
    """

    files: dict[str, list[Run]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    opaque: set[str] = field(default_factory=set)
    is_certain: bool = True

    def may_go_on(self, patches: Iterable[FilePatch], counts: Callable[[str], bool]) -> bool:
        """Whether following these as well is the same as following all anew: no file comes from where nobody looked."""
        moves = (patch.old for patch in patches if patch.old != patch.new and patch.old is not None)
        return self.is_certain and all(counts(old) or old in self.moved for old in moves)

    def follow(self, patches: Sequence[FilePatch], *, young_days: int, counts: Callable[[str], bool]) -> None:
        """Follow the lines through more patches, the oldest first.

        `counts` says which paths count; others are followed where a rename could bring their lines to one that does.
        """
        self.moved |= {
            name for patch in patches if patch.old != patch.new for name in (patch.old, patch.new) if name is not None
        }
        for sha, changed in groupby(patches, key=lambda patch: patch.sha):
            for patch in changed:
                path = patch.new or patch.old or ""
                tally = self.tallies.setdefault(sha, Tally(patch.committed_s, patch.is_declared))
                if counts(path) or path in self.moved:
                    gone = self._apply(path, patch)
                    if counts(path):
                        self.tallies[sha] = _with_patch(tally, path, patch, gone, young_days * DAY_S)

    def _apply(self, path: str, patch: FilePatch) -> list[Run]:
        if patch.is_binary:
            self.opaque.add(path)
        elif patch.hunks and not self.opaque.isdisjoint({patch.old, path}):
            self.is_certain = False
        return apply_patch(self.files, patch)

    def ages(self, *, window_start_s: int, window_end_s: int, window_days: int, young_days: int) -> LineAges:
        """The lines of the changes in a window."""
        tallies = [tally for tally in self.tallies.values() if window_start_s < tally.committed_s <= window_end_s]
        young_by_path: Counter[str] = Counter()
        for tally in tallies:
            for path, n in tally.young:
                young_by_path[path] += n
        ranked = sorted(young_by_path.items(), key=lambda item: (-item[1], item[0]))
        return LineAges(
            window_days,
            young_days,
            sum(tally.added for tally in tallies),
            sum(tally.deleted for tally in tallies),
            young_by_path.total(),
            tuple(ranked[:12]),
            sum(tally.added for tally in tallies if tally.is_declared),
            sum(tally.declared_young for tally in tallies),
        )


def _with_patch(tally: Tally, path: str, patch: FilePatch, gone: list[Run], young_s: int) -> Tally:
    died = [(n, b) for n, b in gone if b is not OLD and patch.committed_s - b.at_s <= young_s]
    n_died = sum(n for n, _ in died)
    return tally._replace(
        added=tally.added + sum(hunk[2] for hunk in patch.hunks),
        deleted=tally.deleted + sum(hunk[1] for hunk in patch.hunks),
        declared_young=tally.declared_young + sum(n for n, birth in died if birth.is_declared),
        young=(*tally.young, (path, n_died)) if n_died else tally.young,
    )


def apply_patch(files: dict[str, list[Run]], patch: FilePatch) -> list[Run]:
    """Bring `files` up to date with the patch; returns the runs it deleted."""
    runs: list[Run] = [] if patch.is_new else files.get(patch.old or "", [(MORE_LINES_THAN_ANY_FILE, OLD)])
    if patch.old != patch.new and patch.old is not None and not patch.is_copy:
        files.pop(patch.old, None)
    runs, gone = apply_hunks(runs, patch.hunks, Birth(patch.committed_s, patch.is_declared))
    if patch.new is not None and not patch.is_deleted:
        files[patch.new] = runs
    return gone


def apply_hunks(runs: list[Run], hunks: list[Hunk], born: Birth) -> tuple[list[Run], list[Run]]:
    """The runs after the hunks, and the runs the hunks deleted."""
    kept: list[Run] = []
    gone: list[Run] = []
    index = used = 0  # the run read next, and how much of it is
    line = 1
    for start, n_deleted, n_inserted in hunks:
        for n_lines, into in ((start - line, kept), (n_deleted, gone)):
            while n_lines > 0 and index < len(runs):
                length, came = runs[index]
                taken = length - used
                if taken > n_lines:
                    taken = n_lines
                    used += taken
                else:
                    index, used = index + 1, 0
                n_lines -= taken
                _push(into, taken, came)
        line = start + n_deleted
        _push(kept, n_inserted, born)
    for length, came in runs[index:]:
        _push(kept, length - used, came)
        used = 0
    return kept, gone


def _push(runs: list[Run], n_lines: int, born: Birth | None) -> None:
    if n_lines <= 0:
        return
    if runs and runs[-1][1] == born:
        runs[-1] = (runs[-1][0] + n_lines, born)
    else:
        runs.append((n_lines, born))
