from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.domain.summary import Voice, roles_shown, summarize
from tests.factories.scoring import shipped_model, voice


def summary_of(practice, voices, **kwargs):
    return next(s for s in summarize(shipped_model(), voices, **kwargs) if s.practice == practice)


def test_summary_is_made_for_every_practice_of_the_model():
    summaries = summarize(shipped_model(), [])
    assert [s.practice for s in summaries] == [p.id for p in shipped_model().practices()]
    assert {(s.value, s.n, s.n_effective, s.coverage) for s in summaries} == {(None, 0, 0.0, 0.0)}


def test_person_score_weighs_mechanism_before_reach():
    assert summary_of("SP1", [voice(SP1_m=5, SP1_e=1)]).value == pytest.approx(0.6 * 5 + 0.4 * 1)


def test_person_score_uses_the_one_question_answered():
    summary = summary_of("SP1", [voice(SP1_m="dk", SP1_e=2)])
    assert (summary.value, summary.n_questions, summary.n_answered, summary.n_dont_know) == (2.0, 1, 1, 1)


def test_role_primary_for_an_unanswered_question_does_not_raise_the_weight():
    # product is primary for SP1.m and secondary for SP1.e
    voices = [voice("product", SP1_m="dk", SP1_e=5), voice("engineer", SP1_m=1, SP1_e=1)]
    assert summary_of("SP1", voices).value == pytest.approx((0.6 * 5 + 1 * 1) / 1.6)


def test_second_role_makes_a_person_primary():
    one = Voice(("leader",), {"SP1.m": 5})
    both = Voice(("leader", "senior"), {"SP1.m": 5})
    other = voice("engineer", SP1_m=1)
    assert summary_of("SP1", [one, other]).value == pytest.approx((0.6 * 5 + 1) / 1.6)
    assert summary_of("SP1", [both, other]).value == pytest.approx(3)


def test_dont_know_alone_counts_for_coverage_but_is_no_voice():
    summary = summary_of("SP1", [voice(SP1_m=4, SP1_e=4), voice(SP1_m="dk", SP1_e="dk")])
    assert (summary.n, summary.value, summary.coverage) == (1, 4.0, 0.5)


def test_not_applicable_counts_apart():
    summary = summary_of("SP1", [voice(SP1_m="na", SP1_e="na"), voice(SP1_m=2, SP1_e=2)])
    assert (summary.n, summary.n_not_applicable, summary.coverage) == (1, 2, 1.0)


def test_single_voice_has_no_variance():
    summary = summary_of("SP1", [voice(SP1_m=4)])
    assert (summary.variance, summary.average_deviation, summary.n_effective) == (0.0, 0.0, 1.0)


def test_reach_is_the_weighted_share_from_half_a_level_below():
    # x = 2.6 is within half a level of 3, x = 2.4 is not; the leader weighs 0.6
    voices = [voice(SP1_m=3, SP1_e=2), voice(SP1_m=2, SP1_e=3), voice("leader", SP1_m=5)]
    summary = summary_of("SP1", voices)
    assert summary.reach == pytest.approx((1, 1, 1.6 / 2.6, 0.6 / 2.6, 0.6 / 2.6))
    assert summary.distribution == (0, 1, 1, 0, 1)


def test_invited_is_taken_per_practice_before_everybody():
    summaries = {s.practice: s for s in summarize(shipped_model(), [], invited={"*": 9, "SP1": 4})}
    assert (summaries["SP1"].n_invited, summaries["SP2"].n_invited) == (4, 9)
    assert summary_of("SP1", []).n_invited is None


def test_role_below_the_minimum_group_is_not_shown():
    voices = [voice("engineer", SP1_m=3)] * 3 + [voice("product", SP1_m=1)] * 3 + [voice("senior", SP1_m=5)] * 3
    assert [r.role for r in summary_of("SP1", voices).roles] == ["product", "engineer", "senior"]
    assert [r.role for r in summary_of("SP1", [*voices, voice("leader", SP1_m=1)]).roles] == ["product", "engineer"]
    assert summary_of("SP1", voices, minimum_role_group=4).roles == ()


