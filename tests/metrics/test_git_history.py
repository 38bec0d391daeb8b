"""Reading the history of repositories of every shape."""

import datetime as dt
from dataclasses import fields, replace

import pytest

from metrics.clients.git import history, process
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import GitError, Limits
from metrics.clients.git.tree import read_tree
from metrics.signals.types import UNCOUNTED, Commit, FileChange, show_path
from tests.metrics.repositories import Builder, days_ago, lines

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def limits():
    return Limits.of_seconds(60)


@pytest.fixture
def copy_of(tmp_path, limits):
    def copy(builder: Builder, **options):
        folder = builder.write(tmp_path / "source", **options)
        return share_folder(folder, tmp_path / "copy", limits=limits)

    return copy


def changes_of(copy, limits):
    shas = [commit.sha for commit in history.read_mainline(copy, limits=limits)]
    return list(history.read_changes(copy, shas, limits=limits))


def test_read_changes_tells_people_dates_text_and_files(copy_of, limits):
    builder = Builder()
    builder.commit(
        "Add a\n\nBody line\n\nRefs: #1",
        {"a.py": lines(3)},
        at=days_ago(2),
        authored=days_ago(3),
        author="Zoë <zoe@example.org>",
    )
    (change,) = changes_of(copy_of(builder), limits)
    assert (change.subject, change.body) == ("Add a", "Body line\n\nRefs: #1")
    assert (change.author_name, change.author_email) == ("Zoë", "zoe@example.org")
    assert (change.authored_at, change.committed_at) == (days_ago(3), days_ago(2))
    assert [(file.path, file.added, file.deleted) for file in change.files] == [("a.py", 3, 0)]


def test_read_changes_follows_renames_and_marks_binary_files(copy_of, limits):
    builder = Builder()
    builder.commit("Start", {"old name.py": lines(20), "logo.png": b"\0\1\2" * 50})
    builder.commit("Move", {"logo.png": b"\0\3\4" * 50}, rename=('"old name.py"', "new.py"))
    newest, _ = changes_of(copy_of(builder), limits)
    assert {(file.old_path, file.path, file.added, file.deleted) for file in newest.files} == {
        ("old name.py", "new.py", 0, 0),
        (None, "logo.png", -1, -1),
    }


def test_read_names_lists_the_files_read_changes_lists(copy_of, limits):
    builder = Builder()
    builder.commit("Start", {"a.py": lines(20), b"bad\xff.py": lines(3), "logo.png": b"\0\1", "gone": "x\n"})
    side = builder.commit("Apart", {b"\x01new\nline": "1\n"}, branch="side", start=1)
    builder.commit("Move and edit", {"b.py": lines(21), "a.py": None, "gone": None})
    builder.commit("Nothing", {})
    builder.commit("Link", {"c.py": lines(2)}, symlink=("b.py", "c.py"), submodule="libs/dep")
    builder.commit("Merge", {b"\x01new\nline": "1\n"}, merge=side)
    copy = copy_of(builder)
    shas = [commit.sha for commit in history.read_mainline(copy, limits=limits)]
    named = list(history.read_names(copy, shas, limits=limits))
    counted = changes_of(copy, limits)
    assert [sha for sha, _ in named] == [commit.sha for commit in counted]
    for (_, files), commit in zip(named, counted, strict=True):
        assert [(f.path, f.old_path) for f in files] == [(f.path, f.old_path) for f in commit.files]
        assert {(f.added, f.deleted) for f in files} <= {(UNCOUNTED, UNCOUNTED)}


