"""The pipeline of the run before holds just as long as everything it was read from."""

import re
from dataclasses import replace

import pytest

from metrics.signals.tree.ci.pipeline import read_pipeline
from metrics.signals.tree.ci.remembered import KEY, commands_matching, pipeline_of
from metrics.signals.types import Scans
from tests.metrics.tree.building import tree_of

FILES = {
    ".github/workflows/ci.yml": "on: pull_request\njobs: {a: {steps: [{run: make check}, {run: npm run lint}]}}\n",
    "Makefile": "include more.mk\ncheck:\n\tsh bin/check\n",
    "more.mk": "include mk/*.mk\nother:\n\ttrue\n",
    "mk/a.mk": "nothing:\n\ttrue\n",
    "bin/check": "#!/bin/sh\nruff check . || true\npytest -q\n",
    "web/package.json": '{"scripts": {"lint": "eslint ."}}',
    "app.py": "print()\n",
}


def ran_before(files):
    """The tree as a run leaves it, and what it hands on."""
    tree = tree_of(files)
    pipeline_of(tree)
    return tree.scans.used


def after(files, known):
    """What the next run says of these files, and whether it had to read them."""
    tree = replace(tree_of(files), scans=Scans(known))
    return pipeline_of(tree), tree.scans.used[KEY] is not known[KEY]


def test_same_files_are_not_read_again_and_say_the_same():
    known = ran_before(FILES)
    found, was_read = after(FILES, known)
    assert not was_read
    assert found == read_pipeline(tree_of(FILES))
    assert {"ruff check .", "pytest -q", "eslint ."} <= {command.text for command in found.commands}


@pytest.mark.parametrize("change", [{"app.py": "print(1)\n"}, {"new.py": "print()\n"}, {"app.py": None}])
def test_a_change_elsewhere_changes_nothing(change):
    files = {path: text for path, text in (FILES | change).items() if text is not None}
    assert after(files, ran_before(FILES))[1] is False


@pytest.mark.parametrize(
    "change",
    [
        {"bin/check": "#!/bin/sh\nmypy .\n"},
        {"more.mk": "check:\n\ttox\n"},
        {"web/package.json": '{"scripts": {"lint": "biome ci"}}'},
        {".github/workflows/new.yml": "on: pull_request\njobs: {a: {steps: [{run: mypy}]}}\n"},
        {".github/workflows/ci.yml": "on: push\njobs: {a: {steps: [{run: make check}]}}\n"},
        {"GNUmakefile": "check:\n\tnox\n"},  # was not there, and goes first
        {"api/package.json": '{"scripts": {"lint": "tslint"}}'},  # found by looking for names
        {"mk/b.mk": "check:\n\ttox\n"},  # as above, of an include
    ],
)
def test_whatever_it_was_read_from_makes_it_be_read_anew(change):
    files = FILES | change
    found, was_read = after(files, ran_before(FILES))
    assert was_read
    assert found == read_pipeline(tree_of(files))
    assert found != read_pipeline(tree_of(FILES))


@pytest.mark.parametrize("gone", [path for path in FILES if path != "app.py"])
def test_a_file_that_is_gone_makes_it_be_read_anew(gone):
    files = {path: text for path, text in FILES.items() if path != gone}
    found, was_read = after(files, ran_before(FILES))
    assert was_read
    assert found == read_pipeline(tree_of(files))


def test_files_behind_what_is_remembered_are_named_so_that_they_are_at_hand():
    known = ran_before(FILES)
    tree = replace(tree_of(FILES), scans=Scans(known))
    pipeline_of(tree)
    assert tree.scans.behind == set(FILES) - {"app.py"}


LINTERS, TESTERS = re.compile("ruff|mypy|eslint"), re.compile("pytest")


def matching(files, known=None):
    """The texts of the commands that match each pattern, and what the run hands on."""
    tree = replace(tree_of(files), scans=Scans(known))
    pipeline = pipeline_of(tree)
    told = [{c.text for c in commands_matching(pattern, pipeline, tree)} for pattern in (LINTERS, TESTERS)]
    return told, tree.scans.used


def test_which_commands_match_a_pattern_is_remembered_with_the_pipeline_they_are_of():
    first, known = matching(FILES)
    assert first == [{"ruff check .", "eslint ."}, {"pytest -q"}]
    again, used = matching(FILES, known)
    assert again == first
    assert all(used[key] is known[key] for key in known)


def test_a_pipeline_that_changed_is_matched_anew():
    _, known = matching(FILES)
    changed = FILES | {"bin/check": "#!/bin/sh\nmypy .\npytest -q tests\n"}
    assert matching(changed, known)[0] == matching(changed)[0] == [{"mypy .", "eslint ."}, {"pytest -q tests"}]
