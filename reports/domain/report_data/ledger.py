"""The evidence ledger: every signal with its value, window, n, what it allows, and whether it was used."""

import datetime as dt

from assessment.domain.scoring.types import SignalBand, SignalReading
from assessment.domain.shown_evidence import threshold_kind, thresholds_text
from reports.domain.report_data.facts import signal_name
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import (
    Ledger,
    LedgerPart,
    LedgerRow,
    Scorecard,
    SignalUse,
    SkippedSignals,
    WatchRow,
)
from reports.domain.report_data.voices import state_word
from reports.domain.report_data.words import (
    as_sentence,
    count_text,
    date_text,
    list_text,
    observed_text,
    range_text,
    value_text,
    window_text,
)

OFFLINE = frozenset({"tree", "history"})
WATCHED = ("lead_request_merge_p50", "wait_share", "pickup_p75", "rounds_mean", "rework_21d", "provenance_rate")


def evidence_ledger(gathered: Gathered) -> Ledger:
    uses = _uses(gathered)
    read = gathered.readings
    rows = tuple(
        _row(gathered, read[signal], uses.get(signal, ())) for signal in _in_model_order(gathered, tuple(read))
    )
    seen = set(read) | {skip.signal for skip in gathered.skips}
    return Ledger(title=_title(gathered, rows), rows=rows, skipped=_skipped(gathered), unread=_unread(gathered, seen))


def ledger_rows_of(gathered: Gathered, practice: str) -> tuple[LedgerRow, ...]:
    """The ledger of one practice: its own bands only."""
    score = gathered.scores[practice]
    return tuple(_row(gathered, gathered.readings[band.signal], ((practice, band),)) for band in score.bands)


def watch_scorecard(gathered: Gathered) -> Scorecard:
    """The six numbers to watch and every other measured outcome, with today's value as the baseline."""
    outcomes = [signal for signal, about in gathered.model.signals.items() if about.kind == "outcome"]
    wanted = [signal for signal in dict.fromkeys((*WATCHED, *outcomes)) if signal in gathered.model.signals]
    rows = tuple(_watch(gathered, gathered.readings[signal]) for signal in wanted if signal in gathered.readings)
    missing = [
        gathered.signal_in_sentence(signal)
        for signal in WATCHED
        if signal in gathered.model.signals and signal not in gathered.readings
    ]
    return Scorecard(
        title=f"{count_text(len(rows), 'number')} to watch from today."
        if rows
        else "No number to watch is measured yet.",
        rows=rows,
        missing=f"Not measured yet: {list_text(missing)}." if missing else "",
    )


def _skipped(gathered: Gathered) -> tuple[SkippedSignals, ...]:
    """By reason, the one that silences most first."""
    names: dict[tuple[str, str], list[str]] = {}
    for skip in gathered.skips:
        key = (as_sentence(skip.reason), skip.repository)
        names.setdefault(key, []).append(signal_name(gathered.model, skip.signal))
    silenced = sorted(names.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(SkippedSignals(reason, repository, list_text(said)) for (reason, repository), said in silenced)


def _uses(gathered: Gathered) -> dict[str, tuple[tuple[str, SignalBand], ...]]:
    found: dict[str, tuple[tuple[str, SignalBand], ...]] = {}
    for score in gathered.card.practices:
        for band in score.bands:
            found[band.signal] = (*found.get(band.signal, ()), (score.practice, band))
    return found


def _in_model_order(gathered: Gathered, signals: tuple[str, ...]) -> list[str]:
    order = list(gathered.model.signals)
    return sorted(signals, key=lambda signal: (order.index(signal) if signal in order else len(order), signal))


def _row(gathered: Gathered, reading: SignalReading, uses: tuple[tuple[str, SignalBand], ...]) -> LedgerRow:
    about = gathered.model.signals.get(reading.signal)
    return LedgerRow(
        signal=reading.signal,
        name=signal_name(gathered.model, reading.signal),
        definition=about.definition if about else "",
        value=value_text(reading.value, reading.grade, reading.unit),
        window=window_text(reading.window_days),
        n=reading.n,
        source=reading.source,
        basis=about.basis if about else "",
        uses=tuple(_use(gathered, practice, band) for practice, band in uses),
        thresholds=thresholds_text(about) if about else "",
        threshold_kind=threshold_kind(about.basis) if about else "",
        observed=date_text(dt.date.fromisoformat(reading.observed_on)) if reading.observed_on else "",
        examples=reading.examples,
        parts=tuple(
            LedgerPart(part.source, value_text(part.value, part.grade, reading.unit), part.n, f"{part.weight:g}")
            for part in reading.parts
        ),
        notes=gathered.notes.get(reading.signal, ()),
    )


def _use(gathered: Gathered, practice: str, band: SignalBand) -> SignalUse:
    return SignalUse(
        practice=practice,
        practice_name=gathered.practice_name(practice),
        role=band.role,
        band=range_text((band.low, band.high)),
        weight=f"{band.weight:.2f}",
        verdict=_verdict(gathered, practice, band),
        state=state_word(gathered.scores[practice], gathered.withheld),
    )


def _verdict(gathered: Gathered, practice: str, band: SignalBand) -> str:
    """Used or dropped, and why; a used band says how far it pulls."""
    if band.dropped:
        return f"dropped: {band.dropped}"
    said = gathered.scores[practice].self_report
    if said is None or band.clipped is None:
        return "kept, but there is no self-report to combine it with"
    if abs(band.clipped - said.value) <= 0.005:
        return f"used: allows what people say ({said.value:.1f})"
    return f"used: pulls from {said.value:.1f} to {band.clipped:.1f}"


def _title(gathered: Gathered, rows: tuple[LedgerRow, ...]) -> str:
    total = len(gathered.model.signals)
    if not rows:
        return f"None of the {total} signals has been measured."
    used = sum(any(not use.verdict.startswith("dropped") for use in row.uses) for row in rows)
    return f"{len(rows)} of {total} signals were measured and {used} of them carry weight."


def _unread(gathered: Gathered, seen: set[str]) -> str:
    unread = [signal for signal in gathered.model.signals if signal not in seen]
    if not unread:
        return ""
    if not gathered.repositories and not seen:
        return "No repository is attached, so everything here rests on what people say."
    hosted = [signal for signal in unread if not OFFLINE & set(gathered.model.signals[signal].sources)]
    clone = len(unread) - len(hosted)
    parts = [f"{count_text(len(hosted), 'signal')} need pull requests, pipeline runs, host settings or issues"]
    if clone:
        parts.append(f"{clone} that a clone can tell were not read")
    return as_sentence(f"Not measured: {list_text(parts)}")


def _watch(gathered: Gathered, reading: SignalReading) -> WatchRow:
    about = gathered.model.signals[reading.signal]
    return WatchRow(
        name=about.name,
        baseline=value_text(reading.value, reading.grade, reading.unit),
        observed=observed_text(reading.n, reading.window_days),
        wanted=f"{about.better} is better" if about.better else "context only, never a target",
    )
