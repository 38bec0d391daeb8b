import dataclasses

import pytest

from metrics.signals.changes.calendar import Calendar
from metrics.signals.changes.review import (
    pickup_p75,
    queue_growth,
    review_load_rho,
    review_wait_p75,
    rounds_mean,
    rubber_stamp_rate,
    stale_share,
    style_comment_share,
    unreviewed_rate,
)
from metrics.signals.changes.types import Remark, Verdict
from metrics.signals.types import FileChange, Skipped
from tests.metrics.changes.building import (
    ADA,
    AGENT,
    BEN,
    BOT,
    CLEO,
    DAN,
    approval,
    at,
    merged,
    objection,
    push,
    told,
)

WEDNESDAY = 6  # days before the end, a Tuesday
BIG = (FileChange("src/a.py", 201, 0),)


def one(**fields):
    """A change opened Wednesday noon and merged a day later, with what happened in between."""
    return merged(1, opened=at(days=WEDNESDAY), merged_at=at(days=WEDNESDAY - 1), **fields)


def hours(h):
    """So many hours after the change was opened."""
    return at(days=WEDNESDAY, hours=-h)


def test_pickup_is_from_ready_to_the_first_word_of_another_person():
    change = one(reviews=(approval(BEN, hours(5)),), remarks=(Remark(CLEO, hours(3)),))
    assert pickup_p75(told(change)).value == 3


@pytest.mark.parametrize("actor", [BOT, AGENT, ADA])
def test_pickup_waits_on_past_bots_assistants_and_the_author(actor):
    change = one(remarks=(Remark(actor, hours(1)),), reviews=(approval(BEN, hours(4)),))
    assert pickup_p75(told(change)).value == 4


def test_pickup_counts_from_ready_and_not_from_the_draft():
    change = one(ready_at=hours(10), reviews=(objection(BEN, hours(2)), approval(BEN, hours(12))))
    assert pickup_p75(told(change)).value == 2


def test_pickup_leaves_the_weekend_out():
    change = merged(
        1, opened=at(days=4), merged_at=at(days=1), reviews=(approval(BEN, at(days=1)),)
    )  # Friday to Monday
    assert pickup_p75(told(change)).value == 24
    assert pickup_p75(told(change, calendar=Calendar(weekend=frozenset()))).value == 72


def test_pickup_of_a_change_merged_by_somebody_else_is_the_merge():
    assert pickup_p75(told(one(merged_by=BEN))).value == 24


def test_pickup_says_nothing_where_nobody_else_acted():
    assert isinstance(pickup_p75(told(one())), Skipped)


def test_pickup_is_the_75th_percentile_and_names_the_slowest():
    changes = [
        merged(n, opened=at(days=WEDNESDAY), merged_at=at(days=5), reviews=(approval(BEN, hours(n)),))
        for n in (1, 2, 3, 5)
    ]
    reading = pickup_p75(told(*changes))
    assert (reading.n, reading.value, reading.unit) == (4, 3.5, "h (weekends removed)")
    assert reading.examples[0] == "#5 Change 5: 5 h"


def test_waiting_is_summed_over_the_cycles():
    change = one(
        reviews=(objection(BEN, hours(2)), approval(BEN, hours(13))),  # waits 2, then from the push at 10 to 13
        pushes=(push("x", hours(-5)), push("y", hours(10))),
    )
    assert review_wait_p75(told(change)).value == 5


def test_waiting_ends_with_an_approval_even_when_the_author_pushes_again():
    change = one(reviews=(approval(BEN, hours(2)),), pushes=(push("y", hours(10)),))
    assert review_wait_p75(told(change)).value == 2


def test_waiting_begins_again_when_an_approval_is_dismissed():
    dismissed = dataclasses.replace(approval(BEN, hours(10)), verdict=Verdict.DISMISSED)
    change = one(reviews=(approval(BEN, hours(2)), dismissed, approval(CLEO, hours(16))))
    assert review_wait_p75(told(change)).value == 2 + 6


def test_waiting_for_an_answer_asked_for_again():
    change = one(reviews=(objection(BEN, hours(1)), approval(BEN, hours(9))), asked_at=(hours(5),))
    assert review_wait_p75(told(change)).value == 1 + 4


def test_waiting_is_not_said_of_changes_no_reviewer_touched():
    assert isinstance(review_wait_p75(told(one())), Skipped)


def test_queue_grows_by_what_is_made_ready_and_not_resolved():
    done = [merged(n, opened=at(days=10), merged_at=at(days=3)) for n in range(3)]
    old = merged(8, opened=at(days=60), merged_at=at(days=2))
    waiting = [merged(n, opened=at(days=9), merged_at=None) for n in (11, 12)]
    draft = merged(13, opened=at(days=9), merged_at=None, ready_at=None)
    reading = queue_growth(told(*done, old, *waiting, draft))
    assert (reading.n, reading.value) == (5, (5 - 4) / 5)
    assert len(reading.examples) == 2


def test_queue_that_shrinks_is_negative():
    old = [merged(n, opened=at(days=60), merged_at=at(days=2)) for n in range(4)]
    assert queue_growth(told(*old, merged(9, opened=at(days=5), merged_at=at(days=1)))).value == -4


def test_stale_is_an_open_change_nobody_touched_for_seven_days():
    quiet = merged(1, opened=at(days=9), merged_at=None, remarks=(Remark(BOT, at(days=1)),))
    alive = merged(2, opened=at(days=9), merged_at=None, remarks=(Remark(BEN, at(days=1)),))
    draft = merged(3, opened=at(days=9), merged_at=None, is_draft=True)
    done = merged(4, opened=at(days=9), merged_at=at(days=1))
    reading = stale_share(told(quiet, alive, draft, done))
    assert (reading.n, reading.value) == (2, 0.5)
    assert reading.examples == ("#1 Change 1 (quiet for over seven days)",)


