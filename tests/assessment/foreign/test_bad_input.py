"""Files that mean harm or are broken: a clear list of errors with places, and nothing half imported."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessment.maturity.formats import FORMATS, OURS, check
from assessment.maturity.loader import SHIPPED
from assessment.models import MaturityModel
from tests.assessment.foreign.samples import (
    activity,
    lens,
    question,
    samm_files,
    write_dsomm,
    write_lens,
    write_samm,
)

RULES = [("release_one", "NO"), ("default", "HIGH")]


def codes(found):
    return [one.code for one in found]


def sound(kind, folder):
    """A sound model of a format: its path, and the file inside it whose text may be replaced."""
    folder.mkdir(exist_ok=True)
    if kind == "samm":
        return write_samm(folder, samm_files()), folder / "model" / "streams" / "P-A.yml"
    if kind == "dsomm":
        file = write_dsomm(folder / "model.yaml", {"D": {"S": {"a": activity("a")}}})
    elif kind == "aws-lens":
        file = write_lens(folder / "lens.json", lens(question("release", RULES)))
    else:
        file = folder / "own.yaml"
        file.write_bytes(SHIPPED.read_bytes())
    return file, file


def test_samples_are_sound(tmp_path):
    for kind in FORMATS:
        assert check(sound(kind, tmp_path / kind)[0], kind).model is not None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe\x00broken",
        b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        b"a: !!python/object/apply:os.system ['true']\n",
        b"a: !strange {b: 1}\n",
        b"[" * 5_000,
        b"{" * 5_000,
        b"id: one\nid: two\n",
        b'{"a": 1} trailing',
        b"\x00\x01\x02",
        b'id: "a\\0b"\n',
    ],
    ids=[
        "empty",
        "binary",
        "bomb",
        "python",
        "tag",
        "deep list",
        "deep object",
        "key twice",
        "rest",
        "control",
        "zero",
    ],
)
def test_what_could_do_harm_is_refused_with_a_sentence_and_stores_nothing(tmp_path, kind, text):
    path, file = sound(kind, tmp_path / "model")
    file.write_bytes(text)
    checked = check(path, kind)
    assert checked.model is None
    assert checked.errors
    assert all(one.code and one.what for one in checked.errors)
    before = MaturityModel.objects.count()
    with pytest.raises(CommandError, match="nothing was stored") as refused:
        call_command("model", "import", "--format", kind, str(path), stdout=StringIO(), stderr=StringIO())
    assert refused.value.returncode == 2
    assert MaturityModel.objects.count() == before


@pytest.mark.parametrize("kind", FORMATS)
def test_twenty_megabytes_are_refused_by_their_size_alone(tmp_path, kind):
    path, file = sound(kind, tmp_path / "model")
    with file.open("wb") as written:
        written.truncate(20_000_001)
    checked = check(path, kind)
    assert checked.model is None
    assert any("MB" in one.what for one in checked.errors)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_byte_order_mark_harms_nothing(tmp_path, kind):
    path, file = sound(kind, tmp_path / "model")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    checked = check(path, kind)
    assert checked.model is not None
    assert codes(checked.errors) == []


def test_bare_nan_is_told_with_its_line_and_a_word_in_a_text_is_not(tmp_path):
    text = json.dumps(lens(question("release", RULES, description='NaN is "no" number')), indent=1)
    text = text.replace('"Question release"', "NaN").replace('"For tests"', "-Infinity")
    checked = check(write_lens(tmp_path / "l.json", text), "aws-lens")
    lines = [int(one.where.removeprefix("line ")) for one in checked.warnings if one.code == "not-strict-json"]
    assert [text.splitlines()[line - 1].strip(" ,").rpartition(" ")[2] for line in lines] == ["-Infinity", "NaN"]
    assert checked.model.questions()[0].text == ""


def test_html_and_script_stay_text(tmp_path):
    one = question("release", RULES, title="<script>alert(1)</script>")
    checked = check(write_lens(tmp_path / "l.json", lens(one)), "aws-lens")
    assert "html-in-text" in codes(checked.warnings)
    assert checked.model.questions()[0].text == "<script>alert(1)</script>"  # escaped wherever it is shown


def test_ids_with_spaces_are_told_and_kept(tmp_path):
    one = question("release two", [("default", "HIGH")])
    checked = check(write_lens(tmp_path / "l.json", lens(one)), "aws-lens")
    assert codes(checked.warnings).count("odd-id") == 3
    assert checked.model.questions()[0].id == "release two"


def test_missing_links_name_the_file_and_the_link(tmp_path):
    files = samm_files()
    files["streams/P-A"]["practice"] = "0" * 32
    checked = check(write_samm(tmp_path, files), "samm")
    assert checked.model is None
    assert [(one.code, one.where) for one in checked.errors] == [("dangling-reference", "streams/P-A.yml")]
    assert "0" * 32 in checked.errors[0].what


def test_two_files_with_one_id_name_both(tmp_path):
    files = samm_files()
    files["activities/zz-copy"] = files["activities/P-1-A"]
    checked = check(write_samm(tmp_path, files), "samm")
    assert [(one.code, one.where) for one in checked.errors] == [("duplicate-id", "activities/zz-copy.yml")]
    assert "activities/P-1-A.yml" in checked.errors[0].what


def test_two_activities_of_one_code_are_refused(tmp_path):
    files = samm_files()
    files["activities/zz-copy"] = files["activities/P-1-A"] | {"id": "f" * 32}
    checked = check(write_samm(tmp_path, files), "samm")
    assert codes(checked.errors) == ["duplicate-id"]
    assert "P-RO-A-1" in checked.errors[0].what


def test_two_activities_of_one_uuid_are_refused(tmp_path):
    tree = {"D": {"S": {"a": activity("same"), "b": activity("same")}}}
    checked = check(write_dsomm(tmp_path / "m.yaml", tree), "dsomm")
    assert codes(checked.errors) == ["duplicate-id"]


@pytest.mark.django_db
def test_a_zero_byte_in_a_text_is_no_danger_to_the_database(tmp_path):
    one = question("release", RULES, description="a\\u0000b \\ud800")
    text = json.dumps(lens(one)).replace("\\\\u", "\\u").replace("\\\\ud800", "\\ud800")
    file = write_lens(tmp_path / "l.json", text)
    out = StringIO()
    call_command("model", "import", "--format", "aws-lens", str(file), "--name", "odd", "--json", stdout=out)
    assert [one["code"] for one in json.loads(out.getvalue())["warnings"]] == ["odd-character"]
    kept = json.dumps(MaturityModel.objects.get(slug="odd").content)
    assert "\\u0000" not in kept
    assert "\\ud800" not in kept


def test_our_own_format_names_every_problem_at_once(tmp_path):
    text = SHIPPED.read_text(encoding="utf-8").replace("owner: ", "owner: nobody-", 3)
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    assert codes(check(file, OURS).errors) == ["dangling-reference"] * 3
