"""`manage.py flow`: the keys it promises, and a sentence for every file it cannot use."""

import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.assessment.flow.cases import PUSH, UPSTREAM, WORKED
from tests.house.files import ROOT

CASE_KEYS = {
    "lead_time_days",
    "review_utilization",
    "passes_per_change",
    "passes_per_day",
    "review_wait_days",
    "backlog_growth_per_day",
    "note",
}


def run(tmp_path, content, *options):
    file = tmp_path / "flow.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    out = StringIO()
    call_command("flow", file, *options, stdout=out)
    return out.getvalue()


def test_json_has_what_is_promised(tmp_path):
    printed = json.loads(run(tmp_path, WORKED | {"scenario": UPSTREAM}, "--json"))
    assert list(printed) == [
        "baseline",
        "scenario",
        "relief_20_percent_days",
        "breakeven_volume_growth",
        "stability_limit_growth",
        "amdahl_share",
    ]
    assert set(printed["baseline"]) == set(printed["scenario"]) == CASE_KEYS
    assert round(printed["scenario"]["lead_time_days"], 1) == 7.2
    assert round(printed["relief_20_percent_days"]["review_effort"], 2) == 1.52


def test_scenario_is_null_when_none_is_given(tmp_path):
    assert json.loads(run(tmp_path, WORKED, "--json"))["scenario"] is None
    assert json.loads(run(tmp_path, WORKED | {"scenario": None}, "--json"))["scenario"] is None


def test_no_steady_state_is_null_and_a_sentence(tmp_path):
    pushed = json.loads(run(tmp_path, WORKED | {"scenario": PUSH}, "--json"))["scenario"]
    assert (pushed["lead_time_days"], pushed["review_wait_days"]) == (None, None)
    assert round(pushed["backlog_growth_per_day"], 1) == 2.7
    assert pushed["note"].startswith("No steady state")


def test_almost_full_reviewers_give_no_number(tmp_path):
    almost = WORKED | {"changes_per_day": 5 * 0.999999 / 0.8865248226950355}
    printed = json.loads(run(tmp_path, almost, "--json"))
    assert printed["baseline"]["lead_time_days"] is None
    assert "never settles" in printed["baseline"]["note"]


def test_table_for_a_person(tmp_path):
    printed = run(tmp_path, WORKED | {"scenario": PUSH})
    assert "Lead time, days                  9.34            -" in printed
    assert "No steady state: review is asked for 143% of its time" in printed


def changed(**values):
    return WORKED | values


WRONG = [
    ("{", "not JSON"),
    ("[1]", "one JSON object"),
    ("{}", "changes_per_day is missing"),
    (changed(reviewers=0), "reviewers is 0"),
    (changed(reviewers=True), "reviewers must be a finite number"),
    (changed(changes_per_day=-5), "changes_per_day is -5"),
    (changed(changes_per_day=0), "changes_per_day is 0"),
    (changed(build_days=None), "build_days must be a finite number, not null"),
    (changed(build_days="two"), "build_days must be a finite number"),
    (changed(build_days=[]), "build_days must be a finite number"),
    (changed(p_sendback=1), "p_sendback is 1; give a probability"),
    (changed(p_integration_fail=1.0), "p_integration_fail is 1; give a probability"),
    (changed(review_hours_per_pass=0), "review_hours_per_pass is 0"),
    (changed(typo=1), "unknown key 'typo'"),
    (changed(scenario=[]), "scenario must be an object"),
    (changed(scenario={"coding_speed": 0}), "coding_speed is 0"),
    (changed(scenario={"p_sendback": 1}), "p_sendback is 1"),
    (changed(scenario={"speed": 2}), "unknown key 'speed'"),
    (changed(scenario={"volume_growth": -1}), "volume_growth is -1"),
    (changed(scenario={"size_growth": 1, "size_exponent": 1e9}), "more than any review"),
    (changed(reviewers=0.9999999999999999), "reviewers is 0.9999999999999999; give a whole number"),
    (changed(review_hours_per_reviewer_day=25), "review_hours_per_reviewer_day is 25; a day has 24 hours"),
    (changed(review_hours_per_pass=1e-9, review_hours_per_reviewer_day=24), "review_hours_per_pass is 1e-09 and"),
    (changed(ci_days=1e-12), "ci_days is 1e-12; give 0"),
    (json.dumps(WORKED).replace("1.5", "NaN", 1), "NaN is not a JSON number"),
    (json.dumps(WORKED).replace("1.5", "1e999", 1), "too large"),
    (json.dumps(WORKED).replace("1.5", "1" * 400, 1), "too large"),
    ('{"reviewers": 1, "reviewers": 2}', "stands twice"),
]


@pytest.mark.parametrize(("content", "words"), WRONG, ids=[words for _, words in WRONG])
def test_every_unusable_file_gets_a_sentence(tmp_path, content, words):
    with pytest.raises(CommandError) as refused:
        run(tmp_path, content, "--json")
    assert words in str(refused.value)
    assert refused.value.returncode == 1


def test_exit_codes_of_the_real_command(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(changed(reviewers=0)), encoding="utf-8")
    for arguments, code in (([str(bad)], 1), ([str(tmp_path / "absent.json")], 1), ([], 2), ([str(bad), "--what"], 2)):
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "flow", *arguments],
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        assert done.stderr
        assert "Traceback" not in done.stderr
