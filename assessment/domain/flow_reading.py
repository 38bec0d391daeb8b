"""From the stored flow inputs of an assessment to its flow reading, and the typed way back from a stored one."""

from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from assessment.domain.flow.given import Given, Origin
from assessment.domain.flow.reading import FlowReading, read_flow
from assessment.domain.flow.whatif import whatif_from
from assessment.models import Assessment, Evidence, FlowInput, FlowScenario, Result

GROWTH_SIGNAL = "queue_growth"
_READING = TypeAdapter(FlowReading)


def given_of(assessment: Assessment) -> list[Given]:
    """Every stored input of the assessment."""
    return [_given(row) for row in assessment.flow_inputs.all()]


def flow_reading_of(result: Result) -> FlowReading | None:
    """What the result remembers; None where nothing about flow was known when it was made."""
    return _READING.validate_python(result.flow) if result.flow else None


@dataclass(frozen=True)
class StoredFlow:
    """All an assessment knows about flow: its inputs and the scenarios the report shows."""

    inputs: tuple[FlowInput, ...]
    scenarios: tuple[FlowScenario, ...]

    def __bool__(self) -> bool:
        return bool(self.inputs or self.scenarios)

    def digest_part(self) -> list[Any]:
        rows = [[r.name, r.origin, r.value, r.p75, r.n, r.window_days, r.source] for r in self.inputs]
        return [sorted(rows), [[scenario.name, scenario.values] for scenario in self.scenarios]]


def stored_flow(assessment: Assessment) -> StoredFlow:
    shown = assessment.flow_scenarios.filter(in_report=True)
    return StoredFlow(tuple(assessment.flow_inputs.all()), tuple(shown))


def read_stored(stored: StoredFlow, evidence: list[Evidence]) -> FlowReading | None:
    """The reading of the rows as they stand; None when nothing is known."""
    if not stored:
        return None
    return read_flow(
        [_given(row) for row in stored.inputs],
        queue_growth=_queue_growth(evidence),
        scenarios=[(row.name, whatif_from(row.values)) for row in stored.scenarios],
    )


def as_dict(reading: FlowReading | None) -> dict[str, Any] | None:
    return asdict(reading) if reading else None


def _given(row: FlowInput) -> Given:
    return Given(row.name, row.value, Origin(row.origin), row.n, row.window_days, row.source, row.p75)


def _queue_growth(evidence: list[Evidence]) -> float | None:
    """The growth of the review queue as a share of its inflow, where it was read."""
    found = [row.content.get("value") for row in evidence if row.signal == GROWTH_SIGNAL]
    return next((float(value) for value in found if value is not None), None)
