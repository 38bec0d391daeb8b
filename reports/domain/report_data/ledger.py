"""The evidence ledger: every signal with its value, window, n, what it allows, and whether it was used."""

import datetime as dt
from collections import Counter
from dataclasses import replace

from assessment.domain.retold import retold, retold_example
from assessment.domain.scoring.types import SignalBand, SignalReading
from assessment.domain.shown_evidence import threshold_kind, thresholds_text
from core.figures import range_text, value_text, window_text
from core.language import gettext, gettext_noop, list_text, number
from reports.domain.report_data.appendix_types import (
    Ledger,
    LedgerPart,
    LedgerRow,
    Scorecard,
    SignalUse,
    SkippedSignals,
    WatchRow,
)
from reports.domain.report_data.facts import signal_name
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.labels import label, opening_label
from reports.domain.report_data.voices import state_word
from reports.domain.report_data.words import as_sentence, count_text, date_text, observed_text

OFFLINE = frozenset({"tree", "history"})
WANTED = {"lower": gettext_noop("lower is better"), "higher": gettext_noop("higher is better")}
CONTEXT = gettext_noop("context only, never a target")
WATCHED = ("lead_request_merge_p50", "wait_share", "pickup_p75", "rounds_mean", "rework_21d", "provenance_rate")


def evidence_ledger(gathered: Gathered) -> Ledger:
    uses = _uses(gathered)
    read = gathered.readings
    rows = tuple(
        _row(gathered, read[signal], uses.get(signal, ())) for signal in _in_model_order(gathered, tuple(read))
    )
    seen = set(read) | {skip.signal for skip in gathered.skips}
    places = Counter(_place(row) for row in rows)
    common = max(places, key=places.__getitem__, default="")
    return Ledger(
        title=_title(gathered, rows),
        rows=tuple(replace(row, place="" if _place(row) == common else _place(row)) for row in rows),
        skipped=_skipped(gathered),
        unread=_unread(gathered, seen),
        common=gettext("Read in {place}, unless a line says otherwise.").format(place=common) if common else "",
    )


def _place(row: LedgerRow) -> str:
    """In what and up to which day a signal was read."""
    until = gettext("up to {day}").format(day=row.observed) if row.observed else ""
    return ", ".join(part for part in (row.source, until) if part)


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
        title=gettext("{count} to watch from today.").format(count=count_text(len(rows), "number"))
        if rows
        else gettext("No number to watch is measured yet."),
        rows=rows,
        missing=gettext("Not measured yet: {missing}.").format(missing=list_text(missing)) if missing else "",
    )


def _skipped(gathered: Gathered) -> tuple[SkippedSignals, ...]:
    """By reason, the one that silences most first; of a repository that everything was read in, once is enough."""
    everywhere = {reading.source for reading in gathered.readings.values()}
    names: dict[tuple[str, str], list[str]] = {}
    for skip in gathered.skips:
        key = (as_sentence(retold(skip.reason)), skip.repository)
        names.setdefault(key, []).append(signal_name(gathered.model, skip.signal))
    silenced = sorted(names.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        SkippedSignals(reason, "" if {repository} == everywhere else repository, list_text(said))
        for (reason, repository), said in silenced
    )


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
        basis=opening_label(about.basis) if about else "",
        uses=tuple(_use(gathered, practice, band) for practice, band in uses),
        thresholds=thresholds_text(about) if about else "",
        threshold_kind=threshold_kind(about.basis) if about else "",
        observed=date_text(dt.date.fromisoformat(reading.observed_on)) if reading.observed_on else "",
        examples=tuple(map(retold_example, reading.examples)),
        parts=tuple(
            LedgerPart(
                source=part.source,
                value=value_text(part.value, part.grade, reading.unit),
                n=part.n,
                weight=number(f"{part.weight:g}"),
            )
            for part in reading.parts
        ),
        notes=gathered.notes.get(reading.signal, ()),
    )


def _use(gathered: Gathered, practice: str, band: SignalBand) -> SignalUse:
    return SignalUse(
        practice=practice,
        practice_name=gathered.practice_name(practice),
        role=label(band.role),
        band=range_text((band.low, band.high)),
        weight=round(band.weight, 2),
        verdict=_verdict(gathered, practice, band),
        dropped=bool(band.dropped),
        state=state_word(gathered.scores[practice], gathered.withheld),
    )


def _verdict(gathered: Gathered, practice: str, band: SignalBand) -> str:
    """Used or dropped, and why; a used band says how far it pulls."""
    if band.dropped:
        return gettext("dropped: {dropped}").format(dropped=band.dropped)
    said = gathered.scores[practice].self_report
    if said is None or band.clipped is None:
        return gettext("kept, but there is no self-report to combine it with")
    if abs(band.clipped - said.value) <= 0.005:
        return gettext("used: allows what people say ({value})").format(value=number(f"{said.value:.1f}"))
    return gettext("used: pulls from {value} to {clipped}").format(
        value=number(f"{said.value:.1f}"), clipped=number(f"{band.clipped:.1f}")
    )


def _title(gathered: Gathered, rows: tuple[LedgerRow, ...]) -> str:
    total = len(gathered.model.signals)
    if not rows:
        return gettext("None of the {total} signals has been measured.").format(total=total)
    used = sum(any(not use.dropped for use in row.uses) for row in rows)
    return gettext("{rows} of {total} signals were measured and {used} of them carry weight.").format(
        rows=len(rows), total=total, used=used
    )


def _unread(gathered: Gathered, seen: set[str]) -> str:
    unread = [signal for signal in gathered.model.signals if signal not in seen]
    if not unread:
        return ""
    if not gathered.repositories and not seen:
        return gettext("No repository is attached, so everything here rests on what people say.")
    hosted = [signal for signal in unread if not OFFLINE & set(gathered.model.signals[signal].sources)]
    clone = len(unread) - len(hosted)
    parts = [
        gettext("{count} need pull requests, pipeline runs, host settings or issues").format(
            count=count_text(len(hosted), "signal")
        )
    ]
    if clone:
        parts.append(gettext("{clone} that a clone can tell were not read").format(clone=clone))
    return as_sentence(gettext("Not measured: {parts}").format(parts=list_text(parts)))


def _watch(gathered: Gathered, reading: SignalReading) -> WatchRow:
    about = gathered.model.signals[reading.signal]
    return WatchRow(
        name=about.name,
        baseline=value_text(reading.value, reading.grade, reading.unit),
        observed=observed_text(reading.n, reading.window_days),
        wanted=gettext(WANTED.get(about.better or "", CONTEXT)),
    )
