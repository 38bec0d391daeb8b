"""The value stream stays inside its picture, keeps its proportions and draws each way back."""

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.lettering import text_width
from reports.charts.value_stream import WIDTH, Loop, StageTime, value_stream

times = st.lists(
    st.builds(
        StageTime,
        name=st.sampled_from(["Definition", "Zusammenführung und Auslieferung", "Prüfung"]),
        working=st.floats(0, 500),
        waiting=st.floats(0, 500),
        note=st.sampled_from(["", "89% busy"]),
    ),
    min_size=2,
    max_size=7,
)


@given(times)
def test_everything_stays_inside(stages):
    last = len(stages) - 1
    figure = value_stream(stages, [Loop(last, 0, "sent back: 25%"), Loop(1, 0, "fails: 6%")], message="")
    for box in figure.boxes:
        assert box.x >= 0
        assert box.x + box.width <= WIDTH
    for bar in figure.bars:
        assert figure.box_top + figure.box_height < bar.label.y
        assert bar.y + bar.height <= figure.foot + 0.1
    for loop in figure.loops:
        room = text_width(loop.label.text, size=12.0) / 2
        assert room <= loop.label.x <= WIDTH - room
        assert loop.label.y > 0


def test_bars_are_in_proportion_and_loops_lead_back():
    figure = value_stream([StageTime("Build", 2, 0), StageTime("Review", 1, 4)], [Loop(1, 0, "25%")], message="m")
    build, _, review, waiting = figure.bars
    assert (build.height / waiting.height, review.height / waiting.height) == (0.5, 0.25)
    assert [bar.waits for bar in figure.bars] == [False, True, False, True]
    assert figure.bars[0].label.text == "2.0"
    picture = render_to_string("charts/value_stream.svg", {"chart": figure})
    assert ">25%<" in picture
    assert "<title>m</title>" in picture
