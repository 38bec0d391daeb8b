import dataclasses
import datetime as dt

import pytest

from metrics.signals.changes.delivery import (
    lead_merge_release_p50,
    lead_request_merge_p50,
    release_wait_p75,
    released_rework,
    request_ts_rate,
    wait_share,
)
from metrics.signals.changes.types import Release, WorkItem
from metrics.signals.types import Commit, History, Skipped
from tests.metrics.changes.building import BEN, UNTIL, approval, at, merged, objection, push, told


def mainline(*changes):
    """A history of squashed changes, one commit each."""
    commits = [
        Commit(c.merge_commit, ("p",), "A", "a@x", c.merged_at, "a@x", c.merged_at, f"{c.title} ({c.number})", "")
        for c in sorted(changes, key=lambda c: c.merged_at, reverse=True)
    ]
    return History(UNTIL, commits[0].sha, tuple(commits), tuple(commits))


def live(commit, days, **fields):
    return Release(f"deploy {commit}", commit, at(days=days), fields.pop("environment", "production"), **fields)


def one(number, days, **fields):
    return merged(number, opened=at(days=days + 1), merged_at=at(days=days), **fields)


def with_history(*changes, **fields):
    return told(*changes, history=mainline(*changes), **fields)


def test_release_wait_is_to_the_first_deployment_that_holds_the_merge():
    changes = [one(1, 20), one(2, 19), one(3, 10)]
    deployments = (live("m2", 18), live("m3", 9.5))
    reading = lead_merge_release_p50(with_history(*changes, releases=deployments))
    assert (reading.n, reading.value) == (3, 24)  # 48, 24 and 12 hours
    assert reading.examples[0] == "75th percentile: 36 h"
    assert release_wait_p75(with_history(*changes, releases=deployments)).value == 36


def test_a_deployment_of_an_older_commit_holds_nothing_newer():
    changes = [one(1, 20), one(2, 19)]
    reading = lead_merge_release_p50(with_history(*changes, releases=(live("m1", 5),)))
    assert (reading.n, reading.value) == (1, 15 * 24)


@pytest.mark.parametrize("environment", ["staging", "non-prod", "review/prod-2"])
def test_other_environments_are_not_production(environment):
    context = with_history(one(1, 20), releases=(live("m1", 19, environment=environment),))
    assert isinstance(release_wait_p75(context), Skipped)


def test_published_releases_stand_in_where_nothing_is_deployed_by_the_host():
    published = Release("v1.0", "m1", at(days=18))
    assert release_wait_p75(with_history(one(1, 20), releases=(published,))).value == 48
    mixed = (published, live("m1", 17))
    assert release_wait_p75(with_history(one(1, 20), releases=mixed)).value == 72


def test_waiting_for_consent_is_shown_beside():
    reading = release_wait_p75(with_history(one(1, 20), releases=(live("m1", 19, approval_wait_s=7200),)))
    assert reading.examples[0] == "of it waiting for approval: 2 h on average in 1 deployments"


ITEMS = (WorkItem("#70", "Search", at(days=30)), WorkItem("#71", "Late", at(days=1)))


def test_request_time_is_known_when_the_item_is_and_came_first():
    changes = [one(1, 20, closes=("#70",)), one(2, 20, closes=("#71",)), one(3, 20, closes=("ABC-1",)), one(4, 20)]
    reading = request_ts_rate(told(*changes, items=ITEMS))
    assert (reading.n, reading.value) == (4, 0.25)


def test_lead_time_ends_with_the_last_change_of_the_item():
    changes = [one(1, 20, closes=("#70",)), one(2, 10, closes=("#70",))]
    reading = lead_request_merge_p50(told(*changes, items=ITEMS))
    assert (reading.n, reading.value) == (1, 20)


def test_lead_time_begins_when_the_item_was_committed_to():
    started = dataclasses.replace(ITEMS[0], started_at=at(days=25))
    assert lead_request_merge_p50(told(one(1, 20, closes=("#70",)), items=(started,))).value == 5


def test_lead_time_waits_for_open_changes():
    still = merged(2, opened=at(days=9), merged_at=None, closes=("#70",))
    assert isinstance(lead_request_merge_p50(told(one(1, 20, closes=("#70",)), still, items=ITEMS)), Skipped)


def test_wait_share_counts_the_time_nobody_acted():
    change = merged(
        1,
        opened=at(days=20),  # requested on day 30: 8 days idle until the first commit on day 22, 2 days of writing
        merged_at=at(days=14),
        closes=("#70",),
        pushes=(push("x", at(days=22)), push("y", at(days=18))),
        reviews=(objection(BEN, at(days=19)), approval(BEN, at(days=17))),  # waits 1 day, 1 answering, 1 waiting
    )  # then 3 days from approval to merge, and 4 more to the release
    reading = wait_share(with_history(change, items=ITEMS, releases=(live("m1", 10),)))
    assert reading.value == pytest.approx((8 + 1 + 1 + 3 + 4) / 20)
    assert reading.examples == ("#1 Change 1 (85% of 20.0 days)",)


def test_wait_share_weighs_changes_by_their_time():
    first = merged(1, opened=at(days=20), merged_at=at(days=19), closes=("#70",), reviews=(approval(BEN, at(days=19)),))
    second = dataclasses.replace(first, number="#2", merge_commit="m2", merged_at=at(days=18.5))
    reading = wait_share(with_history(first, second, items=ITEMS, releases=(live("m1", 19), live("m2", 10))))
    idle = 10 + 1, 10 + 1 + (0.5 + 8.5)  # until it was offered, in review, then approved and released
    assert (reading.n, reading.value) == (2, pytest.approx(sum(idle) / (11 + 20)))


def released(*later, first=None, releases=()):
    change = first or one(1, 60, closes=("#70",))
    return with_history(change, *later, items=ITEMS, releases=(live("m1", 59), *releases))


@pytest.mark.parametrize(
    ("later", "came_back"),
    [
        ({"title": "Fix search", "closes": ("#70",)}, True),
        ({"title": "Fix search", "body": "Regression from #1"}, True),
        ({"title": "Adjust search", "closes": ("#70",), "labels": ("bug",)}, True),
        ({"title": 'Revert "Change 1"'}, True),
        ({"title": "Take it back", "body": "This reverts commit abcdef1234."}, True),
        ({"title": "Fix typo in the docs"}, False),
        ({"title": "Add more search", "closes": ("#70",)}, False),
    ],
)
def test_rework_is_a_linked_fix_or_a_revert_within_thirty_days(later, came_back):
    first = one(1, 60, closes=("#70",), pushes=(push("abcdef1234567", at(days=61)),))
    assert released_rework(released(one(2, 40, **later), first=first)).value == came_back


def test_rework_later_than_thirty_days_does_not_count():
    assert released_rework(released(one(2, 20, title="Fix search", closes=("#70",)))).value == 0


def test_rework_by_an_unplanned_deployment():
    assert released_rework(released(releases=(live("m1", 50, is_unplanned=True),))).value == 1


def test_rework_waits_until_thirty_days_are_over():
    change = one(1, 20)
    assert isinstance(released_rework(with_history(change, releases=(live("m1", 19),))), Skipped)


def test_releases_need_the_history():
    assert isinstance(release_wait_p75(told(one(1, 20), releases=(live("m1", 19),))), Skipped)
    assert dt.UTC  # times carry their zone