def test_read_changes_shows_a_merge_against_its_first_parent(copy_of, limits):
    builder = Builder()
    root = builder.commit("Start", {"a.py": lines(3)}, at=days_ago(9))
    side = builder.commit("Work", {"b.py": lines(7)}, branch="side", start=root, at=days_ago(8))
    builder.commit("Merge branch 'side'", {"b.py": lines(7)}, merge=side, at=days_ago(7))
    copy = copy_of(builder)
    merge, start = changes_of(copy, limits)
    assert [len(merge.parents), len(start.parents)] == [2, 0]
    assert [(file.path, file.added) for file in merge.files] == [("b.py", 7)]
    everything = list(history.read_commits(copy, copy.head, since=LONG_AGO, limits=limits))
    assert [commit.subject for commit in everything] == ["Merge branch 'side'", "Work", "Start"]


@pytest.mark.parametrize(
    "name",
    [
        b"tab\there.py",
        b'quote".py',
        b"new\nline.py",
        "zoë/żółw.py".encode(),
        b"bad\xff\xfe.py",
        b"--- a.txt",
        b" lead.py",
    ],
)
def test_odd_file_names_survive_log_patch_and_tree(copy_of, limits, name):
    builder = Builder()
    builder.commit("Start", {name: lines(4)})
    copy = copy_of(builder)
    (change,) = changes_of(copy, limits)
    path = name.decode("utf-8", "surrogateescape")
    assert [(file.path, file.added) for file in change.files] == [(path, 4)]
    tree = read_tree(copy, copy.head, choose=lambda entries: entries, limits=limits)
    assert tree.texts == {path: lines(4)}
    assert show_path(path).encode("utf-8")


def test_a_message_that_looks_like_a_file_line_stays_a_message(copy_of, limits):
    builder = Builder()
    builder.commit("1\t2\tnot a file\n\n3\t4\tnor this\n\x01", {"a.py": lines(1)})
    (change,) = changes_of(copy_of(builder), limits)
    assert change.subject == "1\t2\tnot a file"
    assert [file.path for file in change.files] == ["a.py"]


@pytest.mark.parametrize("second", [0, 1, 4_070_908_800, 200_000_000_000])
def test_a_wrongly_dated_commit_hides_no_other(copy_of, limits, second):
    builder = Builder()
    builder.commit("First", {"a.py": lines(1)}, at=days_ago(20))
    builder.commit("Odd", {"b.py": lines(1)}, at=second)
    builder.commit("Last", {"c.py": lines(1)}, at=days_ago(10))
    copy = copy_of(builder)
    assert [c.committed_at for c in history.read_mainline(copy, limits=limits)][::2] == [days_ago(10), days_ago(20)]
    recent = [c.subject for c in history.read_commits(copy, copy.head, since=days_ago(30), limits=limits)]
    assert {"First", "Last"} <= set(recent)


def test_replay_merges_tells_conflicts_from_clean_merges(copy_of, limits):
    builder = Builder()
    root = builder.commit("Start", {"a.py": lines(9), "b.py": lines(9)}, at=days_ago(9))
    clash = builder.commit("Theirs", {"a.py": "theirs\n"}, branch="clash", start=root, at=days_ago(8))
    clean = builder.commit("Apart", {"c.py": "c\n"}, branch="clean", start=root, at=days_ago(8))
    builder.commit("Ours", {"a.py": "ours\n"}, at=days_ago(7))
    builder.commit("Merge clash", {"a.py": "both\n"}, merge=clash, at=days_ago(6))
    builder.commit("Merge clean", {"c.py": "c\n"}, merge=clean, at=days_ago(5))
    copy = copy_of(builder)
    merges = [c for c in changes_of(copy, limits) if len(c.parents) == 2]
    replays = list(history.replay_merges(copy, merges, limits=limits))
    assert [(replay.subject, replay.conflicted) for replay in replays] == [
        ("Merge clean", False),
        ("Merge clash", True),
    ]


