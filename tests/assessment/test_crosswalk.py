"""The crosswalk by hand: who points at whom, what an answer suggests, and that it never suggests too much."""

from hypothesis import given
from hypothesis import strategies as st

from assessment.maturity.crosswalk import Item, linked, sheet_of_other, sheet_of_ours, suggested
from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.foreign.dsomm import read_dsomm
from assessment.maturity.foreign.samm import read_samm
from tests.assessment.foreign.samples import (
    activity,
    lens,
    question,
    samm_files,
    write_dsomm,
    write_lens,
    write_samm,
)
from tests.factories.scoring import shipped_model


def samm(folder):
    return sheet_of_other(read_samm(write_samm(folder, samm_files()))[0])


def dsomm(folder, **references):
    rows = {name: activity(name, references={"samm2": codes}) for name, codes in references.items()}
    return sheet_of_other(read_dsomm(write_dsomm(folder / "d.yaml", {"D": {"S": rows}}))[0])


def ours(where):
    model = shipped_model()
    source = next(iter(model.sources))
    changed = model.sources[source].model_copy(update={"where": where})
    action = model.dimensions[0].practices[0].actions[0].model_copy(update={"backing": (source,)})
    first = model.dimensions[0].practices[0]
    first = first.model_copy(update={"actions": (action,)})
    others = tuple(
        p.model_copy(update={"actions": ()}) for d in model.dimensions for p in d.practices if p.id != first.id
    )
    dimension = model.dimensions[0].model_copy(update={"practices": (first, *others)})
    return model.model_copy(update={"sources": {**model.sources, source: changed}, "dimensions": (dimension,)})


def names(found):
    return {name: [item.id for item in items] for name, items in found.items()}


def test_references_of_activities_link_both_ways(tmp_path):
    one, other = samm(tmp_path), dsomm(tmp_path, a=["P-RO-A-1", "TODO"], b=["P-RO-A-1", "B-WA-B-3"], c=["V-RT-AB-1"])
    assert names(linked(one, other)) == {"P-RO-A-1": ["a", "b"], "B-WA-B-3": ["b"]}
    assert names(linked(other, one)) == {"a": ["P-RO-A-1"], "b": ["P-RO-A-1", "B-WA-B-3"]}


def test_a_model_is_never_linked_to_itself(tmp_path):
    one = samm(tmp_path)
    assert linked(one, one) == {}


def test_our_sources_name_questions_of_another_model(tmp_path):
    one, mine = samm(tmp_path), sheet_of_ours(ours("samm: P-RO-A-1, P-RO-A-2"))
    assert names(linked(one, mine)) == {"P-RO-A-1": ["SP1.m", "SP1.e"], "P-RO-A-2": ["SP1.m", "SP1.e"]}
    assert names(linked(mine, one))["SP1.m"] == ["P-RO-A-1", "P-RO-A-2"]
    assert not sheet_of_ours(ours("owaspsamm.org: the core model")).points_anywhere or not linked(
        one, sheet_of_ours(ours("owaspsamm.org: the core model"))
    )


def test_the_shipped_model_points_at_no_question_of_others():
    assert not sheet_of_ours(shipped_model()).points_anywhere


def test_questions_with_several_choices_stay_out(tmp_path):
    model, _ = read_aws_lens(write_lens(tmp_path / "l.json", lens(question("release", [("default", "HIGH")]))))
    assert sheet_of_other(model).items == ()


def item(name, *values):
    return Item(name, name, values, frozenset({name}), frozenset())


def test_the_mean_is_rounded_down_to_an_answer_there_is():
    target = item("t", 0.0, 0.25, 0.5, 1.0)
    quarter = item("a", 0.0, 0.25, 0.5, 0.75, 1.0)
    assert suggested(target, [(quarter, 5)]).level == 4
    assert suggested(target, [(quarter, 4)]).level == 3
    assert suggested(target, [(quarter, 5), (quarter, 1)]).level == 3
    assert suggested(target, [(quarter, 5), (quarter, 1)]).because == ("a", "a")
    assert suggested(target, [(quarter, 1)]).level == 1
    assert suggested(target, []) is None
    assert suggested(target, [(quarter, 9)]) is None
    assert suggested(item("t", 0.5, 1.0), [(quarter, 1)]) is None


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=6),
    st.lists(st.tuples(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.integers(1, 5)), min_size=1, max_size=5),
)
def test_it_never_suggests_more_than_the_mean(offered, rows):
    target = item("t", *offered)
    given_answers = [(item("s", *values), level) for values, level in rows]
    known = [values[level - 1] for values, level in rows if level <= len(values)]
    found = suggested(target, given_answers)
    if found is None:
        assert not known or min(offered) > sum(known) / len(known) - 1e-9
    else:
        assert offered[found.level - 1] <= sum(known) / len(known) + 1e-6
