"""The rule, the tally, the steps and the agenda: what must hold whatever people say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.domain.workshop.agenda import BOX_MAX, BOX_MIN, Candidate, Limits, plan, why_here
from surveys.domain.workshop.rule import ConsensusRule, judge, judge_choices
from surveys.domain.workshop.steps import FOLLOWS, Stage, Step, stage_after
from surveys.domain.workshop.tally import Ballot, shift, tally, tally_choices

RULE = ConsensusRule()
votes = st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=30)
ballots = st.lists(st.builds(Ballot, st.sampled_from(["engineer", "product", ""]), st.none() | st.integers(1, 5)))
candidates = st.builds(
    Candidate,
    practice=st.uuids().map(str),
    weight=st.floats(0.1, 3),
    deviation=st.none() | st.floats(0, 2),
    evidence_gap=st.none() | st.floats(-4, 4),
    role_gap=st.none() | st.floats(0, 4),
    n=st.integers(0, 12),
    is_known=st.booleans(),
    at_constraint=st.booleans(),
    on_roadmap=st.booleans(),
)


@pytest.mark.parametrize(
    ("said", "passes", "share", "deviation"),
    [
        ([3, 3, 3, 4], True, 1.0, 0.25),
        ([2, 3, 4], True, 1.0, 2 / 3),
        ([1, 3, 3, 5], False, 0.5, 1.0),  # half lie two levels off
        ([2, 2, 4, 4], False, 1.0, 1.0),  # all within one of the median 3, and yet apart
        ([3, 3, None, None], True, 1.0, 0.0),
        ([None, None], False, None, None),
        ([], False, None, None),
    ],
)
def test_rule_needs_share_and_deviation(said, passes, share, deviation):
    found = judge(RULE, said)
    assert (found.passes, found.share_within) == (passes, share)
    assert found.deviation == (None if deviation is None else pytest.approx(deviation))


@given(votes, st.randoms())
def test_order_of_votes_never_matters(said, random):
    shuffled = list(said)
    random.shuffle(shuffled)
    assert judge(RULE, shuffled) == judge(RULE, said)


@given(votes)
def test_dont_know_neither_makes_nor_breaks_agreement(said):
    assert judge(RULE, [*said, None]).passes == judge(RULE, said).passes


@given(ballots, st.integers(3, 8))
def test_nothing_is_told_of_fewer_than_the_minimum(said, minimum):
    found = tally(said, minimum=minimum, rule=RULE)
    n_levels = sum(one.level is not None for one in said)
    if len(said) < minimum:
        assert found is None
    elif n_levels < minimum:
        assert (found.distribution, found.mean, found.agreement, found.roles) == ((), None, None, ())
    else:
        assert sum(found.distribution) == n_levels
        assert all(n >= minimum for _role, n, _mean in found.roles)
        rest = n_levels - sum(n for _role, n, _mean in found.roles)
        assert rest == 0 or rest >= minimum  # nobody is left over to be subtracted


def test_second_vote_tells_how_the_group_moved():
    first = tally([Ballot("", level) for level in (1, 3, 5)], minimum=3, rule=RULE)
    last = tally([Ballot("", level) for level in (3, 3, 4)], minimum=3, rule=RULE)
    moved = shift(first, last)
    assert moved.converged
    assert moved.mean == pytest.approx(1 / 3)
    assert shift(first, first) is None
    assert shift(None, last) is None


@given(st.sampled_from(Stage), st.sampled_from(Step), st.integers(0, 3))
def test_only_a_vote_leads_to_a_reveal_and_only_a_reveal_to_a_vote_again(stage, step, n_revealed):
    after = stage_after(stage, step, n_revealed=n_revealed)
    if step == Step.REVEAL and after:
        assert stage == Stage.VOTING
    if after == Stage.TALKING:
        assert step == Step.REVEAL or n_revealed
    if step == Step.SETTLE and after:
        assert stage == Stage.TALKING
    if after == Stage.VOTING:
        assert (stage, step) in FOLLOWS


@pytest.mark.parametrize(
    ("at_constraint", "on_roadmap", "said"),
    [
        (False, False, ["disagreement 2.0"]),
        (True, False, ["disagreement 2.0", "at the constraint"]),
        (False, True, ["disagreement 2.0", "on the roadmap"]),
        (True, True, ["disagreement 2.0", "at the constraint", "on the roadmap"]),
    ],
)
def test_agenda_says_what_a_place_was_given_for(at_constraint, on_roadmap, said):
    one = Candidate("SP1", 1.0, role_gap=2.0, is_known=True, at_constraint=at_constraint, on_roadmap=on_roadmap)
    (row,) = plan([one], minutes=60)
    assert why_here({"is_known": True, "disagreement": row.disagreement, "effect": row.effect}) == said
    assert why_here({}) == ["not known yet"]


@given(st.lists(candidates, unique_by=lambda one: one.practice, max_size=30), st.integers(0, 300))
def test_agenda_fits_the_time_and_keeps_everything(found, minutes):
    rows = plan(found, minutes=minutes)
    assert sorted(row.practice for row in rows) == sorted(one.practice for one in found)
    assert sum(row.minutes for row in rows) <= minutes
    assert all(row.minutes == 0 or BOX_MIN <= row.minutes <= BOX_MAX for row in rows)
    assert not any(row.confirms and row.minutes for row in rows)
    talked = [row.priority for row in rows if not row.confirms]
    assert talked == sorted(talked, reverse=True)


@given(st.lists(candidates, unique_by=lambda one: one.practice, min_size=1, max_size=12), st.floats(0, 2))
def test_practice_with_more_disagreement_never_comes_later(found, more):
    one = found[0]
    apart = replace(one, deviation=(one.deviation or 0) + more)
    before = [row.practice for row in plan(found, minutes=90)].index(one.practice)
    if one.deviation is None:
        return
    after = [row.practice for row in plan([apart, *found[1:]], minutes=90)].index(one.practice)
    assert after <= before


def test_what_everybody_agrees_on_is_proposed_to_be_confirmed():
    agreed = Candidate("A", 1.0, deviation=0.2, n=6, is_known=True)
    rows = {row.practice: row for row in plan([agreed, replace(agreed, practice="B", deviation=1.2)], minutes=60)}
    assert rows["A"].confirms
    assert not rows["B"].confirms
    few = plan([replace(agreed, n=2)], minutes=60, limits=Limits(minimum=3))
    assert not few[0].confirms


def test_a_practice_whose_spread_is_not_told_is_talked_about_and_never_confirmed_in_bulk():
    untold = Candidate("A", 1.0, evidence_gap=0.1, n=6, is_known=True)
    told = Candidate("B", 1.0, deviation=0.2, evidence_gap=0.1, n=6, is_known=True)
    first, second = plan([told, untold], minutes=60)
    assert (first.practice, first.confirms, first.is_known) == ("A", False, False)
    assert (second.practice, second.confirms, second.is_known) == ("B", True, True)


sets = st.one_of(st.none(), st.sets(st.integers(1, 4), min_size=1).map(lambda one: tuple(sorted(one))), st.just((0,)))


@given(st.lists(sets, max_size=20), st.integers(3, 6), st.booleans())
def test_of_choices_too_nothing_is_told_of_fewer_than_the_minimum(said, minimum, several):
    chosen = [one if several or one is None else one[:1] for one in said]
    ballots = [Ballot("", ticked=one) if one else Ballot("") for one in chosen]
    found = tally_choices(ballots, choices=(1, 2, 3, 4, 0), minimum=minimum, rule=RULE, several=several)
    n_given = sum(one is not None for one in chosen)
    if len(said) < minimum:
        assert found is None
    elif n_given < minimum:
        assert (found.distribution, found.agreement) == ((), None)
    else:
        assert found.distribution == tuple(sum(n in (one or ()) for one in chosen) for n in (1, 2, 3, 4, 0))
        assert (found.mean, found.r_wg, found.a_wg, found.roles, shift(found, found)) == (None, None, None, (), None)


@pytest.mark.parametrize(
    ("counts", "several", "share"),
    [
        ((3, 1, 0), False, 0.75),
        ((4, 0), True, 1.0),
        ((4, 3, 1), True, 0.75),  # of each choice the larger side
        ((2, 4), True, 0.5),
    ],
)
def test_rule_of_choices_is_the_share_alone(counts, several, share):
    found = judge_choices(RULE, counts, n=4, silent=1, several=several)
    assert (found.share_within, found.passes, found.deviation) == (share, share >= 0.75, None)
