"""Values change, everything around them stays as it was written."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.maturity.editing import CannotEdit, at, edited, flow, with_item, without_item
from assessment.maturity.lint import lint
from assessment.maturity.loader import SHIPPED
from assessment.maturity.reading import parse_yaml

TEXT = """# About naïve café 🙂 things
one: 1  # first
two: >-
  folded text
  over lines

# between
three:
- {id: a, text: "x, y"}
- id: b
  text: plain words
  list:
    - 1
    - 2
# after the list
four: {2: 0.5, 3: 0.7}
five:
last: ''
"""


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("one",), 2.5, "one: 2.5  # first"),
        (("two",), "No", 'two: "No"'),
        (("three", 0, "text"), "other: words", '- {id: a, text: "other: words"}'),
        (("three", 1, "text"), "more words", "  text: more words"),
        (("three", 1, "list"), [3], "  list: [3]"),
        (("three", 1, "list", 0), 9, "    - 9"),
        (("four", 3), 0.9, "four: {2: 0.5, 3: 0.9}"),
        (("five",), "#228B22", 'five: "#228B22"'),
        (("last",), "two\nlines", 'last: "two\\nlines"'),
    ],
)
def test_one_value_changes_and_no_other_line(path, value, line):
    new = edited(TEXT, [(path, value)])
    assert at(parse_yaml(new), path) == value
    assert line in new.splitlines()
    gone = set(TEXT.splitlines()) - set(new.splitlines())
    assert {"# between", "# after the list", "# About naïve café 🙂 things"} <= set(new.splitlines())
    assert len(gone) <= 3


def test_several_values_at_once():
    new = edited(TEXT, [(("one",), 5), (("last",), "end"), (("three", 0, "id"), "z")])
    data = parse_yaml(new)
    assert (data["one"], data["last"], data["three"][0]["id"]) == (5, "end", "z")


def test_what_is_not_there_cannot_be_changed():
    for path in (("six",), ("three", 7), ("one", "x"), ("four", 9)):
        with pytest.raises(CannotEdit):
            edited(TEXT, [(path, 1)])


def test_items_are_added_and_taken_away():
    new = with_item(TEXT, ("three",), {"id": "c", "text": "new: one"})
    assert [one["id"] for one in parse_yaml(new)["three"]] == ["a", "b", "c"]
    assert "# after the list" in new
    assert with_item(TEXT, ("three", 1, "list"), 3).count("    - ") == 3
    assert [one["id"] for one in parse_yaml(without_item(TEXT, ("three", 1)))["three"]] == ["a"]
    assert without_item(new, ("three", 2)) == TEXT
    with pytest.raises(CannotEdit):
        without_item(TEXT, ("three", 2))


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),  # refused in any model
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abz_", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_is_written_is_read_back(value):
    assert parse_yaml(f"key: {flow(value)}\n") == {"key": value}


def _leaves(data, path=()):
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, one in items:
        yield from _leaves(one, (*path, key))
    if not isinstance(data, dict | list):
        yield path, data


def test_every_text_of_the_shipped_model_can_be_changed_in_its_place():
    text = SHIPPED.read_text(encoding="utf-8")
    data = parse_yaml(text)
    changes = [(path, f"{value} – “other”: no?") for path, value in _leaves(data) if isinstance(value, str)]
    new = parse_yaml(edited(text, changes))
    expected = copy.deepcopy(data)
    for path, value in changes:
        at(expected, path[:-1])[path[-1]] = value
    assert new == expected
    assert len(changes) > 1000


def test_a_changed_weight_keeps_the_rest_byte_for_byte():
    text = SHIPPED.read_text(encoding="utf-8")
    new = edited(text, [(("dimensions", 0, "practices", 0, "weight"), 1.3)])
    changed = [(a, b) for a, b in zip(text.splitlines(), new.splitlines(), strict=True) if a != b]
    assert changed == [("    weight: 1.2", "    weight: 1.3")]
    assert lint(parse_yaml(new)) == ()
