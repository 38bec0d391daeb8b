"""Which answers and measurements hold in another version of a model."""

import copy

import pytest

from assessment.domain.carried_inputs import carried_agreements, carried_caps, carried_measurements, carried_targets
from assessment.maturity.carrying import carry_over
from assessment.maturity.loader import SHIPPED
from assessment.maturity.reading import read_yaml
from assessment.maturity.schema import MaturityModelFile
from tests.factories.scoring import shipped_model


@pytest.fixture
def raw():
    return copy.deepcopy(read_yaml(SHIPPED))


def practice(raw, name):
    return next(p for d in raw["dimensions"] for p in d["practices"] if p["id"] == name)


def model(raw):
    return MaturityModelFile.model_validate(raw)


def test_everything_carries_over_to_the_same_questions(raw):
    practice(raw, "SP1")["weight"] = 2.0
    carried = carry_over(shipped_model(), model(raw))
    assert len(carried.carried) == len(shipped_model().questions())
    assert (carried.reworded, carried.asked_again, carried.fallen_away) == ((), (), ())
    assert carried.whole == {p.id for p in shipped_model().practices()}


def test_other_choices_are_asked_again_and_another_wording_is_told(raw):
    practice(raw, "SP1")["questions"][0]["options"][0]["text"] = "Nobody knows."
    practice(raw, "SP2")["questions"][0]["text"] = "How do limits get in?"
    renamed = practice(raw, "SP3")["questions"][0]
    was, renamed["id"] = renamed["id"], "SP3.x"
    carried = carry_over(shipped_model(), model(raw))
    assert carried.asked_again == (("SP1.m", "other choices"), ("SP3.x", "new"))
    assert carried.reworded == ("SP2.m",)
    assert carried.fallen_away == (was,)
    assert carried.whole == {p.id for p in shipped_model().practices()} - {"SP1", "SP3"}


def test_readings_go_where_the_signal_is_listed_now_and_stay_behind_where_it_counts_otherwise(raw):
    raw["signals"]["size_p75"]["unit"] = "files"
    listing = [p.id for p in shipped_model().practices() if "spec_link_rate" in {e.signal for e in p.evidence}]
    practice(raw, "RV1")["evidence"].append({"signal": "spec_link_rate", "role": "weak"})
    reading = {"signal": "spec_link_rate", "value": 0.5}
    fact = next(iter(shipped_model().facts))
    rows = [
        ["metric", "SP1", "spec_link_rate", reading],
        ["metric", "RV1", "size_p75", {"value": 300}],
        ["metric", "", fact, {"value": 2}],
        ["survey", "SP1", "", {}],
    ]
    carried, dropped = carried_measurements(rows, shipped_model(), model(raw))
    assert dropped == ("size_p75",)
    assert {tuple(row[:3]) for row in carried} == {
        ("metric", "", fact),
        *(("metric", one, "spec_link_rate") for one in listing),
        ("metric", "RV1", "spec_link_rate"),
    }


def test_agreements_caps_and_targets(raw):
    rows = [["workshop", "SP1", "", {}], ["workshop", "SP2", "", {}], ["survey", "SP2", "", {}]]
    assert carried_agreements(rows, {"SP2"}) == [["workshop", "SP2", "", {}]]
    caps = practice(raw, "SP1")["caps"]
    caps.insert(0, {"when": caps[0]["when"], "max_level": 1, "because": "Another."})
    contested = [["SP1", 0, "Lives elsewhere."]]
    assert carried_caps(contested, shipped_model(), model(raw)) == [("SP1", 0, 1)]
    caps.pop(1)
    assert carried_caps(contested, shipped_model(), model(raw)) == []
    assert carried_targets({"SP1": 5, "gone": 2}, {"SP1": 4, "new": 3}) == {"SP1": 5, "new": 3}
