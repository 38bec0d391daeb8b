"""A difference is a change only beyond both intervals, or where a staged level moved and stayed for a second round."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.scoring.change import Z, change_between, dimension_changes
from tests.factories.scoring import shipped_model, unanimous_card

MODEL = shipped_model()
WEIGHTS = {practice.id: practice.weight for practice in MODEL.practices()}
BASE = unanimous_card(3)


def card_with(score, *, error=0.3, staged=3):
    """Every practice at one planning score with one standard error."""
    practices = tuple(
        dataclasses.replace(p, planning_score=score, standard_error=error, staged_level=staged) for p in BASE.practices
    )
    return dataclasses.replace(BASE, practices=practices)


@given(st.floats(1, 5), st.floats(1, 5), st.floats(0, 1), st.floats(0, 1))
def test_change_is_real_exactly_beyond_the_margin(before, after, first, second):
    found = change_between(card_with(before, error=first), card_with(after, error=second))
    margin = Z * (first**2 + second**2) ** 0.5
    assert len(found) == 23
    for one in found:
        assert one.margin == pytest.approx(margin)
        if abs(abs(after - before) - margin) > 1e-6:
            assert one.is_real == (abs(after - before) > margin)


def test_level_that_moved_counts_only_once_it_stayed_for_a_second_round():
    first, second, third = card_with(2.9, staged=2), card_with(3.0, staged=3), card_with(3.1, staged=3)
    assert not any(one.is_real for one in change_between(first, second))
    assert not any(one.is_real for one in change_between(first, third))
    assert all(one.is_real for one in change_between(first, third, middle=second))
    back = card_with(2.9, staged=2)
    assert not any(one.is_real for one in change_between(first, back, middle=second))


def test_practice_not_known_on_one_side_is_no_change():
    unknown = card_with(None, error=None, staged=None)
    assert change_between(unknown, card_with(4.0)) == ()
    assert change_between(card_with(4.0), unknown) == ()


@given(st.floats(1, 5), st.floats(1, 5), st.floats(0.01, 1))
def test_dimension_adds_errors_inside_a_round_and_not_across_rounds(before, after, error):
    found = dimension_changes(
        card_with(before, error=error), card_with(after, error=error), weights=WEIGHTS, alike=WEIGHTS
    )
    assert [one.dimension for one in found] == [d.id for d in MODEL.dimensions]
    for one in found:
        assert one.margin == pytest.approx(Z * error * 2**0.5)
        assert (one.before, one.after) == (pytest.approx(before), pytest.approx(after))


def test_dimension_rests_on_what_was_known_and_asked_alike_both_times():
    lifted = card_with(4.0)
    only = MODEL.dimensions[0].practices[0].id
    few = dimension_changes(card_with(2.0), lifted, weights=WEIGHTS, alike={only})
    assert few == ()
    most = {practice.id for practice in MODEL.dimensions[0].practices[:4]}
    (found,) = dimension_changes(card_with(2.0), lifted, weights=WEIGHTS, alike=most)
    assert (found.n_practices, found.is_real) == (4, True)
