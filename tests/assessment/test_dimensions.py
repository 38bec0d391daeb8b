"""Dimensions, the overall number, control profile, tilt, sensitivity and change."""

from dataclasses import replace

import pytest

from assessment.domain.scoring import change_between, score
from assessment.domain.scoring.dimensions import summary_line
from assessment.domain.scoring.types import NamedCap
from tests.factories.scoring import make_summary, reading, shipped_model, unanimous_card

MODEL = shipped_model()


def card_of(levels, **kwargs):
    return score(MODEL, summaries=[make_summary(p, float(v)) for p, v in levels.items()], readings=(), **kwargs)


def dimension(card, name):
    return next(d for d in card.dimensions if d.dimension == name)


SPEC = {"SP1": 4, "SP2": 3, "SP3": 4, "SP4": 4, "SP5": 4}  # weights 1.2 1.0 1.2 0.8 0.9, together 5.1


def test_dimension_is_the_weighted_mean_of_its_practices():
    spec = dimension(card_of({**SPEC, "EN1": 4}), "SPEC")
    assert spec.score == pytest.approx((1.2 * 4 + 3 + 1.2 * 4 + 0.8 * 4 + 0.9 * 4) / 5.1)
    assert spec.known_weight == 1.0


def test_dimension_is_staged_by_keystones_weight_and_floor():
    # SP2 at 3 leaves 4.1/5.1 = 80.4 % of the weight at 4 and is no more than one level below
    assert dimension(card_of({**SPEC, "EN1": 4}), "SPEC").staged_level == 4


def test_dimension_is_held_back_by_too_much_weight_below():
    spec = dimension(card_of({**SPEC, "SP4": 3, "EN1": 4}), "SPEC")
    assert spec.staged_level == 3
    (reason,) = spec.held_back_by
    assert reason.kind == "weight_rule"
    assert (
        reason.text
        == "65% of the weight reaches level 4, 80% must; SP2 Stated limits and SP4 Early challenge are below."
    )


def test_dimension_is_held_back_by_a_keystone():
    spec = dimension(card_of({**SPEC, "SP1": 3, "EN1": 4}, extra_caps=[NamedCap("SP1", 2, "No item.")]), "SPEC")
    assert spec.staged_level == 2
    assert [(r.kind, r.practice) for r in spec.held_back_by] == [("keystone", "SP1")]
    assert spec.held_back_by[0].text == "SP1 Testable intent is a keystone at 2: No item. This limits the level to 2."
    assert summary_line(spec).startswith("Spec quality averages 3.6 but is staged at 2 because SP1 Testable intent is")


def test_dimension_is_held_back_by_a_practice_far_below():
    # SP4 (0.8 of 5.1) at 2: 84 % reach 4, but it is two below
    spec = dimension(card_of({**SPEC, "SP2": 4, "SP4": 2, "EN1": 4}), "SPEC")
    assert spec.staged_level == 3
    assert [(r.kind, r.practice) for r in spec.held_back_by] == [("floor_rule", "SP4")]


def test_dimension_needs_sixty_percent_of_its_weight():
    # without SP2, SP5: 3.2/5.1 = 62.7 %; without SP2, SP3 too: 39 %
    assert dimension(card_of({"SP1": 3, "SP3": 3, "SP4": 3}), "SPEC").score == pytest.approx(3.0)
    missing = dimension(card_of({"SP1": 3, "SP4": 3}), "SPEC")
    assert (missing.score, missing.range, missing.staged_level) == (None, None, None)
    assert [r.practice for r in missing.held_back_by] == ["SP2", "SP3", "SP5"]


def test_dimension_with_an_unknown_keystone_has_a_score_and_no_level():
    spec = dimension(card_of({name: 3 for name in SPEC if name != "SP3"}), "SPEC")
    assert (spec.score, spec.staged_level) == (pytest.approx(3.0), None)
    assert [(r.kind, r.practice) for r in spec.held_back_by] == [("not_known", "SP3")]


def test_dimension_range_is_the_weighted_mean_of_both_ends():
    spec = dimension(card_of(SPEC), "SPEC")
    assert spec.range[0] < spec.score < spec.range[1]
    one = dimension(unanimous_card(3), "SPEC")
    practice = unanimous_card(3).practices[0]
    assert one.range == pytest.approx(practice.range)


def by_dimension(**levels):
    return {p.id: levels[d.id] for d in MODEL.dimensions for p in d.practices if d.id in levels}