def test_replaying_merges_writes_nothing_into_the_source(tmp_path, limits):
    builder = Builder()
    root = builder.commit("Start", {"a.py": lines(9)}, at=days_ago(9))
    side = builder.commit("Theirs", {"a.py": "theirs\n" + lines(9)}, branch="side", start=root, at=days_ago(8))
    builder.commit("Ours", {"a.py": lines(9) + "ours\n"}, at=days_ago(7))
    builder.commit("Merge side", {"a.py": "theirs\n" + lines(9) + "ours\n"}, merge=side, at=days_ago(6))
    source = builder.write(tmp_path / "source", bare=False)
    before = _fingerprint(source)
    copy = share_folder(source, tmp_path / "copy", limits=limits)
    merges = [c for c in changes_of(copy, limits) if len(c.parents) == 2]
    assert len(list(history.replay_merges(copy, merges, limits=limits))) == 1
    assert _fingerprint(source) == before


@pytest.mark.parametrize("bound", [10_000, 10_000_000])
def test_what_merging_again_writes_is_bounded(copy_of, limits, monkeypatch, bound):
    builder = Builder()
    root = builder.commit("Start", {"a.py": lines(9)}, at=days_ago(9))
    side = builder.commit("Theirs", {"a.py": "theirs\n" * 4_000}, branch="side", start=root, at=days_ago(8))
    builder.commit("Ours", {"a.py": "ours\n" * 4_000}, at=days_ago(7))
    builder.commit("Merge side", {"a.py": "both\n"}, merge=side, at=days_ago(6))
    copy = copy_of(builder)
    merges = [c for c in changes_of(copy, limits) if len(c.parents) == 2]
    monkeypatch.setattr(history, "MERGED_BYTES", bound)
    monkeypatch.setattr(process, "TICK_S", 0)  # looked at without waiting
    if bound > 1_000_000:
        assert [replay.conflicted for replay in history.replay_merges(copy, merges, limits=limits)] == [True]
    else:
        with pytest.raises(GitError, match="on the disk"):
            list(history.replay_merges(copy, merges, limits=limits))


def test_submodules_and_links_are_listed_and_not_followed(copy_of, limits):
    builder = Builder()
    builder.commit("Start", {"a.py": "a\n"}, submodule="libs/dep", symlink=("link", "/etc/passwd"))
    copy = copy_of(builder)
    tree = read_tree(copy, copy.head, choose=lambda entries: [e for e in entries if e.size >= 0], limits=limits)
    assert {(entry.path, entry.mode, entry.size) for entry in tree.entries} == {
        ("a.py", "100644", 2),
        ("libs/dep", "160000", -1),
        ("link", "120000", 11),
    }
    assert tree.texts["link"] == "/etc/passwd"


def test_a_blob_over_the_limit_is_never_diffed(copy_of, limits):
    builder = Builder()
    builder.commit("Start", {"big.sql": "x\n" * 1_500_000, "a.py": "a\n"})
    builder.commit("Grow", {"big.sql": "y\n" * 1_500_000})
    newest, oldest = changes_of(copy_of(builder), limits)
    assert [(file.path, file.added) for file in newest.files] == [("big.sql", -1)]
    assert ("a.py", 1) in {(file.path, file.added) for file in oldest.files}


def test_a_commit_with_other_files_is_otherwise_the_same():
    texts = {"sha": "1", "parents": ("2",), "author_name": "A", "author_email": "a@x", "committer_email": "c@x"}
    more = {"subject": "S", "body": "B", "tree": "3", "by_bot": True, "as_release": False}
    moments = {
        name: dt.datetime(2026, 1, n, tzinfo=dt.UTC) for n, name in enumerate(("authored_at", "committed_at"), 1)
    }
    commit = Commit(**texts, **more, **moments)
    assert set(texts) | set(more) | set(moments) == {one.name for one in fields(Commit)} - {"files"}
    files = (FileChange("a.py", 1, 2),)
    assert commit.with_files(files) == replace(commit, files=files) != commit


def _fingerprint(folder):
    return sorted((str(path), path.read_bytes() if path.is_file() else b"") for path in folder.rglob("*"))
