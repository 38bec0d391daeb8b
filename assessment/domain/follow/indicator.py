"""What an action's indicator should reach, and whether a stop rule fires. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from assessment.domain.follow.series import Point, SeriesReading, Verdict, read_series
from assessment.maturity.schema import Signal

STOP_WEEKS = 12  # without a visible effect
GAIN = 0.2  # aimed at where the baseline is already beyond what the level asks


@dataclass(frozen=True)
class Indicator:
    """`target` is the model's threshold for the level aimed at, or a fifth better where `is_gain` says so."""

    baseline: float | None
    latest: float | None
    target: float | None
    is_gain: bool
    reached: bool
    reading: SeriesReading
    stop: str  # "", "against" or "no_effect"


def read_indicator(
    points: Sequence[Point], signal: Signal, *, level: int, started_on: dt.date, today: dt.date
) -> Indicator:
    """Baseline and target from the readings up to the start, and what the readings since then say."""
    ordered = sorted(points, key=lambda point: point.on)
    before = [point.value for point in ordered if point.on <= started_on]
    baseline = fmean(before) if before else None
    latest = ordered[-1].value if ordered else None
    target, is_gain = target_of(signal, level, baseline)
    reading = read_series(ordered, changed_on=started_on, window_days=signal.window_days, better=signal.better)
    return Indicator(
        baseline=baseline,
        latest=latest,
        target=target,
        is_gain=is_gain,
        reached=latest is not None and target is not None and not _is_short(signal, latest, target),
        reading=reading,
        stop=_stop(reading, weeks=(today - started_on).days / 7),
    )


def target_of(signal: Signal, level: int, baseline: float | None) -> tuple[float | None, bool]:
    if signal.better is None:
        return None, False
    asked = signal.thresholds.get(level)
    if asked is not None and (baseline is None or _is_short(signal, baseline, asked)):
        return asked, False
    if baseline is None:
        return None, False
    return baseline * (1 + GAIN if signal.better == "higher" else 1 - GAIN), True


def _is_short(signal: Signal, value: float, asked: float) -> bool:
    return value < asked if signal.better == "higher" else value > asked


def _stop(reading: SeriesReading, *, weeks: float) -> str:
    if reading.verdict is Verdict.AGAINST:
        return "against"
    return "no_effect" if reading.verdict is Verdict.NO_EFFECT and weeks >= STOP_WEEKS else ""
