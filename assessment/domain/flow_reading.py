"""From the stored flow inputs of an assessment to its flow reading, and the typed way back from a stored one."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from assessment.domain.flow.given import Given, Origin
from assessment.domain.flow.reading import FlowReading, read_flow
from assessment.models import Assessment, Evidence, FlowInput, Result

GROWTH_SIGNAL = "queue_growth"
_READING = TypeAdapter(FlowReading)


def given_of(assessment: Assessment) -> list[Given]:
    """Every stored input of the assessment."""
    return [_given(row) for row in assessment.flow_inputs.all()]


def flow_reading_of(result: Result) -> FlowReading | None:
    """What the result remembers; None where nothing about flow was known when it was made."""
    return _READING.validate_python(result.flow) if result.flow else None


def read_stored(rows: list[FlowInput], evidence: list[Evidence]) -> FlowReading | None:
    """The reading of the rows as they stand; None without any."""
    if not rows:
        return None
    return read_flow([_given(row) for row in rows], queue_growth=_queue_growth(evidence))


def as_dict(reading: FlowReading | None) -> dict[str, Any] | None:
    return asdict(reading) if reading else None


def digest_part(rows: Sequence[FlowInput]) -> list[Any]:
    return sorted([row.name, row.origin, row.value, row.p75, row.n, row.window_days, row.source] for row in rows)


def _given(row: FlowInput) -> Given:
    return Given(row.name, row.value, Origin(row.origin), row.n, row.window_days, row.source, row.p75)


def _queue_growth(evidence: list[Evidence]) -> float | None:
    """The growth of the review queue as a share of its inflow, where it was read."""
    found = [row.content.get("value") for row in evidence if row.signal == GROWTH_SIGNAL]
    return next((float(value) for value in found if value is not None), None)