def test_overall_is_harmonic_and_leaves_outcome_measurement_out():
    card = card_of(by_dimension(SPEC=3.0, REV=2.4, ENF=3.6, COORD=2.0, OUT=5.0))
    assert card.overall.score == pytest.approx(2.62, abs=0.005)
    assert card.overall.arithmetic == pytest.approx(2.75)
    assert (card.overall.lowest_dimension, card.overall.lowest_staged) == ("COORD", 2)
    assert card.overall.balance_gap == pytest.approx(1.6)
    assert card.overall.order_changes == 0.0
    assert card.overall.order_is_robust is True


def test_overall_needs_every_dimension_that_counts():
    card = card_of(by_dimension(SPEC=3.0, REV=2.4, ENF=3.6))
    assert (card.overall.score, card.overall.arithmetic) == (None, None)
    assert card.overall.balance_gap == pytest.approx(1.2)


def test_order_that_hangs_on_the_weights_is_called_not_robust():
    levels = by_dimension(SPEC=3.0, REV=3.0, ENF=4.0, COORD=2.0)
    levels |= {"SP1": 4, "SP2": 2, "RV2": 4, "RV4": 2}
    overall = card_of(levels).overall
    assert overall.order_changes > 0.2
    assert overall.order_is_robust is False
    assert card_of(levels).overall == overall


def test_equal_dimensions_keep_their_order_in_every_draw():
    assert unanimous_card(3).overall.order_changes == 0.0


def test_order_of_one_dimension_is_no_question():
    assert card_of(by_dimension(SPEC=3.0)).overall.order_changes is None


def test_target_is_the_chosen_level_or_the_usual_one_and_never_below_today():
    card = card_of({"OM1": 2, "OM2": 4.5}, targets={"OM2": 2})
    operate = next(s for s in card.control_profile if s.stage == "operate")
    assert operate.today == pytest.approx((0.25 + 0.875) / 2)
    assert operate.target == pytest.approx((0.75 + 0.25) / 2)  # keystone OM1 aims at 4
    usual = next(s for s in card_of({"OM1": 2, "OM2": 4.5}).control_profile if s.stage == "operate")
    assert usual.target == pytest.approx((0.75 + 0.875) / 2)


def test_control_profile_is_even_when_every_practice_is():
    card = unanimous_card(3)
    assert [(s.stage, s.today) for s in card.control_profile] == [
        (stage.id, pytest.approx(0.5)) for stage in sorted(MODEL.stages, key=lambda s: s.order)
    ]
    assert card.tilt == pytest.approx(0)


def test_tilt_is_positive_when_quality_is_decided_before_review():
    upstream = {p.id: 5 if set(p.stages) <= {"define", "design", "build"} else 1 for p in MODEL.practices()}
    assert card_of(upstream).tilt > 0.5
    assert card_of({name: 6 - level for name, level in upstream.items()}).tilt < -0.5


def test_tilt_needs_both_sides():
    assert card_of({"SP1": 3}).tilt is None


def test_change_is_real_only_beyond_its_noise():
    before, after = card_of({"SP1": 2.0, "SP2": 2.0}), card_of({"SP1": 4.0, "SP2": 2.5, "SP3": 3})
    changes = {c.practice: c for c in change_between(before, after)}
    assert set(changes) == {"SP1", "SP2"}
    error = before.practices[0].standard_error
    assert changes["SP1"].margin == pytest.approx(1.28 * 2**0.5 * error)
    assert (changes["SP1"].is_real, changes["SP2"].is_real) == (True, False)


def test_change_of_level_counts_when_it_stayed_for_two_rounds():
    before, middle, after = (card_of({"SP1": value}) for value in (2.5, 2.8, 2.9))
    (noise,) = change_between(before, after)
    (stayed,) = change_between(before, after, middle=middle)
    (moved_back,) = change_between(before, before, middle=middle)
    assert (noise.staged_before, noise.staged_after, noise.is_real) == (2, 3, False)
    assert (stayed.is_real, moved_back.is_real) == (True, False)


def test_every_score_says_how_it_came_about():
    card = unanimous_card(3, readings=[reading("size_p75", 400), reading("ci_present", grade="tests_on_changes", n=1)])
    for practice in card.practices:
        kinds = [reason.kind for reason in practice.reasons]
        assert kinds[0] == "self_report"
        assert {"state", "planning", "rounding"} <= set(kinds)
        assert all(reason.text.endswith(".") for reason in practice.reasons)
    assert replace(card) == card
