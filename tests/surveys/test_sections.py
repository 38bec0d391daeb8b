"""Which questions a seat is asked, in which order, and how long they take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.maturity.loader import SHIPPED, read_model
from surveys.domain.planned_missing import halves, left_out_for
from surveys.domain.sections import is_asked, minutes, reading_seconds, sections_for, stage_of

MODEL = read_model(SHIPPED)
ROLES = [role.id for role in MODEL.roles]
some_roles = st.lists(st.sampled_from(ROLES), min_size=1, unique=True)


def asked(roles, left_out=()):
    return [q.id for s in sections_for(MODEL, roles=roles, left_out=left_out) for q in s.questions()]


def test_practice_stands_on_the_page_of_its_heaviest_stage():
    stages = {practice.id: stage_of(practice, MODEL).id for practice in MODEL.practices()}
    assert stages["SP1"] == "define"
    assert stages["RV1"] == "build"  # 0.6 build, 0.4 review
    assert stages["EN6"] == "release"  # 0.3 review, 0.4 release, 0.3 operate


def test_earlier_stage_wins_a_tie():
    stages = {practice.id: stage_of(practice, MODEL).id for practice in MODEL.practices()}
    assert stages["SP4"] == "define"  # half define, half design
    assert stages["EN2"] == "build"  # half build, half integrate


def test_pages_follow_the_value_stream():
    order = [section.stage.id for section in sections_for(MODEL, roles=["engineer"])]
    assert order == ["define", "design", "build", "review", "integrate", "release", "operate"]


@pytest.mark.parametrize(
    ("role", "n"),
    [("engineer", 46), ("senior", 45), ("quality", 26), ("platform", 24), ("product", 19), ("leader", 18)],
)
def test_role_is_asked_what_the_design_counted(role, n):
    assert len(asked([role])) == n


@given(some_roles)
def test_no_question_is_asked_twice_and_none_for_another_role(roles):
    ids = asked(roles)
    assert len(ids) == len(set(ids))
    by_id = {question.id: question for question in MODEL.questions()}
    assert all(is_asked(by_id[question], roles) for question in ids)


@given(some_roles, st.sampled_from(ROLES))
def test_another_role_never_takes_a_question_away(roles, more):
    assert set(asked(roles)) <= set(asked([*roles, more]))


def test_reading_all_questions_takes_about_fifteen_minutes():
    assert 13 <= minutes(MODEL.questions()) <= 17


def test_reading_time_is_words_and_choices():
    question = MODEL.questions()[0]
    words = len(question.text.split()) + sum(len(option.text.split()) for option in question.options)
    assert reading_seconds([question]) == pytest.approx(words / 238 * 60 + 6)


def test_nothing_left_takes_no_time():
    assert minutes([]) == 0


def test_halves_share_out_every_question_that_is_not_about_the_mechanism():
    first, second = halves(MODEL, seed="any")
    others = {q.id for q in MODEL.questions() if q.facet != "mechanism" and is_asked(q, ["engineer"])}
    assert first | second == others
    assert not first & second
    assert abs(len(first) - len(second)) <= 1


@given(st.text(max_size=20))
def test_halves_depend_on_the_seed_alone(seed):
    assert halves(MODEL, seed=seed) == halves(MODEL, seed=seed)


def test_halves_differ_between_assessments():
    assert len({halves(MODEL, seed=str(n)) for n in range(5)}) == 5


def test_engineer_with_half_keeps_every_mechanism_question():
    half = halves(MODEL, seed="any")[0]
    left_out = left_out_for(MODEL, roles=["engineer"], half=half)
    ids = asked(["engineer"], left_out)
    assert {q.id for q in MODEL.questions() if q.facet == "mechanism"} <= set(ids)
    assert 34 <= len(ids) <= 35


def test_other_role_keeps_its_questions():
    half = halves(MODEL, seed="any")[0]
    left_out = left_out_for(MODEL, roles=["engineer", "security"], half=half)
    assert set(asked(["security"])) <= set(asked(["engineer", "security"], left_out))


def test_answered_question_is_not_left_out():
    half = halves(MODEL, seed="any")[0]
    answered = sorted(half)[0]
    assert answered not in left_out_for(MODEL, roles=["engineer"], half=half, answered=[answered])
