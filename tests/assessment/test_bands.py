"""What one signal says: the level it reads, the band it allows and how much it weighs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.scoring.bands import bands_of, combine, level_of
from assessment.domain.scoring.types import SignalReading
from tests.factories.scoring import reading, shipped_model

MODEL = shipped_model()
THRESHOLDS = sorted(name for name, signal in MODEL.signals.items() if signal.thresholds)


def practice(name):
    return next(p for p in MODEL.practices() if p.id == name)


def band(name, measured, self_report=3.0):
    (only,) = bands_of(MODEL, practice(name), {measured.signal: measured}, self_report=self_report)
    return only


@pytest.mark.parametrize(
    ("signal", "value", "expected"),
    [
        ("spec_link_rate", 0.0, 1.0),  # higher is better: 0.30 0.60 0.90 0.97
        ("spec_link_rate", 0.15, 1.5),
        ("spec_link_rate", 0.30, 2.0),
        ("spec_link_rate", 0.45, 2.5),
        ("spec_link_rate", 0.90, 4.0),
        ("spec_link_rate", 0.97, 5.0),
        ("spec_link_rate", 1.0, 5.0),
        ("size_p75", 5000, 1.0),  # lower is better: 800 400 200 100
        ("size_p75", 1600, 1.0),
        ("size_p75", 1200, 1.5),
        ("size_p75", 800, 2.0),
        ("size_p75", 600, 2.5),
        ("size_p75", 200, 4.0),
        ("size_p75", 100, 5.0),
        ("size_p75", 0, 5.0),
        ("queue_growth", 0.0, 5.0),  # lower is better and the last threshold is zero: 0.15 0.05 0.02 0
        ("queue_growth", -0.2, 5.0),
        ("queue_growth", 0.01, 4.5),
        ("queue_growth", 0.30, 1.0),
        ("description_rate", 0.95, 4.0),  # supports_max 4
        ("spec_sections", 0.80, 4.0),
        ("rework_21d", 0.06, 3.5),  # an outcome with thresholds reads like any other
    ],
)
def test_value_reads_a_level_between_its_thresholds(signal, value, expected):
    assert level_of(MODEL.signals[signal], value) == pytest.approx(expected)


@given(st.sampled_from(THRESHOLDS), st.floats(-2, 2000), st.floats(-2, 2000))
def test_better_value_never_reads_a_lower_level(name, one, other):
    signal = MODEL.signals[name]
    better, worse = (
        (max(one, other), min(one, other)) if signal.better == "higher" else (min(one, other), max(one, other))
    )
    assert 1 <= level_of(signal, worse) <= level_of(signal, better) + 1e-9 <= signal.supports_max + 1e-9


def test_band_reaches_half_a_level_to_both_sides():
    found = band("RV1", reading("size_p75", 400))
    assert (found.level, found.low, found.high) == (3.0, 2.5, 3.5)
    assert found.weight == pytest.approx(0.75 / 0.16)


def test_band_of_the_lowest_level_keeps_its_width():
    found = band("RV1", reading("size_p75", 9999))
    assert (found.low, found.high, found.clipped) == (0.5, 1.5, 1.5)
    assert found.weight == pytest.approx(0.75 / 0.16)


def test_band_at_the_highest_level_a_signal_may_argue_for_is_open_above():
    found = band("RV1", reading("description_rate", 0.85), self_report=4.9)
    assert (found.level, found.low, found.high, found.clipped) == (4.0, 3.5, 5.0, 4.9)
    assert found.weight == pytest.approx((1 - 1.5 / 4) / 0.16)
    below = band("RV1", reading("description_rate", 0.84), self_report=4.9)
    assert below.high == pytest.approx(4.46)


def test_grade_gives_its_band_directly():
    found = band("EN1", reading("static_checks", grade="in_ci", n=1))
    assert (found.level, found.low, found.high, found.clipped) == (None, 2.0, 4.0, 3.0)
    assert found.weight == pytest.approx(0.5 / 0.49)


def test_grade_that_allows_every_level_weighs_nothing():
    found = band("EN3", reading("secret_hygiene", grade="unknown", n=1))
    assert (found.weight, found.dropped) == (0.0, "it is consistent with every level")
    assert combine([found], self_report=3.0) is None


@pytest.mark.parametrize(("n", "share"), [(30, 1.0), (60, 1.0), (15, 0.5), (8, 8 / 30)])
def test_few_observations_weigh_less(n, share):
    assert band("RV1", reading("size_p75", 400, n=n)).weight == pytest.approx(share * 0.75 / 0.16)


@pytest.mark.parametrize("n", [0, 1, 7])
def test_under_a_quarter_of_what_is_needed_a_signal_is_dropped(n):
    found = band("RV1", reading("size_p75", 400, n=n))
    assert (found.weight, found.clipped) == (0.0, None)
    assert found.dropped.endswith("at least 8 needed")


def test_exactly_a_quarter_is_kept():
    assert band("CO3", reading("contract_tests", grade="in_ci", n=1)).weight > 0
    assert band("RV4", SignalReading("owner_approval_rate", 3, value=0.8)).weight > 0
    assert band("RV4", SignalReading("owner_approval_rate", 2, value=0.8)).weight == 0


@pytest.mark.parametrize(
    ("measured", "why"),
    [
        (SignalReading("size_p75", 100, grade="big"), "it has no value"),
        (SignalReading("description_rate", 100), "it has no value"),
    ],
)
def test_reading_that_cannot_be_placed_is_dropped_with_a_reason(measured, why):
    assert band("RV1", measured).dropped == why


def test_unknown_grade_is_dropped_with_a_reason():
    assert band("EN1", reading("ci_present", grade="great")).dropped == "the model knows no grade 'great' here"


def test_window_and_unit_come_from_the_reading_before_the_definition():
    assert (band("RV1", reading("size_p75", 1)).window_days, band("RV1", reading("size_p75", 1)).unit) == (90, "lines")
    own = SignalReading("size_p75", 99, value=1, window_days=30, unit="rows")
    assert (band("RV1", own).window_days, band("RV1", own).unit) == (30, "rows")


def test_evidence_inside_the_band_leaves_the_self_report_alone():
    bands = bands_of(MODEL, practice("RV1"), {"size_p75": reading("size_p75", 400)}, self_report=3.3)
    evidence = combine(bands, self_report=3.3)
    assert evidence.value == pytest.approx(3.3)
    assert evidence.standard_error == pytest.approx((0.75 / 0.16) ** -0.5)


@pytest.mark.parametrize(
    ("practice_id", "readings", "supported"),
    [
        ("RV1", [reading("size_p75", 400)], True),  # direct, reads 3.0 >= 3.4 - 0.5
        ("RV1", [reading("size_p75", 450)], False),  # direct, reads 2.875
        ("SP1", [reading("spec_link_rate", 0.6)], False),  # one proxy is not enough
        ("SP1", [reading("spec_link_rate", 0.6), reading("spec_sections", 0.5)], True),
        ("SP1", [reading("spec_link_rate", 0.6), reading("rounds_mean", 1.0)], False),  # weak does not count
        ("EN1", [reading("protection_tier", grade="status_checks_required")], True),  # proves at least 3
        ("EN1", [reading("protection_tier", grade="review_required")], False),  # allows 3, proves only 2
    ],
)
def test_support_needs_one_direct_or_two_proxy_signals(practice_id, readings, supported):
    bands = bands_of(MODEL, practice(practice_id), {r.signal: r for r in readings}, self_report=3.4)
    assert combine(bands, self_report=3.4).supports is supported
