"""Nothing that looks at a time is shown on fewer than three people, whatever measured it."""

import pytest

from assessment.maturity.loader import SHIPPED, read_model
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import Limits
from metrics.domain.measure import measure
from metrics.signals.history.reading import TOO_FEW_MADE
from metrics.signals.people import Behind, n_behind
from metrics.signals.types import Measured, Skipped
from tests.metrics.changes.building import ADA, AGENT, BEN, BOT, CLEO, at, merged, told
from tests.metrics.repositories import PEOPLE, UNTIL, Builder, days_ago, lines

SIGNALS = read_model(SHIPPED).signals
OVER_TIME = {signal for signal, definition in SIGNALS.items() if definition.window_days}


@pytest.fixture
def found_of(tmp_path):
    """Measures a repository of forty changes handed round among the authors."""

    def found(*authors: str, hosted=None, pipeline: str = "on: pull_request\njobs: {a: {steps: [{run: pytest}]}}\n"):
        builder = Builder()
        builder.commit("Start", {".github/workflows/ci.yml": pipeline}, at=days_ago(85), author=authors[0])
        for n in range(40):
            builder.commit(f"Add {n}", {f"a{n}.py": lines(60)}, at=days_ago(80 - n), author=authors[n % len(authors)])
        limits = Limits.of_seconds(600)
        copy = share_folder(builder.write(tmp_path / "source"), tmp_path / "copy", limits=limits)
        return measure(copy, until=UNTIL, definitions=SIGNALS, limits=limits, hosted=hosted)

    return found


def changes_by(*authors, days=10, **fields):
    return [
        merged(n, opened=at(days=days + 1), merged_at=at(days=days), author=authors[n % len(authors)], **fields)
        for n in range(40)
    ]


@pytest.mark.parametrize("n_authors", [1, 2])
def test_of_one_or_two_authors_only_what_stands_in_the_files_is_said(found_of, n_authors):
    found = found_of(*PEOPLE[:n_authors])
    assert {reading.signal for reading in found.measured} & OVER_TIME == set()
    assert "ci_present" in {reading.signal for reading in found.measured}
    assert Skipped("size_p75", TOO_FEW_MADE) in found.skipped
    assert Skipped("rework_21d", TOO_FEW_MADE) in found.skipped
    assert not found.splits


def test_of_three_authors_the_history_is_said(found_of):
    assert {"size_p75", "rework_21d", "test_cochange"} <= {reading.signal for reading in found_of(*PEOPLE[:3]).measured}


def test_bots_are_nobody_and_one_address_is_one_person(found_of):
    found = found_of(PEOPLE[0], "ADA <Ada@Example.org>", "dependabot[bot] <d@example.org>", PEOPLE[1])
    assert Skipped("size_p75", TOO_FEW_MADE) in found.skipped


def test_three_people_must_have_worked_within_the_window_itself(found_of):
    """The third person's only change lies 85 days back: within 90 days, and not within 56."""
    behind = Behind(None, told(*changes_by(ADA, BEN), merged(99, opened=at(80), merged_at=at(79), author=CLEO)))
    reading = Measured("rounds_mean", n=41, value=1.0)
    asked = {"sources": frozenset({"pr"}), "is_hosts": True}
    assert behind.hold_back(reading, window_days=90, **asked) is reading
    assert behind.hold_back(reading, window_days=56, **asked) == Skipped("rounds_mean", TOO_FEW_MADE)


def test_changes_on_the_host_are_judged_by_those_who_opened_them(found_of):
    """Three people of the history do not make one person's proposed changes fit to be shown."""
    lone = found_of(*PEOPLE[:3], hosted=told(*changes_by(ADA)).hosted)
    assert Skipped("unreviewed_rate", TOO_FEW_MADE) in lone.skipped
    assert Skipped("size_p75", TOO_FEW_MADE) in lone.skipped
    assert lone.flow == {}


def test_three_authors_on_the_host_are_enough(found_of):
    found = found_of(*PEOPLE[:3], hosted=told(*changes_by(ADA, BEN, CLEO)).hosted)
    assert "unreviewed_rate" in {reading.signal for reading in found.measured}
    assert found.flow


def test_of_an_assistants_change_the_one_who_merged_it_counts():
    assert n_behind(told(*changes_by(AGENT, merged_by=BEN), *changes_by(BOT)), 90) == 1
    assert n_behind(told(*changes_by(AGENT, merged_by=AGENT)), 90) == 0


def test_what_is_open_now_is_judged_by_those_who_have_a_change_open():
    waiting = [merged(n, opened=at(days=20), merged_at=None, author=author) for n, author in enumerate((ADA, BEN))]
    assert n_behind(told(*waiting, *changes_by(CLEO)), 0) == 2
    reading = Measured("stale_share", n=12, value=0.5)
    behind = Behind(None, told(*waiting))
    shown = behind.hold_back(reading, sources=frozenset({"pr"}), window_days=0, is_hosts=True)
    assert shown == Skipped("stale_share", TOO_FEW_MADE)


def test_files_and_settings_say_what_they_say_of_nobody():
    for sources in ({"tree"}, {"settings"}, {"tree", "ci"}):
        reading = Measured("protection_tier", n=1, grade="none")
        assert Behind(None).hold_back(reading, sources=sources, window_days=0, is_hosts=True) is reading
