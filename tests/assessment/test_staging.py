"""Staged levels: rounding, the share rule, caps and gates."""

import pytest

from assessment.domain.scoring import score
from assessment.domain.scoring.types import CapContestNote, NamedCap, RoleVoice, SignalReading, State
from tests.factories.scoring import make_summary, reading, shipped_model, unanimous_card

MODEL = shipped_model()


def scored(practice, value, *, reach=None, readings=(), **kwargs):
    fields = {} if reach is None else {"reach": reach}
    card = score(MODEL, summaries=[make_summary(practice, value, **fields)], readings=readings, **kwargs)
    return next(p for p in card.practices if p.practice == practice)


def kinds(reasons):
    return [reason.kind for reason in reasons]


LEAKING = [
    reading("security_scan", grade="three_families_blocking", n=1),
    reading("secret_hygiene", grade="live_pattern_found", n=1),
]
ALL = (1.0, 1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("value", "level"),
    [(1.0, 1), (1.74, 1), (1.75, 2), (2.74, 2), (2.75, 3), (3.0, 3), (3.749, 3), (3.75, 4), (4.7, 4)],
)
def test_level_rounds_up_from_a_quarter_below(value, level):
    assert scored("SP2", value, reach=ALL).staged_level == level


def test_binary_noise_does_not_cost_a_level():
    assert scored("SP2", 0.1 + 0.2 + 2.45 - 1e-12, reach=ALL).staged_level == 3


@pytest.mark.parametrize(("share", "level"), [(0.66, 2), (2 / 3, 3), (0.67, 3)])
def test_two_thirds_must_reach_the_level(share, level):
    practice = scored("SP2", 3.0, reach=(1.0, 0.9, share, 0.2, 0.1))
    assert practice.staged_level == level
    assert kinds(practice.held_back_by) == ([] if level == 3 else ["share_rule"])


def test_evidence_that_shows_the_level_stands_in_for_the_missing_share():
    reach = (1.0, 0.9, 0.5, 0.2, 0.1)
    assert scored("RV1", 3.0, reach=reach, readings=[reading("size_p75", 400)]).staged_level == 3
    assert scored("RV1", 3.0, reach=reach, readings=[reading("size_p75", 560)]).staged_level == 2


def test_finding_of_nothing_never_lifts_the_share_rule():
    # "none" allows up to 3, so E = S = 3; it still shows nothing, and measuring it must not raise the level
    reach = (1.0, 0.9, 0.5, 0.2, 0.1)
    without = scored("CO4", 3.0, reach=reach)
    with_nothing = scored("CO4", 3.0, reach=reach, readings=[reading("prompt_library", grade="none", n=1)])
    assert with_nothing.evidence.value == 3.0
    assert without.staged_level == with_nothing.staged_level == 2


def test_cap_limits_the_level_and_not_the_planning_score():
    practice = scored("EN3", 4.0, readings=LEAKING)
    assert practice.planning_score > 3
    assert practice.staged_level == 2
    assert kinds(practice.held_back_by) == ["cap"]
    assert practice.held_back_by[0].text.startswith("A credential pattern is present")


def test_lowest_cap_counts_and_caps_above_the_level_hold_nothing_back():
    caps = [NamedCap("SP2", level, f"Fact {level}.") for level in (4, 2, 3)]
    practice = scored("SP2", 4.0, extra_caps=caps)
    assert practice.staged_level == 2
    assert [reason.level for reason in practice.held_back_by] == [2, 3]
    assert sum(reason.kind == "cap" for reason in practice.reasons) == 3


@pytest.mark.parametrize(
    ("signal", "practice", "window", "capped"),
    [("queue_growth", "RV2", 56, True), ("queue_growth", "RV2", 28, False), ("queue_growth", "RV2", 0, False)],
)
def test_condition_on_another_window_cannot_be_judged(signal, practice, window, capped):
    found = scored(practice, 3.0, readings=[SignalReading(signal, 100, value=0.11, window_days=window)])
    wanted = "cap" if capped else "unjudged_cap"
    assert [r.kind for r in found.reasons if "cap" in r.kind] == [wanted]


@pytest.mark.parametrize(
    ("facts", "capped"), [({}, None), ({"merged_changes_180d": 200}, True), ({"merged_changes_180d": 199}, False)]
)
def test_condition_on_a_fact_needs_the_fact(facts, capped):
    found = scored("SP3", 3.0, readings=[reading("adr_cadence", 0.0)], facts=facts)
    kinds_of_caps = [r.kind for r in found.reasons if "cap" in r.kind]
    assert kinds_of_caps == {None: ["unjudged_cap"], True: ["cap"], False: []}[capped]


def test_condition_on_too_few_observations_cannot_be_judged():
    for n, kind in ((12, "unjudged_cap"), (13, "cap")):
        found = scored("EN1", 3.0, readings=[reading("direct_push_rate", 0.9, n=n)])
        assert [r.kind for r in found.reasons if "cap" in r.kind] == [kind]


@pytest.mark.parametrize(("grade", "capped"), [("none", True), ("present_no_tests", True), ("tests_on_changes", False)])
def test_condition_on_one_of_several_grades(grade, capped):
    found = scored("EN2", 3.0, readings=[reading("ci_present", grade=grade, n=1)])
    assert any(r.kind == "cap" for r in found.reasons) is capped


@pytest.mark.parametrize(("value", "capped"), [(0.20, False), (0.2001, True)])
def test_condition_exactly_on_its_limit(value, capped):
    found = scored("EN1", 3.0, readings=[reading("direct_push_rate", value)])
    assert any(r.kind == "cap" for r in found.reasons) is capped


