"""What a run keeps for the next one: the same answers, less to read, and nothing that can go wrong with the file."""

import time

import pytest

from assessment.maturity.loader import SHIPPED, read_model
from metrics.clients.git import history
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import GitLimit, Limits
from metrics.domain import kept
from metrics.domain.beside import beside
from metrics.domain.measure import measure
from tests.metrics.repositories import UNTIL, days_ago, git, lines, plain_history

LIMITS = Limits.of_seconds(3600)  # counted from the import on
SIGNALS = read_model(SHIPPED).signals


@pytest.fixture
def measured(tmp_path):
    """Measures `source` with what was kept at a name, or with nothing kept."""

    def run(name="copy", *, until=UNTIL):
        copy = share_folder(tmp_path / "source", tmp_path / name, limits=LIMITS)
        return measure(copy, until=until, definitions=SIGNALS, limits=LIMITS, keep_at=tmp_path / f"{name}.kept")

    return run


def grown(folder, n=45):
    """The same history as before, a branch merged with a conflict and a few changes later."""
    builder = plain_history(n)
    side = builder.commit("Work apart", {"app/part1.py": lines(9, "side")}, branch="side", start=n, at=days_ago(0.4))
    builder.commit("Work here", {"app/part1.py": lines(8, "main")}, at=days_ago(0.3))
    builder.commit("Merge branch 'side'", {"app/part1.py": lines(9, "both")}, merge=side, at=days_ago(0.2))
    builder.write(folder)


def test_a_second_run_after_new_commits_says_what_a_first_one_says(tmp_path, measured):
    plain_history(45).write(tmp_path / "source")
    before = measured()
    (tmp_path / "source").rename(tmp_path / "before")
    grown(tmp_path / "source")
    assert git(tmp_path / "source", "merge-base", "--is-ancestor", before.head, "main") == ""
    after = measured()
    assert after == measured("fresh")
    assert after != before


def test_a_second_run_reads_only_what_is_new(tmp_path, measured, monkeypatch):
    grown(tmp_path / "source")
    first = measured()
    asked = []
    given = history._given
    monkeypatch.setattr(
        history, "_given", lambda copy, args, shas, limits: asked.extend(shas) or given(copy, args, (), limits)
    )
    assert measured() == first
    assert asked == []


def test_an_earlier_day_is_measured_as_if_nothing_were_kept(tmp_path, measured):
    grown(tmp_path / "source")
    measured()
    earlier = days_ago(40).date()
    assert measured(until=earlier) == measured("fresh", until=earlier)


@pytest.mark.parametrize("damage", [b"", b"torn", None])
def test_a_damaged_file_counts_as_none(tmp_path, measured, damage):
    grown(tmp_path / "source")
    first = measured()
    place = tmp_path / "copy.kept"
    place.write_bytes(place.read_bytes()[:-9] if damage is None else damage)
    assert measured() == first


def test_changed_rules_make_all_be_read_anew(tmp_path, measured, monkeypatch):
    grown(tmp_path / "source")
    measured()
    assert kept.load_kept(tmp_path / "copy.kept").commits
    monkeypatch.setattr(kept, "rules_version", lambda: "other")
    assert not kept.load_kept(tmp_path / "copy.kept").commits


def test_what_is_too_large_is_not_kept(tmp_path, measured, monkeypatch):
    grown(tmp_path / "source")
    measured()
    monkeypatch.setattr(kept, "MAX_BYTES", 10)
    measured()
    assert not (tmp_path / "copy.kept").exists()


def test_what_left_the_window_is_dropped(tmp_path, measured):
    plain_history(10).write(tmp_path / "source")
    measured()
    measured(until=days_ago(-900).date())
    assert not kept.load_kept(tmp_path / "copy.kept").changes


def test_work_beside_ends_with_the_run():
    def stop_early():
        with beside(Limits.of_seconds(60)) as pool:
            pool.start(lambda limits: [limits.tick() or time.sleep(0.05) for _ in range(1000)])
            raise ZeroDivisionError

    started = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        stop_early()
    assert time.monotonic() - started < 10


def test_what_fails_beside_is_raised_to_who_asks():
    def fail(limits):
        raise GitLimit("Too long.")

    with beside(Limits.of_seconds(60)) as pool, pytest.raises(GitLimit, match="Too long"):
        pool.start(fail)()
