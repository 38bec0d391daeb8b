import pytest

from metrics.signals.changes.types import Check, Outcome, Part, Release, WorkItem
from metrics.signals.flow_inputs import MIN_N, flow_inputs
from metrics.signals.types import FileChange, History, MergeReplay
from tests.metrics.changes.building import BEN, CLEO, DAN, UNTIL, approval, at, merged, objection, push, told

DAY = 24.0


def change(n, days, **fields):
    """Requested Monday, begun Tuesday, ready Wednesday, answered Thursday, approved and merged Friday, all at noon."""
    friday = at(days=4 + days)
    given = {
        "opened": at(days=6 + days),
        "merged_at": friday,
        "closes": (f"#{900 + n}",),
        "pushes": (push(f"x{n}", at(days=7 + days)),),
        "reviews": (approval((BEN, CLEO, DAN)[n % 3], friday),),
    }
    return merged(n, **{**given, **fields})


def context(**fields):
    changes = [change(n, 7 * (n % 8)) for n in range(1, 25)]
    items = tuple(WorkItem(f"#{900 + n}", "Item", at(days=8 + 7 * (n % 8))) for n in range(1, 25))
    return told(*changes, items=items, **fields)


def test_stage_times_are_working_days():
    found = flow_inputs(context())
    assert found["definition_days"].value == 1
    assert found["build_days"].value == 1
    assert found["time_in_review_days"].value == 2
    assert found["time_in_review_days"].p75 == 2
    assert found["definition_days"].n == 24
    assert found["merge_wait_days"].value == 0


def test_weekend_between_two_stages_is_no_working_day():
    monday = [change(n, 0, merged_at=at(days=1), reviews=(approval(BEN, at(days=1)),)) for n in range(9)]
    assert flow_inputs(told(*monday))["time_in_review_days"].value == 3


def test_arrivals_are_changes_made_ready_per_working_day():
    found = flow_inputs(context())
    assert (found["changes_per_day"].n, found["changes_per_day"].window_days) == (24, 56)
    assert found["changes_per_day"].value == 24 / 40


def test_variation_of_gaps_is_squared_and_held_in_range():
    steady = [merged(n, opened=at(days=n), merged_at=None) for n in range(1, 40)]
    assert flow_inputs(told(*steady))["ca2"].value == 0.5  # gaps alike but for weekends, held at the least
    burst = [merged(n, opened=at(days=40, hours=-n / 100), merged_at=None) for n in range(60)]
    assert flow_inputs(told(*burst, merged(99, opened=at(days=1), merged_at=None)))["ca2"].value == 4


def test_service_variation_comes_from_lines():
    sizes = [10, 10, 10, 10, 50, 50, 50, 50]
    changes = [change(n, 0, files=(FileChange("src/a.py", lines, 0),)) for n, lines in enumerate(sizes)]
    assert flow_inputs(told(*changes))["cs2"].value == pytest.approx(8 * 20**2 / 7 / 30**2)


def test_send_backs_are_a_share_of_passes():
    back = {"reviews": (objection(BEN, at(days=5.5)), approval(BEN, at(days=4))), "pushes": (push("y", at(days=5)),)}
    changes = [change(n, 0, **(back if n < 2 else {})) for n in range(8)]
    found = flow_inputs(told(*changes))
    assert found["p_sendback"].value == pytest.approx(2 / 10)
    assert found["passes_per_change"].value == pytest.approx(10 / 8)


def test_reviewers_and_utilization():
    found = flow_inputs(context())
    assert found["reviewers"].value == 3
    assert found["review_utilization"].value == pytest.approx(24 / 40 * 0.75 / (3 * 2))
    assert "reviewers" not in flow_inputs(told(*(change(3 * n, 0) for n in range(9))))  # one person: not said


def test_pipelines_and_integration():
    runs = [Check("tests", f"h{n}", Outcome.PASSED, at(days=5), at(days=5, hours=-0.8)) for n in range(9)]
    runs += [
        Check("tests", f"m{n}", Outcome.FAILED if n < 3 else Outcome.PASSED, at(days=3), at(days=2), "main",
              is_before_merge=False) for n in range(1, 11)
    ]  # fmt: skip
    found = flow_inputs(told(*(change(n, 0) for n in range(1, 11)), runs=tuple(runs)))
    assert found["ci_days"].value == pytest.approx(0.1)  # 48 minutes of an eight-hour day
    assert found["p_integration_fail"].value == 0.2


def test_releases_have_a_period_and_an_approval():
    releases = tuple(Release(f"v{n}", f"m{n}", at(days=7 * n), "production", 8 * 3600.0) for n in range(9))
    found = flow_inputs(told(releases=releases))
    assert found["release_period_days"].value == 5
    assert found["release_window_wait_days"].value == 2.5
    assert found["approval_days"].value == pytest.approx(3 / 8)  # asked at four in the morning, given at noon
    assert found["release_period_days"].n == 8


def test_collisions_come_from_merges_done_again():
    replays = tuple(MergeReplay(f"{n}", UNTIL, "Merge", conflicted=n < 2) for n in range(10))
    found = flow_inputs(told(history=History(UNTIL, "x", replays=replays)))
    assert (found["collision_rate"].value, found["collision_rate"].n) == (0.2, 10)


def test_open_changes_match_littles_law_on_a_steady_stream():
    stream = [
        merged(n, opened=at(days=n), merged_at=at(days=n - 3)) for n in range(3, 90)
    ]  # one a day, three days each
    assert flow_inputs(told(*stream))["open_changes"].value == pytest.approx(3, abs=0.2)


def test_figures_on_few_observations_and_hidden_parts_are_left_out():
    few = [change(n, 0) for n in range(MIN_N - 1)]
    assert "time_in_review_days" not in flow_inputs(told(*few))
    assert flow_inputs(context(unseen={Part.CHANGES: "Hidden."})) == {}


def test_halves_of_the_window_and_the_mean_time_in_review_tell_whether_it_was_steady():
    found = flow_inputs(context())
    assert (found["time_in_review_mean_days"].value, found["time_in_review_mean_days"].window_days) == (2, 56)
    assert found["changes_per_day_first_half"].value == found["changes_per_day_second_half"].value == 12 / 20
    assert found["time_in_review_mean_days_first_half"].n == 12


def test_slower_second_half_shows_in_its_mean():
    slow = [change(n, 7 * (n % 8), merged_at=at(days=(2 if n % 8 < 4 else 4) + 7 * (n % 8))) for n in range(1, 33)]
    found = flow_inputs(told(*slow))
    first, second = (found[f"time_in_review_mean_days_{half}"].value for half in ("first_half", "second_half"))
    assert second > first
