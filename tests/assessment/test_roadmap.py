import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.roadmap import build_roadmap
from assessment.domain.roadmap_types import Horizon, StepKind
from assessment.domain.scoring import score
from assessment.domain.scoring.types import NamedCap
from tests.factories.scoring import make_summary, reading, shipped_model, unanimous_card

MODEL = shipped_model()
PRACTICES = {practice.id: practice for practice in MODEL.practices()}
ACTIONS = {action.id: action for practice in MODEL.practices() for action in practice.actions}


def card_of(levels, readings=(), caps=()):
    summaries = [make_summary(practice, float(level)) for practice, level in levels.items()]
    return score(MODEL, summaries=summaries, readings=readings, extra_caps=caps)


def everywhere(level, **others):
    return {name: others.get(name, level) for name in PRACTICES}


def actions_of(roadmap):
    return [step for step in roadmap.steps if step.kind is StepKind.ACTION]


def level_before(card, roadmap, step, practice):
    """Where the practice stands by itself once everything that ends before the step begins is done."""
    today = next(p.ungated_level for p in card.practices if p.practice == practice)
    done = [s for s in actions_of(roadmap) if s.practice == practice and s.ends_on_day <= step.starts_on_day]
    return max([today, *(s.to_level for s in done)])


LEVELS = st.fixed_dictionaries({name: st.integers(1, 5) for name in PRACTICES})
SOME = st.dictionaries(st.sampled_from(sorted(PRACTICES)), st.integers(1, 5))
GRADES = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from(sorted(signal.grades)) for name, signal in MODEL.signals.items() if signal.grades},
)


@settings(max_examples=30, deadline=None)
@given(LEVELS, GRADES)
def test_step_never_comes_before_what_it_needs(levels, grades):
    card = card_of(levels, [reading(name, grade=grade, n=1) for name, grade in grades.items()])
    staged = {p.practice: p.staged_level for p in card.practices}
    roadmap = build_roadmap(MODEL, card)
    for step in actions_of(roadmap):
        for need in ACTIONS[step.id].prereqs:
            brought = [s for s in roadmap.steps if s.ends_on_day <= step.starts_on_day and s.id in step.waits_for]
            assert staged[need.practice] >= need.level or brought
            before = [
                s.to_level
                for s in actions_of(roadmap)
                if s.practice == need.practice and s.ends_on_day <= step.starts_on_day
            ]
            ungated = next(p.ungated_level for p in card.practices if p.practice == need.practice)
            assert max([ungated, *before]) >= need.level


@settings(max_examples=30, deadline=None)
@given(st.one_of(LEVELS, SOME), GRADES)
def test_never_more_than_three_steps_are_open(levels, grades):
    roadmap = build_roadmap(MODEL, card_of(levels, [reading(name, grade=grade, n=1) for name, grade in grades.items()]))
    for day in {step.starts_on_day for step in roadmap.steps}:
        assert sum(step.starts_on_day <= day < step.ends_on_day for step in roadmap.steps) <= 3
    assert all(0 <= step.starts_on_day < step.ends_on_day <= 180 for step in roadmap.steps)
    assert len({step.id for step in roadmap.steps}) == len(roadmap.steps)


@settings(max_examples=30, deadline=None)
@given(LEVELS)
def test_horizon_says_when_a_step_starts(levels):
    limits = {Horizon.NOW: range(30), Horizon.NEXT: range(30, 90), Horizon.LATER: range(90, 180)}
    roadmap = build_roadmap(MODEL, card_of(levels))
    assert all(step.starts_on_day in limits[step.horizon] for step in roadmap.steps)
    assert sum(step.horizon is Horizon.NOW for step in actions_of(roadmap)) <= 3


@settings(max_examples=30, deadline=None)
@given(LEVELS)
def test_something_in_now_acts_on_the_constraint(levels):
    card = card_of(levels)
    roadmap = build_roadmap(MODEL, card)
    keystones = [p for p in card.practices if PRACTICES[p.practice].keystone]
    can_rise = [
        k
        for k in keystones
        if any(a.moves.from_level <= k.ungated_level < a.moves.to_level for a in PRACTICES[k.practice].actions)
    ]
    lowest = min(k.planning_score for k in can_rise or keystones)
    constraint = next(k for k in keystones if k.practice == roadmap.constraint_practice)
    assert constraint.planning_score == lowest
    if can_rise and actions_of(roadmap):
        first = actions_of(roadmap)[0]
        assert first.on_constraint
        assert first.horizon is Horizon.NOW


@settings(max_examples=30, deadline=None)
@given(LEVELS)
def test_nothing_raises_inflow_before_the_practice_that_limits_it(levels):
    card = card_of(levels)
    ungated = {p.practice: p.ungated_level for p in card.practices}
    roadmap = build_roadmap(MODEL, card)
    for step in actions_of(roadmap):
        for limiting in ACTIONS[step.id].raises_inflow_of:
            before = [
                s.to_level
                for s in actions_of(roadmap)
                if s.practice == limiting and s.ends_on_day <= step.starts_on_day
            ]
            assert max([ungated[limiting], *before]) >= 3


def test_model_says_which_actions_raise_inflow():
    assert {a.id: a.raises_inflow_of for a in ACTIONS.values() if a.raises_inflow_of} == {
        "CO2-A2": ("RV2", "CO3"),
        "OM2-A3": ("RV2",),
    }


