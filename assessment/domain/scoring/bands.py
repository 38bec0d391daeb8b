"""What one signal allows for one practice, and what all of them say together. Formulas: docs/scoring.md, "Evidence"."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from math import fsum, sqrt

from assessment.domain.scoring.types import EvidenceScore, SignalBand, SignalReading
from assessment.domain.scoring.words import EPSILON, count_word
from assessment.maturity.schema import EvidenceLink, MaturityModelFile, Practice, Signal
from core.language import gettext, ngettext

BAND_HALF_WIDTH = 0.5
MINIMUM_SHARE_OF_N = 0.25  # under a quarter of min_n a reading says nothing


def bands_of(
    model: MaturityModelFile, practice: Practice, readings: Mapping[str, SignalReading], *, self_report: float | None
) -> tuple[SignalBand, ...]:
    """A band for every reading the practice lists, in the order of the model."""
    return tuple(
        _clipped(_band(model, link, readings[link.signal]), self_report)
        for link in practice.evidence
        if link.signal in readings and link.signal in model.signals
    )


def combine(bands: Iterable[SignalBand], *, self_report: float) -> EvidenceScore | None:
    """E and SE_E; None when nothing weighs."""
    weighing = [(band, band.clipped) for band in bands if band.weight > 0 and band.clipped is not None]
    mass = fsum(band.weight for band, _ in weighing)
    if not weighing:
        return None
    return EvidenceScore(
        value=fsum(band.weight * clipped for band, clipped in weighing) / mass,
        standard_error=1 / sqrt(mass),
        supports=_is_supported([band for band, _ in weighing], self_report),
    )


def reading_level(band: SignalBand) -> float:
    """The level a signal shows by itself: m, or for a grade the low end, the least the finding proves."""
    return band.level if band.level is not None else band.low


def level_of(signal: Signal, value: float) -> float:
    """m: the level a value is consistent with, between 1 and the highest level the signal may argue for."""
    sign = -1.0 if signal.better == "lower" else 1.0
    steps = sorted((level, sign * limit) for level, limit in signal.thresholds.items())
    reached = [(level, limit) for level, limit in steps if sign * value >= limit]
    if not reached:
        return min(_below_first(signal, value), float(signal.supports_max))
    level, limit = reached[-1]
    above = [step for step in steps if step[0] > level]
    if not above:
        return float(min(level, signal.supports_max))
    next_level, next_limit = above[0]
    m = level + (next_level - level) * (sign * value - limit) / (next_limit - limit)
    return min(m, float(signal.supports_max))


def value_reading(signal: Signal, level: float) -> float:
    """The value of a threshold signal that reads this level: `level_of` the other way round, from 1 to its highest."""
    steps = sorted(signal.thresholds.items())
    first = steps[0][1]
    if level < steps[0][0]:
        share = max(0.0, level - 1)
        return first * share if signal.better != "lower" else first * (2 - share)
    for (low, limit), (high, next_limit) in pairwise(steps):
        if level < high:
            return limit + (next_limit - limit) * (level - low) / (high - low)
    return steps[-1][1]


def _below_first(signal: Signal, value: float) -> float:
    """Between 1 and 2 by how far the value is from the first threshold, t2."""
    first = signal.thresholds[min(signal.thresholds)]
    if first <= 0:
        return 1.0
    share = value / first if signal.better != "lower" else 1 - (value - first) / first
    return 1 + min(1.0, max(0.0, share))


def is_enough(signal: Signal, n: int) -> bool:
    return n >= MINIMUM_SHARE_OF_N * signal.min_n - EPSILON and n > 0


def _band(model: MaturityModelFile, link: EvidenceLink, reading: SignalReading) -> SignalBand:
    signal = model.signals[link.signal]
    empty = SignalBand(
        signal=link.signal,
        role=link.role,
        n=reading.n,
        value=reading.value,
        grade=reading.grade,
        window_days=reading.window_days or signal.window_days,
        unit=reading.unit or signal.unit,
        level=None,
        low=1.0,
        high=5.0,
        clipped=None,
        weight=0.0,
    )
    if why := _why_silent(signal, reading):
        return replace(empty, dropped=why)
    placed = _placed(empty, signal, reading)
    if not is_enough(signal, reading.n):
        return replace(placed, dropped=_too_few(signal, reading.n))
    return _weighed(placed, signal, sd=model.scoring.evidence_validity_sd[link.role])


def _why_silent(signal: Signal, reading: SignalReading) -> str:
    if signal.grades:
        return "" if reading.grade in signal.grades else _unknown_grade(reading.grade)
    if not signal.thresholds:
        return gettext("it has no thresholds and is shown for context only")
    return "" if reading.value is not None else gettext("it has no value")


def _unknown_grade(grade: str | None) -> str:
    return gettext("the model knows no grade {grade} here").format(grade=repr(grade))


def _placed(band: SignalBand, signal: Signal, reading: SignalReading) -> SignalBand:
    if signal.grades:
        low, high = signal.grades[reading.grade or ""]
        return replace(band, low=float(low), high=float(high))
    level = level_of(signal, reading.value or 0.0)
    at_top = level >= signal.supports_max - EPSILON
    return replace(band, level=level, low=level - BAND_HALF_WIDTH, high=5.0 if at_top else level + BAND_HALF_WIDTH)


def _weighed(band: SignalBand, signal: Signal, *, sd: float) -> SignalBand:
    """a_j = f_j (1 - width/4) / sd^2: a finding that allows every level weighs nothing."""
    fullness = min(1.0, band.n / signal.min_n) if signal.min_n else 1.0
    sharpness = 1 - (band.high - band.low) / 4
    if sharpness <= EPSILON:
        return replace(band, dropped=gettext("it is consistent with every level"))
    return replace(band, weight=fullness * sharpness / sd**2)


def _too_few(signal: Signal, n: int) -> str:
    least = max(1, -int(-MINIMUM_SHARE_OF_N * signal.min_n // 1))
    text = ngettext("{n} observation, at least {least} needed", "{n} observations, at least {least} needed", n)
    return text.format(n=count_word(n), least=least)


def _clipped(band: SignalBand, self_report: float | None) -> SignalBand:
    if self_report is None or band.dropped:
        return band
    return replace(band, clipped=min(band.high, max(band.low, self_report)))


def _is_supported(weighing: list[SignalBand], self_report: float) -> bool:
    """One direct or two proxy signals read at or above S - 0.5."""
    roles = [band.role for band in weighing if reading_level(band) >= self_report - BAND_HALF_WIDTH - EPSILON]
    return "direct" in roles or roles.count("proxy") >= 2
