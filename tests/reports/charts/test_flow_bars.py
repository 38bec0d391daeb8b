"""Stacked bars stay inside their picture, keep their proportions, and label only what has room."""

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.flow_bars import LEFT, RIGHT, WIDTH, FlowCase, Part, flow_bars
from reports.charts.lettering import text_width

parts = st.lists(
    st.builds(
        Part,
        name=st.sampled_from(["Definition", "Überprüfungswartezeit", "CI"]),
        days=st.floats(0, 500),
        waits=st.booleans(),
    ),
    max_size=8,
).map(tuple)
cases = st.lists(
    st.builds(FlowCase, name=st.text(max_size=60), parts=parts, total=st.just("9.3")), min_size=1, max_size=7
)


@given(cases)
def test_everything_stays_inside(drawn):
    figure = flow_bars(drawn, message="", days_word="days")
    for bar in figure.bars:
        assert bar.y >= 0
        assert bar.y + figure.bar_height <= figure.foot
        for segment in bar.segments:
            assert segment.x >= LEFT - 0.1
            assert segment.x + segment.width <= WIDTH - RIGHT + 1.0
            if segment.label:
                assert text_width(segment.label.text, size=12.0) <= segment.width
    assert all(LEFT <= tick.x <= WIDTH - RIGHT + 0.1 for tick in figure.ticks)


def test_widths_are_in_proportion_and_a_gap_parts_neighbours():
    case = FlowCase("Today", (Part("A", 2, False), Part("B", 4, True)), "6.0")
    first, second = flow_bars([case], message="", days_word="days").bars[0].segments
    assert second.width / first.width == pytest.approx(2, rel=0.02)
    assert first.x + first.width < second.x


def test_case_without_a_steady_state_leaves_the_scale_and_says_so():
    drawn = [FlowCase("Today", (Part("A", 2, False),), "2.0"), FlowCase("Push", (), "no steady state")]
    svg = render_to_string("charts/flow_bars.svg", {"chart": flow_bars(drawn, message="Both", days_word="days")})
    assert "<title>Both</title>" in svg
    assert svg.count("c-open") == 1
    assert "no steady state" in svg
    assert "style=" not in svg
