"""The pipeline of the run before holds just as long as everything it was read from."""

import re
from dataclasses import replace
from typing import NamedTuple

import pytest

from metrics.signals.tree.ci.expand import MAX_DEPTH, _behind
from metrics.signals.tree.ci.pipeline import pipelines_of, read_part, read_pipeline
from metrics.signals.tree.ci.remembered import KEY, RUNS, commands_matching, pipeline_of
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
    found, anew = after_each(files, known)
    return found, bool(anew)


def after_each(files, known):
    """What the next run says of these files, and which files of the pipeline it had to read."""
    tree = replace(tree_of(files), scans=Scans(known))
    found = pipeline_of(tree)
    parts = {key: rows for key, rows in tree.scans.used.items() if key.startswith(f"{KEY} ")}
    return found, {key.removeprefix(f"{KEY} ") for key, rows in parts.items() if rows is not known.get(key)}


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
    assert was_read or gone == ".github/workflows/ci.yml"  # what else there is does not ask for it
    assert found == read_pipeline(tree_of(files))


SEVERAL = FILES | {
    ".github/workflows/deep.yml": "on: pull_request\njobs: {a: {steps: [{run: make deep}, {uses: ./act}]}}\n",
    ".github/workflows/plain.yml": "on: push\njobs: {a: {steps: [{run: mypy}, {run: mypy}]}}\n",
    ".gitlab-ci.yml": "include: /gitlab/more.yml\ncheck: {script: [make check, make deep]}\n",
    "gitlab/more.yml": "more: {script: [make check]}\n",
    "more.mk": "include mk/*.mk\ndeep:\n\tnpm run lint\n\tsh bin/deep\n",
    "bin/deep": "#!/bin/sh\nmake check\nmake deep\n",
    "act/action.yml": "runs: {steps: [{run: tox}]}\n",
    "tox.ini": "[testenv]\ncommands = pytest\n",
}


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        ({"bin/deep": "#!/bin/sh\nnox\n"}, {".github/workflows/deep.yml", ".gitlab-ci.yml"}),
        (
            {".github/workflows/plain.yml": "on: push\njobs: {a: {steps: [{run: black}]}}\n"},
            {".github/workflows/plain.yml"},
        ),
        ({"tox.ini": "[testenv]\ncommands = nose\n"}, {".github/workflows/deep.yml"}),
        ({"gitlab/more.yml": "more: {script: [tox]}\n"}, {".gitlab-ci.yml"}),
        ({".pre-commit-config.yaml": "repos: [{repo: x, hooks: [{id: ruff}]}]\nci: {}\n"}, {".pre-commit-config.yaml"}),
    ],
)
def test_only_those_files_of_the_pipeline_are_read_anew_that_a_change_reaches(change, anew):
    files = SEVERAL | change
    found, was_read = after_each(files, ran_before(SEVERAL))
    assert found == read_pipeline(tree_of(files))
    assert was_read == anew


def in_turn(commands, texts, at_most):
    """The obvious way: level by level through all pipelines at once."""
    found, level = [], commands
    for _ in range(MAX_DEPTH + 1):
        found += [command for command in dict.fromkeys(level) if command not in found]
        if len(found) > at_most:
            break
        level = [inner for command in level for inner in _behind(command, texts)]
    return tuple(found[:at_most])


@pytest.mark.parametrize("at_most", [0, 1, 3, 7, 9, 12, 100])
def test_what_is_followed_to_the_bound_says_the_same_remembered_or_not(monkeypatch, at_most):
    monkeypatch.setattr("metrics.signals.tree.ci.expand.MAX_TOTAL", at_most)
    known = ran_before(SEVERAL)
    files = SEVERAL | {".github/workflows/plain.yml": "on: push\njobs: {a: {steps: [{run: make check}]}}\n"}
    for each in (SEVERAL, files):
        tree = tree_of(each)
        commands = [command for path in pipelines_of(tree) for command in read_part(path, tree.texts)]
        found = after(each, known)[0]
        assert found == read_pipeline(tree)
        assert found.commands == in_turn(commands, tree.texts, at_most)


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
    assert used == known
    assert all(used[key] is known[key] for key in known if key.startswith(RUNS))


def test_a_pipeline_that_changed_is_matched_anew():
    _, known = matching(FILES)
    changed = FILES | {"bin/check": "#!/bin/sh\nmypy .\npytest -q tests\n"}
    assert matching(changed, known)[0] == matching(changed)[0] == [{"mypy .", "eslint ."}, {"pytest -q tests"}]


def test_only_texts_the_last_run_had_not_are_matched(monkeypatch):
    asked = []

    class Asked(NamedTuple):
        """A pattern that tells what it was asked."""

        pattern: str
        flags: int = 0

        def match(self, text):
            asked.append(text)
            return re.match(self.pattern, text)

    def told(files, known=None):
        tree = replace(tree_of(files), scans=Scans(known))
        pipeline = pipeline_of(tree)
        asked.clear()
        found = [commands_matching(Asked(pattern), pipeline, tree) for pattern in ("ruff|mypy", "pytest")]
        return found, tree.scans.used

    first, known = told(FILES)
    assert len(asked) > 2
    changed = FILES | {"bin/check": "#!/bin/sh\nmypy .\npytest -q\n"}
    second, later = told(changed, known)
    assert asked == ["mypy ."] * 2
    assert second == told(changed)[0] != first
    assert told(FILES, later)[0] == first
    del later[next(key for key in later if key.startswith(RUNS))]
    assert told(FILES, later)[0] == first
