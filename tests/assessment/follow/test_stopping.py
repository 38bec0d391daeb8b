"""When a stop rule of the maturity model fires: on its day, where a signal is worse, and for what nobody measures."""

import datetime as dt

import pytest

from assessment.domain.follow.series import Point
from assessment.domain.follow.stopping import stopping
from assessment.maturity.schema import StopRule
from tests.factories.scoring import shipped_model

SIGNALS = shipped_model().signals
START = dt.date(2026, 9, 7)
RULE = StopRule(after_weeks=6, worse=("review_wait_p75",), asks="most comments are accepted")


def weeks(*values, before=3):
    return [Point(START + dt.timedelta(weeks=i - before + 1), float(value)) for i, value in enumerate(values)]


def look(values, *, day, rule=RULE, signal="review_wait_p75"):
    series = {signal: weeks(*values)}
    return stopping(rule, series, SIGNALS, started_on=START, today=START + dt.timedelta(days=day))


@pytest.mark.parametrize(("day", "due"), [(0, False), (41, False), (42, True), (400, True)])
def test_rule_looks_on_its_day(day, due):
    found = look([20, 20, 20, 90], day=day)
    assert found.looks_on == dt.date(2026, 10, 19)
    assert (found.is_due, found.fires) == (due, due)


@pytest.mark.parametrize(("now", "fires"), [(18, False), (20, False), (21.9, False), (22.1, True), (60, True)])
def test_signal_is_worse_from_a_tenth_on(now, fires):
    rule = RULE.model_copy(update={"asks": ""})
    found = look([20, 20, 20, 99, now], day=42, rule=rule)
    assert found.fires is fires
    assert [(one.before, one.now) for one in found.worse] == ([(20, now)] if fires else [])


def test_less_is_worse_where_higher_is_better():
    rule = StopRule(after_weeks=6, worse=("description_rate",))
    assert SIGNALS["description_rate"].better == "higher"
    assert look([0.5, 0.5, 0.5, 0.2], day=42, rule=rule, signal="description_rate").fires
    assert not look([0.5, 0.5, 0.5, 0.9], day=42, rule=rule, signal="description_rate").fires


@pytest.mark.parametrize("values", [(), (20, 20, 20)])
def test_without_readings_on_both_sides_only_the_question_is_left(values):
    found = look(values, day=42)
    assert found.worse == ()
    assert found.asks == "most comments are accepted"
