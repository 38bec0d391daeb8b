"""The control profile: how much control each stage of the value stream has, today and at target."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.language import gettext, number
from reports.charts.lettering import wrap_text
from reports.charts.scale import Label, Span

WIDTH, HEIGHT = 640.0, 290.0
LEFT, RIGHT, TOP, FOOT = 40.0, 8.0, 22.0, 206.0
LETTER_SIZE = 12.0
N_UPSTREAM = 3  # define, design and build come before a reviewer sees code


Sides = tuple[float | None, float | None]  # mean control before review and from review on, by the stages' weights


@dataclass(frozen=True)
class StageControl:
    """One stage's control as shares 0..1; None where nothing is known."""

    name: str
    today: float | None
    target: float | None


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    y: float | None
    height: float
    target_y: float | None
    target: Span  # where the target's line runs, a little wider than the bar
    today_label: Label | None
    target_label: Label | None  # beside the bar, so that it never meets today's
    today_inside: bool  # today's label stands in the foot of the bar, not above it
    name: tuple[Label, ...]


@dataclass(frozen=True)
class Bracket:
    """The mean of the stages before or from review on, written under them."""

    x: float
    width: float
    y: float
    label: Label


@dataclass(frozen=True)
class Profile:
    width: float
    height: float
    left: float
    right: float
    foot: float
    gridlines: tuple[Label, ...]
    bars: tuple[Bar, ...]
    brackets: tuple[Bracket, ...]
    message: str


def profile(stages: Sequence[StageControl], *, sides: Sides, message: str) -> Profile:
    """Bars for today with the value in their foot, a dashed line for the target with its value beside it."""
    slot = (WIDTH - LEFT - RIGHT) / max(len(stages), 1)
    bars = tuple(_bar(stage, x=LEFT + i * slot, slot=slot) for i, stage in enumerate(stages))
    return Profile(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        foot=FOOT,
        gridlines=tuple(
            Label(x=LEFT - 6.0, y=_y(share), text=number(f"{share:.0%}"), anchor="end")
            for share in (0.0, 0.25, 0.5, 0.75, 1.0)
        ),
        bars=bars,
        brackets=_brackets(stages, sides, slot),
        message=message,
    )


def _y(share: float) -> float:
    return round(FOOT - min(max(share, 0.0), 1.0) * (FOOT - TOP), 1)


def _bar(stage: StageControl, *, x: float, slot: float) -> Bar:
    width = round(slot * 0.4, 1)
    left = round(x + slot * 0.15, 1)
    middle = round(x + slot / 2, 1)
    today_y = None if stage.today is None else _y(stage.today)
    target_y = None if stage.target is None else _y(stage.target)
    lines = wrap_text(stage.name, width=slot - 6, size=LETTER_SIZE, max_lines=2)
    return Bar(
        x=left,
        width=width,
        y=today_y,
        height=0.0 if today_y is None else round(FOOT - today_y, 1),
        target_y=target_y,
        target=Span(x=round(left - 5, 1), width=round(width + 10, 1)),
        today_label=_today_label(stage.today, middle=round(left + width / 2, 1)),
        target_label=None
        if stage.target is None or target_y is None
        else Label(
            x=round(left + width + 8, 1), y=round(target_y + 4, 1), text=number(f"{stage.target:.0%}"), anchor="start"
        ),
        today_inside=_is_tall(stage.today),
        name=tuple(Label(x=middle, y=round(FOOT + 17 + 14 * i, 1), text=line) for i, line in enumerate(lines)),
    )


def _is_tall(share: float | None) -> bool:
    return share is not None and FOOT - _y(share) >= 20.0


def _today_label(share: float | None, *, middle: float) -> Label | None:
    if share is None:
        return None
    y = FOOT - 6.0 if _is_tall(share) else round(_y(share) - 5.0, 1)
    return Label(x=middle, y=y, text=number(f"{share:.0%}"))


def _brackets(stages: Sequence[StageControl], sides: Sides, slot: float) -> tuple[Bracket, ...]:
    groups = ((gettext("Before review"), 0, N_UPSTREAM), (gettext("From review on"), N_UPSTREAM, len(stages)))
    return tuple(
        _bracket(words, mean, x=LEFT + first * slot, width=len(group) * slot)
        for (words, first, end), mean in zip(groups, sides, strict=True)
        if (group := stages[first:end])
    )


def _bracket(words: str, mean: float | None, *, x: float, width: float) -> Bracket:
    text = (
        gettext("{words}: not known").format(words=words)
        if mean is None
        else gettext("{words}: {mean} on average").format(words=words, mean=number(f"{mean:.0%}"))
    )
    y = FOOT + 50
    return Bracket(
        x=round(x + 8, 1),
        width=round(width - 16, 1),
        y=y,
        label=Label(x=round(x + width / 2, 1), y=y + 20, text=text),
    )
