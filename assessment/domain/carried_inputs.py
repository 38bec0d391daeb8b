"""What was measured, contested and aimed at, brought to another maturity model. Pure: rows are plain data.

An evidence row is `[source, practice, signal, content]`, as a result keeps it with its inputs.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from assessment.maturity.schema import MaturityModelFile, Practice, Signal

METRIC, WORKSHOP, SURVEY = "metric", "workshop", "survey"
Row = list[Any]


def carried_measurements(
    rows: Iterable[Row], before: MaturityModelFile, after: MaturityModelFile
) -> tuple[list[Row], tuple[str, ...]]:
    """Readings and facts for the practices that now list them, and the signals whose readings fall away.

    A reading holds while its signal is counted in the same way: kind, unit and window. Thresholds may differ.
    """
    found: dict[str, Any] = {signal: content for source, _, signal, content in rows if source == METRIC}
    kept = {signal for signal in found if _is_counted_alike(signal, before, after)}
    carried = [
        [METRIC, practice, signal, found[signal]]
        for signal in sorted(kept)
        for practice in _practices_listing(signal, after)
    ]
    return carried, tuple(sorted(set(found) - kept))


def carried_agreements(rows: Iterable[Row], whole: Iterable[str]) -> list[Row]:
    """What a workshop agreed on, for practices that ask what they asked."""
    known = set(whole)
    return [row for row in rows if row[0] == WORKSHOP and row[1] in known]


def carried_caps(
    contested: Iterable[Row], before: MaturityModelFile, after: MaturityModelFile
) -> list[tuple[str, int, int]]:
    """`(practice, cap as it was, cap as it is)` for each contested cap that still stands, by its place in the list."""
    old, new = _by_id(before), _by_id(after)
    found = []
    for practice, cap, _note in contested:
        caps = new[practice].caps if practice in new else ()
        was = old[practice].caps[cap]
        if was in caps:
            found.append((practice, cap, caps.index(was)))
    return found


def carried_targets(targets: Mapping[str, int], defaults: Mapping[str, int]) -> dict[str, int]:
    """The level aimed at for every practice of the other model: as it was, else its default."""
    return {practice: targets.get(practice, level) for practice, level in defaults.items()}


def _is_counted_alike(signal: str, before: MaturityModelFile, after: MaturityModelFile) -> bool:
    if signal in before.facts:
        return signal in after.facts
    was, now = before.signals.get(signal), after.signals.get(signal)
    return was is not None and now is not None and _counting(was) == _counting(now)


def _counting(signal: Signal) -> tuple[Any, ...]:
    return signal.kind, signal.unit, signal.window_days, tuple(sorted(signal.grades))


def _practices_listing(signal: str, model: MaturityModelFile) -> list[str]:
    listing = [p.id for p in model.practices() if any(link.signal == signal for link in p.evidence)]
    return listing or [""]


def _by_id(model: MaturityModelFile) -> dict[str, Practice]:
    return {practice.id: practice for practice in model.practices()}
