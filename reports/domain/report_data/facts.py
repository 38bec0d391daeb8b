"""One measured fact in words: what was read, on how much, over which window, and what it allows."""

from assessment.domain.scoring.types import PracticeScore, Reason, SignalBand, SignalReading
from assessment.maturity.schema import MaturityModelFile
from core.figures import range_text, value_text
from core.language import gettext, number
from reports.domain.report_data.words import as_sentence, observed_text

SAME = 0.005  # two readings closer than this are printed alike


def signal_name(model: MaturityModelFile, signal: str) -> str:
    known = model.signals.get(signal)
    return known.name if known else signal


def fact_of(model: MaturityModelFile, read: SignalBand | SignalReading) -> str:
    """Direct pushes to main: 34% (n = 214, 90 days)."""
    value = value_text(read.value, read.grade, read.unit)
    return f"{signal_name(model, read.signal)}: {value} ({observed_text(read.n, read.window_days)})"


def allowed_by(band: SignalBand) -> str:
    return gettext("consistent with {range}").format(range=range_text((band.low, band.high)))


def telling_bands(score: PracticeScore) -> tuple[SignalBand, ...]:
    """The bands that were used, those that pull away from the self-report first, then by weight."""
    said = score.self_report.value if score.self_report else None
    used = [band for band in score.bands if not band.dropped and band.weight > 0]
    return tuple(sorted(used, key=lambda band: (not _pulls(band, said), -band.weight, band.signal)))


def limit_of(model: MaturityModelFile, score: PracticeScore) -> str:
    """What keeps a practice where it is: the rule that binds, else the reading that pulls down, else the people."""
    if score.held_back_by:
        return as_sentence(min(reversed(score.held_back_by), key=_level_allowed).text)
    if score.self_report is None:
        return gettext("nobody has answered it.")
    said, shown = score.self_report.value, score.evidence
    band = _heaviest_pull_down(score, said) if shown and shown.value < said - SAME else None
    if band:
        return as_sentence(f"{fact_of(model, band)}, {allowed_by(band)}")
    people = gettext("people say {said} (n = {n})").format(said=number(f"{said:.1f}"), n=score.self_report.n)
    ceiling = _ceiling(score)
    return (
        gettext("{people}, and {fact} allows at most {high}.").format(
            people=people, fact=fact_of(model, ceiling), high=number(f"{ceiling.high:.1f}")
        )
        if ceiling
        else f"{people}."
    )


def _level_allowed(reason: Reason) -> int:
    return reason.level if reason.level is not None else 5


def _heaviest_pull_down(score: PracticeScore, said: float) -> SignalBand | None:
    """The used reading that takes most off what people say: weight times distance."""
    pulls = [
        (band.weight * (said - band.clipped), band)
        for band in score.bands
        if not band.dropped and band.clipped is not None and said - band.clipped > SAME
    ]
    return max(pulls, key=lambda pull: pull[0])[1] if pulls else None


def _ceiling(score: PracticeScore) -> SignalBand | None:
    """The heaviest used reading that agrees with people and would not let the practice reach its next level."""
    next_level = (score.staged_level or 1) + 1
    used = [band for band in score.bands if not band.dropped and band.weight > 0 and band.high < next_level]
    return max(used, key=lambda band: band.weight, default=None)


def _pulls(band: SignalBand, said: float | None) -> bool:
    return said is not None and band.clipped is not None and abs(band.clipped - said) > SAME
