"""A team elsewhere: the same local hours, weekends and working days give the same readings."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

import pytest

from metrics.signals.changes import read_host
from metrics.signals.changes.calendar import Calendar
from metrics.signals.changes.review import pickup_p75
from metrics.signals.flow_inputs import flow_inputs
from tests.metrics.changes.building import BEN, CLEO, DAN, approval, at, merged, told
from tests.metrics.changes.test_joining import story

SIX = dt.timedelta(hours=6)


def moved(value, by):
    """The same with every moment so much later."""
    if isinstance(value, dt.datetime):
        return value + by
    if isinstance(value, tuple):
        return tuple(moved(each, by) for each in value)
    if isinstance(value, Mapping):
        return {key: moved(each, by) for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Calendar):
        fields = {
            field.name: moved(getattr(value, field.name), by) for field in dataclasses.fields(value) if field.init
        }
        return dataclasses.replace(value, **fields)
    return value


def in_zone(context, calendar):
    return dataclasses.replace(context, hosted=dataclasses.replace(context.hosted, calendar=calendar))


@pytest.mark.parametrize(("zone", "hours"), [("Asia/Tokyo", 9), ("America/Phoenix", -7), ("Asia/Kolkata", 5.5)])
def test_same_local_times_give_the_same_readings(zone, hours):
    home = story("merge")
    there = in_zone(moved(home, dt.timedelta(hours=-hours)), Calendar(zone))
    assert list(read_host(there)) == list(read_host(home))
    assert flow_inputs(there) == flow_inputs(home)


def test_same_moments_elsewhere_fall_on_other_weekends():
    friday_late = dt.datetime(2026, 6, 26, 20, tzinfo=dt.UTC)  # Saturday already in Auckland
    monday = friday_late + dt.timedelta(days=2, hours=14)  # Monday at ten, at night in Auckland
    change = merged(1, opened=friday_late, merged_at=monday, reviews=(approval(BEN, monday),))
    assert pickup_p75(told(change)).value == 14
    assert pickup_p75(told(change, calendar=Calendar("Pacific/Auckland"))).value == 22
    assert pickup_p75(told(change, calendar=Calendar("America/Los_Angeles"))).value == 14


@pytest.mark.parametrize(
    ("calendar", "days"),
    [
        (Calendar(), 5 / 8),  # until the day closes at 17
        (Calendar(opens=6, closes=22), 6 / 16),
        (Calendar("Asia/Tokyo"), 0),  # from 21 to 3 there
        (Calendar("America/New_York", opens=8, closes=12), 4 / 4),  # the whole short day
    ],
)
def test_span_counts_inside_the_teams_own_hours(calendar, days):
    noon = [at(days=6 + 7 * (n % 4)) for n in range(24)]  # Wednesdays
    changes = [
        merged(n, opened=when, merged_at=when + SIX, reviews=(approval((BEN, CLEO, DAN)[n % 3], when + SIX),))
        for n, when in enumerate(noon)
    ]
    assert flow_inputs(told(*changes, calendar=calendar))["time_in_review_days"].value == pytest.approx(days)
