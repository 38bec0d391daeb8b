"""Messages and files written to keep a pattern busy: reading them takes steps in proportion to their length."""

import pytest

from metrics.clients.git.clone import share_folder
from metrics.clients.git.history import read_commits
from metrics.clients.git.process import Limits
from metrics.signals import links
from metrics.signals.exclusions import is_bot, is_release, is_sync_merge
from metrics.signals.history.intent import FEATURE, NOT_A_FEATURE, PULL_REQUEST, TRAILER_LINE
from metrics.signals.messages import MAX_LINE_CHARS, MAX_MESSAGE_CHARS, readable
from metrics.signals.scope import is_like
from metrics.signals.specs import count_open_wording, parts_of
from metrics.signals.tree import contracts, decisions, intent
from metrics.signals.tree.ci.others import read_jenkinsfile
from metrics.signals.tree.ci.recipes import read_justfile, read_makefile
from tests.effort import processor_s
from tests.metrics.repositories import Builder, days_ago
from tests.metrics.test_exclusions import commit

N = 100_000
SECONDS = 3.0  # of processor time for all readers together; a quadratic one needs minutes
MESSAGES = {
    "co-author": "Co-authored-by:" + " " * N + "x",
    "addresses": "http://" * (N // 7),
    "address": "http://" + "a/" * (N // 2),
    "dash lines": "-\n" * (N // 2) + "x",
    "spaces": "a" + " " * N + "x",
    "numbers": "(#1) " * (N // 5) + "x",
    "specifications": "specs/" * (N // 6),
    "dots": "a." * (N // 2),
    "slashes": "a/" * (N // 2),
    "keys": "AB-" * (N // 3),
    "trailers": "assisted-by:\n" * (N // 13),
    "trailer": "assisted-by:" + " " * N,
    "brackets": "[<(" * (N // 3),
    "merge": "Merge branch 'release/" + "x." * (N // 2),
    "review": "Merged in " + "a (pull request #" * (N // 17),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_hostile_message_is_read_at_once(name):
    text = MESSAGES[name]
    change = commit(text.partition("\n")[0], text, name=text, email=text)

    def read():
        links.items_of(change)
        links.names_review(change)
        links.is_ai_marked(change)
        links.reverted_shas(change)
        links.reverted_title(change)
        links.items_in_branch(f"Merge branch '{text}'")
        for rule in (is_bot, is_release, is_sync_merge):
            rule(change)
        for pattern in (FEATURE, NOT_A_FEATURE, PULL_REQUEST, TRAILER_LINE):
            pattern.match(text)

    assert processor_s(read) < SECONDS


FILES = {
    **MESSAGES,
    "blank lines": "\n" * N,
    "dashes": ("-" * 1_990 + "x\n") * (N // 1_990),
    "headings": "# Goals\n" + ("# " + "given " * 300 + "\n") * (N // 1_800),
    "scenario": "## " + "given when " * (N // 11),
    "word": "a" * N,
    "targets": ("a" + " " * 990 + "x\n") * (N // 990),
    "names": ("a-" * 495 + "\n") * (N // 990),
    "shell": "sh" + " " * N + "x",
    "steps": "sh 'a'\n" * (N // 7),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_at_once(name):
    text = FILES[name]

    def read():
        parts_of(text)
        count_open_wording(text)
        intent._grade_of_text(text)
        decisions._named_paths(text, {})
        for pattern in (contracts._CONTRACT_TEXT, contracts._EXPOSES, contracts._CONTRACT_TEST_TEXT):
            pattern.search(text)
        read_jenkinsfile("Jenkinsfile", {"Jenkinsfile": text})
        read_justfile("justfile", {"justfile": text})
        read_makefile("Makefile", {"Makefile": text})

    assert processor_s(read) < SECONDS


def test_a_hostile_pattern_with_stars_is_matched_at_once():
    """Rules of branches on a host and a team's own rules: many stars against a name that almost fits."""
    assert processor_s(lambda: is_like("*a" * 100 + "b", "a" * 250)) < SECONDS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Add it (#3) (#4)  ", set()),
        ("Add it (#3) for #4", {"#3", "#4"}),
        ("See http://proxy.example/http://host.example/a/issues/12", {"12"}),
        ("Fix -team/app#5 and a/team/app#6", {"team/app#5", "team/app#6"}),
        ("Follow specs/rfcs/12-cache.md", {"specs/rfcs/12-cache.md"}),
    ],
)
def test_what_a_text_names_is_still_found(text, found):
    assert {item for item in links.items_in(text) if not item.startswith("#") or item in found} == found


def test_a_message_is_read_up_to_its_limits_and_keeps_its_trailers():
    assert readable("Add it\n\nIssue: 4") == "Add it\n\nIssue: 4"
    long = "x" * 5_000 + "\n" + "word\n" * N + "Issue: 4"
    kept = readable(long)
    assert len(kept) <= MAX_MESSAGE_CHARS
    assert max(map(len, kept.split("\n"))) == MAX_LINE_CHARS
    assert kept.endswith("\nIssue: 4")


def test_a_commit_comes_with_a_bounded_message(tmp_path):
    builder = Builder()
    builder.commit("s" * N + "\n\n" + "b" * N, {"a.py": "a\n"}, at=days_ago(1))
    limits = Limits.of_seconds(60)
    copy = share_folder(builder.write(tmp_path / "source"), tmp_path / "copy", limits=limits)
    [read] = read_commits(copy, copy.head, since=days_ago(9), limits=limits)
    assert (len(read.subject), len(read.body)) == (MAX_LINE_CHARS, MAX_LINE_CHARS)
