"""A small line of weekly readings, with the day an action began and the value aimed at."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 340.0, 92.0, 8.0
LEAST_SHOWN = 3


@dataclass(frozen=True)
class SeriesFigure:
    width: float
    height: float
    line: str  # the points of a polyline
    dots: tuple[tuple[float, float], ...]
    start_x: float
    target_y: float | None
    message: str


def series_figure(
    points: Sequence[tuple[dt.date, float]], *, started_on: dt.date, target: float | None, message: str
) -> SeriesFigure | None:
    """None with fewer than three readings: two points would draw a line nobody should read."""
    if len(points) < LEAST_SHOWN:
        return None
    days = [day.toordinal() for day, _ in points]
    values = [value for _, value in points]
    first, last = min(*days, started_on.toordinal()), max(*days, started_on.toordinal())
    seen = [*values, *([] if target is None else [target])]
    low, high = min(seen), max(seen)

    def x(day: int) -> float:
        return round(MARGIN + (day - first) / max(1, last - first) * (WIDTH - 2 * MARGIN), 1)

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)

    dots = tuple((x(day), y(value)) for day, value in zip(days, values, strict=True))
    return SeriesFigure(
        width=WIDTH,
        height=HEIGHT,
        line=" ".join(f"{left},{top}" for left, top in dots),
        dots=dots,
        start_x=x(started_on.toordinal()),
        target_y=None if target is None else y(target),
        message=message,
    )
