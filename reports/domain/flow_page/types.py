"""The frozen object behind the what-if page: finished sentences, finished numbers, a finished figure."""

from dataclasses import dataclass

from reports.charts.flow_bars import FlowBars


@dataclass(frozen=True)
class Row:
    """A labelled pair of numbers; `after` is empty where only one side is meant."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class InputRow:
    """One input of the model and where it comes from."""

    name: str
    label: str
    value: str
    origin: str
    observed: str
    is_default: bool


@dataclass(frozen=True)
class BreakEven:
    utilization: str
    growth: str
    limit: str
    is_own: bool


@dataclass(frozen=True)
class Relief:
    label: str
    days: str
    width: float  # of the bar, at most 199
    is_coding: bool


@dataclass(frozen=True)
class Case:
    """One case among others: today, a preset, a saved scenario."""

    id: str
    name: str
    utilization: str
    lead_time: str
    change: str
    note: str


@dataclass(frozen=True)
class FlowPage:
    headline: str
    notes: tuple[str, ...]
    defaults: str  # which essential inputs are defaults, empty when none is
    chart: FlowBars
    parts: tuple[Row, ...]
    facts: tuple[Row, ...]
    ranges: tuple[str, ...]
    breakeven: str
    breakeven_rows: tuple[BreakEven, ...]
    relief_title: str
    relief: tuple[Relief, ...]
    presets: tuple[Case, ...]
    inputs: tuple[InputRow, ...]