def test_contested_cap_is_lifted_and_its_note_kept():
    note = CapContestNote("EN3", 0, "A key of the test suite.")
    card = score(MODEL, summaries=[make_summary("EN3", 4.0)], readings=LEAKING, contested_caps=[note])
    practice = next(p for p in card.practices if p.practice == "EN3")
    assert practice.staged_level > 2
    assert practice.held_back_by == ()
    (text,) = [r.text for r in practice.reasons if r.kind == "contested_cap"]
    assert text.startswith("The cap at level 2 (A credential pattern is present in the current tree")
    assert text.endswith("is contested and lifted: A key of the test suite.")
    assert card.contested_caps == (note,)


def test_contest_of_a_cap_that_does_not_hold_says_nothing():
    note = CapContestNote("EN3", 0, "A key of the test suite.")
    practice = scored("EN3", 4.0, contested_caps=[note])
    assert not [r for r in practice.reasons if "cap" in r.kind]


def test_level_five_needs_flow_to_be_measured_anywhere():
    levels = {p.practice: p.staged_level for p in unanimous_card(5, except_for={"OM1": 2}).practices}
    assert set(levels.values()) == {4, 2}
    assert {p.staged_level for p in unanimous_card(5).practices} == {5}


def test_gate_names_what_it_needs_and_why():
    card = unanimous_card(4, except_for={"EN1": 2})
    practice = next(p for p in card.practices if p.practice == "EN4")
    assert (practice.staged_level, practice.ungated_level, practice.planning_score) == (3, 4, 4.0)
    (reason,) = practice.held_back_by
    assert (reason.kind, reason.level) == ("gate", 3)
    assert reason.text == (
        "Level 4 needs EN1 Merge gate at 3, it is at 2. "
        "Policy in the pipeline is worthless if the pipeline can be skipped."
    )


def test_gate_closed_by_another_gate_is_found():
    gates = [
        *MODEL.gates,
        MODEL.gates[1].model_copy(
            update={
                "practice": "SP2",
                "level": 4,
                "needs": (MODEL.gates[1].needs[0].model_copy(update={"practice": "RV3", "level": 4}),),
            }
        ),
    ]
    model = MODEL.model_copy(update={"gates": tuple(reversed(gates))})
    summaries = [make_summary(p.id, 2.0 if p.id == "EN1" else 4.0) for p in MODEL.practices()]
    levels = {p.practice: p.staged_level for p in score(model, summaries=summaries, readings=()).practices}
    assert (levels["RV3"], levels["SP2"]) == (3, 3)


@pytest.mark.parametrize(("known", "state"), [(6, State.SELF_REPORT_ONLY), (5, State.NOT_KNOWN)])
def test_coverage_under_sixty_percent_is_not_known(known, state):
    summary = make_summary("SP1", 4.0, n_answered=known, n_dont_know=10 - known)
    card = score(MODEL, summaries=[summary], readings=())
    practice = card.practices[0]
    assert practice.state is state
    assert (practice.planning_score is None) is (state is State.NOT_KNOWN)
    assert card.blind_spots == (("SP1",) if state is State.NOT_KNOWN else ())
    assert practice.self_report.value == 4.0


def test_only_dont_knows_is_not_known_and_nothing_at_all_is_not_asked():
    summaries = [make_summary("SP1", None, n_dont_know=3), make_summary("SP2", None, n_not_applicable=3)]
    states = {p.practice: p for p in score(MODEL, summaries=summaries, readings=()).practices}
    assert states["SP1"].state is State.NOT_KNOWN
    assert states["SP2"].state is State.NOT_ASKED
    assert "Everybody asked said that Stated limits does not apply here." in [r.text for r in states["SP2"].reasons]
    assert states["SP3"].state is State.NOT_ASKED


def test_evidence_alone_places_nothing_and_is_still_shown():
    practice = score(MODEL, summaries=[], readings=[reading("size_p75", 400)]).practices[5]
    assert (practice.practice, practice.state, practice.evidence) == ("RV1", State.NOT_ASKED, None)
    assert [(b.signal, b.level, b.clipped) for b in practice.bands] == [("size_p75", 3.0, None)]


def test_split_is_told_above_the_limit_only():
    for deviation, is_split in ((0.83, False), (0.84, True)):
        summary = make_summary("SP1", 3.0, average_deviation=deviation)
        assert score(MODEL, summaries=[summary], readings=()).practices[0].split is is_split


def test_role_gaps_and_blind_roles_are_told_by_name():
    roles = (
        RoleVoice("engineer", 4, 2.0, 2, 5),
        RoleVoice("leader", 3, 3.5, 0, 0),
        RoleVoice("security", 3, 3.0, 3, 6),
        RoleVoice("product", 2, None, 0, 4),
    )
    practice = score(MODEL, summaries=[make_summary("SP1", 3.0, roles=roles)], readings=()).practices[0]
    assert practice.role_gaps == (("leader", "engineer", 1.5), ("security", "engineer", 1.0))
    assert practice.blind_roles == (("security", 0.5),)
    texts = [reason.text for reason in practice.reasons]
    assert "Engineering or delivery leader places it 1.5 levels higher than Engineer does." in texts


def test_contradiction_names_both_readings_and_the_facts():
    found = scored(
        "EN1", 4.4, readings=[reading("direct_push_rate", 0.35), reading("protection_tier", grade="none", n=1)]
    )
    (text,) = [r.text for r in found.reasons if r.kind == "state"]
    assert text == (
        "People place Merge gate at 4.4; what was measured supports 1.6 (Branch protection tier none (n 1) and Direct "
        "pushes to main 35% (n 1000, 90 days)). Until that is settled we plan on 1.6."
    )
