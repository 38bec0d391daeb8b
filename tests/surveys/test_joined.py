"""Several people's answers become one: what each rule counts, and what is told of too few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.maturity.foreign.types import Choice, Dimension, ForeignModel, Practice, Question
from surveys.domain.joined import join_answers


def model_of(*questions):
    practice = Practice(id="P", name="P", questions=questions)
    return ForeignModel(
        slug="m",
        version="1",
        title="M",
        format="samm",
        rule="samm",
        dimensions=(Dimension(id="D", name="D", practices=(practice,)),),
    )


SINGLE = Question(
    id="q", text="?", kind="single", choices=tuple(Choice(id=str(n), text=str(n), value=n / 4) for n in (0, 1, 2, 4))
)
SHARE = Question(id="q", text="?", kind="coverage")
SEVERAL = Question(
    id="q",
    text="?",
    kind="multiple",
    choices=(*(Choice(id=name, text=name) for name in "abc"), Choice(id="no", text="none", is_none_of_these=True)),
)


def joined(question, answers, **more):
    told = join_answers(model_of(question), [("q", answer) for answer in answers], **more)
    return told["P"][0] if told else None


@pytest.mark.parametrize(
    ("answers", "value"), [([1, 2, 4], 0.25), ([1, 4], 0.0), ([3, 4], 0.5), ([4, 4, 1, "dk", "dk", "dk"], 1.0)]
)
def test_one_choice_is_the_median_offered_the_lower_of_two(answers, value):
    row = joined(SINGLE, answers)
    assert (row.value, row.state) == (value, "answered")


def test_range_and_counts_stand_beside_the_median():
    row = joined(SINGLE, [1, 3, 4, "dk", "na"])
    assert (row.low, row.high, row.n, row.n_dont_know, row.n_not_applicable) == (0.0, 1.0, 3, 1, 1)


def test_share_is_the_median_of_the_shares():
    assert joined(SHARE, [1, 3, 5]).value == 0.5


@pytest.mark.parametrize(
    ("answers", "counted", "state"),
    [
        ([(1, 2), (1,)], ("a",), "answered"),
        ([(1, 2), (1, 2), (3,)], ("a", "b"), "answered"),
        ([(1,), (2,)], (), "split"),
        ([(4,), (4,), (1,)], ("no",), "answered"),
    ],
)
def test_choice_counts_when_more_than_half_of_those_who_ticked_any_took_it(answers, counted, state):
    row = joined(SEVERAL, [*answers, "dk"])
    assert (row.counted, row.state) == (counted, state)


def test_question_does_not_apply_when_more_say_so_than_answer():
    assert joined(SINGLE, ["na", "na", 4]).state == "na"
    assert joined(SINGLE, ["na", 4]).value == 1.0


@pytest.mark.parametrize("answers", [[4] * 4, ["na"] * 4, [(1,)] * 4, ["dk"] * 9])
def test_nothing_is_told_of_fewer_than_the_minimum(answers):
    question = SEVERAL if answers[0] == (1,) else SINGLE
    assert joined(question, answers, minimum=5) is None


def test_beside_an_earlier_survey_neither_counts_nor_ranges_are_told():
    row = joined(SINGLE, [1, 2, 3, 4, 4, 4, 4], minimum=5, coarse=True)
    assert (row.n, row.low, row.high, row.n_dont_know) == (5, None, None, 0)


ANSWER = st.one_of(st.integers(1, 4), st.sampled_from(["dk", "na"]))


@given(st.lists(ANSWER, max_size=12), st.randoms(), st.integers(1, 6))
def test_order_never_matters_and_every_number_told_holds_the_minimum(answers, chance, minimum):
    mixed = list(answers)
    chance.shuffle(mixed)
    row = joined(SINGLE, answers, minimum=minimum)
    assert joined(SINGLE, mixed, minimum=minimum) == row
    if row:
        assert all(n == 0 or n >= minimum for n in (row.n, row.n_dont_know, row.n_not_applicable))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=9), st.integers(0, 8))
def test_group_never_falls_when_an_answer_rises(answers, place):
    higher = list(answers)
    place %= len(higher)
    higher[place] = min(4, higher[place] + 1)
    assert joined(SINGLE, higher).value >= joined(SINGLE, answers).value
