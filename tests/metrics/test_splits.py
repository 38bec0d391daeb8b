"""What declares an assistant, and the readings of both parts side by side."""

import datetime as dt
from dataclasses import replace

import pytest

from metrics.domain.collect import collect
from metrics.signals.changes.context import HostContext
from metrics.signals.changes.types import Hosted
from metrics.signals.links import declares_assistant, has_disclosure
from metrics.signals.splits import DECLARED, OTHERS, split_history, split_host
from metrics.signals.types import FileChange, History
from tests.metrics.changes.building import ADA, AGENT, BEN, CLEO, DAN, UNTIL, approval, at, merged
from tests.metrics.repositories import PEOPLE, Builder, days_ago, lines
from tests.metrics.test_exclusions import commit

MARK = "\n\nCo-authored-by: Claude <noreply@anthropic.com>"


@pytest.mark.parametrize(
    ("text", "declared", "disclosed"),
    [
        ("Assisted-by: Claude 4", True, True),
        ("AI assistance: Copilot wrote the tests", True, True),
        ("**AI usage:** yes", True, True),
        ("- [x] An AI assistant wrote part of this", True, True),
        ("AI assistance: none", False, True),
        ("- [x] No AI was used", False, True),
        ("- [x] I didn't use AI", False, True),
        ("- [ ] An AI assistant wrote part of this", False, False),
        ("AI assistance:\n\nFixes the parser", False, False),
        ("The AI assistance page is faster", False, False),
    ],
)
def test_template_fields_and_trailers_declare(text, declared, disclosed):
    assert (declares_assistant(text), has_disclosure(text)) == (declared, disclosed)


def history(n_people=3):
    """Ten declared changes of 100 lines and ten others of 10, by so many people each."""
    changes = []
    for n in range(20):
        files = (FileChange("a.py", 100 if n % 2 else 10, 0),)
        who = f"p{(n // 2) % n_people}@example.org"
        changes.append(commit(body=MARK if n % 2 else "", email=who, sha=f"{n:040d}", files=files))
    return History(UNTIL.replace(year=2026), "h", changes=tuple(replace(c, committed_at=UNTIL) for c in changes))


def test_both_parts_of_the_history_stand_side_by_side():
    found = split_history(history(), {"size_p75": 30, "test_cochange": 41})
    assert [(part.of, part.value, part.n) for part in found["size_p75"]] == [(DECLARED, 100, 10), (OTHERS, 10, 10)]
    assert "test_cochange" not in found  # under a quarter of its min_n


def test_nothing_is_split_where_fewer_than_three_people_stand_behind_a_part():
    assert split_history(history(n_people=2), {}) == {}


def host(authors):
    changes = []
    for n, author in enumerate(authors):
        declared = n % 2
        changes.append(
            merged(
                n,
                opened=at(8, 12 if declared else 6),
                merged_at=at(8),  # a Monday: weekends are removed
                author=author,
                merged_by=(BEN, CLEO, DAN)[n % 3],
                body="AI assistance: Copilot" if declared and author is not AGENT else "",
                reviews=(approval(DAN if author is not DAN else ADA, at(8, 2)),),
            )
        )
    return HostContext(Hosted("github", UNTIL, at(400), changes=tuple(changes)))


def test_both_parts_of_the_hosts_changes_stand_side_by_side():
    found = split_host(host([ADA, AGENT, BEN, AGENT, CLEO, AGENT]), {})
    assert [(part.of, part.value, part.n) for part in found["pickup_p75"]] == [(DECLARED, 10, 3), (OTHERS, 4, 3)]
    assert split_host(host([ADA, AGENT, BEN, AGENT, BEN, AGENT]), {}) == {}


def test_people_are_counted_within_the_window_of_each_signal():
    """Three declare within half a year, but only two within the ninety days that the size looks at."""
    whole = history()
    old = UNTIL.replace(year=2026) - dt.timedelta(days=120)
    changes = tuple(
        replace(c, committed_at=old) if c.author_email == "p2@example.org" and c.body else c for c in whole.changes
    )
    found = split_history(replace(whole, changes=changes), {})
    assert "size_p75" not in found
    assert [part.n for part in found["revert_rate"]] == [10, 10]


def test_a_collection_keeps_the_parts_beside_the_reading(waiting):
    """Declared changes bring 100 lines each, the others 30; of the last declared one 60 lines are replaced young."""
    builder = Builder()
    for n in range(40):
        body = MARK if n % 2 else ""
        files = {f"app/a{n}.py": lines(100 if n % 2 else 30)}
        builder.commit(f"Add {n}{body}", files, at=days_ago(60 - n), author=PEOPLE[n // 2 % 4])
    kept = "".join(lines(100).splitlines(keepends=True)[60:])
    builder.commit("Take most of it back", {"app/a39.py": kept}, at=days_ago(15), author=PEOPLE[0])
    row = waiting(builder)
    collect(row.pk)
    assert row.measurements.get(signal="size_p75").splits == [
        {"of": DECLARED, "value": 100.0, "n": 20},
        {"of": OTHERS, "value": 30.0, "n": 21},
    ]
    assert row.measurements.get(signal="rework_21d").splits == [
        {"of": DECLARED, "value": 60 / 2000, "n": 2000},
        {"of": OTHERS, "value": 0.0, "n": 600},
    ]
