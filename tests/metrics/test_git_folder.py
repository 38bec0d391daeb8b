"""Folders of every shape and name."""

import pytest

from metrics.clients.git.clone import remove_copy, share_folder
from metrics.clients.git.process import GitError, Limits
from metrics.clients.git.tree import read_tree
from tests.metrics.repositories import Builder, git, lines

LIMITS = Limits.of_seconds(86_400)  # counted from the import on


def test_a_folder_inside_another_repository_is_no_repository(tmp_path):
    source = Builder()
    source.commit("Start", {"sub/a.py": lines(1)})
    folder = source.write(tmp_path / "source", bare=False)
    with pytest.raises(GitError, match="no git repository"):
        share_folder(folder / "sub", tmp_path / "copy", limits=LIMITS)


def test_a_repository_without_its_default_branch_is_refused_and_an_empty_one_is_not(tmp_path):
    builder = Builder()
    builder.commit("Start", {"a.py": lines(1)}, branch="trunk")
    with pytest.raises(GitError, match="default branch"):
        share_folder(builder.write(tmp_path / "trunk"), tmp_path / "copy", limits=LIMITS)
    assert share_folder(Builder().write(tmp_path / "empty"), tmp_path / "copy2", limits=LIMITS).head == ""


@pytest.mark.parametrize("branch", ["main", "master"])
def test_a_detached_or_missing_head_falls_back_to_main_and_master(tmp_path, branch):
    builder = Builder()
    builder.commit("Start", {"a.py": lines(1)}, branch=branch)
    folder = builder.write(tmp_path / "source")
    git(folder, "symbolic-ref", "HEAD", "refs/heads/gone")
    assert share_folder(folder, tmp_path / "copy", limits=LIMITS).head == git(folder, "rev-parse", branch)


@pytest.mark.parametrize(
    "name", ["new\nline", "line\nend\n", 'q"uo\\te\n', 'q"uote', "u\u2028x", "n\udcff", "back\\slash"]
)
@pytest.mark.parametrize("bare", [True, False])
def test_a_folder_with_any_name_is_read(tmp_path, name, bare):
    builder = Builder()
    builder.commit("Start", {"a.py": "a\n"})
    folder = builder.write(tmp_path / "source", bare=bare).rename(tmp_path / name)
    copy = share_folder(folder, tmp_path / "copy", limits=LIMITS, roots=[tmp_path])
    assert read_tree(copy, copy.head, choose=lambda entries: entries, limits=LIMITS).texts == {"a.py": "a\n"}


def test_remove_copy_takes_what_killed_runs_left(tmp_path):
    for name in ("abc", "abc.new"):
        (tmp_path / name).mkdir()
    (tmp_path / "abc.lock").touch()
    (tmp_path / "abd").mkdir()
    remove_copy(tmp_path / "abc")
    assert [path.name for path in tmp_path.iterdir()] == ["abd"]
