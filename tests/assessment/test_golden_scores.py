"""The formulas on a small file, every number worked out by hand beside it."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

GOLDEN = Path(__file__).parent.parent / "golden" / "five_practices.json"


@pytest.fixture(scope="module")
def card():
    out = StringIO()
    call_command("score", str(GOLDEN), "--json", stdout=out)
    return json.loads(out.getvalue())


def close(*values):
    return pytest.approx(values[0] if len(values) == 1 else list(values), abs=2e-6)


def test_self_report_of_three_equal_voices(card):
    # x = 0.6*3+0.4*2 = 2.6, 0.6*4+0.4*3 = 3.6, 2.0; all primary, so v = 1 and S = 8.2/3, n_eff = 3
    # s2 = (0.017778+0.751111+0.537778)/3 * 3/2 = 0.653333;  s~2 = (2*0.653333+4*0.81)/6 = 0.757778
    # N = 9: factor (9-3)/8 = 0.75;  SE2 = 0.757778/3*0.75 + 0.1225/2 = 0.250694, SE = 0.500694
    # t(0.90; 6) = 1.439756, half width 0.720877;  AD = (0.133333+0.866667+0.733333)/3
    assert card["practices"]["SP1"]["self_report"] == {
        "value": close(2.733333),
        "n": 3,
        "n_effective": close(3),
        "low": close(2.012456),
        "high": close(3.454210),
        "average_deviation": close(0.577778),
        "coverage": close(1),
    }


def test_evidence_below_level_two_pulls_into_tension(card):
    # 0.10 of 0.30: m = 1 + 1/3, band 0.833333..1.833333, a = (1 - 1/4)/0.49 = 1.530612, clip(S) = 1.833333
    # G = 0.9.  People 1/(0.250694+0.25) = 1.997226: B = (2.733333*1.997226 + 1.833333*1.530612)/3.527838
    # SE2 = 1/3.527838 + 0.45^2 = 0.485960, 1.28 * 0.697108 = 0.892298;  L = floor(2.592853)
    practice = card["practices"]["SP1"]
    assert practice["evidence"] == {"value": close(1.833333), "standard_error": close(0.808290)}
    assert practice["gap"] == close(0.9)
    assert practice["state"] == "tension"
    assert practice["planning_score"] == close(2.342853)
    assert practice["range"] == close(1.450555, 3.235151)
    assert practice["staged_level"] == 2


def test_secondary_voices_weigh_less_and_a_full_house_leaves_only_noise(card):
    # The engineer is primary for RV1.m (v = 1); quality and leader are secondary (v = 0.6); x = 3, 4, 2
    # S = (3+2.4+1.2)/2.2 = 3;  n_eff = 2.2^2/(1+0.36+0.36) = 2.813953;  AD = 1.2/2.2
    # N = n = 3, so no sampling error: SE2 = 0.1225/2, SE = 0.247487, times 1.439756 = 0.356321
    # levels 1+2+1 = 4, one don't know: 0.8; the NA counts nowhere.  B +/- 1.28 sqrt(0.06125+0.25) = 0.714110
    practice = card["practices"]["RV1"]
    assert practice["self_report"] == {
        "value": close(3),
        "n": 3,
        "n_effective": close(2.813953),
        "low": close(2.643679),
        "high": close(3.356321),
        "average_deviation": close(0.545455),
        "coverage": close(0.8),
    }
    assert (practice["state"], practice["evidence"], practice["gap"]) == ("self-report only", None, None)
    assert practice["range"] == close(2.285890, 3.714110)
    assert practice["staged_level"] == 3  # 1.6/2.2 = 73% of the weight reaches 3


def test_contradiction_plans_on_the_lower_reading_and_shows_both(card):
    # S = 5, s~2 = 3.24/5 = 0.648, nobody else of nine: factor 7/8;  SE2 = 0.324*0.875 + 0.06125 = 0.34475
    # protection none: band 1..1, a = 1/0.16 = 6.25.  Pushes 0.25: m = 2 + 0.05/0.2 = 2.25, band 1.75..2.75,
    # f = 25/50, a = 0.5*0.75/0.16 = 2.34375.  red_merge_rate has 12 of 50, under a quarter: dropped
    # E = (6.25*1 + 2.34375*2.75)/8.59375 = 1.477273, SE_E = 1/sqrt(8.59375)
    practice = card["practices"]["EN1"]
    assert practice["evidence"] == {"value": close(1.477273), "standard_error": close(0.341121)}
    assert practice["gap"] == close(3.522727)
    assert practice["state"] == "contradiction"
    assert practice["planning_score"] == close(1.477273)
    assert practice["range"] == close(1.477273, 5)
    assert practice["staged_level"] == 1


def test_evidence_at_its_highest_level_allows_five_and_a_cap_still_bites(card):
    # x = 5 and 4: S = 4.5, s2 = 0.5, s~2 = (0.5+3.24)/5 = 0.748, factor (4-2)/3; SE2 = 0.249333+0.06125
    # coverage 0.85 is over 0.80, supports_max 4: band 3.5..5, a = (1-1.5/4)/0.49 = 1.275510, clip(S) = S
    # precision 1/0.560583 + 1.275510 = 3.059367, SE_B = 0.571723, times 1.28 = 0.731805; clipped at 5
    practice = card["practices"]["CO1"]
    assert practice["evidence"] == {"value": close(4.5), "standard_error": close(0.885438)}
    assert practice["state"] == "aligned"
    assert practice["planning_score"] == close(4.5)
    assert practice["range"] == close(3.768195, 5)
    assert practice["staged_level"] == 3
    assert practice["held_back_by"] == [
        "Two services changed their interface without notice. This limits the level to 3."
    ]


def test_gate_holds_a_practice_whose_control_is_missing(card):
    # x = 4.6, 4.6, 3: S = 4.066667, L = 4, exactly two thirds reach 3.5; but EN1 is at 1 and EN2 not known
    practice = card["practices"]["RV4"]
    assert practice["planning_score"] == close(4.066667)
    assert practice["staged_level"] == 3
    assert len(practice["held_back_by"]) == 1
    assert (
        "EN1 Merge gate at 3, it is at 1; EN2 Tests worth trusting at 3, it is not known" in practice["held_back_by"][0]
    )


def test_practice_nobody_can_place_is_not_known(card):
    # one level, three don't-knows: coverage 0.25, under 0.6
    practice = card["practices"]["EN2"]
    assert practice["state"] == "not known"
    assert practice["self_report"]["n"] == 1
    assert practice["self_report"]["coverage"] == close(0.25)
    assert (practice["planning_score"], practice["range"], practice["staged_level"]) == (None, None, None)


def test_practice_nobody_was_asked_about_is_not_asked(card):
    assert card["practices"]["OM2"] == {
        "self_report": None,
        "evidence": None,
        "gap": None,
        "state": "not asked",
        "planning_score": None,
        "range": None,
        "staged_level": None,
        "held_back_by": [],
    }


def test_control_profile_weighs_practices_by_stage(card):
    # design: CO1 alone (weight 1.3, share 0.8): (4.5-1)/4.  review: RV1 1.2*0.4 at 3, RV4 1.0*0.7 at 4.066667
    # -> (0.48*0.5 + 0.7*0.766667)/1.18.  integrate: RV4 0.3, EN1 1.3, CO1 0.26
    # -> (0.3*0.766667 + 1.3*0.119318 + 0.26*0.875)/1.86
    assert card["control_profile"]["define"] == close((2.342853 - 1) / 4)
    assert card["control_profile"]["design"] == close(0.875)
    assert card["control_profile"]["review"] == close(0.658192)
    assert card["control_profile"]["integrate"] == close(0.329362)
    assert card["control_profile"]["release"] is None


def test_tilt_weighs_stages_by_their_mass(card):
    # upstream: SP1 1.2 at 0.335713, CO1 1.04 at 0.875, RV1 1.2*0.6 at 0.5 -> 1.672856/2.96
    # downstream: review 1.18 at 0.658192, integrate 1.86 at 0.329362 -> 1.389280/3.04
    assert card["tilt"] == pytest.approx(1.672856 / 2.96 - 1.389280 / 3.04, abs=1e-5)


def test_dimension_without_enough_known_weight_has_no_score(card):
    assert card["dimensions"]["SPEC"]["score"] is None
    assert card["overall"]["score"] is None
