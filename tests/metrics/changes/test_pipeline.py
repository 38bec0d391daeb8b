import pytest

from metrics.signals.changes.pipeline import ci_p75, flaky_rate, main_break_rate, red_merge_rate
from metrics.signals.changes.types import Check, Outcome, Protection
from metrics.signals.types import Skipped
from tests.metrics.changes.building import at, merged, told

REQUIRED = Protection(requires_checks=True, required_checks=frozenset({"tests"}))


def run(name="tests", *, commit="h1", ended=Outcome.PASSED, queued=6.0, minutes=10.0, **fields):
    return Check(name, commit, ended, at(days=queued), at(days=queued, hours=-minutes / 60), **fields)


def one(*checks, number=1):
    return merged(number, opened=at(days=6), merged_at=at(days=5), checks=checks)


@pytest.mark.parametrize(
    ("checks", "is_red"),
    [
        ((run(),), False),
        ((run(ended=Outcome.FAILED),), True),
        ((run(ended=Outcome.FAILED), run(queued=5.5)), False),  # failed, then passed before the merge
        ((run(queued=5.5, ended=Outcome.FAILED), run()), True),  # passed, then failed
        ((run(ended=Outcome.FAILED), run(queued=4)), True),  # passed only after the merge
        ((run(minutes=2000),), True),  # still running at the merge
        ((run("lint"),), True),  # the required one is missing
        ((), True),
        ((run(), run("lint", ended=Outcome.FAILED)), False),  # not required
        ((run(ended=Outcome.SKIPPED),), False),
    ],
)
def test_red_is_a_required_check_that_had_not_passed(checks, is_red):
    assert red_merge_rate(told(one(*checks), protection=REQUIRED)).value == is_red


def test_red_without_required_checks_looks_at_all_that_ran():
    changes = [one(run(), run("lint", ended=Outcome.FAILED)), one(run(), number=2), one(number=3)]
    reading = red_merge_rate(told(*changes))
    assert (reading.n, reading.value) == (2, 0.5)


def test_red_is_silent_without_checks():
    assert isinstance(red_merge_rate(told(one())), Skipped)


def test_flaky_is_a_failure_that_passed_on_the_same_commit():
    runs = (
        run(commit="a", ended=Outcome.FAILED),
        run(commit="a", queued=5.9, attempt=2),
        run(commit="b", ended=Outcome.FAILED),
        run(commit="b", ended=Outcome.FAILED, queued=5.9, attempt=2),
        run(commit="c", ended=Outcome.FAILED),
        run("lint", commit="c"),
        run(commit="d"),
    )
    reading = flaky_rate(told(runs=runs))
    assert (reading.n, reading.value) == (4, 0.25)
    assert reading.examples == ("tests on a failed, then passed",)


def test_flaky_looks_sixty_days_back():
    assert isinstance(flaky_rate(told(runs=(run(queued=61, ended=Outcome.FAILED),))), Skipped)


def test_pipeline_time_runs_to_the_last_required_check():
    runs = (run(minutes=12), run("build", minutes=5), run("e2e", minutes=90))
    rules = Protection(required_checks=frozenset({"tests", "build"}))
    assert ci_p75(told(runs=runs, protection=rules)).value == pytest.approx(12)
    assert ci_p75(told(runs=runs)).value == pytest.approx(90)


def test_pipeline_time_begins_with_the_first_queued_check():
    runs = (run("lint", minutes=1), run(queued=6 - 5 / 1440, minutes=10))  # queued five minutes later
    assert ci_p75(told(runs=runs)).value == pytest.approx(15)


def test_pipeline_time_leaves_out_reruns_cancelled_ones_and_the_default_branch():
    runs = (
        run(minutes=10),
        run(minutes=500, attempt=2),
        run(commit="h2", ended=Outcome.CANCELLED),
        run(commit="h3", is_before_merge=False, branch="main", minutes=300),
    )
    reading = ci_p75(told(runs=runs))
    assert (reading.n, reading.value) == (1, pytest.approx(10))


def on_main(commit, ended=Outcome.PASSED, **fields):
    return run(commit=commit, ended=ended, branch="main", is_before_merge=False, **fields)


def test_main_breaks_when_its_run_fails_and_never_passes_there():
    changes = [one(number=n) for n in (1, 2, 3, 4)]
    runs = (
        on_main("m1"),
        on_main("m2", Outcome.FAILED),
        on_main("m3", Outcome.FAILED),
        on_main("m3", queued=5.9, attempt=2),  # flaky
    )
    reading = main_break_rate(told(*changes, runs=runs))
    assert (reading.n, reading.value) == (3, 1 / 3)
    assert reading.examples == ("#2 Change 2 (the default branch failed after it)",)
