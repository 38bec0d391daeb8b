"""Whatever a host says, signals answer or say why not."""

import dataclasses

import pytest
from hypothesis import given, settings

from assessment.maturity.loader import SHIPPED, read_model
from metrics.signals.changes import HOST_SIGNALS, HostContext, read_host
from metrics.signals.changes.types import Part
from metrics.signals.flow_inputs import flow_inputs
from metrics.signals.types import Measured, Skipped
from tests.metrics.changes.building import any_hosted, at, told

DEFINITIONS = read_model(SHIPPED).signals


@settings(max_examples=60, deadline=None)
@given(any_hosted())
def test_every_reading_is_in_range_or_refused_with_a_sentence(hosted):
    for reading in read_host(HostContext(hosted)):
        if isinstance(reading, Skipped):
            assert reading.reason.endswith("."), reading
            continue
        definition = DEFINITIONS[reading.signal]
        assert reading.n > 0
        assert len(reading.examples) <= 12
        assert (reading.grade in definition.grades) if definition.grades else (reading.value is not None)
        assert reading.window_days == definition.window_days or definition.grades
        if definition.unit == "share":
            assert 0 <= reading.value <= 1
        elif reading.signal != "queue_growth" and reading.value is not None:
            assert reading.value >= 0


@settings(max_examples=60, deadline=None)
@given(any_hosted())
def test_order_of_what_the_host_sends_never_matters(hosted):
    turned = dataclasses.replace(
        hosted, changes=hosted.changes[::-1], runs=hosted.runs[::-1], items=hosted.items[::-1],
        releases=hosted.releases[::-1], alerts=hosted.alerts[::-1],
    )  # fmt: skip
    as_sent, as_turned = list(read_host(HostContext(hosted))), list(read_host(HostContext(turned)))
    assert [(r.signal, getattr(r, "value", r)) for r in as_sent] == [
        (r.signal, getattr(r, "value", r)) for r in as_turned
    ]


@settings(max_examples=60, deadline=None)
@given(any_hosted())
def test_flow_inputs_are_finite_and_shares_are_shares(hosted):
    for name, found in flow_inputs(HostContext(hosted)).items():
        assert found.value >= 0
        assert found.value < 1e9
        assert found.n > 0
        if name.startswith("p_") or name == "collision_rate":
            assert found.value <= 1


def test_every_host_signal_stands_in_the_maturity_model_with_its_unit():
    assert set(HOST_SIGNALS) <= set(DEFINITIONS)
    hosted = {"pr", "ci", "settings", "issues"}
    wanted = {name for name, d in DEFINITIONS.items() if hosted & set(d.sources) and "tree" not in d.sources}
    assert wanted <= set(HOST_SIGNALS)


@pytest.mark.parametrize("part", list(Part))
def test_hidden_part_is_a_skipped_signal_that_names_the_permission(part):
    sentence = f"Give the token the scope for {part}."
    readings = {r.signal: r for r in read_host(told(unseen={part: sentence}))}
    for name, signal in HOST_SIGNALS.items():
        if part in signal.needs:
            assert readings[name] == Skipped(name, sentence)


def test_changes_that_reach_back_too_short_are_not_counted():
    context = HostContext(dataclasses.replace(told().hosted, since=at(days=40)))
    readings = {r.signal: r for r in read_host(context)}
    assert "2026-05-21 only" in readings["pickup_p75"].reason
    assert "only" not in readings["queue_growth"].reason
    assert not any(isinstance(r, Measured) for r in readings.values())