def test_stale_looks_at_the_end_of_the_measured_day_and_not_beyond():
    later = merged(1, opened=at(days=9), merged_at=at(days=-3), remarks=(Remark(BEN, at(days=-2)),))
    assert stale_share(told(later)).value == 1


def test_load_is_passes_a_day_over_what_reviewers_can_give():
    changes = [
        merged(n, opened=at(days=20), merged_at=at(days=10), reviews=(approval(who, at(days=15)),))
        for n, who in enumerate([BEN, CLEO, DAN] * 20, 1)
    ]
    reading = review_load_rho(told(*changes))
    assert (reading.n, reading.value) == (60, pytest.approx(60 / 40 * 0.75 / (3 * 2.0)))


def test_load_counts_a_second_look_as_a_second_pass():
    change = one(
        reviews=(objection(BEN, hours(1)), approval(BEN, hours(9)), approval(CLEO, hours(9)), approval(DAN, hours(9))),
        remarks=(Remark(BEN, hours(1.1), True), Remark(BEN, hours(1.2), True)),
        pushes=(push("y", hours(5)),),
    )
    assert review_load_rho(told(change)).n == 4


def test_load_is_not_said_of_fewer_than_three_people():
    change = one(reviews=(approval(BEN, hours(1)), approval(CLEO, hours(2))))
    assert isinstance(review_load_rho(told(change)), Skipped)


def test_rounds_are_one_and_one_more_for_each_time_it_went_back():
    straight = merged(1, opened=at(days=6), merged_at=at(days=5), reviews=(approval(BEN, hours(1)),))
    back = merged(
        2, opened=at(days=6), merged_at=at(days=5),
        reviews=(objection(BEN, hours(1)), objection(BEN, hours(5)), approval(BEN, hours(9))),
        pushes=(push("x", hours(3)), push("y", hours(4)), push("z", hours(7))),
    )  # fmt: skip
    reading = rounds_mean(told(straight, back))
    assert (reading.n, reading.value) == (2, (1 + 3) / 2)
    assert reading.examples == ("#2 Change 2 (3 rounds)",)


def test_remark_on_code_followed_by_a_commit_is_a_round_and_a_talk_is_none():
    code = one(
        remarks=(Remark(BEN, hours(1), True),), pushes=(push("x", hours(3)),), reviews=(approval(BEN, hours(5)),)
    )
    talk = one(remarks=(Remark(BEN, hours(1)),), pushes=(push("x", hours(3)),), reviews=(approval(BEN, hours(5)),))
    assert (rounds_mean(told(code)).value, rounds_mean(told(talk)).value) == (2, 1)


def test_style_comments_are_a_share_of_reviewers_comments_on_code():
    remarks = (
        Remark(BEN, hours(1), True, True), Remark(BEN, hours(1), True, False), Remark(CLEO, hours(2), True, False),
        Remark(ADA, hours(2), True, True), Remark(BOT, hours(2), True, True), Remark(BEN, hours(2), False, True),
    )  # fmt: skip
    reading = style_comment_share(told(one(remarks=remarks)))
    assert (reading.n, reading.value) == (3, 1 / 3)


def test_rubber_stamp_is_a_large_change_approved_at_once_without_a_word():
    waved = one(files=BIG, reviews=(approval(BEN, hours(5)),))
    spoken = one(files=BIG, reviews=(approval(BEN, hours(5), says=True),))
    looked = one(files=BIG, reviews=(approval(BEN, hours(5)),), remarks=(Remark(BEN, hours(4.9), True),))
    small = one(reviews=(approval(BEN, hours(5)),))
    rename = [dataclasses.replace(c, number=f"#{n}") for n, c in enumerate([waved, spoken, looked, small], 1)]
    reading = rubber_stamp_rate(told(*rename))
    assert (reading.n, reading.value) == (3, 1 / 3)


def test_rubber_stamp_is_silent_where_most_changes_hide_their_files():
    hidden = one(files=None, reviews=(approval(BEN, hours(5)),))
    reading = rubber_stamp_rate(told(hidden))
    assert isinstance(reading, Skipped)
    assert "0 of 1 changes" in reading.reason


@pytest.mark.parametrize(
    ("reviews", "is_bare"),
    [
        ((), True),
        ((approval(ADA, hours(1)),), True),
        ((approval(BOT, hours(1)),), True),
        ((approval(AGENT, hours(1)),), True),
        ((objection(BEN, hours(1)),), True),
        ((approval(BEN, hours(30)),), True),  # after the merge
        ((approval(BEN, hours(1)),), False),
    ],
)
def test_unreviewed_is_a_merge_no_other_person_approved(reviews, is_bare):
    assert unreviewed_rate(told(one(reviews=reviews))).value == is_bare


def test_unreviewed_leaves_the_declared_light_path_out():
    reading = unreviewed_rate(told(one(labels=("quick-path",)), merged(2, opened=at(days=6), merged_at=at(days=5))))
    assert (reading.n, reading.value) == (1, 1)


def test_bots_releases_and_other_branches_are_no_changes():
    rest = {"opened": at(days=6), "merged_at": at(days=5)}
    changes = [
        merged(1, **rest, author=BOT),
        merged(2, **rest, title="Release v1.2.0"),
        merged(3, **rest, target_branch="stable"),
        merged(4, **rest, source_branch="develop"),
        merged(5, **rest, author=AGENT),
    ]
    assert unreviewed_rate(told(*changes)).n == 1
