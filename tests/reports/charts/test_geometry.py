"""Whatever the numbers, a figure stays inside its view box and its labels keep apart."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from reports.charts.lettering import text_width
from reports.charts.profile import StageControl, profile
from reports.charts.roadmap import PlannedStep, roadmap_figure
from reports.charts.scale import LevelScale, push_apart, scale_words
from reports.charts.strip import strip
from reports.charts.voices import Said, Shown, voices

levels = st.floats(min_value=-3, max_value=9, allow_nan=False)
shares = st.none() | st.floats(min_value=-0.5, max_value=1.5, allow_nan=False)
words = st.text(min_size=0, max_size=60)


def inside(value: float, limit: float) -> bool:
    return -0.05 <= value <= limit + 0.05


def one_decimal(value: float) -> bool:
    return value == round(value, 1)


@given(low=levels, high=levels)
def test_span_stays_on_the_scale_and_is_always_visible(low, high):
    scale = LevelScale(8, 352)
    span = scale.span(low, high)
    assert span.x >= 8
    assert span.x + span.width <= 352.05
    assert span.width >= 1.9


@given(score=st.none() | levels, low=levels, high=levels, staged=st.none() | st.integers(1, 5), disputed=st.booleans())
def test_strip_stays_inside_its_view_box(score, low, high, staged, disputed):
    chart = strip(score=score, low_high=(low, high), staged=staged, disputed=disputed, message="m")
    for x in (chart.dot, chart.staged, *chart.ticks):
        assert x is None or (inside(x, chart.width) and one_decimal(x))
    for span in (chart.range, chart.conflict):
        assert span is None or (inside(span.x, chart.width) and inside(span.x + span.width, chart.width))


def test_strip_of_a_dispute_has_a_bar_and_no_dot():
    chart = strip(score=2.4, low_high=(2.4, 4.2), staged=2, disputed=True, message="m")
    assert chart.dot is None
    assert chart.range is None
    assert chart.conflict is not None


def test_strip_with_nothing_known_is_the_empty_scale():
    chart = strip(score=None, low_high=None, staged=None, disputed=False, message="m")
    assert (chart.dot, chart.range, chart.conflict, chart.staged) == (None, None, None, None)
    assert len(chart.ticks) == 5


said = st.builds(
    Said,
    value=levels,
    low=levels,
    high=levels,
    distribution=st.lists(st.integers(0, 40), min_size=5, max_size=5).map(tuple),
)
shown = st.builds(Shown, value=levels, standard_error=st.floats(0, 3))


@given(
    said=st.none() | said, shown=st.none() | shown, plan=st.none() | levels, split=st.booleans(), fight=st.booleans()
)
def test_voices_stays_inside_its_view_box(said, shown, plan, split, fight):
    chart = voices(said=said, shown=shown, plan=plan, split=split, contradiction=fight, message="m")
    for x in (chart.say, chart.evidence, chart.plan):
        assert x is None or (inside(x, chart.width) and one_decimal(x))
    for span in (chart.say_range, chart.evidence_band, chart.conflict):
        assert span is None or (inside(span.x, chart.width) and inside(span.x + span.width, chart.width))
    for column in chart.columns:
        assert inside(column.x, chart.width)
        assert inside(column.x + column.width, chart.width)
        assert inside(column.y, chart.height)
        assert inside(column.y + column.height, chart.height)


def test_voices_of_a_split_practice_shows_people_instead_of_a_dot():
    chart = voices(
        said=Said(3.0, 2.1, 3.9, (3, 0, 0, 0, 4)), shown=None, plan=3.0, split=True, contradiction=False, message="m"
    )
    assert chart.say is None
    assert chart.plan is None
    assert [column.n for column in chart.columns] == [3, 4]


def test_voices_of_a_contradiction_joins_both_readings_without_a_planning_mark():
    chart = voices(
        said=Said(4.2, 3.9, 4.5), shown=Shown(2.0, 0.3), plan=2.0, split=False, contradiction=True, message="m"
    )
    assert chart.plan is None
    assert chart.conflict is not None
    assert chart.conflict.x == chart.evidence


@given(stages=st.lists(st.builds(StageControl, name=words, today=shares, target=shares), max_size=9))
def test_profile_stays_inside_its_view_box_and_its_labels_keep_apart(stages):
    chart = profile(stages, sides=(0.25, None), message="m")
    for bar in chart.bars:
        assert inside(bar.x, chart.width)
        assert inside(bar.x + bar.width, chart.width)
        assert bar.height >= 0
        for label in (bar.today_label, bar.target_label, *bar.name):
            assert label is None or (inside(label.x, chart.width) and inside(label.y, chart.height))
        if bar.today_label and bar.target_label:
            half = text_width(bar.today_label.text, size=12) / 2
            assert bar.today_label.x + half <= bar.target_label.x + 2
    assert all(inside(b.label.y, chart.height) and inside(b.x + b.width, chart.width) for b in chart.brackets)


@st.composite
def plans(draw):
    n = draw(st.integers(0, 12))
    return [
        PlannedStep(
            id=f"s{i}",
            column=draw(st.integers(0, 2)),
            title=draw(words),
            note=draw(words),
            after=tuple(f"s{j}" for j in draw(st.lists(st.integers(0, 12), max_size=3))),
        )
        for i in range(n)
    ]


@given(steps=plans())
def test_roadmap_figure_stays_inside_and_boxes_do_not_overlap(steps):
    chart = roadmap_figure(steps, ["Now", "Next", "Later"], message="m")
    for box in chart.boxes:
        assert inside(box.x, chart.width)
        assert inside(box.x + box.width, chart.width)
        assert inside(box.y + box.height, chart.height)
        assert all(box.y < label.y <= box.y + box.height for label in (*box.title, box.note))
    for arrow in chart.arrows:
        assert all(inside(x, chart.width) and inside(y, chart.height) for x, y in arrow.points)
    for left in chart.boxes:
        for right in chart.boxes:
            if left.id != right.id and left.x == right.x:
                assert left.y + left.height <= right.y or right.y + right.height <= left.y


def test_roadmap_figure_draws_an_arrow_for_each_prerequisite_that_is_in_the_plan():
    steps = [PlannedStep("a", 0, "A", ""), PlannedStep("b", 1, "B", "", after=("a", "elsewhere"))]
    assert len(roadmap_figure(steps, ["Now", "Next", "Later"], message="m").arrows) == 1


def test_an_arrow_past_a_column_runs_above_its_boxes():
    steps = [PlannedStep("a", 0, "A", ""), PlannedStep("b", 1, "B", ""), PlannedStep("c", 2, "C", "", after=("a",))]
    chart = roadmap_figure(steps, ["Now", "Next", "Later"], message="m")
    middle = next(box for box in chart.boxes if box.id == "b")
    crossing = [y for x, y in chart.arrows[0].points if middle.x - 30 <= x <= middle.x + middle.width + 30]
    assert min(crossing) < middle.y
    level = [(a, b) for a, b in itertools.pairwise(chart.arrows[0].points) if a[1] == b[1]]
    assert all(b[0] <= middle.x or a[0] >= middle.x + middle.width or a[1] < middle.y for a, b in level)


@given(
    positions=st.lists(st.floats(0, 100, allow_nan=False), max_size=8),
    gap=st.floats(0.5, 20, allow_nan=False),
)
def test_push_apart_keeps_the_gap_the_order_and_the_room(positions, gap):
    placed = push_apart(positions, gap=gap, low=0, high=100)
    step = min(gap, 100 / (len(positions) - 1)) if len(positions) > 1 else 0
    assert all(-0.1 <= y <= 100.1 for y in placed)
    ordered = sorted(placed)
    assert all(b - a >= step - 0.11 for a, b in itertools.pairwise(ordered))
    by_size = sorted(range(len(positions)), key=lambda i: positions[i])
    assert [placed[i] for i in by_size] == ordered


def test_push_apart_leaves_what_is_far_enough_apart():
    assert push_apart([10, 40], gap=12, low=0, high=100) == (10, 40)


@given(names=st.lists(st.text(max_size=12), min_size=5, max_size=5), width=st.floats(200, 600))
def test_scale_words_never_overlap(names, width):
    chart = scale_words(names, width=width)
    edges = []
    for label in chart.labels:
        wide = text_width(label.text, size=chart.size)
        left = {"start": label.x, "middle": label.x - wide / 2, "end": label.x - wide}[label.anchor]
        edges.append((left, left + wide))
    assert all(before[1] <= after[0] + 0.2 for before, after in itertools.pairwise(edges))


def test_scale_words_in_a_narrow_cell_become_numbers_under_their_ticks():
    chart = scale_words(["Improvised", "Visible", "Agreed", "Enforced", "Tuned"], width=260)
    assert [label.text for label in chart.labels] == ["1", "2", "3", "4", "5"]
    assert [label.x for label in chart.labels] == list(LevelScale(8, 252).ticks())


def test_scale_words_anchors_the_ends_at_the_border():
    labels = scale_words(["Improvised", "Visible", "Agreed", "Enforced", "Tuned"]).labels
    assert [label.text for label in labels][1] == "Visible"
    assert [label.anchor for label in labels] == ["start", "middle", "middle", "middle", "end"]
    assert (labels[0].x, labels[-1].x) == (0.0, 340.0)