def test_role_voice_counts_dont_knows_where_it_is_primary():
    voices = [voice("product", SP1_m="dk", SP1_e="dk")] * 2 + [voice("product", SP1_m=3, SP1_e=3)]
    (product,) = summary_of("SP1", voices).roles
    assert (product.n, product.mean, product.n_dont_know, product.n_primary_answers) == (1, None, 2, 3)


def test_role_mean_is_shown_with_enough_voices():
    (engineer,) = summary_of("SP1", [voice(SP1_m=2), voice(SP1_m=3), voice(SP1_m=4)]).roles
    assert (engineer.role, engineer.n, engineer.mean) == ("engineer", 3, 3.0)


ROLE_SETS = st.lists(st.frozensets(st.sampled_from("abcd"), min_size=1, max_size=3), max_size=14)


@given(ROLE_SETS, st.integers(2, 4))
def test_no_group_under_the_minimum_can_be_worked_out_from_shown_roles(people, minimum):
    shown = roles_shown(people, minimum)
    groups = [frozenset(i for i, roles in enumerate(people) if role in roles) for role in shown]
    known = {frozenset(range(len(people))), *groups} if people else set()
    for _ in range(3):  # everything that can be had by cutting and subtracting
        known |= {part for one in known for other in known for part in (one & other, one - other)}
    assert all(not part or len(part) >= minimum for part in known if shown)


ANSWERS = st.one_of(st.integers(1, 5), st.just("dk"), st.just("na"))
QUESTIONS = ("SP1.m", "SP1.e", "EN4.m", "EN4.e")
VOICES = st.lists(
    st.builds(
        lambda role, answers: Voice((role,), answers),
        st.sampled_from(["engineer", "product", "leader", "security"]),
        st.dictionaries(st.sampled_from(QUESTIONS), ANSWERS),
    ),
    max_size=8,
)


@given(VOICES, st.randoms())
def test_order_of_participants_never_matters(voices, random):
    shuffled = list(voices)
    random.shuffle(shuffled)
    assert summarize(shipped_model(), voices) == summarize(shipped_model(), shuffled)


@given(VOICES)
def test_summary_stays_on_the_ladder(voices):
    for summary in summarize(shipped_model(), voices):
        assert summary.value is None or 1 <= summary.value <= 5
        assert sum(summary.distribution) == summary.n
        assert 0 <= summary.n_effective <= summary.n + 1e-9
        assert list(summary.reach) == sorted(summary.reach, reverse=True)


ANSWERS = st.fixed_dictionaries({}, optional={f"SP1.{k}": st.sampled_from([1, 2, 3, 4, 5, "dk", "na"]) for k in "me"})
SOMEBODY = st.builds(Voice, st.sampled_from([("engineer",), ("leader",), ("leader", "product")]), ANSWERS)


@given(voices=st.lists(SOMEBODY, min_size=1, max_size=5), times=st.integers(2, 40))
def test_many_who_agree_are_each_counted(voices, times):
    one, many = summary_of("SP1", voices), summary_of("SP1", voices * times)
    assert (many.n, many.n_answered, many.n_dont_know, many.n_not_applicable) == (
        one.n * times,
        one.n_answered * times,
        one.n_dont_know * times,
        one.n_not_applicable * times,
    )
    assert many.distribution == tuple(n * times for n in one.distribution)
    assert (many.value, many.n_effective) == (one.value, pytest.approx(one.n_effective * times))


@given(voices=st.lists(SOMEBODY, max_size=30))
def test_sums_are_exact_whoever_agrees(voices):
    """The mean by its definition, in fractions: nothing is lost by taking people together."""
    model = shipped_model()
    practice = next(one for one in model.practices() if one.id == "SP1")
    mass = whole = Fraction(0)
    for one in voices:
        levels = [(q, one.answers[q.id]) for q in practice.questions if isinstance(one.answers.get(q.id), int)]
        if levels:
            weights = [Fraction(model.scoring.question_weights[q.facet]) for q, _ in levels]
            score = sum(w * level for w, (_, level) in zip(weights, levels, strict=True)) / sum(weights)
            is_primary = any(set(one.roles) & set(q.roles.primary) for q, _ in levels)
            weight = Fraction(model.scoring.role_weights["primary" if is_primary else "secondary"])
            mass, whole = mass + weight, whole + weight * score
    value = summary_of("SP1", voices).value
    assert value is None if not mass else value == pytest.approx(float(whole / mass), abs=1e-9)