def test_keystones_reach_level_four_in_three_rounds():
    levels = everywhere(1)
    for _ in range(3):
        for step in actions_of(build_roadmap(MODEL, card_of(levels))):
            levels[step.practice] = max(levels[step.practice], step.to_level)
    assert {name: levels[name] for name, p in PRACTICES.items() if p.keystone and levels[name] < 4} == {}


def test_value_follows_the_formula():
    # EN1 is the constraint (integrate): r = 1 there, 0.5 elsewhere. EN1-A1 leads 1 -> 3; self-report only counts 0.7.
    # Every other action from 3 to 4 that needs EN1, by its prerequisites or by a gate, waits for it
    roadmap = build_roadmap(MODEL, card_of(everywhere(3, EN1=1)))
    first = actions_of(roadmap)[0]
    assert first.id == "EN1-A1"
    gated = {g.practice for g in MODEL.gates if g.level == 4 and any(n.practice == "EN1" for n in g.needs)}
    waiting = [
        action.id
        for practice in PRACTICES.values()
        for action in practice.actions
        if practice.id != "EN1"
        and action.moves.from_level <= 3 < action.moves.to_level
        and (practice.id in gated or any(need.practice == "EN1" for need in action.prereqs))
    ]
    assert len(waiting) > 10
    assert sorted(first.unlocks) == sorted(waiting)
    assert first.value == pytest.approx(1.0 * 2 / 4 * 0.7 + 0.15 * len(waiting))
    assert first.priority == pytest.approx(first.value / 3**0.7)
    assert first.prerequisites == ()


def test_cap_that_an_action_passes_adds_to_its_value():
    cap = NamedCap("SP2", 2, "Nobody could show a limit.")
    levels = everywhere(3, SP1=2)
    capped = {s.id: s for s in build_roadmap(MODEL, card_of(levels, caps=[cap])).steps}["SP2-A1"]
    assert capped.clears_cap
    # SP2: define 0.6 at the constraint SP1 counts 1, design 0.4 counts 0.5; 2 -> 3
    assert capped.value == pytest.approx((0.6 * 1 + 0.4 * 0.5) * 1 / 4 * 0.7 + 0.2)
    assert "It is the way past a fact that limits Stated limits to level 2." in capped.why


def test_contradiction_gets_half_a_day_before_anything_else():
    measured = [reading("size_p75", 100), reading("direct_push_rate", 0.9)]
    roadmap = build_roadmap(MODEL, card_of(everywhere(5), measured))
    assert [step.id for step in roadmap.steps if step.kind is StepKind.SETTLE] == ["settle-EN1"]
    settle = roadmap.steps[0]
    assert (settle.horizon, settle.effort_days, settle.effort) == (Horizon.NOW, 0.5, "half a day")
    assert settle.owner == "engineer"
    assert settle.indicator_signal == "direct_push_rate"
    assert settle.why[0] == "People place it at 5.0, what was measured supports 1.5."


def test_every_step_has_one_owner_one_indicator_and_says_why():
    roadmap = build_roadmap(MODEL, unanimous_card(2))
    for step in roadmap.steps:
        assert step.owner in {role.id for role in MODEL.roles}
        assert step.indicator_watch
        assert step.why
        assert all(sentence.endswith(".") for sentence in step.why)


def test_chosen_target_is_not_passed():
    targets = dict.fromkeys(PRACTICES, 3)
    roadmap = build_roadmap(MODEL, card_of(everywhere(3, SP1=2)), targets=targets)
    assert {step.practice for step in roadmap.steps} == {"SP1"}
    why = {d.id: d.why for d in roadmap.not_now}
    assert why["EN1-A2"] == "Merge gate already stands at its target of 3."


def test_not_now_says_what_is_missing():
    roadmap = build_roadmap(MODEL, card_of(everywhere(3, SP1=1), caps=[NamedCap("EN1", 1, "No pipeline.")]))
    scheduled = {step.id for step in roadmap.steps}
    why = {d.id: d.why for d in roadmap.not_now}
    assert why
    assert not scheduled & set(why)
    reasons = " ".join(why.values())
    assert "look again after the next assessment" in reasons
    assert "At most 3 actions are open at once, and those of higher priority fill the 180 days." in reasons


def test_practice_that_is_not_known_gets_no_action():
    roadmap = build_roadmap(MODEL, card_of({"SP1": 2}))
    assert {step.practice for step in roadmap.steps} == {"SP1"}
    assert roadmap.constraint_practice == "SP1"


def test_empty_card_gives_an_empty_roadmap():
    roadmap = build_roadmap(MODEL, card_of({}))
    assert (roadmap.steps, roadmap.not_now, roadmap.constraint_practice) == ((), (), None)
    assert roadmap.constraint_reason == "No keystone could be placed, so nothing can stand in for the constraint yet."


def test_nothing_is_left_to_do_at_the_top():
    roadmap = build_roadmap(MODEL, unanimous_card(5))
    assert roadmap.steps == ()


def test_delegation_to_agents_waits_for_the_review_queue():
    # everything CO2-A2 names as prerequisite is in place; only the queue it would feed is not
    card = card_of(everywhere(5, CO2=3, RV2=1))
    started = {step.id: step.starts_on_day for step in build_roadmap(MODEL, card).steps}
    assert started["RV2-A1"] == 0
    assert started.get("CO2-A2", 180) >= 28
    held = build_roadmap(MODEL, card, targets={"RV2": 1})
    assert "CO2-A2" not in {step.id for step in held.steps}
    why = {deferred.id: deferred.why for deferred in held.not_now}
    assert why["CO2-A2"] == "It would raise the inflow into Managed review queue, where level 3 comes first."
