import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parent.parent.parent


def score(tmp_path, content, *options):
    file = tmp_path / "input.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    out = StringIO()
    call_command("score", str(file), *options, stdout=out)
    return out.getvalue()


def refusal(tmp_path, content):
    with pytest.raises(CommandError) as caught:
        score(tmp_path, content, "--json")
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)
    return str(caught.value).split("input.json: ")[-1]


def participant(**answers):
    return {"participants": [{"role": "engineer", "answers": answers}]}


def test_json_output_has_exactly_the_promised_keys(tmp_path):
    card = json.loads(score(tmp_path, participant(**{"SP1.m": 3, "SP1.e": 4}), "--json"))
    assert list(card) == ["practices", "dimensions", "overall", "control_profile", "tilt"]
    assert len(card["practices"]) == 23
    assert list(card["practices"]["SP1"]) == [
        "self_report",
        "evidence",
        "gap",
        "state",
        "planning_score",
        "range",
        "staged_level",
        "held_back_by",
    ]
    assert list(card["dimensions"]["SPEC"]) == ["score", "staged_level", "held_back_by"]


def test_text_output_can_be_read(tmp_path):
    text = score(tmp_path, participant(**{"SP1.m": 3, "SP1.e": 4}))
    assert "SP1  Testable intent" in text
    assert "self-report only" in text
    assert "Spec quality is not known: 24% of its weight could be placed." in text


def test_nobody_at_all_is_a_card_of_unasked_practices(tmp_path):
    card = json.loads(score(tmp_path, {"participants": []}, "--json"))
    assert {p["state"] for p in card["practices"].values()} == {"not asked"}
    assert card["tilt"] is None


def test_cap_from_the_file_limits_the_staged_level(tmp_path):
    content = participant(**{"SP1.m": 4, "SP1.e": 4})
    content["caps"] = [{"practice": "SP1", "max_level": 2, "because": "No item was found."}]
    practice = json.loads(score(tmp_path, content, "--json"))["practices"]["SP1"]
    assert (practice["planning_score"], practice["staged_level"]) == (4.0, 2)
    assert practice["held_back_by"] == ["No item was found. This limits the level to 2."]


def test_fact_from_the_file_lets_a_cap_be_judged(tmp_path):
    content = participant(**{"SP3.m": 5, "SP3.e": 5})
    content["evidence"] = {"adr_cadence": {"value": 0, "n": 300}, "adr_before_code": {"value": 1, "n": 50}}
    levels = []
    for facts in ({}, {"merged_changes_180d": 199}, {"merged_changes_180d": 200}):
        card = json.loads(score(tmp_path, content | {"facts": facts}, "--json"))
        levels.append(card["practices"]["SP3"]["staged_level"])
    assert levels == [4, 4, 3]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "not JSON: Expecting property name"),
        ("[]", "the file must be an object, not a list."),
        ('{"participants": [], "participants": []}', "the key 'participants' stands twice"),
        ('{"participants": [], "evidence": {"size_p75": {"value": NaN, "n": 3}}}', "NaN is not a JSON number"),
        ("[" * 100_000, "nested too deeply"),
        ({}, '"participants" is missing'),
        ({"participants": {}}, "participants must be a list, not an object."),
        ({"participants": [], "answers": {}}, "unknown key 'answers'; known are invited, participants"),
        ({"participants": [{"answers": {}}]}, 'participants[0]: give either "role" or a list "roles".'),
        ({"participants": [{"role": "boss"}]}, "no role 'boss'; known are product, engineer"),
        (participant(XX=3), "participants[0].answers: the maturity model has no question 'XX'"),
        (participant(**{"SP1.m": 6}), "answers.SP1.m is 6; an answer is a level from 1 to 5"),
        (participant(**{"SP1.m": 0}), "answers.SP1.m is 0;"),
        (participant(**{"SP1.m": True}), "answers.SP1.m is True;"),
        (participant(**{"SP1.m": 3.5}), "answers.SP1.m is 3.5;"),
        (participant(**{"SP1.m": "maybe"}), "answers.SP1.m is 'maybe';"),
        (participant(**{"SP1.m": [1]}), "answers.SP1.m is [1];"),
        ({"participants": [], "invited": {"ZZ9": 3}}, "invited: the maturity model has no practice 'ZZ9'"),
        ({"participants": [], "invited": {"*": -1}}, "invited.* is -1; give a whole number"),
        ({"participants": [], "evidence": {"nope": {"value": 1, "n": 1}}}, "no signal 'nope'"),
        (
            {"participants": [], "evidence": {"ci_present": {"grade": "great", "n": 1}}},
            "no grade 'great'; known are none, present_no_tests, tests_on_changes.",
        ),
        ({"participants": [], "evidence": {"size_p75": {"grade": "none", "n": 1}}}, 'this signal has a "value"'),
        ({"participants": [], "evidence": {"size_p75": {"value": "1", "n": 1}}}, "size_p75.value is '1';"),
        ({"participants": [], "evidence": {"size_p75": {"value": 1}}}, "size_p75.n is None;"),
        ({"participants": [], "evidence": {"size_p75": {"value": 1, "n": -3}}}, "size_p75.n is -3;"),
        ({"participants": [], "caps": [{"practice": "SP1", "max_level": 2}]}, '"because" is missing'),
        ({"participants": [], "caps": [{"practice": "SP1", "max_level": 9, "because": "x"}]}, "caps[0].max_level is 9"),
        ({"participants": [], "caps": [{"practice": "S", "max_level": 2, "because": "x"}]}, "no practice 'S'"),
    ],
)
def test_bad_input_is_refused_in_one_clear_line(tmp_path, content, expected):
    assert expected in refusal(tmp_path, content)


def test_missing_file_and_folder_are_refused(tmp_path):
    for path in (tmp_path / "absent.json", tmp_path):
        with pytest.raises(CommandError, match="cannot be read") as caught:
            call_command("score", str(path))
        assert caught.value.returncode == 2


def test_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "b.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(CommandError, match="not UTF-8"):
        call_command("score", str(tmp_path / "b.json"))


def test_unsound_model_is_refused(tmp_path):
    (tmp_path / "m.yaml").write_text("meta: {}\n", encoding="utf-8")
    (tmp_path / "a.json").write_text('{"participants": []}', encoding="utf-8")
    with pytest.raises(CommandError, match=r"m\.yaml: meta\.id: is missing") as caught:
        call_command("score", str(tmp_path / "a.json"), "--model", str(tmp_path / "m.yaml"))
    assert caught.value.returncode == 2


def test_command_needs_no_database_and_leaves_with_status_two(tmp_path):
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    }
    golden = str(ROOT / "tests" / "golden" / "five_practices.json")
    run = [sys.executable, "manage.py", "score"]
    good = subprocess.run([*run, golden, "--json"], cwd=ROOT, env=environment, capture_output=True, text=True)
    bad = subprocess.run([*run, str(tmp_path / "bad.json")], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (good.returncode, good.stderr, json.loads(good.stdout)["practices"]["EN1"]["state"]) == (
        0,
        "",
        "contradiction",
    )
    assert bad.returncode == 2
    assert bad.stdout == ""
    assert len(bad.stderr.splitlines()) == 1
