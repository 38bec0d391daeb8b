"""Nothing that may be shown, alone or subtracted from anything else shown, speaks of fewer than the minimum.

A question's answers are a vector over people; whatever is shown is a sum over a set of them. The tests rebuild, from
the summaries alone, which sets were shown and try every pair, and every combination of them, against the minimum.
"""

from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.domain.scoring import score
from assessment.domain.scoring.change import change_between
from surveys.domain.anonymity import (
    Said,
    Wave,
    cells_hold,
    compare,
    questions_shown,
    summarize_apart,
    too_small,
)
from surveys.domain.summary import roles_shown
from tests.factories.scoring import shipped_model

MODEL = shipped_model()
PRACTICE = next(p for p in MODEL.practices() if len(p.questions) >= 2)
ROLES = [role.id for role in MODEL.roles][:4]
ANSWERS = st.sampled_from([1, 2, 3, 4, 5, "dk", "na", None])


@st.composite
def surveys(draw, minimum):
    """People with roles, and what each says to each question of one practice; roles as the promise froze them."""
    n = draw(st.integers(0, 4 * minimum))
    people = [frozenset(draw(st.sets(st.sampled_from(ROLES), min_size=1, max_size=2))) for _ in range(n)]
    carried = roles_shown(people, minimum)
    said = [
        (person, Said(question.id, answer, roles & carried))
        for person, roles in enumerate(people)
        for question in PRACTICE.questions
        if (answer := draw(ANSWERS)) is not None
    ]
    return people, said


def groups(said, summary):
    """The people behind everything the summary shows, question by question and kind by kind."""
    rows = [one for _, one in said if one.question in {q.id for q in PRACTICE.questions}]
    counted = questions_shown(rows, 0 if summary is None else MINIMUM)
    found = {}
    if summary is None:
        return found
    for question in counted:
        for kind in ("level", "touched"):
            of_kind = [
                (person, one)
                for person, one in said
                if one.question == question
                and (isinstance(one.answer, int) or (kind == "touched" and one.answer == "dk"))
            ]
            sets = [frozenset(p for p, _ in of_kind)]
            sets += [frozenset(p for p, one in of_kind if voice.role in one.roles) for voice in summary.roles]
            found[question, kind] = sets
    return found


MINIMUM = 5


def span_atoms(sets):
    """The smallest groups any combination of the shown sets can reach: people with the same pattern of membership."""
    patterns = {}
    for person in frozenset().union(*sets):
        patterns.setdefault(tuple(person in one for one in sets), set()).add(person)
    return patterns.values()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_output_and_no_two_outputs_subtracted_speak_of_fewer_than_the_minimum(data):
    _, said = data.draw(surveys(MINIMUM))
    (summary, *_) = summarize_apart(MODEL, [one for _, one in said], minimum=MINIMUM, invited={}) or (None,)
    for sets in groups(said, summary).values():
        for one in sets:
            assert not one or len(one) >= MINIMUM
        for one, other in combinations(sets, 2):
            for rest in (one - other, other - one, one & other, one ^ other):
                assert not rest or len(rest) >= MINIMUM
        assert all(len(atom) >= MINIMUM for atom in span_atoms(sets))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_what_is_shown_agrees_with_what_was_said(data):
    """The reconstruction above is of the real summary: its numbers are the sums over the same groups."""
    _, said = data.draw(surveys(MINIMUM))
    rows = [one for _, one in said]
    found = summarize_apart(MODEL, rows, minimum=MINIMUM, invited={})
    counted = questions_shown(rows, MINIMUM)
    assert bool(found) == bool(counted)
    for summary in found:
        levels = [one for one in rows if one.question in counted and isinstance(one.answer, int)]
        assert summary.n_answered == len(levels) == sum(summary.distribution)
        assert summary.n == 0 or summary.n >= MINIMUM
        assert (summary.value is None) == (not levels)
        assert all(voice.n == 0 or voice.n >= MINIMUM for voice in summary.roles)
        assert cells_hold([one for one in rows if one.question in counted], {v.role for v in summary.roles}, MINIMUM)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_an_answer_outside_every_shown_group_changes_nothing_that_is_shown(data):
    """Black box: change what one person said to a question with too few levels, and the output stays the same."""
    _, said = data.draw(surveys(MINIMUM))
    rows = [one for _, one in said]
    hidden = [i for i, one in enumerate(rows) if one.question not in questions_shown(rows, MINIMUM)]
    hidden = [i for i in hidden if isinstance(rows[i].answer, int)]
    assume(hidden)
    before = summarize_apart(MODEL, rows, minimum=MINIMUM, invited={})
    for i in hidden:
        for level in range(1, 6):
            changed = [*rows[:i], Said(rows[i].question, level, rows[i].roles), *rows[i + 1 :]]
            assert summarize_apart(MODEL, changed, minimum=MINIMUM, invited={}) == before


PEOPLE = st.dictionaries(
    st.integers(0, 24).map(str), st.frozensets(st.sampled_from(["a", "b"]), min_size=1, max_size=1), max_size=25
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PEOPLE, min_size=2, max_size=3))
def test_waves_laid_beside_each_other_at_full_detail_never_point_at_a_few(waves):
    *earlier, now = [Wave(people) for people in waves]
    found = compare(now, earlier, MINIMUM)
    members = [frozenset(wave.roles_by_person) for wave in (*earlier, now)]
    by_role = [
        frozenset(p for p, roles in wave.roles_by_person.items() if role in roles)
        for wave in (*earlier, now)
        for role in ("a", "b")
    ]
    if found.totals:
        assert all(len(atom) >= MINIMUM for atom in span_atoms(members))
    if found.roles:
        assert all(len(atom) >= MINIMUM for atom in span_atoms([*members, *by_role]))


