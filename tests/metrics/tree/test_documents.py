"""What the YAML files of a tree say is read once for each text, and never written out longer than it is."""

from dataclasses import replace

import pytest

from metrics.signals.tree import documents
from metrics.signals.tree.checks import ci_token_scope
from metrics.signals.tree.ci.remembered import pipeline_of
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.documents import YAML, document_of
from metrics.signals.tree.structured import load_yaml
from metrics.signals.types import Scans
from tests.metrics.tree.building import UNTIL, tree_of

PATH = ".github/workflows/a.yml"
PLAIN = "on: [push, pull_request]\njobs: {a: {steps: [{run: 'make 2>&1 && a &> b'}, {if: ~}]}}\n"


def remembered(text):
    """What is kept of one file."""
    tree = tree_of({PATH: text})
    assert document_of(tree, PATH) == load_yaml(text)
    return tree.scans.used[f"{tree.by_path[PATH].oid} {YAML} {PATH}"]


@pytest.fixture
def nobody_reads(monkeypatch):
    def refuse(text):
        raise AssertionError(text)

    monkeypatch.setattr(documents, "load_yaml", refuse)


def test_what_was_read_is_told_without_reading(nobody_reads, monkeypatch):
    with monkeypatch.context() as reading:
        reading.setattr(documents, "load_yaml", load_yaml)
        known = {f"{tree_of({PATH: PLAIN}).by_path[PATH].oid} {YAML} {PATH}": remembered(PLAIN)}
    again = replace(tree_of({PATH: PLAIN}), scans=Scans(known))
    assert document_of(again, PATH) == load_yaml(PLAIN)
    with pytest.raises(AssertionError, match="other"):
        document_of(replace(tree_of({PATH: "other: text"}), scans=Scans(known)), PATH)


def test_there_is_no_document_without_a_text():
    assert document_of(tree_of({}), PATH) is None


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x\n",
        "&x a: 1\n",
        "- &x [*x]\n",  # holds itself, which no JSON can say
        "{a: {&x b: c}, d: [&y e]}",
        "? &z a\n: 1\n",
        "~: none\nnull: nothing\n",  # a key that is no text
    ],
)
def test_what_json_would_say_otherwise_is_not_remembered(text):
    tree = tree_of({PATH: text})
    document_of(tree, PATH)
    assert list(tree.scans.used.values()) == [[]]


@pytest.mark.parametrize("text", [PLAIN, "", "a: b & c\n", "run: |\n  sleep 1 & wait\n", "{", "- x\n---\n- y\n"])
def test_everything_else_is(text):
    assert len(remembered(text)) == 1


def test_repeated_aliases_are_never_written_out():
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
    bomb = "\n".join(["l0: &l0 [lol]", *levels])
    tree = tree_of({PATH: bomb})
    assert set(document_of(tree, PATH)) == {f"l{n}" for n in range(9)}
    assert list(tree.scans.used.values()) == [[]]


def test_a_workflow_that_changed_is_the_only_one_read_anew(monkeypatch):
    files = {f".github/workflows/{name}.yml": f"on: push\njobs: {{{name}: {{}}}}\n" for name in "abc"}
    tree = tree_of(files)
    ask(tree)
    for changed in ("b", "c"):  # the second time what was kept unasked serves as well
        ask(tree := replace(tree_of(files), scans=Scans(tree.scans.used)))
        files[f".github/workflows/{changed}.yml"] += "permissions: {}\n"
        read = []
        with monkeypatch.context() as listening:
            listening.setattr(documents, "load_yaml", lambda text: read.append(text) or load_yaml(text))  # noqa: B023
            tree = replace(tree_of(files), scans=Scans(tree.scans.used))
            ask(tree)
        assert read == [files[f".github/workflows/{changed}.yml"]]


def ask(tree):
    pipeline_of(tree)
    ci_token_scope(TreeContext(tree, UNTIL))
