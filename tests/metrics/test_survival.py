"""Line ages from patches, held against git blame and against a plain model of a file."""

import random
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.clients.git.clone import share_folder
from metrics.clients.git.history import read_mainline, read_patches
from metrics.clients.git.process import Limits
from metrics.signals.patches import FilePatch, file_patches, unquote
from metrics.signals.survival import OLD, Birth, Followed, apply_hunks, apply_patch
from tests.metrics.repositories import Builder, days_ago, git

LIMITS = Limits.of_seconds(86_400)  # counted from the import on


def patch_of(name, hunks, *, sha="a" * 40, at_s=0, header=()):
    lines = [f"\x01{sha} {at_s}", "", f"diff --git a/{name} b/{name}", *header]
    if hunks and not any(line.startswith("---") for line in header):
        lines += [f"--- a/{name}", f"+++ b/{name}"]
    for hunk, body in hunks:
        lines += [hunk, *body]
    return "\n".join(lines).encode() + b"\n"


def test_apply_hunks_inserts_after_the_named_line_and_replaces():
    runs, gone = apply_hunks([(10, 1)], [(3, 0, 2), (5, 2, 1)], 9)
    assert runs == [(2, 1), (2, 9), (2, 1), (1, 9), (4, 1)]
    assert gone == [(2, 1)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(st.data())
def test_apply_hunks_equals_editing_a_list(data):
    """The runs stand for a list with one birth per line; hunks do to both the same."""
    births = data.draw(st.lists(st.integers(0, 3), max_size=30))
    runs = [(1, birth) for birth in births]
    hunks, expected, gone, at = [], [], [], 1
    while at <= len(births):
        kept = data.draw(st.integers(0, len(births) - at + 1))
        expected += births[at - 1 : at - 1 + kept]
        at += kept
        n_deleted = data.draw(st.integers(0, len(births) - at + 1))
        n_inserted = data.draw(st.integers(0 if n_deleted else 1, 3))
        hunks.append((at, n_deleted, n_inserted))
        gone += births[at - 1 : at - 1 + n_deleted]
        expected += [9] * n_inserted
        at += n_deleted
        if data.draw(st.booleans()):
            break
    expected += births[at - 1 :]
    new, deleted = apply_hunks(runs, hunks, 9)
    assert [born for n, born in new for _ in range(n)] == expected
    assert [born for n, born in deleted for _ in range(n)] == gone
    assert all(one[1] != two[1] for one, two in pairwise(new))


def test_lines_from_before_the_first_patch_are_old():
    files = {}
    gone = apply_patch(files, FilePatch(committed_s=5, old="a", new="a", hunks=[(100, 3, 1)]))
    assert gone == [(3, OLD)]
    assert files["a"][1] == (1, Birth(5))


def test_a_rename_carries_its_lines_and_a_copy_leaves_them():
    files = {"a": [(4, 1)]}
    apply_patch(files, FilePatch(committed_s=2, old="a", new="b"))
    assert files == {"b": [(4, 1)]}
    apply_patch(files, FilePatch(committed_s=3, old="b", new="c", is_copy=True))
    assert files == {"b": [(4, 1)], "c": [(4, 1)]}


def test_a_deleted_file_takes_its_lines_with_it():
    files = {"a": [(4, 1)]}
    gone = apply_patch(files, FilePatch(committed_s=2, old="a", is_deleted=True, hunks=[(1, 4, 0)]))
    assert (files, gone) == ({}, [(4, 1)])


def test_file_patches_reads_what_git_prints():
    first = patch_of("a b.py", [("@@ -1,2 +1 @@ def x", ["-one", "-two", "+three"])], at_s=7)
    second = patch_of("c.py", [("@@ -4 +4,2 @@", ["-x", "\\ No newline at end of file", "+y", "+z"])], at_s=8)
    patches = list(file_patches([first[:20], first[20:], second]))
    assert [(p.new, p.committed_s, p.hunks) for p in patches] == [("a b.py", 7, [(1, 2, 1)]), ("c.py", 8, [(4, 1, 2)])]


def test_content_that_looks_like_headers_is_skipped_by_count():
    body = ["-diff --git a/x b/x", "--- a/x", "-@@ -1 +1 @@", "+++ b/x", "+\x01fake 9"]
    (patch,) = file_patches([patch_of("a", [("@@ -1,3 +1,2 @@", body)])])
    assert (patch.old, patch.new, patch.hunks) == ("a", "a", [(1, 3, 2)])


def test_unquote_undoes_what_git_quotes():
    assert unquote(rb'"a\tb\"c\\d\303\244"') == 'a\tb"c\\d\u00e4'
    assert unquote(b"plain") == "plain"
    assert unquote(rb'"\377"').encode("utf-8", "surrogateescape") == b"\xff"


def line_ages(patches, *, counts=lambda path: True, **window):
    """What following the patches of changes with different dates says."""
    followed = Followed()
    named = [replace(patch, sha=str(patch.committed_s)) for patch in patches]
    followed.follow(named, young_days=21, counts=counts)
    return followed.ages(window_days=90, young_days=21, **window)


def test_line_ages_counts_young_deaths_inside_the_window_only():
    day = 86_400
    chunks = [
        patch_of("a.py", [("@@ -0,0 +1,10 @@", ["+x"] * 10)], at_s=10 * day, header=["new file mode 100644"]),
        patch_of("a.py", [("@@ -1,2 +1,2 @@", ["-x", "-x", "+y", "+y"])], at_s=20 * day),
        patch_of("a.py", [("@@ -1,4 +0,0 @@", ["-y", "-y", "-x", "-x"])], at_s=40 * day),
        patch_of("uv.lock", [("@@ -1,4 +1,4 @@", ["-y"] * 4 + ["+z"] * 4)], at_s=41 * day),
    ]
    ages = line_ages(
        file_patches(chunks),
        window_start_s=15 * day,
        window_end_s=99 * day,
        counts=lambda path: path != "uv.lock",
    )
    assert (ages.added, ages.deleted, ages.young_deleted) == (2, 6, 4)  # 2 x 10 days old, then 2 y of 20 days
    assert ages.young_by_path == (("a.py", 4),)


def test_line_ages_tell_apart_what_changes_that_declare_an_assistant_had_brought():
    """Four lines brought by one that declares, two by another; of each two die young, by the hand of the other."""
    day = 86_400
    declared = FilePatch(10 * day, new="a.py", is_new=True, is_declared=True, hunks=[(0, 0, 4)])
    other = FilePatch(11 * day, old="a.py", new="a.py", hunks=[(1, 2, 2)])
    again = FilePatch(12 * day, old="a.py", new="a.py", is_declared=True, hunks=[(1, 2, 0)])
    ages = line_ages([declared, other, again], window_start_s=0, window_end_s=99 * day)
    assert (ages.added, ages.young_deleted) == (6, 4)
    assert (ages.declared_added, ages.declared_young_deleted) == (4, 2)


def _random_history(seed: int, n_commits: int = 60) -> Builder:
    """Edits, renames, deletions and merges of a few files, by a seeded generator."""
    chance = random.Random(seed)
    builder = Builder()
    files = {f"f{number}.txt": [f"{number} start {line}" for line in range(30)] for number in range(4)}
    start_content = {name: "".join(f"{line}\n" for line in body) for name, body in files.items()}
    last = builder.commit("Start", dict(start_content), at=days_ago(101))
    for number in range(n_commits):
        name = chance.choice(sorted(files))
        body = files[name]
        start = chance.randrange(len(body) + 1)
        gone = chance.randrange(0, min(6, len(body) - start) + 1)
        body[start : start + gone] = [f"{number} new {line}" for line in range(chance.randrange(0, 6))]
        at = days_ago(100 - number * 1.5)
        rename = None
        if chance.random() < 0.1 and len(body) > 10:
            rename = (name, f"moved{number}.txt")
            files[rename[1]] = files.pop(name)
            name = rename[1]
        content = {name: "".join(f"{line}\n" for line in body)}
        if chance.random() < 0.2:
            side = builder.commit(f"Side {number}", content, branch=f"s{number}", start=last, at=at, rename=rename)
            last = builder.commit(f"Merge {number}", content, merge=side, at=at, rename=rename)
        else:
            last = builder.commit(f"Edit {number}", content, at=at, rename=rename)
    return builder


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_births_equal_git_blame_on_a_generated_history(tmp_path_factory, seed):
    folder = tmp_path_factory.mktemp("history") / "source"
    _random_history(seed).write(folder)
    copy = share_folder(folder, folder.parent / "copy", limits=LIMITS)
    shas = [commit.sha for commit in reversed(read_mainline(copy, limits=LIMITS))]
    files: dict = {}
    for patch in file_patches(read_patches(copy, shas, limits=LIMITS)):
        apply_patch(files, patch)
    names = git(folder, "ls-tree", "-r", "--name-only", "main").splitlines()
    assert sorted(name for name, runs in files.items() if sum(n for n, _ in runs)) == sorted(
        name for name in names if git(folder, "cat-file", "-s", f"main:{name}") != "0"
    )
    for name in names:
        blame = git(folder, "blame", "--first-parent", "--root", "-t", "-p", "main", "--", name).splitlines()
        assert _births(files.get(name, [])) == _blamed(blame), (seed, name)


def _births(runs):
    return [born.at_s for n, born in runs for _ in range(n)]


def _blamed(lines):
    """The committer time of each line in blame's porcelain form, where a commit is described once."""
    times, births, sha = {}, [], ""
    for line in lines:
        if line.startswith("\t"):
            births.append(times[sha])
        elif line.startswith("committer-time "):
            times[sha] = int(line.split()[1])
        elif len(line.split()[0]) == 40:
            sha = line.split()[0]
    return births
