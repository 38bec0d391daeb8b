"""Lines followed in several runs against lines followed in one."""

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from metrics.clients.git.history import MainlineCommit
from metrics.domain.lines import KeptLines, follow_on, lines_of_row, lines_row
from metrics.signals.patches import FilePatch

DAY_S = 86_400
UNTIL_S = 1_700_000_000
NAMES = ("a.py", "b.py", "c/d.py", "e.py")
HUNKS = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=3)
KINDS = st.sampled_from(["edit", "edit", "edit", "edit", "new", "gone", "move", "copy"])
STEPS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(NAMES), st.sampled_from(NAMES), KINDS, HUNKS, st.booleans()),
    min_size=8,
    max_size=40,
)


GONE = -1  # lines of a file that is not there
Lengths = dict[str, int]  # of the files whose beginning was seen; others may be of any length


def patch_of(at_s: int, n: int, old: str, new: str, kind: str, hunks: list, lengths: Lengths) -> FilePatch:
    """One that git could have made: only of a file that is there, and of lines it has."""
    if kind not in ("move", "copy"):
        new = old
    if lengths.get(old) == GONE:
        kind, new = "new", old
    if kind == "new":
        hunks, lengths[old] = [(1, 0, sum(hunk[2] for hunk in hunks))], 0
    n_lines = lengths.get(old)
    apart = sorted(hunks)
    apart = [hunk for before, hunk in pairwise([(0, 0, 0), *apart]) if hunk[0] >= before[0] + before[1]]
    apart = [hunk for hunk in apart if n_lines is None or hunk[0] - 1 + hunk[1] <= n_lines]
    if kind == "gone" or (kind == "move" and new != old):
        lengths[old] = GONE
    if kind != "gone":
        lengths.pop(new, None)
        if n_lines is not None:
            lengths[new] = n_lines + sum(added - deleted for _, deleted, added in apart)
    return FilePatch(at_s, f"{n}", old, new, kind == "new", kind == "gone", kind == "copy", hunks=apart)


def young_of(commits: list[MainlineCommit], until_s: int) -> list[MainlineCommit]:
    """The newest first."""
    return [commit for commit in reversed(commits) if until_s - 111 * DAY_S < commit.committed_s <= until_s]


def run(kept, commits, patches, until_s):
    young = young_of(commits, until_s)
    followed = follow_on(
        kept,
        young,
        lambda commit: iter([patches[commit.sha][0]]),
        rule="all",
        declared={commit.sha: patches[commit.sha][1] for commit in young},
        young_days=21,
        counts=lambda _: True,
    )
    told = followed.followed.ages(
        window_start_s=until_s - 90 * DAY_S, window_end_s=until_s, window_days=90, young_days=21
    )
    row = lines_row(followed, young, first_s=until_s - 111 * DAY_S)
    return told, lines_of_row(json.loads(json.dumps(row)))


@given(STEPS, st.lists(st.integers(0, 39), min_size=1, max_size=4))
def test_lines_followed_in_several_runs_are_as_old_as_in_one(steps, stops):
    at_s = UNTIL_S - DAY_S * (1 + sum(days for days, *_ in steps))
    commits, patches, lengths = [], {}, {}
    for n, (days, old, new, kind, hunks, is_declared) in enumerate(steps):
        at_s += days * DAY_S
        commits.append(MainlineCommit(f"{n}", at_s))
        patches[f"{n}"] = patch_of(at_s, n, old, new, kind, hunks, lengths), is_declared
        patches[f"{n}"][0].is_declared = is_declared
    kept = KeptLines()
    for n in sorted(n % len(steps) for n in stops):
        _, kept = run(kept, commits, patches, commits[n].committed_s)
    told, _ = run(kept, commits, patches, UNTIL_S)
    assert told == run(KeptLines(), commits, patches, UNTIL_S)[0]


def test_only_files_a_change_touched_are_unpacked():
    commits = [MainlineCommit(f"{n}", UNTIL_S - (30 - n) * DAY_S) for n in range(3)]
    changed = zip("012", ("a.py", "b.py", "a.py"), strict=True)
    patches = {n: (patch_of(UNTIL_S, int(n), path, path, "edit", [(1, 0, 4)], {}), False) for n, path in changed}
    _, kept = run(KeptLines(), commits[:2], patches, UNTIL_S)
    assert set(kept.packed) == {"a.py", "b.py"}
    going_on = follow_on(
        kept,
        young_of(commits, UNTIL_S),
        lambda commit: iter([patches[commit.sha][0]]),
        rule="all",
        declared=dict.fromkeys("012", False),
        young_days=21,
        counts=lambda _: True,
    )
    assert set(going_on.packed) == {"b.py"}
    assert set(going_on.followed.files) == {"a.py"}
