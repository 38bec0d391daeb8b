"""What the linter says, in the reader's language; codes and places stay what they are."""

import io
import json

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from assessment.domain import drafts
from assessment.maturity.formats import check, check_text
from assessment.maturity.loader import SHIPPED, load_shipped_model
from assessment.maturity.uploaded import check_uploaded
from tests.assessment.foreign.samples import activity, lens, question, samm_files, write_dsomm, write_lens, write_samm

LANGUAGES = ("de", "es", "fr")


def broken_of_ours():
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    practice = raw["dimensions"][0]["practices"][0]
    practice["weight"] = "heavy"
    practice["colour"] = "red"
    del practice["intent"]
    practice["actions"][0]["owner"] = "nobody"
    practice["actions"][1]["moves"] = {"from": 4, "to": 2}
    raw["signals"]["size_p75"]["thresholds"][3] = 9000
    raw["gates"][0]["level"] = 9
    return yaml.safe_dump(raw, allow_unicode=True)


def everything(tmp_path):
    """Findings of every format, by where they came from."""
    rules = [("release_one && !release_one", "NO"), ("release_one && !release_two", "MEDIUM"), ("release_one", "NO")]
    samm = samm_files()
    samm["questions/x"] = {"id": "x", "activity": "nowhere", "answerSet": "nowhere", "text": "No", "mood": "fine"}
    return {
        "ours": check_text(broken_of_ours(), "YAML"),
        "yaml": check_text("a: &b 1\nc: *b\n", "YAML"),
        "lens": check(write_lens(tmp_path / "l.json", lens(question("release", rules), mood="fine")), "aws-lens"),
        "samm": check(write_samm(tmp_path / "samm", samm), "samm"),
        "dsomm": check(write_dsomm(tmp_path / "d.yaml", {"Build": {"Make": {"One": activity("a", level=9)}}}), "dsomm"),
        "zip": check_uploaded(io.BytesIO(b"PK\x03\x04 and no more"), "x.zip", "samm"),
        "20 MB": check_uploaded(io.BytesIO(b" " * 600_000), "x.json", "aws-lens"),
    }


def findings_of(tmp_path):
    return [one for checked in everything(tmp_path).values() for one in (*checked.errors, *checked.warnings)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_follow_the_reader_while_codes_and_places_stay(tmp_path, language):
    english = findings_of(tmp_path)
    with override(language):
        theirs = findings_of(tmp_path)
    assert [(one.code, one.where) for one in theirs] == [(one.code, one.where) for one in english]
    assert {one.code for one in english} >= {
        "bad-value", "bad-zip", "dangling-reference", "action-moves-nothing", "missing-key", "no-default-rule",
        "thresholds-not-monotone", "too-large", "unknown-key", "unreadable", "unsatisfiable-rule", "wrong-type",
    }  # fmt: skip
    assert not [one for one, other in zip(english, theirs, strict=True) if one.what == other.what]


def test_the_command_speaks_english_by_default(tmp_path, capsys):
    file = write_lens(tmp_path / "l.json", lens(question("release", [("release_one", "NO")])))
    with pytest.raises(CommandError):
        call_command("model", "lint", str(file), kind="aws-lens", json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["errors"][0]["what"] == "has no rule `default`; add one, so that every answer has a risk."


@pytest.mark.django_db
def test_a_draft_is_told_to_each_reader_in_their_language(client, place):
    draft = drafts.copy_model(load_shipped_model(), place.organization, name="ours", title="Ours", by=place.consultant)
    draft.text = draft.text.replace("weight: 1.2", "weight: heavy", 1)
    draft.save()
    drafts.check_draft(draft)
    client.force_login(place.consultant)
    page = reverse("assessment:draft-detail", args=[draft.public_id])
    assert "should be a valid number" in client.get(page).content.decode()
    german = client.get(page, headers={"accept-language": "de"}).content.decode()
    assert "erwartet wird eine Zahl" in german
    assert "should be" not in german
