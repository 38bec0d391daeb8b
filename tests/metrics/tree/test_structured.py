import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.signals.tree.structured import is_true, load_json, load_toml, load_yaml, table_at, texts_in
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
