"""One measured fact in words: what was read, on how much, over which window, and what it allows."""

from assessment.domain.scoring.types import PracticeScore, SignalBand, SignalReading
from assessment.maturity.schema import MaturityModelFile
from reports.domain.report_data.words import observed_text, range_text, value_text


def signal_name(model: MaturityModelFile, signal: str) -> str:
    known = model.signals.get(signal)
    return known.name if known else signal


def fact_of(model: MaturityModelFile, read: SignalBand | SignalReading) -> str:
    """Direct pushes to main: 34% (n = 214, 90 days)."""
    value = value_text(read.value, read.grade, read.unit)
    return f"{signal_name(model, read.signal)}: {value} ({observed_text(read.n, read.window_days)})"


def allowed_by(band: SignalBand) -> str:
    return f"consistent with {range_text((band.low, band.high))}"


def telling_bands(score: PracticeScore) -> tuple[SignalBand, ...]:
    """The bands that were used, those that pull away from the self-report first, then by weight."""
    said = score.self_report.value if score.self_report else None
    used = [band for band in score.bands if not band.dropped and band.weight > 0]
    return tuple(sorted(used, key=lambda band: (not _pulls(band, said), -band.weight, band.signal)))


def _pulls(band: SignalBand, said: float | None) -> bool:
    return said is not None and band.clipped is not None and abs(band.clipped - said) > 0.005
