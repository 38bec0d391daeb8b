"""What people say beside what the repository shows, one practice to a row."""

from dataclasses import dataclass

from reports.charts.scale import LevelScale, Span

WIDTH, HEIGHT, MARGIN = 260.0, 28.0, 8.0
COLUMN_WIDTH, COLUMN_HEIGHT = 8.0, 16.0


@dataclass(frozen=True)
class Column:
    """One column of a split practice's distribution; its foot stands on the axis."""

    x: float
    y: float
    width: float
    height: float
    n: int


@dataclass(frozen=True)
class Voices:
    """A dumbbell. In a contradiction `conflict` joins both readings and there is no planning mark."""

    width: float
    height: float
    middle: float
    start: float
    end: float
    ticks: tuple[float, ...]
    say: float | None
    say_range: Span | None
    evidence: float | None
    evidence_band: Span | None
    plan: float | None
    conflict: Span | None
    columns: tuple[Column, ...]
    message: str


@dataclass(frozen=True)
class Said:
    """The self-report: value, interval, and the number of people by rounded level."""

    value: float
    low: float
    high: float
    distribution: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shown:
    """The evidence score with one standard error."""

    value: float
    standard_error: float


def voices(
    *,
    said: Said | None,
    shown: Shown | None,
    plan: float | None,
    split: bool,
    contradiction: bool,
    message: str,
    width: float = WIDTH,
) -> Voices:
    """The row's geometry; a split practice loses its dot and shows its distribution instead."""
    scale = LevelScale(MARGIN, width - MARGIN)
    joined = contradiction and said is not None and shown is not None
    return Voices(
        width=width,
        height=HEIGHT,
        middle=HEIGHT / 2,
        start=scale.start,
        end=scale.end,
        ticks=scale.ticks(),
        say=scale.x(said.value) if said and not split else None,
        say_range=scale.span(said.low, said.high) if said and not split else None,
        evidence=scale.x(shown.value) if shown else None,
        evidence_band=(
            scale.span(shown.value - shown.standard_error, shown.value + shown.standard_error) if shown else None
        ),
        plan=None if contradiction or split or plan is None else scale.x(plan),
        conflict=scale.span(said.value, shown.value) if joined and said and shown else None,
        columns=_columns(said.distribution, scale) if said and split else (),
        message=message,
    )


def _columns(distribution: tuple[int, ...], scale: LevelScale) -> tuple[Column, ...]:
    tallest = max(distribution, default=0)
    if not tallest:
        return ()
    foot = HEIGHT - 4.0
    left, right = scale.start - MARGIN, scale.end + MARGIN - COLUMN_WIDTH
    return tuple(
        Column(
            x=round(min(max(scale.x(level) - COLUMN_WIDTH / 2, left), right), 1),
            y=round(foot - COLUMN_HEIGHT * n / tallest, 1),
            width=COLUMN_WIDTH,
            height=round(COLUMN_HEIGHT * n / tallest, 1),
            n=n,
        )
        for level, n in enumerate(distribution, start=1)
        if n
    )
