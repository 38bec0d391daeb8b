"""Repository evidence as a person sees it beside an answer, in finished words and numbers.

`practice_evidence` is for whoever has just answered or voted: it compares one value with what the repository allows and
reads no answer of anybody. The result page and the report build their ledger from the same lines.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.domain.retold import retold_example
from assessment.domain.scored import reading_of
from assessment.domain.scoring.bands import bands_of, combine
from assessment.domain.scoring.types import SignalBand, SignalReading, State
from assessment.domain.scoring.verdict import state_of
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile, Practice, Signal
from assessment.models import Assessment, EvidenceSource
from core.figures import grade_text, range_text, value_text, window_text
from core.language import number


@dataclass(frozen=True)
class PartLine:
    """What one of several repositories said by itself."""

    source: str
    said: str
    n: int
    weight: str


@dataclass(frozen=True)
class EvidenceLine:
    """One signal: what it read, over which window and n, what that allows, and by which thresholds."""

    signal: str
    name: str
    definition: str
    said: str
    n: int
    window: str
    band: str  # empty where the reading weighs nothing
    thresholds: str
    threshold_kind: str  # published or a judgement
    basis: str
    age: str
    examples: tuple[str, ...]
    parts: tuple[PartLine, ...]
    notes: tuple[str, ...]  # of those who contest it


@dataclass(frozen=True)
class PracticeEvidence:
    """What the repositories show of a practice, and how a value stands to it."""

    practice: str
    lines: tuple[EvidenceLine, ...]
    state: str  # aligned, tension or contradiction; empty without a value or where nothing weighs
    sentence: str


def practice_evidence(
    assessment: Assessment, values: Mapping[str, float | None], *, today: dt.date
) -> dict[str, PracticeEvidence]:
    """For each practice of `values`, its evidence beside the value; practices without evidence are left out.

    Two queries whatever the number of practices.
    """
    rows = assessment.evidence.filter(source=EvidenceSource.METRIC).exclude(practice="").order_by("signal")
    readings = {row.signal: reading_of(row.content) for row in rows}
    notes = notes_of(assessment) if readings else {}
    model = model_of(assessment.maturity_model)
    found = {}
    for practice in model.practices():
        if practice.id in values and any(link.signal in readings for link in practice.evidence):
            bands = bands_of(model, practice, readings, self_report=values[practice.id])
            lines = tuple(line_of(model, readings[b.signal], b, notes, today=today) for b in bands)
            found[practice.id] = _beside(model, practice, bands, values[practice.id], lines)
    return found


def notes_of(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """The notes of those who contest a signal, by signal, the oldest first."""
    found: dict[str, tuple[str, ...]] = {}
    for signal, note in assessment.evidence_contests.order_by("created_at", "pk").values_list("signal", "note"):
        found[signal] = (*found.get(signal, ()), note)
    return found


def line_of(
    model: MaturityModelFile,
    reading: SignalReading,
    band: SignalBand | None,
    notes: Mapping[str, Sequence[str]],
    *,
    today: dt.date,
) -> EvidenceLine:
    about = model.signals.get(reading.signal)
    return EvidenceLine(
        signal=reading.signal,
        name=about.name if about else reading.signal,
        definition=about.definition if about else "",
        said=value_text(reading.value, reading.grade, reading.unit),
        n=reading.n,
        window=window_text(reading.window_days),
        band=range_text((band.low, band.high)) if band and band.weight > 0 else "",
        thresholds=thresholds_text(about) if about else "",
        threshold_kind=threshold_kind(about.basis) if about else "",
        basis=about.basis if about else "",
        age=age_text(reading.observed_on, today),
        examples=tuple(map(retold_example, reading.examples)),
        parts=tuple(
            PartLine(p.source, value_text(p.value, p.grade, reading.unit), p.n, number(f"{p.weight:g}"))
            for p in reading.parts
        ),
        notes=tuple(notes.get(reading.signal, ())),
    )


def thresholds_text(signal: Signal) -> str:
    """Which value or grade speaks for which level."""
    if signal.grades:
        return "; ".join(
            _("{grade}: {low} to {high}").format(grade=grade_text(grade), low=low, high=high)
            for grade, (low, high) in signal.grades.items()
        )
    at_least = signal.better != "lower"
    words = _("level {level} from {value}") if at_least else _("level {level} up to {value}")
    return ", ".join(
        words.format(level=level, value=value_text(value, None, signal.unit))
        for level, value in sorted(signal.thresholds.items())
    )


def threshold_kind(basis: str) -> str:
    """Whether the thresholds were published by somebody or are a judgement to start from."""
    return _("published") if basis.startswith("published") else _("a judgement")


def age_text(observed_on: str, today: dt.date) -> str:
    """How long ago the window ended; empty where it is not known."""
    if not observed_on:
        return ""
    days = (today - dt.date.fromisoformat(observed_on)).days
    if days <= 0:
        return _("up to today")
    return ngettext("{n} day old", "{n} days old", days).format(n=days)


def _beside(
    model: MaturityModelFile,
    practice: Practice,
    bands: Iterable[SignalBand],
    value: float | None,
    lines: tuple[EvidenceLine, ...],
) -> PracticeEvidence:
    evidence = combine(bands, self_report=value) if value is not None else None
    if value is None or evidence is None:
        return PracticeEvidence(practice.id, lines, "", "")
    gap = value - evidence.value
    state = state_of(gap, model.scoring)
    return PracticeEvidence(practice.id, lines, str(state), _sentence(state, value, evidence.value))


def _sentence(state: State, value: float, evidence: float) -> str:
    if state is State.ALIGNED:
        return _("The repository does not contradict this.")
    said = {"value": number(f"{value:.1f}"), "evidence": number(f"{evidence:.1f}")}
    if state is State.TENSION:
        return _("This places it at {value}; the repository speaks for {evidence}.").format(**said)
    return _(
        "This places it at {value}; the repository speaks for {evidence}. One of the two needs another look: "
        "contest what is measured wrong."
    ).format(**said)
