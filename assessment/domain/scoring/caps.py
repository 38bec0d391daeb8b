"""Caps: named facts that limit the staged level whatever people say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt

from assessment.domain.scoring.bands import is_enough
from assessment.domain.scoring.types import CapContestNote, NamedCap, Reason, SignalReading
from assessment.maturity.schema import Cap, Condition, MaturityModelFile, Practice
from core.language import gettext

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq}


@dataclass(frozen=True)
class Facts:
    """All that caps are judged on."""

    readings: Mapping[str, SignalReading]
    numbers: Mapping[str, float] = field(default_factory=dict)
    contested: Sequence[CapContestNote] = ()
    named: Sequence[NamedCap] = ()


def caps_of(model: MaturityModelFile, practice: Practice, facts: Facts) -> tuple[Reason, ...]:
    """A reason for every cap that holds, is contested, or could not be judged although something was measured."""
    own = (_judged(model, practice, index, cap, facts) for index, cap in enumerate(practice.caps))
    named = (
        Reason("cap", _limits(cap.because, cap.max_level), practice.id, level=cap.max_level)
        for cap in facts.named
        if cap.practice == practice.id
    )
    return (*filter(None, own), *named)


def lowest_cap(reasons: Iterable[Reason]) -> int | None:
    return min((r.level for r in reasons if r.kind == "cap" and r.level is not None), default=None)


def _judged(model: MaturityModelFile, practice: Practice, index: int, cap: Cap, facts: Facts) -> Reason | None:
    verdicts = [_holds(model, condition, facts) for condition in cap.when]
    signal = next((condition.signal for condition in cap.when if condition.signal), "")
    if False in verdicts:
        return None
    if None in verdicts:
        return _unjudged(practice, cap, signal) if signal in facts.readings else None
    note = next((n.note for n in facts.contested if (n.practice, n.cap) == (practice.id, index)), None)
    if note is None:
        return Reason("cap", _limits(cap.because, cap.max_level), practice.id, signal, cap.max_level, index)
    text = gettext("The cap at level {level} ({because}) is contested and lifted: {note}").format(
        level=cap.max_level, because=cap.because.rstrip("."), note=note
    )
    return Reason("contested_cap", text, practice.id, signal, cap.max_level)


def _holds(model: MaturityModelFile, condition: Condition, facts: Facts) -> bool | None:
    """Whether the condition is true; None when nothing measured can tell."""
    if condition.fact:
        number = facts.numbers.get(condition.fact)
        return None if number is None else _compare(condition, number)
    reading = facts.readings.get(condition.signal or "")
    signal = model.signals.get(condition.signal or "")
    if reading is None or signal is None or not is_enough(signal, reading.n):
        return None
    window = reading.window_days or signal.window_days
    if condition.window_days is not None and condition.window_days != window:
        return None
    measured = reading.grade if signal.grades else reading.value
    return None if measured is None else _compare(condition, measured)


def _compare(condition: Condition, measured: float | str) -> bool | None:
    wanted = condition.value
    if condition.op == "in":
        return measured in wanted if isinstance(wanted, tuple) else measured == wanted
    if isinstance(measured, str) or isinstance(wanted, str):
        return measured == wanted if condition.op == "==" else None
    return None if isinstance(wanted, tuple) else COMPARISONS[condition.op](measured, wanted)


def _unjudged(practice: Practice, cap: Cap, signal: str) -> Reason:
    text = gettext("Whether this holds could not be judged from what was measured: {because}").format(
        because=cap.because
    )
    return Reason("unjudged_cap", text, practice.id, signal, cap.max_level)


def _limits(because: str, level: int) -> str:
    return gettext("{because}. This limits the level to {level}.").format(because=because.rstrip("."), level=level)
