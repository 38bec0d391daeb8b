"""Lead time as stacked bars over one scale of days: work solid, waiting pale, one bar for each case."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.language import number
from reports.charts.lettering import text_width, wrap_text
from reports.charts.scale import Label

WIDTH, LEFT, RIGHT = 640.0, 118.0, 56.0
TOP, BAR, GAP, FOOT = 12.0, 26.0, 12.0, 26.0
LETTER_SIZE = 12.0
ROOM = 8.0  # free space a label needs inside its segment
SPACE = 2.5  # between segments, so that they can be told apart without colour


SHORTEST_DAYS = 0.001  # a scale made for less has no numbers left


@dataclass(frozen=True)
class Part:
    """A part of the lead time in days; waiting is drawn pale."""

    name: str
    days: float
    waits: bool


@dataclass(frozen=True)
class FlowCase:
    """`parts` is empty where no steady state exists; `total` is then the words for that."""

    name: str
    parts: tuple[Part, ...]
    total: str


@dataclass(frozen=True)
class Segment:
    x: float
    width: float
    waits: bool
    label: Label | None
    title: str


@dataclass(frozen=True)
class StackedBar:
    y: float
    name: tuple[Label, ...]
    segments: tuple[Segment, ...]
    total: Label
    open_end: float | None  # where a bar without a steady state leaves the scale


@dataclass(frozen=True)
class FlowBars:
    width: float
    height: float
    left: float
    bar_height: float
    foot: float
    top: float
    ticks: tuple[Label, ...]
    bars: tuple[StackedBar, ...]
    message: str


def flow_bars(cases: Sequence[FlowCase], *, message: str, days_word: str) -> FlowBars:
    """One bar for each case, the longest filling the width."""
    longest = max((sum(part.days for part in case.parts) for case in cases), default=0.0)
    if longest < SHORTEST_DAYS:
        longest = 1.0
    scale = (WIDTH - LEFT - RIGHT) / longest
    foot = TOP + len(cases) * (BAR + GAP) - GAP + 6.0
    return FlowBars(
        width=WIDTH,
        height=round(foot + FOOT, 1),
        left=LEFT,
        bar_height=BAR,
        foot=round(foot, 1),
        top=TOP,
        ticks=_ticks(longest, scale, foot, days_word),
        bars=tuple(_bar(case, TOP + i * (BAR + GAP), scale) for i, case in enumerate(cases)),
        message=message,
    )


def _bar(case: FlowCase, y: float, scale: float) -> StackedBar:
    segments: list[Segment] = []
    x = LEFT
    for part in case.parts:
        width = part.days * scale
        if width > 0:
            segments.append(_segment(part, x, width, y))
        x += width
    lines = wrap_text(case.name, width=LEFT - 10.0, size=LETTER_SIZE, max_lines=2)
    first = y + BAR / 2 + 4.0 - 7.0 * (len(lines) - 1)
    end = WIDTH - RIGHT if not case.parts else None
    return StackedBar(
        y=round(y, 1),
        name=tuple(
            Label(x=LEFT - 8.0, y=round(first + 14.0 * i, 1), text=t, anchor="end") for i, t in enumerate(lines)
        ),
        segments=tuple(segments),
        total=Label(
            x=round((LEFT if end else x) + 6.0, 1), y=round(y + BAR / 2 + 4.0, 1), text=case.total, anchor="start"
        ),
        open_end=end,
    )


def _segment(part: Part, x: float, width: float, y: float) -> Segment:
    shown = max(width - SPACE, 0.5)
    days = number(f"{part.days:.1f}")
    text = next((t for t in (f"{part.name} {days}", part.name, days) if _fits(t, shown)), "")
    label = (
        Label(x=round(x + shown / 2, 1), y=round(y + BAR / 2 + 4.0, 1), text=text, anchor="middle") if text else None
    )
    return Segment(round(x, 1), round(shown, 1), part.waits, label, part.name)


def _fits(text: str, width: float) -> bool:
    return text_width(text, size=LETTER_SIZE) + ROOM <= width


def _ticks(longest: float, scale: float, foot: float, days_word: str) -> tuple[Label, ...]:
    step = next((s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500) if longest / s <= 8), longest)
    marks = [i * step for i in range(int(longest / step + 1e-9) + 1)]
    return tuple(
        Label(
            x=round(LEFT + mark * scale, 1),
            y=round(foot + 16.0, 1),
            text=f"{number(f'{mark:g}')} {days_word}" if i == len(marks) - 1 else number(f"{mark:g}"),
            anchor="middle",
        )
        for i, mark in enumerate(marks)
    )
