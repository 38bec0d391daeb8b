"""`manage.py model` and `manage.py score` for models of every format, with the codes they are documented to give."""

import copy
import json
import re
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from assessment.maturity.formats import OURS, check
from assessment.maturity.loader import SHIPPED, OtherRule, is_shipped, load_shipped_model, model_of
from assessment.maturity.reading import read_yaml
from assessment.maturity.weak_spots import weak_spots
from assessment.models import MaturityModel
from tests.assessment.foreign.samples import lens, question, samm_files, write_lens, write_samm

DOCS = Path(__file__).parents[3] / "docs" / "maturity-model.md"
SOURCES = Path(__file__).parents[3] / "assessment" / "maturity"


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err)
    return out.getvalue()


@pytest.mark.django_db
def test_imported_samm_is_stored_once_and_scored_by_its_slug(tmp_path):
    folder = write_samm(tmp_path, samm_files())
    told = json.loads(run("model", "import", "--format", "samm", folder, "--json"))
    assert (told["slug"], told["counts"]["questions"]) == ("samm", 12)
    assert {"where", "what"} <= set(told["warnings"][0])
    run("model", "import", "--format", "samm", folder)
    row = MaturityModel.objects.get(slug="samm")
    assert row.rule == "samm"
    with pytest.raises(OtherRule):
        model_of(row)
    answers = write_lens(tmp_path / "a.json", {"answers": {"P-RO-A-1": 1, "P-RO-B-1": 1}})
    card = json.loads(run("score", "--model", "samm", answers, "--json"))
    assert card["practices"]["P-RO"]["value"] == 1.0


@pytest.mark.django_db
def test_lens_with_mistakes_in_its_rules_is_stored_and_told(tmp_path):
    rules = [("release_one && !release_one", "NO"), ("release_one", "MEDIUM"), ("default", "HIGH")]
    file = write_lens(tmp_path / "l.json", lens(question("release", rules)))
    told = json.loads(run("model", "import", "--format", "aws-lens", file, "--name", "mine", "--json"))
    assert (told["slug"], [one["code"] for one in told["warnings"]]) == ("mine", ["unsatisfiable-rule"])
    answers = write_lens(tmp_path / "a.json", {"answers": {"release": ["release_one"]}})
    card = json.loads(run("score", "--model", "mine", answers, "--json"))
    assert card["questions"] == {"release": "MEDIUM_RISK"}
    with pytest.raises(CommandError, match=r"no maturity model 'other' is stored; known are .*mine"):
        run("score", "--model", "other", answers)


@pytest.mark.django_db
def test_broken_model_stores_nothing(tmp_path):
    broken = write_lens(tmp_path / "l.json", lens(question("release", [("nobody", "NO")])))
    before = MaturityModel.objects.count()
    with pytest.raises(CommandError, match="nothing was stored") as refused:
        run("model", "import", "--format", "aws-lens", broken)
    assert refused.value.returncode == 2
    assert MaturityModel.objects.count() == before


@pytest.mark.django_db
def test_our_own_format_comes_out_byte_for_byte(tmp_path):
    text = SHIPPED.read_text(encoding="utf-8").replace("title: ", "title: My ", 1) + "\n# the end, with  spaces\n"
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    run("model", "import", file, "--name", "mine")
    assert run("model", "export", "mine") == text
    shipped = load_shipped_model()
    assert run("model", "export", shipped.slug) == SHIPPED.read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [lambda b: b.replace(b"\n", b"\r\n"), lambda b: b"\xef\xbb\xbf" + b, lambda b: b + b"# end\n"]
)
def test_one_content_in_several_files_comes_out_as_each_came(tmp_path, change):
    load_shipped_model()
    plain, other = tmp_path / "plain.yaml", tmp_path / "other.yaml"
    plain.write_bytes(SHIPPED.read_bytes())
    other.write_bytes(change(SHIPPED.read_bytes()))
    told = [json.loads(run("model", "import", plain, "--name", name, "--json"))["slug"] for name in ("one", "two")]
    run("model", "import", other, "--name", "two")
    assert told == ["one", "two"]
    assert run("model", "export", "one").encode() == plain.read_bytes()
    assert run("model", "export", "two").encode() == other.read_bytes()
    n = MaturityModel.objects.count()
    run("model", "import", other, "--name", "two")
    assert MaturityModel.objects.count() == n
    assert is_shipped(load_shipped_model())


@pytest.mark.django_db
def test_name_that_no_address_could_carry_is_refused(tmp_path):
    with pytest.raises(CommandError, match="--name 'my model'") as refused:
        run("model", "import", "--format", "samm", write_samm(tmp_path, samm_files()), "--name", "my model")
    assert refused.value.returncode == 2
    assert not MaturityModel.objects.filter(rule="samm").exists()


@pytest.mark.django_db
def test_refused_import_tells_its_errors_as_json_too(tmp_path):
    broken = write_lens(tmp_path / "l.json", lens(question("release", [("nobody", "NO")])))
    out = StringIO()
    with pytest.raises(CommandError, match="nothing was stored"):
        call_command("model", "import", "--format", "aws-lens", str(broken), "--json", stdout=out, stderr=StringIO())
    assert [one["code"] for one in json.loads(out.getvalue())["errors"]] == ["dangling-reference"]


