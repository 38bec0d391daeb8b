"""Listing the files of a commit from what was listed of an earlier one is the same as listing them all."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.clients.git import tree
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import GitLimit, Limits
from metrics.clients.git.tree import Listing, read_tree
from metrics.domain import kept
from metrics.domain.measure import measure
from tests.metrics.repositories import UNTIL, Builder, git, lines
from tests.metrics.test_kept import SIGNALS
from tests.metrics.test_second_implementation import PaperStory

LIMITS = Limits.of_seconds(86_400)  # counted from the import on


@pytest.fixture(autouse=True)
def small_trees_are_kept(monkeypatch):
    monkeypatch.setattr(tree, "WORTH_KEEPING", 1)


def listed(copy, sha, before=tree.NO_LISTING):
    return read_tree(copy, sha, choose=lambda entries: (), before=before, limits=LIMITS).entries


def written(builder, place):
    """A copy of what was built, and its commits from the first on."""
    folder = builder.write(place / "source")
    shas = git(folder, "rev-list", "--reverse", "--first-parent", "main").split()
    return share_folder(folder, place / "copy", limits=LIMITS), shas


MANY = {f"many/{n}.py": lines(n + 1) for n in range(40)}


@pytest.mark.parametrize(
    "change",
    [
        {"files": {"a.py": "changed\n"}},
        {"files": {"a.py": None}},
        {
            "files": {"a-b.py": "new\n", "a/b.py": "new\n", "a0.py": "new\n"}
        },  # git sorts a folder by its name and a slash
        {"files": {"a.py": None, "a.py/inner.py": "a folder now\n"}},
        {"files": {b"app/\xff\xfe.py": "x\n", 'odd"name\n.c': "y\n"}},
        {"files": {}, "submodule": "libs/dep"},
        {"files": {}, "symlink": ("a.py", "many/1.py")},
        {"files": {}, "rename": ("many", "moved/deeper")},  # more than a quarter: all are listed
        {"files": {}},
    ],
    ids=str,
)
def test_listing_what_changed_lists_all(tmp_path, change):
    builder = Builder()
    builder.commit("Start", {"a.py": "a\n", "z.py": "z\n", **MANY}, submodule="libs/other")
    builder.commit("Change", **change)
    copy, (first, second) = written(builder, tmp_path)
    for one, other in ((first, second), (second, first)):
        assert listed(copy, other, Listing(one, listed(copy, one))) == listed(copy, other)


def test_only_what_changed_is_asked_for(tmp_path, monkeypatch):
    builder = Builder()
    builder.commit("Start", MANY)
    builder.commit("Change", {"many/7.py": "changed\n"})
    copy, (first, second) = written(builder, tmp_path)
    before = Listing(first, listed(copy, first))
    monkeypatch.setattr(tree, "_list_entries", None)
    assert {entry.path for entry in set(listed(copy, second, before)) - set(before.entries)} == {"many/7.py"}
    assert listed(copy, first, before) == before.entries


def test_an_earlier_commit_that_is_gone_makes_all_be_listed(tmp_path):
    builder = Builder()
    builder.commit("Start", MANY)
    copy, (sha,) = written(builder, tmp_path)
    assert listed(copy, sha, Listing("1" * 40, listed(copy, sha)[:-2])) == listed(copy, sha)


def test_too_many_files_are_refused_however_they_are_listed(tmp_path, monkeypatch):
    builder = Builder()
    builder.commit("Start", MANY)
    builder.commit("Change", {"new.py": "x\n"})
    copy, (first, second) = written(builder, tmp_path)
    before = Listing(first, listed(copy, first))
    monkeypatch.setattr(tree, "MAX_ENTRIES", len(MANY))
    with pytest.raises(GitLimit, match="lists more than"):
        listed(copy, second, before)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 100_000))
def test_any_two_commits_of_any_history_list_the_same(tmp_path_factory, seed):
    copy, shas = written(PaperStory(seed).tell(12), tmp_path_factory.mktemp("story"))
    all_of = {sha: listed(copy, sha) for sha in shas[::3]}
    for one, entries in all_of.items():
        for other in all_of:
            assert listed(copy, other, Listing(one, entries)) == all_of[other]


def test_what_is_kept_of_a_listing_is_what_was_listed(tmp_path):
    builder = PaperStory(3).tell(9)
    copy, _ = written(builder, tmp_path)
    measure(copy, until=UNTIL, definitions=SIGNALS, limits=LIMITS, keep_at=tmp_path / "kept")
    known = kept.load_kept(tmp_path / "kept").listing
    assert known.entries == listed(copy, known.commit)
