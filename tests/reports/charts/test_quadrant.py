"""Level against agreement as a figure: fields, frame, and labels that cover nothing."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.quadrant import BOTTOM, LEFT, RIGHT, TOP, Point, _box, _overlap, quadrant

WORDS = {"corners": ("keep", "find out", "fix", "talk"), "ends": ("agreed", "split"), "message": "m"}
LEVELS = st.floats(1, 5)
DEVIATIONS = st.floats(0, 2)


def drawn(*points):
    return quadrant([Point(*point) for point in points], limit=0.83, middle=3.0, **WORDS)


def test_dot_lies_in_the_field_of_its_level_and_agreement():
    chart = drawn(("A", 1.5, 0.2), ("B", 2.0, 1.4), ("C", 4.5, 0.1), ("D", 4.0, 1.0))
    fields = [(dot.y > chart.middle_y, dot.x > chart.split_x) for dot in chart.dots]
    assert fields == [(True, False), (True, True), (False, False), (False, True)]


def test_practices_at_one_place_share_a_dot_and_the_rest_is_counted():
    chart = drawn(*((name, 2.0, 0.0) for name in ("A", "B", "C", "D", "E")))
    assert [dot.label.text for dot in chart.dots] == ["A, B, C +2"]


def test_labels_of_neighbours_cover_neither_dots_nor_each_other():
    chart = drawn(*((f"P{n}", 2.0 + 0.1 * (n % 3), 0.5 + 0.05 * n) for n in range(8)))
    boxes = [_box(dot.label) for dot in chart.dots]
    assert all(not _overlap(one, other) for one, other in combinations(boxes, 2))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.just("EN4"), LEVELS, DEVIATIONS), max_size=30))
def test_every_dot_lies_within_the_frame_and_every_practice_is_counted(points):
    chart = drawn(*points)
    assert all(LEFT <= dot.x <= RIGHT and TOP <= dot.y <= BOTTOM for dot in chart.dots)
    assert drawn(*points) == chart
    assert len(chart.dots) <= len(points)
