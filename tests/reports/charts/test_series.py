"""The line of weekly readings stays inside its picture and is not drawn from two points."""

import datetime as dt

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.series import HEIGHT, WIDTH, series_figure

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
VALUES = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(DAYS, VALUES), min_size=3, max_size=60), DAYS, st.none() | VALUES)
def test_everything_stays_inside(points, started_on, target):
    figure = series_figure(points, started_on=started_on, target=target, message="")
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in figure.dots)
    assert 0 <= figure.start_x <= WIDTH
    assert figure.target_y is None or 0 <= figure.target_y <= HEIGHT


def test_two_readings_draw_nothing():
    day = dt.date(2026, 10, 4)
    assert series_figure([(day, 1.0)] * 2, started_on=day, target=None, message="") is None


def test_title_is_escaped_and_levels_are_drawn_in_the_middle():
    points = [(dt.date(2026, 10, 4 + 7 * i), 1.0) for i in range(3)]
    figure = series_figure(points, started_on=points[0][0], target=None, message="a < b")
    assert {y for _, y in figure.dots} == {HEIGHT / 2}
    assert "<title>a &lt; b</title>" in render_to_string("charts/series.svg", {"chart": figure})
