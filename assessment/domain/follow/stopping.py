"""Whether a stop rule of the maturity model fires for an action that was taken on. Pure.

The rule was agreed before the action began, so it needs no proof of cause: the day has come and a signal reads worse,
or somebody has to say whether what was promised holds.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from assessment.domain.follow.series import Point
from assessment.maturity.schema import Signal, StopRule

WORSE = 0.1  # share of the mean before, by which a reading has to be worse (judgement)


@dataclass(frozen=True)
class Worse:
    """A signal that reads worse than before the start."""

    signal: str
    before: float
    now: float


@dataclass(frozen=True)
class Stopping:
    """A stop rule of an action; `worse` and `asks` are empty until its day has come."""

    looks_on: dt.date
    is_due: bool
    worse: tuple[Worse, ...] = ()
    asks: str = ""

    @property
    def fires(self) -> bool:
        return bool(self.worse or self.asks)


def looks_on(rule: StopRule, started_on: dt.date) -> dt.date:
    return started_on + dt.timedelta(weeks=rule.after_weeks)


def stopping(
    rule: StopRule,
    series: Mapping[str, Sequence[Point]],
    signals: Mapping[str, Signal],
    *,
    started_on: dt.date,
    today: dt.date,
) -> Stopping:
    """`series` holds the weekly readings of the signals the rule names, where there are any."""
    day = looks_on(rule, started_on)
    if today < day:
        return Stopping(day, is_due=False)
    found = (_worse(name, series.get(name, ()), signals.get(name), started_on) for name in rule.worse)
    return Stopping(day, is_due=True, worse=tuple(filter(None, found)), asks=rule.asks)


def _worse(name: str, points: Sequence[Point], signal: Signal | None, started_on: dt.date) -> Worse | None:
    before = [point.value for point in points if point.on <= started_on]
    since = sorted((point for point in points if point.on > started_on), key=lambda point: point.on)
    if signal is None or not before or not since:
        return None
    usual, now = fmean(before), since[-1].value
    by = now - usual if signal.better == "lower" else usual - now
    return Worse(name, usual, now) if by > WORSE * abs(usual) and signal.better is not None else None
