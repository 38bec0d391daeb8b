"""The value stream as a row of stages: days of work and of waiting under each, and the ways back drawn as arrows."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.language import number
from reports.charts.lettering import text_width, wrap_text
from reports.charts.scale import Label

WIDTH, SIDE = 640.0, 6.0
LETTER_SIZE = 12.0
BOX_TOP, BOX_HEIGHT, GUTTER = 62.0, 46.0, 20.0
BARS_TOP, BARS_HEIGHT, BAR_WIDTH = 132.0, 96.0, 24.0
LOOP_STEP = 24.0


@dataclass(frozen=True)
class StageTime:
    """Mean days of one stage; `note` is what else is worth saying about it, as its utilisation."""

    name: str
    working: float
    waiting: float
    note: str = ""


@dataclass(frozen=True)
class Loop:
    """Work that goes back from one stage to an earlier one, by place in the row."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class StageBox:
    x: float
    width: float
    name: tuple[Label, ...]
    note: Label | None


@dataclass(frozen=True)
class TimeBar:
    x: float
    y: float
    height: float
    waits: bool
    label: Label


@dataclass(frozen=True)
class ReturnArrow:
    path: str
    head: str
    label: Label


@dataclass(frozen=True)
class ValueStream:
    width: float
    height: float
    box_top: float
    box_height: float
    bar_width: float
    foot: float
    boxes: tuple[StageBox, ...]
    forward: tuple[str, ...]
    bars: tuple[TimeBar, ...]
    loops: tuple[ReturnArrow, ...]
    message: str


def value_stream(stages: Sequence[StageTime], loops: Sequence[Loop], *, message: str) -> ValueStream:
    """Boxes left to right on one scale of days; a loop runs above the boxes, the longest highest."""
    width = (WIDTH - 2 * SIDE - GUTTER * (len(stages) - 1)) / max(len(stages), 1)
    places = [round(SIDE + i * (width + GUTTER), 1) for i in range(len(stages))]
    longest = max((max(stage.working, stage.waiting) for stage in stages), default=0.0) or 1.0
    bars = [bar for x, stage in zip(places, stages, strict=True) for bar in _bars(stage, x, width, longest)]
    ordered = sorted(loops, key=lambda loop: loop.end - loop.start)
    return ValueStream(
        width=WIDTH,
        height=BARS_TOP + BARS_HEIGHT + 8.0,
        box_top=BOX_TOP,
        box_height=BOX_HEIGHT,
        bar_width=BAR_WIDTH,
        foot=BARS_TOP + BARS_HEIGHT,
        boxes=tuple(_box(stage, x, width) for x, stage in zip(places, stages, strict=True)),
        forward=tuple(_forward(round(x - GUTTER, 1)) for x in places[1:]),
        bars=tuple(bars),
        loops=tuple(_loop(loop, places, width, row) for row, loop in enumerate(ordered)),
        message=message,
    )


def _box(stage: StageTime, x: float, width: float) -> StageBox:
    middle = round(x + width / 2, 1)
    lines = wrap_text(stage.name, width=width - 8, size=LETTER_SIZE, max_lines=1 if stage.note else 2)
    first = BOX_TOP + (19.0 if stage.note or len(lines) > 1 else 27.0)
    note = wrap_text(stage.note, width=width - 8, size=LETTER_SIZE, max_lines=1)[0] if stage.note else ""
    return StageBox(
        x=x,
        width=round(width, 1),
        name=tuple(Label(x=middle, y=first + 15.0 * i, text=line) for i, line in enumerate(lines)),
        note=Label(x=middle, y=BOX_TOP + 36.0, text=note) if note else None,
    )


def _bars(stage: StageTime, x: float, width: float, longest: float) -> list[TimeBar]:
    middle = x + width / 2
    return [
        _bar(stage.working, round(middle - BAR_WIDTH - 4.0, 1), longest, waits=False),
        _bar(stage.waiting, round(middle + 4.0, 1), longest, waits=True),
    ]


def _bar(days: float, x: float, longest: float, *, waits: bool) -> TimeBar:
    height = round(max(0.0, days) / longest * (BARS_HEIGHT - 18.0), 1)
    y = round(BARS_TOP + BARS_HEIGHT - height, 1)
    text = number(f"{days:.2f}" if 0 < days < 1 else f"{days:.1f}")
    return TimeBar(x, y, height, waits, Label(x=round(x + BAR_WIDTH / 2, 1), y=round(y - 5.0, 1), text=text))


def _forward(x: float) -> str:
    middle = BOX_TOP + BOX_HEIGHT / 2
    return f"M{round(x + 4, 1)} {middle - 5}L{round(x + GUTTER - 4, 1)} {middle}L{round(x + 4, 1)} {middle + 5}Z"


def _loop(loop: Loop, places: Sequence[float], width: float, row: int) -> ReturnArrow:
    """Up from the later box, back above the others, down into the earlier one."""
    y = round(14.0 + LOOP_STEP * row, 1)
    start = round(places[loop.start] + width / 2 + 6.0 * row, 1)
    end = round(places[loop.end] + width / 2 + 12.0 * row - 12.0, 1)
    middle, room = (start + end) / 2, text_width(loop.text, size=LETTER_SIZE) / 2 + 6.0
    x = round(min(max(middle, room), WIDTH - room), 1)
    return ReturnArrow(
        path=f"M{start} {BOX_TOP}L{start} {y}L{end} {y}L{end} {BOX_TOP - 6.0}",
        head=f"M{end} {BOX_TOP}L{end - 3.5} {BOX_TOP - 6.0}L{end + 3.5} {BOX_TOP - 6.0}Z",
        label=Label(x=x, y=round(y - 4.0, 1), text=loop.text),
    )
