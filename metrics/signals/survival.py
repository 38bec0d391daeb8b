"""How old the lines were that a change deleted, from patches alone: no blame, no file contents.

Each file is a run-length list of (lines, born at). Applying a hunk removes runs and inserts new ones. Lines from
before the first patch are one very long run without a birth. Reading patches: `metrics.signals.patches`.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from metrics.signals.patches import FilePatch, Hunk
from metrics.signals.types import LineAges

DAY_S = 86_400
MORE_LINES_THAN_ANY_FILE = 1 << 40
OLD = None  # born before the first patch

Run = tuple[int, int | None]  # lines, birth in seconds since 1970


def line_ages(
    patches: Iterable[FilePatch],
    *,
    window_start_s: int,
    window_end_s: int,
    window_days: int,
    young_days: int,
    counts: Callable[[str], bool],
) -> LineAges:
    """Follow the lines through the patches (oldest first) and count those that died young inside the window.

    `counts` says which paths count; others are followed where a rename could bring their lines to one that does.
    """
    files: dict[str, list[Run]] = {}
    added = deleted = young = 0
    young_by_path: Counter[str] = Counter()
    patches = list(patches)
    moved = {name for patch in patches if patch.old != patch.new for name in (patch.old, patch.new)}
    for patch in patches:
        path = patch.new or patch.old or ""
        if not (counts(path) or path in moved):
            continue
        gone = apply_patch(files, patch)
        if not window_start_s < patch.committed_s <= window_end_s or not counts(path):
            continue
        died_young = sum(n for n, born in gone if born is not OLD and patch.committed_s - born <= young_days * DAY_S)
        added += sum(hunk[2] for hunk in patch.hunks)
        deleted += sum(hunk[1] for hunk in patch.hunks)
        young += died_young
        if died_young:
            young_by_path[path] += died_young
    ranked = sorted(young_by_path.items(), key=lambda item: (-item[1], item[0]))
    return LineAges(window_days, young_days, added, deleted, young, tuple(ranked[:12]))


def apply_patch(files: dict[str, list[Run]], patch: FilePatch) -> list[Run]:
    """Bring `files` up to date with the patch; returns the runs it deleted."""
    runs: list[Run] = [] if patch.is_new else files.get(patch.old or "", [(MORE_LINES_THAN_ANY_FILE, OLD)])
    if patch.old != patch.new and patch.old is not None and not patch.is_copy:
        files.pop(patch.old, None)
    runs, gone = apply_hunks(runs, patch.hunks, patch.committed_s)
    if patch.new is not None and not patch.is_deleted:
        files[patch.new] = runs
    return gone


def apply_hunks(runs: list[Run], hunks: list[Hunk], born_s: int) -> tuple[list[Run], list[Run]]:
    """The runs after the hunks, and the runs the hunks deleted."""
    kept: list[Run] = []
    gone: list[Run] = []
    rest = _Reader(runs)
    line = 1
    for start, n_deleted, n_inserted in hunks:
        rest.move(start - line, kept)
        rest.move(n_deleted, gone)
        line = start + n_deleted
        _push(kept, n_inserted, born_s)
    rest.move(1 << 62, kept)
    return kept, gone


class _Reader:
    """Takes lines off the front of a list of runs."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs = runs
        self.index = 0
        self.used = 0

    def move(self, n_lines: int, into: list[Run]) -> None:
        while n_lines > 0 and self.index < len(self.runs):
            length, born = self.runs[self.index]
            taken = min(n_lines, length - self.used)
            _push(into, taken, born)
            n_lines -= taken
            self.used += taken
            if self.used == length:
                self.index, self.used = self.index + 1, 0


def _push(runs: list[Run], n_lines: int, born_s: int | None) -> None:
    if n_lines <= 0:
        return
    if runs and runs[-1][1] == born_s:
        runs[-1] = (runs[-1][0] + n_lines, born_s)
    else:
        runs.append((n_lines, born_s))
