"""From a bare repository of ours to readings: read what the signals need once, then ask each of them.

The same repository and the same day always give the same readings. The collection task and `manage.py measure`
both come through here.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from assessment.maturity.schema import Signal
from metrics.clients.git.clone import Copy
from metrics.clients.git.process import Limits
from metrics.domain.kept import Kept, load_kept, rarely_collecting, save_kept
from metrics.domain.measure_host import host_context, with_host
from metrics.domain.sources import Progress, read_sources
from metrics.signals.changes.types import Hosted
from metrics.signals.exclusions import counted_changes
from metrics.signals.flow_inputs import FlowInput, flow_inputs
from metrics.signals.history import HISTORY_SIGNALS, cross_area_share
from metrics.signals.narrow import narrow_history, narrow_hosted, narrow_tree
from metrics.signals.owners import read_owners
from metrics.signals.people import Behind
from metrics.signals.scope import WHOLE, Scope
from metrics.signals.splits import Split, split_history, split_host
from metrics.signals.tree import DATED_SIGNALS, TEXT_SIGNALS, TreeContext
from metrics.signals.types import History, Measured, Reading, Skipped, Tree
from metrics.signals.units import deployable_units

SHALLOW = "The history is shallow: it ends where it was cut off, so nothing can be counted over time."
_OF_THE_HOST = frozenset({"pr", "ci", "settings", "issues"})
NO_COMMIT = "The repository has no commit up to this day."


@dataclass(frozen=True)
class Findings:
    """What one repository said up to the end of `until`; `readings` has every signal that was asked for."""

    until: dt.date
    head: str
    readings: tuple[Reading, ...]
    facts: Mapping[str, int] = field(default_factory=dict)
    flow: Mapping[str, FlowInput] = field(default_factory=dict)  # what the flow model can take from the host
    splits: Mapping[str, tuple[Split, ...]] = field(default_factory=dict)  # by signal

    @property
    def measured(self) -> tuple[Measured, ...]:
        return tuple(reading for reading in self.readings if isinstance(reading, Measured))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(reading for reading in self.readings if isinstance(reading, Skipped))


def _silent(note: str, percent: int) -> None:
    """Nobody watches."""


@rarely_collecting()
def measure(
    copy: Copy,
    *,
    until: dt.date,
    definitions: Mapping[str, Signal],
    limits: Limits,
    progress: Progress = _silent,
    size_limit_bytes: int = 0,
    keep_at: Path | None = None,
    load: Callable[[], Kept] | None = None,
    hosted: Hosted | None = None,
    scope: Scope = WHOLE,
) -> Findings:
    """Ask every signal of the maturity model; what cannot be said is skipped with its reason.

    With `keep_at`, what was read is kept there, so that the next run reads only what is new; `load` has what is there
    where it is being loaded already. `hosted` is what the hosting service told; without it only the clone speaks.
    `scope` is the part and the rules of one team.
    """
    until_at = dt.datetime.combine(until, dt.time(23, 59, 59), tzinfo=dt.UTC)
    found = read_sources(
        copy,
        until=until_at,
        limits=limits,
        progress=progress,
        meanwhile=lambda tree: _ask_text(TreeContext(narrow_tree(tree, scope), until_at)),
        size_limit_bytes=size_limit_bytes,
        load=load or partial(load_kept, keep_at),
        scope=scope,
    )
    if not found.head:
        return Findings(until, "", tuple(Skipped(signal, NO_COMMIT) for signal in definitions))
    progress("Working out the signals", 95)
    history, tree = narrow_history(found.history, found.tree, scope), narrow_tree(found.tree, scope)
    facts = _facts(history, tree)
    readings = {reading.signal: reading for reading in (*found.said, *_ask(history, tree, facts))}
    save_kept(keep_at, found.used)
    min_n = {signal: definition.min_n for signal, definition in definitions.items()}
    splits = {} if copy.is_shallow else split_history(history, min_n)
    if hosted is None:
        settled = tuple(_settle(readings, definitions, Behind(history), of_host=frozenset()))
        return Findings(until, found.head, settled, facts, splits=splits)
    hosted = narrow_hosted(hosted, found.history, history, found.tree, scope)
    context = host_context(hosted, history, tree)
    told = with_host(readings, context, tree, facts)
    of_host = frozenset(signal for signal, reading in told.items() if reading is not readings.get(signal))
    behind = Behind(history, context)
    settled = tuple(_settle(told, definitions, behind, of_host=of_host))
    flow = flow_inputs(context) if behind.may_show_flow else {}
    splits = _of_the_same_source(splits, readings, told) | split_host(context, min_n)
    return Findings(until, found.head, settled, facts, flow, splits)


def _of_the_same_source(
    splits: Mapping[str, tuple[Split, ...]], before: Mapping[str, Reading], told: Mapping[str, Reading]
) -> dict[str, tuple[Split, ...]]:
    """The splits of those readings the host did not replace by its own."""
    return {signal: parts for signal, parts in splits.items() if told.get(signal) is before.get(signal)}


def _facts(history: History, tree: Tree) -> dict[str, int]:
    facts = {"deployable_units": len(deployable_units(tree))}
    if not history.is_shallow:
        facts["merged_changes_180d"] = len(counted_changes(history, 180))
        facts["future_dated_commits"] = history.n_future
    return facts


def _ask_text(context: TreeContext) -> tuple[Reading, ...]:
    return tuple(signal(context) for signal in TEXT_SIGNALS)


def _ask(history: History, tree: Tree, facts: Mapping[str, int]) -> Iterator[Reading]:
    if not history.is_shallow:
        yield from (signal(history) for signal in HISTORY_SIGNALS.values())
        yield cross_area_share(history, read_owners(tree))
    context = TreeContext(tree, history.until, history.changes, facts)
    yield from (signal(context) for signal in DATED_SIGNALS)


def _settle(
    readings: Mapping[str, Reading], definitions: Mapping[str, Signal], behind: Behind, *, of_host: Set[str]
) -> Iterator[Reading]:
    """Every signal of the model in its order: its reading, or why there is none; the rule of three comes last."""
    is_shallow = behind.history is not None and behind.history.is_shallow
    for reading in _enough(readings, definitions, is_shallow):
        definition, is_hosts = definitions[reading.signal], reading.signal in of_host
        sources, days = frozenset(definition.sources), definition.window_days
        yield behind.hold_back(reading, sources=sources, window_days=days, is_hosts=is_hosts)


def _enough(readings: Mapping[str, Reading], definitions: Mapping[str, Signal], is_shallow: bool) -> Iterator[Reading]:
    for signal, definition in definitions.items():
        found = readings.get(signal)
        over_time = "history" in definition.sources or (definition.window_days and "tree" in definition.sources)
        is_from_host = isinstance(found, Measured) and set(definition.sources) & _OF_THE_HOST
        if is_shallow and over_time and not (isinstance(found, Measured) and "history" not in definition.sources):
            yield found if found and is_from_host else Skipped(signal, SHALLOW)
        elif found is None:
            yield Skipped(signal, _missing_source(definition))
        elif isinstance(found, Measured) and found.n * 4 < definition.min_n:
            reason = f"Too little to go by: n is {found.n}, and this signal needs at least {-(-definition.min_n // 4)}."
            yield Skipped(signal, reason)
        else:
            yield found


def _missing_source(definition: Signal) -> str:
    if "answers" in definition.sources:
        return "It needs the hosting service's API and figures from the team."
    if set(definition.sources) & _OF_THE_HOST:
        return "It needs the hosting service's API."
    return "This version does not measure it."
