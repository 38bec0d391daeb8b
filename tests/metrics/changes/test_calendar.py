import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.signals.changes.calendar import Calendar

FRIDAY_NOON = dt.datetime(2026, 6, 26, 12, tzinfo=dt.UTC)
MONDAY_NOON = FRIDAY_NOON + dt.timedelta(days=3)


def test_weekend_is_taken_out_and_nights_are_not():
    assert Calendar().hours_without_weekends(FRIDAY_NOON, MONDAY_NOON) == 24


def test_working_hours_are_those_of_the_local_day():
    assert Calendar().working_hours(FRIDAY_NOON, MONDAY_NOON) == 8  # five on Friday, three on Monday
    assert (
        Calendar("America/New_York").working_hours(FRIDAY_NOON, MONDAY_NOON) == 8
    )  # noon UTC is 8 there: all of Friday


def test_weekend_begins_when_it_begins_for_the_team():
    friday_late = dt.datetime(2026, 6, 26, 20, tzinfo=dt.UTC)  # Saturday already in Auckland
    later = friday_late + dt.timedelta(hours=4)
    assert Calendar().hours_without_weekends(friday_late, later) == 4
    assert Calendar("Pacific/Auckland").hours_without_weekends(friday_late, later) == 0


def test_weekend_may_lie_on_other_days():
    calendar = Calendar(weekend=frozenset({4, 5}))
    assert calendar.hours_without_weekends(FRIDAY_NOON, MONDAY_NOON) == 36


def test_day_the_clock_is_set_has_its_own_length():
    berlin = Calendar("Europe/Berlin", weekend=frozenset())
    start = dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC)  # local midnight; the clock jumps at two
    assert berlin.hours_without_weekends(start, start + dt.timedelta(hours=23)) == 23
    assert berlin.working_hours(start, start + dt.timedelta(hours=23)) == 8


def test_working_days_between_dates():
    assert Calendar().n_working_days(FRIDAY_NOON, MONDAY_NOON) == 1
    assert Calendar().working_days(FRIDAY_NOON, MONDAY_NOON) == 1
    assert Calendar().n_working_days(MONDAY_NOON - dt.timedelta(days=56), MONDAY_NOON) == 40


TIMES = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: MONDAY_NOON - dt.timedelta(minutes=minutes))


@given(TIMES, TIMES, TIMES, st.sampled_from(["UTC", "Asia/Kolkata", "America/Sao_Paulo", "Europe/Berlin"]))
def test_parts_add_up_and_never_exceed_what_passed(one, two, three, zone):
    a, b, c = sorted((one, two, three))
    calendar = Calendar(zone)
    for measure in (calendar.hours_without_weekends, calendar.working_hours):
        assert measure(a, b) + measure(b, c) == pytest.approx(measure(a, c), abs=1e-6)
        assert 0 <= measure(a, c) <= (c - a).total_seconds() / 3600 + 1e-6
        assert measure(c, a) == 0
