"""A model of others as the survey asks it, and what to do next by its own order."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assessment.domain.scoring_rules import score_foreign
from assessment.domain.scoring_rules.given import NOT_APPLICABLE, Given
from assessment.domain.scoring_rules.plan import steps
from assessment.maturity.foreign.asked import as_asked, is_multiple, practice_code, question_code, why_not_asked
from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.foreign.dsomm import read_dsomm
from assessment.maturity.foreign.samm import read_samm
from assessment.maturity.foreign.types import Action as ForeignAction
from assessment.maturity.foreign.types import Choice, Dimension, ForeignModel, Needs, Practice, Question
from surveys.domain.sections import minutes, sections_for
from tests.assessment.foreign.samples import activity, lens, question, samm_files, write_dsomm, write_lens, write_samm


def test_samm_is_asked_in_one_page_for_each_function_with_its_own_answers(tmp_path):
    model, _ = read_samm(write_samm(tmp_path, samm_files()))
    asked = as_asked(model)
    sections = sections_for(asked, roles=["everybody"])
    assert [section.stage.name for section in sections] == ["Planning", "Building"]
    first = sections[0].questions()[0]
    assert (first.id, first.criteria) == ("P-RO-A-1", ("It is written down",))
    assert [option.text for option in first.options] == ["No", "Half", "Fully"]
    assert minutes(asked.questions()) > 0


def test_dsomm_is_asked_for_shares_and_a_lens_for_sets(tmp_path):
    tree = {"Build": {"Images": {"Pin": activity("11111111-1111-4111-8111-111111111111")}}}
    dsomm, _ = read_dsomm(write_dsomm(tmp_path / "m.yaml", tree))
    (shares,) = as_asked(dsomm).questions()
    assert [option.level for option in shares.options] == [1, 2, 3, 4, 5]
    assert not is_multiple(shares)
    read, _ = read_aws_lens(write_lens(tmp_path / "l.json", lens(question("release", [("default", "HIGH")]))))
    (several,) = as_asked(read).questions()
    assert is_multiple(several)


@pytest.mark.parametrize("name", ["I-SB-A-3", "a_b", "11111111-1111-4111-8111-111111111111"])
def test_plain_ids_stay_as_they_are(name):
    assert question_code(name) == name


@given(st.text(max_size=200))
@example("-")
@example("_-_")
def test_every_id_becomes_one_that_addresses_and_rows_can_carry(name):
    for code, longest in ((practice_code(name), 20), (question_code(name), 40)):
        assert 0 < len(code) <= longest
        assert code.replace("-", "").replace("_", "").isalnum()
        assert code.isascii()
        assert not code.startswith(("note-", "fix_first"))


def one_question(*choices, **more):
    asked = Question(id="q", text="?", kind="single", choices=choices, **more)
    dimension = Dimension(id="D", name="D", practices=(Practice(id="P", name="P", questions=(asked,)),))
    return ForeignModel(slug="m", version="1", title="M", format="samm", rule="samm", dimensions=(dimension,))


def test_what_cannot_be_asked_is_told_in_a_sentence():
    many = [Choice(id=str(n), text=str(n), value=0.5) for n in range(27)]
    assert "2 to 26" in why_not_asked(one_question(*many))
    assert "2 to 26" in why_not_asked(one_question(many[0]))
    assert "without a value" in why_not_asked(one_question(many[0], Choice(id="x", text="x")))
    assert why_not_asked(one_question(*many[:2])) == ""


NAMES = tuple("abcdefgh")
EDGES = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] > pair[1]), max_size=12, unique=True
)


@given(EDGES, st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, None, NOT_APPLICABLE]), min_size=8, max_size=8))
def test_no_step_stands_before_what_it_waits_for(edges, values):
    questions = tuple(
        Question(id=name, text=name, kind="coverage", level=1 + place % 3) for place, name in enumerate(NAMES)
    )
    model = ForeignModel(
        slug="m",
        version="1",
        title="M",
        format="dsomm",
        rule="levels",
        dimensions=(Dimension(id="D", name="D", practices=(Practice(id="P", name="P", questions=questions),)),),
        actions=tuple(ForeignAction(id=f"{name}-action", title=name, question=name) for name in NAMES),
        prerequisites=tuple(Needs(of=NAMES[of], needs=NAMES[needs]) for of, needs in edges),
    )
    answers = {name: value for name, value in zip(NAMES, values, strict=True) if value is not None}
    planned = steps(model, Given(answers), score_foreign(model, Given(answers)))
    places = [step["question"] for step in planned]
    left = {name for name in NAMES if answers.get(name) not in {1.0, NOT_APPLICABLE}}
    assert set(places) == left
    for n, step in enumerate(planned):
        assert set(step["waits_for"]) <= set(places[:n])
