"""Reading SAMM folders, DSOMM files and lenses: what is built, what is tolerated, what is refused with its place."""

import json
from collections import Counter

import pytest

from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.foreign.dsomm import read_dsomm
from assessment.maturity.foreign.samm import read_samm
from assessment.maturity.foreign.types import UnusableForeign
from tests.assessment.foreign.samples import (
    activity,
    key,
    lens,
    question,
    samm_files,
    write_dsomm,
    write_lens,
    write_samm,
)


def refused(read, path):
    with pytest.raises(UnusableForeign) as wrong:
        read(path)
    return [(one.code, one.where, one.what) for one in wrong.value.findings.errors]


def codes(findings):
    return Counter(one.code for one in findings)


def test_samm_folder_becomes_a_model_with_codes_from_its_links(tmp_path):
    files = samm_files()
    files["activities/P-3-A"]["relatedActivities"] = [key("Walls", "B", 1)]
    model, findings = read_samm(write_samm(tmp_path, files))
    assert model.counts() == {
        "dimensions": 2,
        "practices": 2,
        "questions": 12,
        "choices": 36,
        "actions": 12,
        "prerequisites": 1,
    }
    assert [one.id for one in model.practices()] == ["P-RO", "B-WA"]
    first = model.questions()[0]
    assert (first.id, first.level, first.stream, first.criteria) == ("P-RO-A-1", 1, "A", ("It is written down",))
    assert [(one.of, one.needs) for one in model.prerequisites] == [("P-RO-A-3", "B-WA-B-1")]
    assert model.version.startswith("TEST1-")
    assert codes(findings) == {"coerced-scalar": 1}  # the answer No, which YAML takes for false
    assert [one.text for one in first.choices] == ["No", "Half", "Fully"]


def test_samm_tells_comments_placeholders_and_unknown_keys(tmp_path):
    files = samm_files()
    files["business_functions/Planning"] = f"id: {key('Planning')}\nname: Planning\norder: 1\ncolor: #228B22\n"
    files["activities/P-1-A"] |= {"results": ["result1"], "notes": "None", "mood": "sunny"}
    model, findings = read_samm(write_samm(tmp_path, files))
    told = [one for one in findings if one.code != "coerced-scalar" or "comment" in one.what]
    assert codes(told) == {"placeholder-text": 2, "unknown-key": 1, "coerced-scalar": 1}
    assert any(one.where == "business_functions/Planning.yml:4 color" for one in told)
    assert model.kept == {"activities/P-1-A.yml#mood": "sunny"}


def test_samm_with_broken_links_is_refused_whole(tmp_path):
    files = samm_files()
    files["streams/P-A"]["practice"] = key("nowhere")
    files["questions/B-1-A"]["answerSet"] = key("nowhere")
    files["activities/P-2-A"]["relatedActivities"] = [key("nobody")]
    files["activities/copy"] = files["activities/B-1-A"]
    found = {(code, where) for code, where, _ in refused(read_samm, write_samm(tmp_path, files))}
    assert {
        ("dangling-reference", "streams/P-A.yml"),
        ("dangling-reference", "questions/B-1-A.yml"),
        ("dangling-reference", "activities/P-2-A.yml"),
        ("duplicate-id", "activities/copy.yml"),
    } <= found


def test_samm_prerequisites_in_a_circle_are_refused(tmp_path):
    files = samm_files()
    files["activities/P-1-A"]["relatedActivities"] = [key("Roads", "A", 2)]
    files["activities/P-2-A"]["relatedActivities"] = [key("Roads", "A", 1)]
    ((code, _where, what),) = refused(read_samm, write_samm(tmp_path, files))
    assert code == "cycle"
    assert "P-RO-A-1 needs P-RO-A-2" in what


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id: *x\n", "unreadable"),
        ("a: &a [x]\nid: b\nb: *a\n", "unreadable"),
        ("!!python/object/apply:os.system ['true']\n", "unreadable"),
        ("id: a\nid: b\n", "unreadable"),
        ("- id\n", "unreadable"),
        ("[" * 60 + "]" * 60, "unreadable"),
    ],
)
def test_samm_file_that_could_do_harm_is_refused(tmp_path, text, code):
    files = samm_files() | {"questions/bad": text}
    assert (code, "questions/bad.yml") in {(c, w) for c, w, _ in refused(read_samm, write_samm(tmp_path, files))}


def test_folder_that_is_none_of_samm_says_so(tmp_path):
    ((code, _where, what),) = refused(read_samm, tmp_path)
    assert code == "not-this-format"
    assert "activities" in what


def test_dsomm_becomes_a_model_and_control_numbers_stay_text(tmp_path):
    tree = {
        "Build and Ship": {
            "Build": {
                "Make it": activity("u1"),
                "Sign it": activity(
                    "u2", 2, dependsOn=["u1"], references={"iso27001-2022": [8.31, "8.30"], "samm2": ["I-SB-A-2"]}
                ),
            }
        }
    }
    model, findings = read_dsomm(write_dsomm(tmp_path / "m.yaml", tree))
    assert (model.version, model.rule) == ("9.9.9", "levels")
    assert model.counts() | {"choices": 0} == {
        "dimensions": 1,
        "practices": 1,
        "questions": 2,
        "choices": 0,
        "actions": 2,
        "prerequisites": 1,
    }
    assert model.questions()[1].references == {"iso27001-2022": ("8.31", "8.30"), "samm2": ("I-SB-A-2",)}
    assert model.actions[0].effort == {"knowledge": 1, "time": 2, "resources": 3}
    assert model.practices()[0].id == "build-and-ship/build"
    assert codes(findings) == {"coerced-scalar": 1}  # 8.31 without quotes


