"""How answers lie, question by question: what is told, from how many voices on, and kept with the summary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.domain.spread import spread_of


def test_question_is_told_with_all_its_figures():
    told = spread_of({"SP1.m": [2, 3, 3, 4]}, minimum=3).questions[0]
    assert (told.question, told.n, told.distribution, told.mean) == ("SP1.m", 4, (0, 1, 2, 1, 0), 3.0)
    assert told.average_deviation == 0.5
    assert told.r_wg == pytest.approx(1 - (2 / 3) / 2)
    assert told.a_wg == pytest.approx(0.75)
    assert told.interval == pytest.approx((1.7008, 4.2992), abs=1e-3)


def test_question_with_too_few_levels_is_not_told_and_counts_nowhere():
    spread = spread_of({"SP1.m": [5, 5], "SP1.r": [2, 2, 3, 3, 2]}, minimum=5)
    assert [told.question for told in spread.questions] == ["SP1.r"]
    assert spread == spread_of({"SP1.r": [2, 2, 3, 3, 2]}, minimum=5)


def test_people_are_summed_up_only_where_enough_of_them_spoke():
    voices = [{"a": 2, "b": 4}, {"a": 3, "b": 5}, {"a": 1, "b": 4}]
    levels = {"a": [2, 3, 1], "b": [4, 5, 4]}
    told = spread_of(levels, minimum=3, voices=voices)
    assert told.mean == pytest.approx((3 + 4 + 2.5) / 3)
    assert told.n_complete == 2
    assert told.icc is not None
    assert told.interval is not None
    few = spread_of(levels, minimum=4, voices=voices)
    assert (few.mean, few.icc, few.interval, few.questions) == (None, None, None, ())


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(1, 5), max_size=9)), st.integers(1, 6))
def test_nothing_is_told_of_a_smaller_group_and_the_order_never_matters(levels, minimum):
    spread = spread_of(levels, minimum=minimum)
    assert all(told.n >= minimum for told in spread.questions)
    turned = spread_of({question: given[::-1] for question, given in levels.items()}, minimum=minimum)
    assert turned.questions == spread.questions
    assert turned.alpha == spread.alpha
