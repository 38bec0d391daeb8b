"""Conditions of risk rules: the grammar, one answer, and all answers at once against Python's own operators."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.maturity.foreign.conditions import (
    BadCondition,
    answer_of,
    first_that_holds,
    read_condition,
    truth_tables,
)

NAMES = ("aa", "bb", "cc", "dd")
expressions = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.one_of(
        inner.map(lambda x: f"!{x}"),
        inner.map(lambda x: f"( {x} )"),
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(" ".join),
    ),
    max_leaves=12,
)


def by_python(text, ticked):
    words = re.sub(r"!", " not ", text).replace("&&", " and ").replace("||", " or ")
    return bool(eval(words, {}, {name: name in ticked for name in NAMES}))


@given(expressions)
def test_every_answer_is_worked_out_as_python_does(text):
    condition = read_condition(text)
    tables, everything = truth_tables(NAMES)
    found = condition.table(tables, everything)
    for bits in product((0, 1), repeat=len(NAMES)):
        ticked = {name for name, bit in zip(NAMES, bits, strict=True) if bit}
        number = sum(1 << i for i, bit in enumerate(bits) if bit)
        assert by_python(text, ticked) == condition.holds(ticked) == bool(found >> number & 1)


def test_and_binds_closer_than_or_and_not_closest():
    condition = read_condition("aa && !bb || cc")
    assert condition.holds({"cc", "bb"})
    assert condition.holds({"aa"})
    assert not condition.holds({"aa", "bb"})
    assert condition.names == ("aa", "bb", "cc")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "ends where a choice is expected"),
        ("aa &&", "ends where a choice is expected"),
        ("aa bb", "'bb' at character 4"),
        ("(aa || bb", "not closed"),
        ("aa)", "at character 3 that was not opened"),
        ("&& aa", "'&&' at character 1"),
        ("aa > 2", "cannot be read at character 3"),
        ("aa & bb", "cannot be read at character 3"),
        ("()", "')' at character 2"),
    ],
)
def test_what_is_no_condition_is_told_with_its_place(text, what):
    with pytest.raises(BadCondition, match=re.escape(what)):
        read_condition(text)


def test_deep_nesting_and_endless_texts_are_no_danger():
    assert read_condition("(" * 2_000 + "aa" + ")" * 2_000).holds({"aa"})
    with pytest.raises(BadCondition):
        read_condition(" || ".join(["aa"] * 5_000))


def test_order_decides_and_default_always_holds():
    conditions = [read_condition(text) for text in ("aa && bb", "aa", "default")]
    assert [first_that_holds(conditions, ticked) for ticked in ({"aa", "bb"}, {"aa"}, {"bb"})] == [0, 1, 2]
    assert first_that_holds(conditions[:2], {"bb"}) is None
    assert answer_of(0b1000, ["aa", "bb"]) == ("aa", "bb")
