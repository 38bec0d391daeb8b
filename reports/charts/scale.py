"""The ladder 1..5 as a horizontal axis, and labels that keep out of each other's way."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.language import gettext
from reports.charts.lettering import text_width

LOWEST, HIGHEST = 1.0, 5.0
WORD_SIZES, WORD_GAP = (12.0, 11.0), 4.0


@dataclass(frozen=True)
class Label:
    """A piece of text and where it stands; `anchor` is SVG's text-anchor."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Span:
    """A horizontal stretch."""

    x: float
    width: float


@dataclass(frozen=True)
class LevelScale:
    """Places levels between `start` and `end`; what lies outside 1..5 is drawn at the border."""

    start: float
    end: float

    def x(self, level: float) -> float:
        inside = min(max(level, LOWEST), HIGHEST)
        share = (inside - LOWEST) / (HIGHEST - LOWEST)
        return round(self.start + share * (self.end - self.start), 1)

    def span(self, low: float, high: float) -> Span:
        """From low to high, never thinner than a visible line and never past an end of the scale."""
        left, right = self.x(min(low, high)), self.x(max(low, high))
        if right - left < 2.0:
            left = min(max(self.start, (left + right) / 2 - 1.0), self.end - 2.0)
            right = left + 2.0
        return Span(x=round(left, 1), width=round(right - left, 1))

    def ticks(self) -> tuple[float, ...]:
        return tuple(self.x(level) for level in (1, 2, 3, 4, 5))


@dataclass(frozen=True)
class ScaleWords:
    """The five level names under a scale of the same width."""

    width: float
    height: float
    size: float
    labels: tuple[Label, ...]
    message: str


def scale_words(names: Sequence[str], *, width: float = 340.0, margin: float = 8.0) -> ScaleWords:
    """The names at their levels; the first and the last are anchored at the border so they stay inside.

    Where they would meet even in smaller letters, numbers stand in their place.
    """
    scale = LevelScale(margin, width - margin)
    ends = {0: "start", len(names) - 1: "end"}
    spoken = [f"{i} {name}" for i, name in enumerate(names, start=1)]
    size = next((size for size in WORD_SIZES if _keep_apart(names, scale, width, size)), None)
    if size is None:
        names, ends = [str(i + 1) for i in range(len(names))], {}
    at_border = {i: 0.0 if anchor == "start" else width for i, anchor in ends.items()}
    labels = tuple(
        Label(
            x=at_border.get(i, scale.x(i + 1)),
            y=12.0,
            text=name,
            anchor=ends.get(i, "middle"),
        )
        for i, name in enumerate(names)
    )
    message = gettext("The scale: {names}.").format(names=", ".join(spoken))
    return ScaleWords(width=width, height=16.0, size=size or WORD_SIZES[0], labels=labels, message=message)


def _keep_apart(names: Sequence[str], scale: LevelScale, width: float, size: float) -> bool:
    reached = -WORD_GAP
    for i, name in enumerate(names):
        wide = text_width(name, size=size)
        middle = scale.x(i + 1) - wide / 2
        left = 0.0 if i == 0 else width - wide if i == len(names) - 1 else middle
        if left < reached + WORD_GAP:
            return False
        reached = left + wide
    return True


def push_apart(positions: Sequence[float], *, gap: float, low: float, high: float) -> tuple[float, ...]:
    """The positions moved as little as needed so that neighbours are `gap` apart, in the order given by their size.

    Where the room from low to high is too small for all of them they are spread evenly over it.
    """
    if not positions:
        return ()
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    room = high - low
    step = min(gap, room / (len(positions) - 1)) if len(positions) > 1 else 0.0
    placed: list[float] = []
    for i in order:
        floor = placed[-1] + step if placed else low
        placed.append(max(positions[i], floor))
    ceiling = high
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = min(placed[k], ceiling)
        ceiling = placed[k] - step
    result = dict(zip(order, placed, strict=True))
    return tuple(round(result[i], 1) for i in range(len(positions)))
