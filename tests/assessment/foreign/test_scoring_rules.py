"""Each rule by hand-computed cases, and what the answers may be."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.scoring_rules import score_foreign
from assessment.domain.scoring_rules.given import Given, read_given
from assessment.domain.scoring_rules.samm_answers import read_answers
from assessment.domain.strict_json import UnusableFile
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


@pytest.fixture(scope="module")
def samm(tmp_path_factory):
    return read_samm(write_samm(tmp_path_factory.mktemp("samm"), samm_files()))[0]


@pytest.fixture(scope="module")
def dsomm(tmp_path_factory):
    tree = {
        "D": {"S": {"a": activity("a", 1), "b": activity("b", 1), "c": activity("c", 2)}, "T": {"d": activity("d", 3)}}
    }
    return read_dsomm(write_dsomm(tmp_path_factory.mktemp("dsomm") / "m.yaml", tree))[0]


@pytest.fixture(scope="module")
def risky(tmp_path_factory):
    rules = [("one_x && one_y", "NO"), ("one_x || one_y", "MEDIUM"), ("default", "HIGH")]
    asked = [
        question("one", rules, ("x", "y", "no")),
        question("two", [("two_x", "NO"), ("default", "HIGH")], ("x", "no")),
        question("gap", [("gap_x", "NO")], ("x", "y")),
    ]
    return read_aws_lens(write_lens(tmp_path_factory.mktemp("lens") / "l.json", lens(*asked)))[0]


def test_samm_by_hand(samm):
    answers = {"P-RO-A-1": 1.0, "P-RO-A-2": 0.5, "P-RO-B-1": 0.5, "B-WA-A-1": 1.0, "B-WA-A-2": 1.0, "B-WA-A-3": 1.0}
    card = score_foreign(samm, Given(answers, targets={"P-RO": 2.0, "B-WA": 1.0}, baseline={"P-RO": 0.5}))
    roads = card["practices"]["P-RO"]
    assert roads["value"] == (1.5 + 0.5) / 2
    assert roads["streams"] == {"A": 1.5, "B": 0.5}
    assert (roads["answered"], roads["questions"]) == (3, 6)
    assert roads["percent_to_target"] == 1 - (2.0 - 1.0) / 2.0
    assert roads["progress_to_date"] == pytest.approx((1.0 - 0.5) / (2.0 - 0.5))
    assert card["practices"]["B-WA"] | {"value": 1.5, "percent_to_target": 1.0} == card["practices"]["B-WA"]
    assert card["functions"]["P"] == {"name": "Planning", "value": 1.0, "ceiling": 3.0}
    assert card["overall"]["value"] == (1.0 + 1.5) / 2
    assert card["overall"]["percent_to_target"] == pytest.approx(1 - 1.0 / 3.0)


def test_samm_what_does_not_apply_lowers_the_ceiling_and_the_target(samm):
    answers = {f"P-RO-A-{n}": "na" for n in (1, 2, 3)}
    card = score_foreign(samm, Given(answers, targets={"P-RO": 3.0}))
    assert (card["practices"]["P-RO"]["ceiling"], card["practices"]["P-RO"]["target"]) == (1.5, 1.5)
    nothing = score_foreign(
        samm, Given({f"P-RO-{s}-{n}": "na" for s in "AB" for n in (1, 2, 3)}, targets={"P-RO": 3.0})
    )
    assert nothing["practices"]["P-RO"]["percent_to_target"] is None


@given(
    st.dictionaries(
        st.sampled_from([f"{p}-{s}-{n}" for p in ("P-RO", "B-WA") for s in "AB" for n in (1, 2, 3)]),
        st.sampled_from([0.0, 0.5, 1.0]),
    )
)
def test_samm_never_falls_when_an_answer_rises(samm, answers):
    before = score_foreign(samm, Given(answers))["overall"]["value"]
    for code, value in answers.items():
        raised = score_foreign(samm, Given(answers | {code: min(1.0, value + 0.5)}))["overall"]["value"]
        assert raised >= before
    assert 0 <= before <= 3


def test_levels_by_hand(dsomm):
    card = score_foreign(dsomm, Given({"a": 1.0, "b": 0.5, "c": 1.0, "d": "na"}))
    practice = card["practices"]["d/s"]
    assert (practice["value"], practice["level"]) == (0.75 + 1.0, 0)
    assert practice["share"] == pytest.approx(2.5 / 3)
    assert practice["by_level"] == {"1": {"share": 0.75, "activities": 2}, "2": {"share": 1.0, "activities": 1}}
    assert card["practices"]["d/t"]["value"] is None
    assert card["overall"] == {"value": 1.75, "level": 0, "share": pytest.approx(2.5 / 3)}
    full = score_foreign(dsomm, Given({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}))
    assert (full["practices"]["d/s"]["level"], full["practices"]["d/t"]["level"]) == (2, 3)
    assert full["overall"]["level"] == 2


def test_risk_rules_by_hand(risky):
    card = score_foreign(risky, Given({"one": ("one_y",), "two": "na"}))
    assert card["questions"] == {"one": "MEDIUM_RISK", "two": "NOT_APPLICABLE", "gap": "UNANSWERED"}
    assert card["counts"] == {"HIGH_RISK": 0, "MEDIUM_RISK": 1, "NO_RISK": 0, "UNANSWERED": 1, "NOT_APPLICABLE": 1}
    (row,) = card["improvement_plan"]
    assert [one["choice"] for one in row["choices"]] == ["one_x"]


def test_risk_rules_put_high_risk_first_and_keep_an_empty_answer_out(risky):
    card = score_foreign(risky, Given({"one": ("one_x",), "two": ("two_no",), "gap": ()}))
    assert [row["risk"] for row in card["improvement_plan"]] == ["HIGH_RISK", "MEDIUM_RISK"]
    assert card["questions"]["gap"] == "UNANSWERED"
    undecided = score_foreign(risky, Given({"gap": ("gap_y",)}))
    assert undecided["questions"]["gap"] == "NO_RULE_APPLIES"
    assert undecided["counts"]["NO_RULE_APPLIES"] == 1


SAID = [{"questionCode": "P-RO-A-1", "answerScore": 1}, {"questionCode": "P-RO-A-2"}]
OUTSIDE = {"notApplicable": ["P-RO-B-1"], "dontKnow": ["P-RO-B-2"]}


def exchanged(*, rows=SAID, inside=False, **more):
    """A `.samm` file; its extensions at the top or, as its description has it, inside the assessment."""
    own = {"extensions": [{"name": "Headwater Answers", "version": "1.0.0", "headwaterAnswers": OUTSIDE}]}
    body = {"version": "1.0.0", "organization": "Acme", "scope": "Team", "date": "2026-07-07", "answers": rows}
    body |= own if inside else {}
    return {"formatVersion": "1.0.0", "assessment": body} | ({} if inside else own) | more


@pytest.mark.parametrize("inside", [False, True])
def test_samm_exchange_file_is_scored_as_it_is_imported(samm, tmp_path, inside):
    file = write_lens(tmp_path / "a.samm", exchanged(inside=inside))
    given = read_given(samm, file)
    assert given.answers == {"P-RO-A-1": 1.0, "P-RO-B-1": "na"}
    assert read_answers(samm, file.read_text())[0].answers == given.answers | {"P-RO-B-2": "dk"}


def test_a_byte_order_mark_and_what_nobody_knows_keep_no_exchange_file_out(samm, tmp_path):
    file = tmp_path / "a.samm"
    file.write_text(json.dumps(exchanged(mood="fine")), encoding="utf-8-sig")
    given = read_given(samm, file)
    assert given.answers["P-RO-A-1"] == 1.0
    assert [(one.code, one.where) for one in given.noticed] == [("unknown-key", "mood")]


def test_every_error_of_an_exchange_file_is_told_when_it_is_scored(samm, tmp_path):
    rows = [*SAID, {"questionCode": "X"}, {"questionCode": "P-RO-A-1", "answerScore": 0.3}]
    with pytest.raises(UnusableFile) as refused:
        read_given(samm, write_lens(tmp_path / "a.samm", exchanged(rows=rows)))
    told = str(refused.value)
    assert all(part in told for part in ("no such question", "keep one", "offers 0, 0.5, 1"))


def test_answers_to_samm_are_no_answers_to_a_lens(risky, tmp_path):
    with pytest.raises(UnusableFile, match="answers to SAMM"):
        read_given(risky, write_lens(tmp_path / "a.samm", exchanged()))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"answers": {"P-RO-A-9": 1}}, "no question 'P-RO-A-9'"),
        ({"answers": {"P-RO-A-1": 0.3}}, "give one of 0, 0.5, 1"),
        ({"answers": {"P-RO-A-1": "yes"}}, "give one of 0, 0.5, 1"),
        ({"answers": []}, "answers must be an object"),
        ({"marks": {}}, "unknown key 'marks'"),
        ({"targets": {"P-RO": 4}}, "a value from 0 to 3"),
        ({"formatVersion": "1", "assessment": {"answers": {}}}, "must be a list"),
    ],
)
def test_answers_that_do_not_fit_are_refused_in_one_sentence(samm, tmp_path, content, what):
    file = tmp_path / "a.json"
    file.write_text(json.dumps(content))
    with pytest.raises(UnusableFile, match=what):
        read_given(samm, file)


def test_none_of_these_stands_alone(risky, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"answers": {"one": ["one_no", "one_x"]}}))
    with pytest.raises(UnusableFile, match="none of these"):
        read_given(risky, file)