@pytest.mark.django_db
def test_answers_to_score_tell_everything_that_is_wrong_at_once(tmp_path):
    file = write_lens(tmp_path / "l.json", lens(question("release", [("release_one", "NO"), ("default", "HIGH")])))
    run("model", "import", "--format", "aws-lens", file, "--name", "mine")
    said = {"answers": {"release": ["release_three"], "other": []}, "targets": {"release": 9}, "notes": ""}
    with pytest.raises(CommandError) as refused:
        run("score", "--model", "mine", write_lens(tmp_path / "a.json", said))
    told = str(refused.value).splitlines()
    places = ("'notes'", "answers.release", "answers.other", "targets.release")
    assert [place in line for place, line in zip(places, told, strict=True)] == [True] * 4


def test_lint_as_json_tells_codes_places_and_mends(tmp_path):
    file = write_lens(tmp_path / "l.json", lens(question("release", [("release_one", "NO")])))
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("model", "lint", "--format", "aws-lens", str(file), "--json", stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue())
    assert refused.value.returncode == 2
    assert {one["code"] for one in told["errors"]} == {"no-default-rule", "no-rule-applies"}
    assert all(set(one) == {"code", "where", "what"} for one in [*told["errors"], *told["warnings"]])


@pytest.fixture
def raw():
    return copy.deepcopy(read_yaml(SHIPPED))


def first_practice(raw):
    return raw["dimensions"][0]["practices"][0]


def test_weak_spots_of_our_own_format_are_warnings(raw):
    assert weak_spots(raw) == ()
    practice = first_practice(raw)
    practice["levels"][3] = practice["levels"][2] + "."
    practice["questions"][0]["roles"] = {"primary": [], "secondary": []}
    practice["weight"] = 0.001
    shut, key = practice["id"], raw["dimensions"][0]["practices"][1]["id"]
    raw["gates"] += [
        {"practice": shut, "level": 3, "needs": [{"practice": key, "level": 2}], "why": "x"},
        {"practice": key, "level": 2, "needs": [{"practice": shut, "level": 4}], "why": "x"},
    ]
    found = {problem.code: problem for problem in weak_spots(raw)}
    assert set(found) == {"indistinct-anchor", "unanswerable-question", "irrelevant-practice", "impossible-gate"}
    told = [problem.text for problem in weak_spots(raw) if problem.code == "impossible-gate"]
    assert [shut in told[0], key in told[1]] == [True, True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: first_practice(raw)["actions"][0].update(moves={"from": 3, "to": 3}), "action-moves-nothing"),
        (lambda raw: first_practice(raw).update(id=raw["dimensions"][0]["practices"][1]["id"]), "duplicate-id"),
        (lambda raw: first_practice(raw)["actions"][0].update(owner="nobody"), "dangling-reference"),
        (lambda raw: first_practice(raw)["levels"].pop(5), "incomplete-ladder"),
        (
            lambda raw: raw["signals"]["spec_link_rate"].update(thresholds={2: 0.5, 3: 0.4, 4: 0.6, 5: 0.7}),
            "thresholds-not-monotone",
        ),
        (lambda raw: raw.pop("gates"), "missing-key"),
        (lambda raw: raw.update(extra=1), "unknown-key"),
        (lambda raw: raw["meta"].update(title=3), "wrong-type"),
    ],
)
def test_problems_of_our_own_format_have_codes(raw, tmp_path, change, code):
    change(raw)
    file = tmp_path / "m.yaml"
    file.write_text(yaml.safe_dump(raw, sort_keys=False, allow_unicode=True), encoding="utf-8")
    assert code in {one.code for one in check(file, OURS).errors}


def test_words_that_yaml_takes_for_yes_or_no_are_told_in_our_own_format(tmp_path):
    text = SHIPPED.read_text(encoding="utf-8").replace("keystone: true", "keystone: yes", 1)
    file = tmp_path / "m.yaml"
    file.write_text(text, encoding="utf-8")
    (told,) = check(file, OURS).warnings
    assert (told.code, told.where.rpartition(".")[2]) == ("coerced-scalar", "keystone")


def test_version_that_yaml_takes_for_a_number_is_told_as_it_was_written(tmp_path):
    text = re.sub(r'^  version: ".*?"', "  version: 8.30", SHIPPED.read_text(encoding="utf-8"), count=1, flags=re.M)
    file = tmp_path / "m.yaml"
    file.write_text(text, encoding="utf-8")
    told = check(file, OURS)
    assert [(one.code, one.where) for one in told.errors] == [("wrong-type", "meta.version")]
    (noticed,) = told.warnings
    assert noticed.code == "coerced-scalar"
    assert noticed.what.startswith("8.30 ")


def test_every_code_is_documented():
    written = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py"))
    called = re.findall(r'(?:\.error|\.warn|_finding)\(\s*"([a-z-]+)"', written)
    listed = re.findall(r'^    \("([a-z-]+)", _?[a-z]', written, re.M)
    documented = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", DOCS.read_text(encoding="utf-8")))
    assert len({*called, *listed}) > 25
    assert {*called, *listed} - {"unreadable"} <= documented
