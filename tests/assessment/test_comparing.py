"""What a comparison of two maturity models tells, and where."""

import copy
import json
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from assessment.maturity.comparing import difference
from assessment.maturity.formats import check
from assessment.maturity.loader import SHIPPED, load_shipped_model
from assessment.maturity.reading import read_yaml
from assessment.maturity.schema import MaturityModelFile
from tests.assessment.foreign.samples import samm_files, write_samm
from tests.factories.scoring import shipped_model


@pytest.fixture
def raw():
    return copy.deepcopy(read_yaml(SHIPPED))


def practice(raw, name):
    return next(p for d in raw["dimensions"] for p in d["practices"] if p["id"] == name)


def told(raw):
    return difference(shipped_model(), MaturityModelFile.model_validate(raw))


def only(changes):
    (one,) = changes
    return one.kind, one.place, one.before, one.after


def test_the_same_model_has_no_difference(raw):
    assert not told(raw)
    assert told(raw).as_json() == {"added": (), "changed": (), "removed": ()}


def test_weight_text_and_threshold_are_told_with_before_and_after(raw):
    practice(raw, "SP1")["weight"] = 2.5
    practice(raw, "SP1")["questions"][0]["options"][1]["text"] = "Some have one."
    raw["signals"]["size_p75"]["thresholds"][3] = 450
    found = told(raw)
    assert (found.added, found.removed) == ((), ())
    before = practice(read_yaml(SHIPPED), "SP1")
    assert {(c.kind, c.place): (c.before, c.after) for c in found.changed} == {
        ("weight", "dimensions/SPEC/practices/SP1/weight"): (before["weight"], 2.5),
        ("text", "dimensions/SPEC/practices/SP1/questions/SP1.m/options/2/text"): (
            before["questions"][0]["options"][1]["text"],
            "Some have one.",
        ),
        ("threshold", "signals/size_p75/thresholds/3"): (400, 450),
    }


def test_a_new_practice_is_told_once_and_a_removed_action_too(raw):
    practice(raw, "SP1")["actions"].pop()
    new = copy.deepcopy(practice(raw, "SP2")) | {"id": "SP9", "name": "Rehearsed change"}
    raw["dimensions"][0]["practices"].append(new)
    found = told(raw)
    assert (found.added[0].kind, found.added[0].place) == ("practice", "dimensions/SPEC/practices/SP9")
    assert found.added[0].after["name"] == "Rehearsed change"
    kind, place, before, after = only(found.removed)
    assert (kind, after) == ("action", None)
    assert place == f"dimensions/SPEC/practices/SP1/actions/{before['id']}"


def test_an_action_that_leads_further_and_a_prerequisite_less(raw):
    action = next(a for p in raw["dimensions"][1]["practices"] for a in p["actions"] if a["prereqs"])
    action["effort"] = "S" if action["effort"] != "S" else "L"
    gone = action["prereqs"].pop()
    found = told(raw)
    kind, place, *_ = only(found.changed)
    assert (kind, place.split("/")[-2:]) == ("action", [action["id"], "effort"])
    kind, place, before, _ = only(found.removed)
    assert (kind, before) == ("prerequisite", gone)
    assert place.endswith(f"prereqs/{gone['practice']}@{gone['level']}")


def test_another_order_is_one_change(raw):
    raw["dimensions"][0]["practices"].reverse()
    kind, place, before, after = only(told(raw).changed)
    assert (kind, place, before) == ("order", "dimensions/SPEC/practices", after[::-1])


def test_models_of_others_are_compared_too(tmp_path):
    files = samm_files()
    one = check(write_samm(tmp_path / "one", files), "samm").model
    name = next(path for path in files if path.startswith("questions/"))
    files[name]["text"] = "Is it done otherwise?"
    files["answer_sets/N"]["values"][1]["value"] = 0.25
    two = check(write_samm(tmp_path / "two", files), "samm").model
    kinds = [change.kind for change in difference(one, two).changed]
    assert (kinds.count("model"), kinds.count("text")) == (1, 1)  # the version, and the question
    assert kinds.count("weight") == 12  # each question's own copy of the answer
    assert difference(shipped_model(), one).changed[0].kind == "format"


@pytest.mark.django_db
def test_command_compares_a_file_with_a_stored_version(tmp_path, raw):
    row = load_shipped_model()
    practice(raw, "SP1")["weight"] = 2.5
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(raw))
    out = StringIO()
    call_command("model", "diff", f"{row.slug}@{row.version}", str(path), "--json", stdout=out)
    (change,) = json.loads(out.getvalue())["changed"]
    assert change == {"kind": "weight", "place": "dimensions/SPEC/practices/SP1/weight", "before": 1.2, "after": 2.5}
    out = StringIO()
    call_command("model", "diff", row.slug, str(path), stdout=out)
    assert out.getvalue().splitlines() == [
        "~ weight dimensions/SPEC/practices/SP1/weight: 1.2 -> 2.5",
        "0 added, 1 changed, 0 removed.",
    ]


@pytest.mark.django_db
def test_command_says_which_versions_are_stored(tmp_path):
    load_shipped_model()
    with pytest.raises(CommandError, match=r"'delivery' has no version '9'; stored are 1.0"):
        call_command("model", "diff", "delivery@9", "delivery")
    with pytest.raises(CommandError, match="diff compares two models"):
        call_command("model", "diff", "delivery")
