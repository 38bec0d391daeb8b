import dataclasses

import pytest

from metrics.signals.changes.content import (
    branch_age_p75,
    description_rate,
    late_surprise_rate,
    provenance_rate,
    size_p75,
    spec_link_rate,
)
from metrics.signals.changes.wording import (
    discloses_ai,
    fills_template,
    is_explained,
    is_mechanical,
    n_written_words,
    names_replacement,
    replaced_numbers,
    says_something,
)
from metrics.signals.types import FileChange, Skipped
from tests.metrics.changes.building import BEN, BOT, approval, at, merged, objection, push, told

TEMPLATE = """## What
<!-- Say what this changes. -->

## Why

## Screenshots (optional)

- [ ] I have read the guide
"""


def one(number=1, **fields):
    return merged(number, opened=at(days=6), merged_at=at(days=5), **fields)


def test_size_counts_what_people_wrote():
    files = (FileChange("src/a.py", 30, 10), FileChange("yarn.lock", 5000, 0), FileChange("logo.png", -1, -1))
    assert size_p75(told(one(files=files, lines=5040))).value == 40


def test_size_leaves_a_change_to_machine_made_files_out():
    only_lock = one(2, files=(FileChange("yarn.lock", 500, 0),), lines=500)
    reading = size_p75(told(one(), only_lock))
    assert (reading.n, reading.value) == (1, 10)


def test_size_of_a_change_too_large_to_list_is_the_hosts_total_less_what_is_machine_made():
    files = (FileChange("src/a.py", 30, 10), FileChange("yarn.lock", 500, 0))
    assert size_p75(told(one(files=files, lines=2000))).value == 1500


def test_size_is_silent_where_files_are_hidden():
    assert isinstance(size_p75(told(one(), one(2, files=None))), Skipped)


def test_description_needs_forty_words_or_a_filled_template():
    bodies = ["word " * 40, "word " * 39, "## What\nA\n## Why\nBecause\n", "## What\nA\n## Why\n\n", ""]
    reading = description_rate(told(*(one(n, body=body) for n, body in enumerate(bodies, 1)), template=TEMPLATE))
    assert (reading.n, reading.value) == (5, 2 / 5)
    assert reading.examples[0] == "#5 Change 5 (not explained)"


@pytest.mark.parametrize(
    "noise",
    [
        "<!-- " + "word " * 50 + "-->",
        "```\n" + "word " * 50 + "\n```",
        "> " + "word " * 50,
        "https://example.org/" + "word/" * 50,
        TEMPLATE * 20,
    ],
)
def test_words_somebody_else_wrote_do_not_count(noise):
    assert n_written_words(f"Three own words\n{noise}\n", TEMPLATE) == 3


def test_template_without_headings_has_no_parts_to_fill():
    assert not fills_template("Anything at all", "Tell us about it")
    assert not is_explained("Short", "Tell us about it")


def test_item_is_found_in_title_text_branch_commit_and_link_and_is_not_the_changes_own_number():
    changes = [
        one(1, title="Add search (ABC-12)"),
        one(2, body="Fixes #77"),
        one(3, source_branch="feature/55-search"),
        one(4, pushes=(push("x", at(days=6), subject="Part of DEF-9"),)),
        one(5, closes=("#80",)),
        one(6, title="Merge search (#6)", body="See #6"),
    ]
    reading = spec_link_rate(told(*changes))
    assert reading.value == 5 / 6
    assert reading.examples == ("#6 Merge search (#6) (names no item)",)


def test_provenance_needs_item_disclosure_and_approval():
    whole = {"body": "Fixes #77\nAI assistance: none", "reviews": (approval(BEN, at(days=5.5)),)}
    changes = [
        one(1, **whole),
        one(2, **whole | {"body": "Fixes #77"}),
        one(3, **whole | {"body": "AI assistance: none"}),
        one(4, **whole | {"reviews": (approval(BOT, at(days=5.5)),)}),
        one(5, **whole | {"body": "Fixes #77"}, pushes=(push("x", at(days=6), body="Assisted-by: Claude"),)),
    ]
    assert provenance_rate(told(*changes)).value == 2 / 5


@pytest.mark.parametrize(
    ("body", "told_so"),
    [
        ("AI assistance: none", True),
        ("**AI usage:** drafted the tests", True),
        ("- [x] I used an AI assistant for this", True),
        ("- [ ] I used an AI assistant for this", False),
        ("AI assistance: <!-- say which -->", False),
        ("AI assistance: TBD", False),
        ("This adds an AI feature to the product", False),
        ("", False),
    ],
)
def test_disclosure_is_an_answer_and_not_a_mention(body, told_so):
    assert discloses_ai(body) is told_so


def test_branch_age_is_from_the_earliest_author_date():
    rebased = push("x", at(days=5.5), authored=at(days=9))
    assert branch_age_p75(told(one(pushes=(rebased, push("y", at(days=5.2)))))).value == 4


def test_branch_age_does_not_count_a_branch_dated_after_its_merge():
    reading = branch_age_p75(told(one(pushes=(push("x", at(days=1)),)), one(2, pushes=(push("y", at(days=6)),))))
    assert (reading.n, reading.value) == (1, 1)


def late(lines_before, lines_after, **fields):
    """Reviewed at half time; commits before and after it."""
    pushes = (push("x", at(days=6), lines=lines_before), push("y", at(days=5.2), lines=lines_after))
    return one(pushes=pushes, reviews=(objection(BEN, at(days=5.5)),), **fields)


@pytest.mark.parametrize(("before", "after", "surprise"), [(100, 101, 1), (100, 100, 0), (0, 0, 0)])
def test_surprise_is_more_than_half_written_after_the_first_review(before, after, surprise):
    assert late_surprise_rate(told(late(before, after))).value == surprise


def test_surprise_by_label_and_by_replacement():
    closed = merged(2, opened=at(days=6), merged_at=None, closed_at=at(days=5), reviews=(objection(BEN, at(days=5.5)),))
    by_other = dataclasses.replace(closed, number="#3")
    kept = dataclasses.replace(closed, number="#4")
    successor = one(5, body="This supersedes #3.", reviews=(approval(BEN, at(days=5.5)),))
    labelled = late(9, 1, labels=("needs-redesign",))
    replaced = dataclasses.replace(closed, was_replaced=True)
    reading = late_surprise_rate(told(labelled, replaced, by_other, kept, successor))
    assert (reading.n, reading.value) == (5, 3 / 5)


def test_surprise_is_silent_where_the_host_does_not_size_commits():
    assert isinstance(late_surprise_rate(told(late(None, None))), Skipped)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nit: trailing whitespace", True),
        ("typo", True),
        ("Please rename this to `total`.", True),
        ("s/foo/bar/", True),
        ("This breaks when the list is empty", False),
        ("Rename is fine, but is there a race here?", False),
        ("Why not reuse the session?", False),
        ("", False),
    ],
)
def test_mechanical_comment_is_about_form_and_nothing_else(text, expected):
    assert is_mechanical(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("LGTM", False), (":+1: nice work", False), ("Checked the retry path by hand", True)]
)
def test_assent_says_nothing(text, expected):
    assert says_something(text) is expected


def test_replacement_by_words():
    assert names_replacement("Closing in favour of #12")
    assert names_replacement("superseded by !9")
    assert not names_replacement("No longer needed")
    assert replaced_numbers("Supersedes #3 and replaces !4") == {"#3", "!4"}