def test_dsomm_needs_by_name_are_found_and_inversions_told(tmp_path):
    tree = {"D": {"S": {"Low": activity("u1", 1, dependsOn=["High"]), "High": activity("u2", 3)}}}
    model, findings = read_dsomm(write_dsomm(tmp_path / "m.yaml", tree))
    assert [(one.of, one.needs) for one in model.prerequisites] == [("u1", "u2")]
    assert codes(findings) == {"level-inversion": 1}


def test_dsomm_activity_without_effort_and_usefulness_is_tolerated(tmp_path):
    bare, odd = {"uuid": "u1", "level": 1}, activity("u2", 1, usefulness="much", difficultyOfImplementation={"time": 2})
    model, findings = read_dsomm(write_dsomm(tmp_path / "m.yaml", {"D": {"S": {"Bare": bare, "Odd": odd}}}))
    assert [(one.usefulness, one.effort) for one in model.actions] == [(None, {}), (None, {"time": 2})]
    assert [(one.code, one.where) for one in findings.warnings] == [("bad-value", "D / S / Odd.usefulness")]


def test_dsomm_mistakes_are_told_with_their_place(tmp_path):
    tree = {
        "D": {
            "S": {
                "One": activity("u1", 7),
                "Two": activity("u1", 1, dependsOn=["nowhere"]),
                "Three": {"level": 1},
                "Four": activity("u4", 1, dependsOn=["u5"]),
                "Five": activity("u5", 1, dependsOn=["u4"]),
            },
            "Empty": None,
        }
    }
    found = refused(read_dsomm, write_dsomm(tmp_path / "m.yaml", tree))
    assert {code for code, _, _ in found} == {
        "bad-value",
        "duplicate-id",
        "missing-id",
        "dangling-reference",
        "missing-part",
        "cycle",
    }
    assert ("bad-value", "D / S / One.level") in {(code, where) for code, where, _ in found}
    assert refused(read_dsomm, write_lens(tmp_path / "x.yaml", "meta: {version: 1}\n"))[0][0] == "not-this-format"


def test_lens_becomes_a_model(tmp_path):
    one = question("release", [("release_one", "NO"), ("default", "HIGH")], choices=("one", "two", "no"))
    one["choices"][2].pop("improvementPlan")
    model, findings = read_aws_lens(
        write_lens(tmp_path / "a b.json", lens(one, question("other_one", [("default", "NO")])))
    )
    assert model.counts() == {
        "dimensions": 1,
        "practices": 2,
        "questions": 2,
        "choices": 5,
        "actions": 4,
        "prerequisites": 0,
    }
    assert (model.slug, model.rule) == ("a-lens", "risk-rules")
    assert [choice.is_none_of_these for choice in model.questions()[0].choices] == [False, False, True]
    assert list(findings) == []
    assert read_aws_lens(tmp_path / "a b.json", slug="mine")[0].slug == "mine"


def test_lens_that_strays_is_built_and_told(tmp_path):
    one = question("release", [("release_one", "NO"), ("default", "HIGH")], url="http://example.test")
    one["choices"][0] |= {"helpfulResource": {"displayText": "See <b>this</b>", "url": ""}}
    one["choices"][1].pop("improvementPlan")
    content = json.dumps(lens(one, _note="x")).replace('"Question release"', "NaN")
    model, findings = read_aws_lens(write_lens(tmp_path / "l.json", "\ufeff" + content))
    assert codes(findings) == {
        "byte-order-mark": 1,
        "not-strict-json": 1,
        "unknown-key": 2,
        "bad-link": 1,
        "html-in-text": 1,
        "missing-improvement-plan": 1,
    }
    assert set(model.kept) == {"_note", "pillars[0].questions[0].url"}
    assert model.questions()[0].choices[0].help_url == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda one: one["riskRules"][0].update(condition="release_one && nobody"), "dangling-reference"),
        (lambda one: one["riskRules"][0].update(condition="release_one &&"), "bad-condition"),
        (lambda one: one["riskRules"][0].update(risk="SOME"), "bad-risk"),
        (lambda one: one["choices"].append(dict(one["choices"][0])), "duplicate-id"),
        (lambda one: one["choices"][0].pop("id"), "missing-id"),
        (lambda one: one.update(choices="none"), "missing-part"),
        (lambda one: one.update(id=""), "missing-id"),
    ],
)
def test_lens_that_cannot_be_scored_is_refused(tmp_path, change, code):
    one = question("release", [("release_one", "NO"), ("default", "HIGH")])
    change(one)
    assert code in {found for found, _, _ in refused(read_aws_lens, write_lens(tmp_path / "l.json", lens(one)))}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"a": 1, "a": 2}', "[" * 100_000, '{"pillars": {}}', "\ud800".encode("utf-8", "surrogatepass")],
)
def test_file_that_is_no_lens_is_refused_in_one_sentence(tmp_path, text):
    file = tmp_path / "l.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert all(what for _code, _where, what in refused(read_aws_lens, file))
    assert refused(read_aws_lens, tmp_path / "nowhere.json")[0][0] == "unreadable"


def test_lens_of_more_than_twenty_megabytes_is_not_read(tmp_path):
    file = tmp_path / "l.json"
    with file.open("wb") as written:
        written.truncate(20_000_001)
    ((code, _where, what),) = refused(read_aws_lens, file)
    assert (code, "20 MB" in what) == ("unreadable", True)
