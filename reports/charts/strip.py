"""One reading on the ladder: a planning score with its range and staged level."""

from dataclasses import dataclass

from reports.charts.scale import LevelScale, Span

WIDTH, HEIGHT, MARGIN = 340.0, 34.0, 8.0


@dataclass(frozen=True)
class Strip:
    """`dot` is missing where a single number would pretend agreement; `conflict` then spans what is disputed."""

    width: float
    height: float
    middle: float
    start: float
    end: float
    ticks: tuple[float, ...]
    range: Span | None
    dot: float | None
    conflict: Span | None
    staged: float | None
    message: str


def strip(
    *,
    score: float | None,
    low_high: tuple[float, float] | None,
    staged: int | None,
    disputed: bool,
    message: str,
    width: float = WIDTH,
) -> Strip:
    """The strip of a dimension or a practice; with nothing known only the empty scale is left."""
    scale = LevelScale(MARGIN, width - MARGIN)
    span = scale.span(*low_high) if low_high else None
    return Strip(
        width=width,
        height=HEIGHT,
        middle=HEIGHT / 2,
        start=scale.start,
        end=scale.end,
        ticks=scale.ticks(),
        range=None if disputed else span,
        dot=None if disputed or score is None else scale.x(score),
        conflict=span if disputed else None,
        staged=None if staged is None else scale.x(staged),
        message=message,
    )