def people(*names):
    return Wave(dict.fromkeys(names, frozenset({"a"})))


def test_one_newcomer_makes_the_later_wave_coarse_and_none_leaves_it_fine():
    assert not compare(people(*"abcdef"), [people(*"abcde")], 5).totals
    assert compare(people(*"abcde"), [people(*"abcde")], 5).roles
    assert compare(people(*"abcdefghij"), [people(*"abcde")], 5).totals
    assert not compare(Wave({}, n_unknown=6), [people(*"abcde")], 5).totals


def test_change_of_role_hides_the_roles_and_keeps_the_totals():
    before = Wave(dict.fromkeys("abcde", frozenset({"a"})) | dict.fromkeys("fghij", frozenset({"b"})))
    after = Wave(dict.fromkeys("abcd", frozenset({"a"})) | dict.fromkeys("efghij", frozenset({"b"})))
    found = compare(after, [before], 5)
    assert (found.totals, found.roles) == (True, False)


def rows_of(levels, question=None, roles=frozenset()):
    return [Said(question or PRACTICE.questions[0].id, level, roles) for level in levels]


def test_coarse_wave_shows_half_levels_without_roles_spread_or_counts():
    fine = rows_of([1, 2, 2, 3, 4, 4], roles=frozenset({ROLES[0]}))
    newcomer = compare(people(*"abcdef"), [people(*"abcde")], 5)
    (full,) = summarize_apart(MODEL, fine, minimum=5, invited={})
    (coarse,) = summarize_apart(MODEL, fine, minimum=5, invited={}, comparison=newcomer)
    assert full.roles
    assert not coarse.roles
    assert coarse.is_coarse
    assert (coarse.value, coarse.n, coarse.distribution) == (2.5, 5, (0, 0, 0, 0, 0))
    assert (full.average_deviation is None, coarse.average_deviation) == (False, None)


def test_coarse_wave_tells_nothing_of_levels_but_the_value():
    """Five at level 3 and a newcomer at 2, 3 or 4 look the same; so do a newcomer who does not know and none."""
    newcomer = compare(people(*"abcdef"), [people(*"abcde")], 5)
    told = [
        summarize_apart(MODEL, rows_of([3] * 5 + more), minimum=5, invited={}, comparison=newcomer)
        for more in ([2], [3], [4], ["dk"])
    ]
    assert told == [told[0]] * 4
    assert sorted(told[0][0].reach, reverse=True) == list(told[0][0].reach)


@pytest.mark.parametrize(("n", "minimum", "small"), [(3, 4, True), (4, 4, False), (4, 5, True), (5, 5, False)])
def test_team_is_too_small_when_nothing_could_ever_be_shown(n, minimum, small):
    assert too_small(n, minimum) is small


def test_question_below_the_minimum_takes_no_part_in_its_practice():
    first, second = PRACTICE.questions[:2]
    shown = rows_of([3] * 5, first.id)
    (alone,) = summarize_apart(MODEL, shown, minimum=5, invited={})
    (beside,) = summarize_apart(MODEL, shown + rows_of([1] * 4, second.id), minimum=5, invited={})
    assert alone == beside
    assert summarize_apart(MODEL, rows_of([1] * 4), minimum=5, invited={}) == ()


def card_of(said, comparison=None):
    summaries = summarize_apart(MODEL, said, minimum=MINIMUM, invited={}, comparison=comparison)
    return score(MODEL, summaries=summaries, readings=())


@st.composite
def two_waves(draw):
    """Two surveys of one team: who answered each, and what each said to each question of one practice."""
    members = draw(st.lists(st.sampled_from(["both", "first", "second"]), min_size=MINIMUM, max_size=3 * MINIMUM))
    waves = []
    for left_out in ("second", "first"):
        there = [str(i) for i, member in enumerate(members) if member != left_out]
        said = [(who, Said(q.id, draw(st.integers(1, 5)))) for who in there for q in PRACTICE.questions]
        waves.append((there, said))
    return waves


@settings(max_examples=60, deadline=None)
@given(two_waves())
def test_change_between_waves_speaks_of_no_few_and_adds_nothing_to_what_both_waves_show(waves):
    """What is shown of change is worked out of the two published cards alone; where a few came or went, both what the
    later one shows and every difference to a whole earlier one are steps of half a level."""
    (first, said_first), (second, said_second) = waves
    frozen = [Wave(dict.fromkeys(there, frozenset({"a"}))) for there in (first, second)]
    found = compare(frozen[1], [frozen[0]], MINIMUM)
    before, after = card_of([one for _, one in said_first]), card_of([one for _, one in said_second], found)
    for one in change_between(before, after):
        shown = [next(s for s in card.practices if s.practice == one.practice) for card in (before, after)]
        assert [one.before, one.after] == [score.planning_score for score in shown]
        assert all(score.summary.n >= MINIMUM for score in shown)
        if not found.totals:
            assert 2 * one.after == int(2 * one.after)
    atoms = span_atoms([frozenset(first), frozenset(second)])
    if any(len(atom) < MINIMUM for atom in atoms):
        assert not found.totals


@settings(max_examples=20, deadline=None)
@given(two_waves(), st.integers(1, 5))
def test_answer_outside_every_shown_group_moves_no_change(waves, level):
    (_, said_first), (_, said_second) = waves
    rows = [one for _, one in said_second]
    others = [practice for practice in MODEL.practices() if practice.id != PRACTICE.id]
    hidden = [Said(others[0].questions[0].id, level)] * (MINIMUM - 1)
    before = card_of([one for _, one in said_first])
    assert change_between(before, card_of(rows)) == change_between(before, card_of([*rows, *hidden]))
