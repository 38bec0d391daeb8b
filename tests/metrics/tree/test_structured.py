import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from metrics.signals.tree.plain_yaml import MAX_KEYS, first_document
from metrics.signals.tree.structured import (
    is_true,
    load_json,
    load_toml,
    load_yaml,
    load_yaml_documents,
    table_at,
    texts_in,
)
from tests.effort import processor_s


def test_load_yaml_keeps_scalars_as_text():
    assert load_yaml("on: push\nn: 190:20:30\nd: 2020-01-01\nt: true\nempty:\n") == {
        "on": "push",
        "n": "190:20:30",
        "d": "2020-01-01",
        "t": "true",
        "empty": None,
    }


def test_load_yaml_reads_merge_keys_and_ignores_unknown_tags():
    assert load_yaml("a: &a {x: 1}\nb:\n  <<: *a\nc: !reference [a, b]")["b"] == {"x": "1"}


def test_load_yaml_refuses_to_build_anything_but_data():
    assert load_yaml("d: !!python/name:os.system x") is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "- " * 50_000,
        "? " * 50_000,
        '["]",' * 50_000,
        "{a: " * 20_000,
        "a: b\n" * 80_000,
        "\x00",
        "a: *missing",
        "a0: &a0 {k: v}\n" + "".join(f"a{i}: &a{i}\n  <<: [{','.join([f'*a{i - 1}'] * 90)}]\n" for i in range(1, 9)),
    ],
    ids=["flow", "dashes", "keys", "quoted", "maps", "large", "zero", "alias", "merges"],
)
def test_load_yaml_refuses_hostile_text_quickly(text):
    read = []
    assert processor_s(lambda: read.append(load_yaml(text))) < 2
    assert read == [None]


def test_load_toml_refuses_a_dotted_key_of_quadratic_cost():
    assert load_toml("a." * 100_000 + "a = 1") == {}


def test_load_json_tolerates_comments_of_whole_lines_and_refuses_depth():
    assert load_json('{\n// why\n"a": 1}') == {"a": 1}
    assert load_json("[" * 100_000) is None


def test_texts_in_ends_on_shared_structures():
    shared = ["x"]
    for _ in range(60):
        shared = [shared, shared]
    assert len(texts_in(shared, at_most=50)) <= 50


def test_table_at_is_empty_where_the_way_ends():
    assert table_at({"a": {"b": 1}}, "a", "b") == {}


@pytest.mark.parametrize(("value", "said"), [(True, True), ("TRUE", True), ("${{ x }}", False), (None, False)])
def test_is_true_takes_plain_words_only(value, said):
    assert is_true(value) is said


@given(st.text(max_size=300))
def test_load_yaml_never_raises(text):
    load_yaml(text)
    load_toml(text)
    load_json(text)


def by_the_loader(text):
    """The first document as PyYAML puts it together itself."""
    documents = load_yaml_documents(text, at_most=1)
    return documents[0] if documents else None


WORDS = st.sampled_from(
    ["on", "a", "~", "null", "Null", "", "<<", "1", "true", "x y", "- b", "{c", "d: e", "# f", "!g", "&h", "*h"]
)
DATA = st.recursive(
    WORDS | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.none(), inner, max_size=4),
    max_leaves=20,
)
# fmt: off  # rows, not thirty lines
SIGNS = (
    "a: ",
    "- ",
    "\n",
    "  ",
    "b",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "? ",
    ": ",
    "~",
    "<<",
    "<<: ",
    "*x",
    "&x ",
    "!!str ",
    "! ",
    "'q'",
    '"d"',
    "\n---\n",
    "\n...\n",
    "|\n  t\n",
    "# c\n",
    "null",
    "%TAG ! x\n",
    "\t",
)
# fmt: on
PIECES = st.lists(st.sampled_from(SIGNS), max_size=30).map("".join)


@given(st.one_of(PIECES, st.builds(yaml.safe_dump, DATA, default_flow_style=st.sampled_from([True, False, None]))))
@example("[" * 70 + "]" * 70)
@example("- " * 70 + "x")
@example("a: 1\n---\n" + "[" * 70 + "]" * 70)
@example("".join(" " * n + "a:\n" for n in range(70)))
@example("{a: 1, a: 2, ~: 3}")
@example("a: {}\nb: [")
@example("".join(f"k{n}: v\n" for n in range(MAX_KEYS + 1)))
def test_what_the_events_of_a_text_say_is_what_the_loader_says(text):
    assert repr(load_yaml(text)) == repr(by_the_loader(text))


def test_most_texts_are_read_from_their_events():
    text = "on: {push: [~, 'x']}\nempty:\nlist:\n- a: |\n    b\n- []\n"
    assert first_document(text, whole_stream=True) == by_the_loader(text)
    assert by_the_loader(text)["list"][0] == {"a": "b\n"}
