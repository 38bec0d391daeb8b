"""Level against agreement: a dot for each practice, agreed to the left and split to the right, low levels below."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.charts.lettering import text_width
from reports.charts.scale import HIGHEST, LOWEST, Label

WIDTH, HEIGHT = 640.0, 380.0
LEFT, RIGHT, TOP, BOTTOM = 28.0, 632.0, 26.0, 328.0
WIDEST = 2.0  # the largest average deviation five levels allow
RADIUS, LINE, SIZE = 5.0, 13.0, 12.0
NAMED = 3  # practices of one dot that are named; the others are counted

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Point:
    id: str
    level: float
    deviation: float


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    label: Label


@dataclass(frozen=True)
class Quadrant:
    """`split_x` is where opinions begin to count as split, `middle_y` where levels begin to count as high."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    split_x: float
    middle_y: float
    dots: tuple[Dot, ...]
    levels: tuple[Label, ...]
    corners: tuple[Label, ...]
    ends: tuple[Label, ...]
    message: str


def quadrant(
    points: Iterable[Point],
    *,
    limit: float,
    middle: float,
    corners: Sequence[str],
    ends: Sequence[str],
    message: str,
) -> Quadrant:
    """`corners` name the four fields from the upper left by lines, `ends` the two ends of the lower axis."""
    edges = ((LEFT, "start"), (RIGHT, "end"))
    return Quadrant(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
        split_x=_x(limit),
        middle_y=_y(middle),
        dots=_dots(points),
        levels=tuple(Label(LEFT - 10, _y(level) + 4, str(level)) for level in (1, 2, 3, 4, 5)),
        corners=tuple(
            Label(x, y, text, anchor)
            for text, (y, (x, anchor)) in zip(
                corners, [(row, edge) for row in (TOP - 10, BOTTOM + 20) for edge in edges], strict=True
            )
        ),
        ends=tuple(Label(x, HEIGHT - 8, text, anchor) for text, (x, anchor) in zip(ends, edges, strict=True)),
        message=message,
    )


def _x(deviation: float) -> float:
    share = min(max(deviation, 0.0), WIDEST) / WIDEST
    return round(LEFT + RADIUS + share * (RIGHT - LEFT - 2 * RADIUS), 1)


def _y(level: float) -> float:
    share = (min(max(level, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
    return round(BOTTOM - RADIUS - share * (BOTTOM - TOP - 2 * RADIUS), 1)


def _dots(points: Iterable[Point]) -> tuple[Dot, ...]:
    """Practices that would cover each other share a dot; each label goes where it covers nothing, if there is room."""
    places: dict[tuple[float, float], list[str]] = defaultdict(list)
    for point in points:
        x, y = _x(point.deviation), _y(point.level)
        near = next((place for place in places if abs(place[0] - x) < RADIUS and abs(place[1] - y) < RADIUS), (x, y))
        places[near].append(point.id)
    taken: list[Box] = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in places]
    dots = []
    for (x, y), names in places.items():
        label = _free(x, y, _name(names), taken)
        taken.append(_box(label))
        dots.append(Dot(x, y, label))
    return tuple(dots)


def _name(names: Sequence[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" +{rest}" if rest > 0 else "")


def _free(x: float, y: float, text: str, taken: Sequence[Box]) -> Label:
    """Beside the dot, above, below, then a line further; inside the frame, else where it would cover least."""
    aside, middle = RADIUS + 4, y + 4
    rows = (middle, middle - LINE, middle + LINE, middle - 2 * LINE, middle + 2 * LINE)
    tries = [
        Label(round(at, 1), round(row, 1), text, anchor)
        for row in rows
        for at, anchor in ((x + aside, "start"), (x - aside, "end"))
    ]
    tries[2:2] = [Label(x, round(y - aside, 1), text), Label(x, round(y + aside + 8, 1), text)]
    inside = [one for one in tries if _is_inside(_box(one))]
    return min(inside or tries, key=lambda one: sum(_overlap(_box(one), other) for other in taken))


def _box(label: Label) -> Box:
    wide = text_width(label.text, size=SIZE)
    left = {"start": label.x, "end": label.x - wide, "middle": label.x - wide / 2}[label.anchor]
    return left, label.y - 10, left + wide, label.y + 2


def _is_inside(box: Box) -> bool:
    return box[0] >= LEFT and box[1] >= TOP - 4 and box[2] <= RIGHT and box[3] <= BOTTOM + 4


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0
