"""The roadmap as three columns of boxes, with an arrow from every prerequisite to what waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.lettering import wrap_text
from reports.charts.scale import Label

WIDTH, LEFT, COLUMN, GUTTER, TOP = 720.0, 12.0, 218.0, 27.0, 26.0
PADDING, BETWEEN, LINE_HEIGHT, LETTER_SIZE = 6.0, 7.0, 14.0, 12.0
MAX_TITLE_LINES = 4
LANE = TOP + 7.0  # between the headings and the first boxes


@dataclass(frozen=True)
class PlannedStep:
    """What the figure needs of a step; `column` counts from 0."""

    id: str
    column: int
    title: str
    note: str
    after: tuple[str, ...] = ()
    settles: bool = False


@dataclass(frozen=True)
class Box:
    id: str
    x: float
    y: float
    width: float
    height: float
    title: tuple[Label, ...]
    note: Label
    settles: bool


@dataclass(frozen=True)
class Arrow:
    """A path from one box to another, and its head as three points."""

    path: str
    head: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class RoadmapFigure:
    width: float
    height: float
    headings: tuple[Label, ...]
    rules: tuple[Label, ...]  # where each heading's hairline starts
    column_width: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    message: str


def roadmap_figure(steps: Sequence[PlannedStep], headings: Sequence[str], *, message: str) -> RoadmapFigure:
    """Boxes in the order given, column by column; arrows run outside the boxes of their own column."""
    boxes: list[Box] = []
    for column in range(len(headings)):
        y = TOP + 14.0
        for step in (step for step in steps if step.column == column):
            box = _box(step, x=_column_x(column), y=y)
            boxes.append(box)
            y = box.y + box.height + BETWEEN
    placed = {box.id: box for box in boxes}
    arrows = tuple(
        _arrow(placed[before], placed[step.id])
        for step in steps
        for before in step.after
        if before in placed and step.id in placed and before != step.id
    )
    height = max((box.y + box.height for box in boxes), default=TOP + 14.0) + 8.0
    tops = tuple(Label(x=_column_x(i), y=18.0, text=text, anchor="start") for i, text in enumerate(headings))
    return RoadmapFigure(
        width=WIDTH,
        height=round(height, 1),
        headings=tops,
        rules=tuple(Label(x=top.x, y=TOP, text="") for top in tops),
        column_width=COLUMN,
        boxes=tuple(boxes),
        arrows=arrows,
        message=message,
    )


def _column_x(column: int) -> float:
    return round(LEFT + column * (COLUMN + GUTTER), 1)


def _box(step: PlannedStep, *, x: float, y: float) -> Box:
    room = COLUMN - 2 * PADDING
    lines = wrap_text(step.title, width=room, size=LETTER_SIZE, max_lines=MAX_TITLE_LINES)
    note = wrap_text(step.note, width=room, size=LETTER_SIZE, max_lines=1)[0]
    first = y + PADDING + 10.0
    below = first + LINE_HEIGHT * len(lines)
    return Box(
        id=step.id,
        x=x,
        y=round(y, 1),
        width=COLUMN,
        height=round(below - y + PADDING, 1),
        title=tuple(
            Label(x=x + PADDING, y=round(first + LINE_HEIGHT * i, 1), text=line, anchor="start")
            for i, line in enumerate(lines)
        ),
        note=Label(x=x + PADDING, y=round(below, 1), text=note, anchor="start"),
        settles=step.settles,
    )


def _arrow(before: Box, after: Box) -> Arrow:
    if before.x >= after.x:
        return _beside(before, after)
    return _across(before, after) if after.x - before.x < 2 * COLUMN else _over(before, after)


def _across(before: Box, after: Box) -> Arrow:
    """Into the next column, turning in the gutter at a place of the earlier box's own."""
    start, end = _leaves(before), _enters(after)
    turn = _turn(before, end[0])
    return _drawn((start, (turn, start[1]), (turn, end[1]), end))


def _over(before: Box, after: Box) -> Arrow:
    """Past a column: up in the first gutter, along above the boxes and down in the last, never behind a box."""
    start, end = _leaves(before), _enters(after)
    first, last = _turn(before, before.x + COLUMN + GUTTER), _turn(before, end[0])
    return _drawn((start, (first, start[1]), (first, LANE), (last, LANE), (last, end[1]), end))


def _turn(before: Box, column_start: float) -> float:
    """Where lines of this box turn in the gutter before a column; neighbours in a column turn beside each other."""
    row = round(before.y / (2 * LINE_HEIGHT)) % 4
    return round(column_start - GUTTER / 2 - 8.0 + 4.0 * row, 1)


def _leaves(box: Box) -> tuple[float, float]:
    return box.x + box.width, round(box.y + box.height / 2, 1)


def _enters(box: Box) -> tuple[float, float]:
    return box.x, round(box.y + box.height / 2, 1)


def _beside(before: Box, after: Box) -> Arrow:
    """Down the left side of one column."""
    start = (before.x, round(before.y + before.height * 0.7, 1))
    end = (after.x, round(after.y + after.height * 0.3, 1))
    side = round(min(start[0], end[0]) - 9.0, 1)
    return _drawn((start, (side, start[1]), (side, end[1]), end))


def _drawn(points: tuple[tuple[float, float], ...]) -> Arrow:
    return Arrow(path=_path(points), head=_head(points[-1]), points=points)


def _path(points: Sequence[tuple[float, float]]) -> str:
    first, *rest = points
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in rest)


def _head(tip: tuple[float, float]) -> str:
    x, y = tip
    return f"M{x} {y}L{round(x - 6, 1)} {round(y - 3.5, 1)}L{round(x - 6, 1)} {round(y + 3.5, 1)}Z"
