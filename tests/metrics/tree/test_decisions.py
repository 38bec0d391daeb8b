import pytest

from metrics.signals.tree import decisions
from metrics.signals.types import FileChange, Measured, Skipped
from tests.metrics.tree.building import commit_of, context_of

RECORD = "docs/adr/0007-use-queue.md"
CODE = "src/queue.py"
TEXT = "# Use a queue\nStatus: accepted\nSee `src/queue.py`.\n"


def newest_first(*commits):
    return sorted(commits, key=lambda commit: commit.committed_at, reverse=True)


def cadence(files, *commits, n=200):
    return decisions.adr_cadence(context_of(files, *newest_first(*commits), facts={"merged_changes_180d": n}))


def test_adr_cadence_counts_added_records_per_hundred_changes():
    reading = cadence({RECORD: TEXT}, commit_of(RECORD, added=3))
    assert (reading.value, reading.n, reading.examples) == (0.5, 200, (f"added: {RECORD}",))


def test_adr_cadence_counts_a_record_written_in_two_steps_once():
    assert cadence({RECORD: TEXT}, commit_of(RECORD, added=2, days_ago=9), commit_of(RECORD, added=1)).value == 0.5


def test_adr_cadence_does_not_count_an_edited_record():
    assert cadence({RECORD: TEXT}, commit_of(RECORD, added=1)).value == 0


def test_adr_cadence_counts_a_superseded_record():
    text = "# Use a queue\nStatus: Superseded by 9\nOld.\n"
    assert cadence({RECORD: text}, commit_of(RECORD, added=1)).value == 0.5


def test_adr_cadence_does_not_count_a_renamed_record():
    moved = commit_of(files=(FileChange(RECORD, 0, 0, "docs/adr/7.md"),))
    assert cadence({RECORD: TEXT}, moved).value == 0


def test_adr_cadence_follows_a_record_through_its_renaming():
    moved = commit_of(files=(FileChange(RECORD, 0, 0, "docs/adr/7.md"),), days_ago=2)
    assert cadence({RECORD: TEXT}, commit_of("docs/adr/7.md", added=3, days_ago=20), moved).value == 0.5


def test_adr_cadence_is_zero_where_there_are_changes_and_no_records():
    assert cadence({"a.py": ""}, commit_of("a.py")).value == 0


def test_adr_cadence_leaves_out_what_is_older_than_its_window():
    assert cadence({RECORD: TEXT}, commit_of(RECORD, added=3, days_ago=181)).value == 0


def test_adr_cadence_without_changes_says_nothing():
    assert isinstance(decisions.adr_cadence(context_of({RECORD: TEXT})), Skipped)


def precedence(files, *commits):
    return decisions.adr_before_code(context_of(files, *newest_first(*commits)))


FILES = {RECORD: TEXT, CODE: "x = 1\n"}


@pytest.mark.parametrize(
    ("record_age", "code_age", "value"), [(30, 20, 1), (20, 30, 0), (20, 20, 0)], ids=["before", "after", "together"]
)
def test_adr_before_code_compares_with_the_file_it_names(record_age, code_age, value):
    reading = precedence(
        FILES, commit_of(RECORD, added=3, days_ago=record_age), commit_of(CODE, added=1, days_ago=code_age)
    )
    assert (reading.value, reading.n) == (value, 1)


@pytest.mark.parametrize("subject", ["Implement ADR-7", "Build adr 0007", "Follow 0007-use-queue"])
def test_adr_before_code_compares_with_the_first_reference(subject):
    files = {RECORD: "# Use a queue\nBecause.\nNow.\n", "src/a.py": "x\ny\n"}
    reading = precedence(
        files, commit_of(RECORD, added=3, days_ago=30), commit_of("src/a.py", days_ago=20, subject=subject)
    )
    assert (reading.value, reading.n) == (1, 1)


def test_adr_before_code_does_not_judge_by_files_older_than_the_window():
    old = {RECORD: TEXT, CODE: "x = 1\ny = 2\nz = 3\n"}
    reading = precedence(old, commit_of(CODE, added=1, days_ago=40), commit_of(RECORD, added=3, days_ago=30))
    assert isinstance(reading, Skipped)


def test_adr_before_code_takes_a_lone_file_name_as_a_name():
    files = {RECORD: "# Use a queue\nSee queue.py.\nNow.\n", CODE: "x = 1\n"}
    reading = precedence(files, commit_of(RECORD, added=3, days_ago=30), commit_of(CODE, days_ago=20))
    assert isinstance(reading, Measured)


def test_adr_before_code_names_the_late_ones():
    reading = precedence(FILES, commit_of(RECORD, added=3, days_ago=2), commit_of(CODE, days_ago=30))
    assert reading.examples == (f"not before its code: {RECORD}",)
