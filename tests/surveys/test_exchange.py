"""Answers to SAMM in and out as `.samm` files: two-way, whole, and every error told at once."""

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AuditEvent
from assessment.domain.evidence import current_result
from assessment.domain.scoring_rules.samm_answers import UnusableAnswers
from assessment.maturity.foreign.samm_exchange import read_exchange, written
from assessment.maturity.formats import check
from assessment.maturity.loader import load_foreign_model, load_shipped_model
from assessment.models import Assessment, AssessmentState
from core.refusals import Refused
from surveys.domain.exchange import export_answers, import_into, import_into_team
from surveys.models import Answer, AnswerExchange, AnswerKind, Participant
from tests.assessment.foreign.samples import samm_files, write_samm
from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db
CODES = [f"{practice}-{stream}-{level}" for practice in ("P-RO", "B-WA") for stream in "AB" for level in (1, 2, 3)]
REMARKS = {
    "P-RO-A": [{"text": "A good start <b>here</b>", "type": "COMMENT"}, {"text": "Seen.", "type": "VALIDATION"}],
    "B-WA-B": [{"text": "Automate it", "type": "RECOMMENDATION"}],
}
OTHER = {"name": "Verbose Questions", "version": "2.0.0", "anything": {"goes": [1, None, "x"]}}


@pytest.fixture
def model(tmp_path):
    return check(write_samm(tmp_path / "samm", samm_files()), "samm").model


@pytest.fixture
def row(model):
    return load_foreign_model(model)


def content(**changes):
    """Two answers, one question listed without, remarks and an extension nobody here knows."""
    body = {
        "version": "1.0.0",
        "organization": "Acme",
        "scope": "Team Coyote",
        "date": "2026-07-07",
        "answers": [
            {"questionCode": "P-RO-A-1", "answerScore": 0.5},
            {"questionCode": "P-RO-B-1", "answerScore": 1},
            {"questionCode": "B-WA-A-1"},
            {"questionCode": "B-WA-A-2", "answerScore": 0},
        ],
    } | changes
    extensions = [
        {"name": "Assessment Framework", "version": "1.0.0", "assessmentFramework": "SAMM"},
        {"name": "Assessment Stream Remarks", "version": "1.0.0", "assessmentStreamRemarks": REMARKS},
        OTHER,
    ]
    return {"formatVersion": "1.0.0", "assessment": body, "extensions": extensions}


def errors_of(model, raw):
    exchange, findings = read_exchange(model, raw)
    assert (exchange is None) is bool(findings.errors)
    return [(one.code, one.where) for one in findings.errors]


def test_what_is_imported_is_scored_and_comes_out_again(row, place):
    done = import_into_team(row, json.dumps(content()), team=place.team)
    assert (done.n_answers, done.n_remarks, done.warnings) == (3, 3, ())
    assert (done.assessment.title, done.assessment.state) == ("Acme, Team Coyote", AssessmentState.OPEN)
    card = current_result(done.assessment).score["card"]
    assert card["practices"]["P-RO"]["value"] == pytest.approx(0.75)
    assert card["practices"]["P-RO"]["answered"] == 2
    exported = json.loads(export_answers(done.assessment))
    given = {one["questionCode"]: one.get("answerScore") for one in exported["assessment"]["answers"]}
    assert given == dict.fromkeys(CODES) | {"P-RO-A-1": 0.5, "P-RO-B-1": 1, "B-WA-A-2": 0}
    before = content()
    assert exported["extensions"] == before["extensions"]
    assert {k: v for k, v in exported["assessment"].items() if k != "answers"} == {
        k: v for k, v in before["assessment"].items() if k != "answers"
    }


def test_an_exported_file_imported_again_gives_the_same_bytes(row, place):
    first = export_answers(import_into_team(row, json.dumps(content()), team=place.team).assessment)
    second = export_answers(import_into_team(row, first, team=place.team).assessment)
    assert first == second


def test_what_the_format_cannot_say_is_kept_in_an_extension_of_our_own(row, place):
    raw = content()
    ours = {"notApplicable": ["P-RO-A-2"], "dontKnow": ["P-RO-A-3"]}
    raw["extensions"].append({"name": "Headwater Answers", "version": "1.0.0", "headwaterAnswers": ours})
    assessment = import_into_team(row, json.dumps(raw), team=place.team).assessment
    kinds = dict(Answer.objects.values_list("question", "kind"))
    assert (kinds["P-RO-A-2"], kinds["P-RO-A-3"]) == (AnswerKind.NOT_APPLICABLE, AnswerKind.DONT_KNOW)
    exported = export_answers(assessment)
    (told,) = [e for e in json.loads(exported)["extensions"] if e["name"] == "Headwater Answers"]
    assert told["headwaterAnswers"] == ours
    assert export_answers(import_into_team(row, exported, team=place.team).assessment) == exported


def test_extensions_inside_the_assessment_are_read_too(model):
    raw = content()
    raw["assessment"]["extensions"] = raw.pop("extensions")
    exchange, findings = read_exchange(model, raw)
    assert (exchange.remarks, exchange.extensions, list(findings)) == (REMARKS, [OTHER], [])
    assert json.loads(written(model, exchange))["extensions"] == content()["extensions"]


def test_unknown_keys_are_tolerated_and_told(model):
    raw = content(reviewer="Ada") | {"tool": {"name": "other"}}
    exchange, findings = read_exchange(model, raw)
    assert [(one.code, one.where) for one in findings] == [
        ("unknown-key", "assessment.reviewer"),
        ("unknown-key", "tool"),
    ]
    assert json.loads(written(model, exchange))["tool"] == {"name": "other"}


def test_every_error_is_told_with_its_place(model):
    raw = content(date="2026-02-30", organization=7, answers=[
        {"questionCode": "P-RO-A-1", "answerScore": 0.3},
        {"questionCode": "P-RO-A-2", "answerScore": True},
        {"questionCode": "P-RO-A-2"},
        {"questionCode": "X-Y-A-1", "answerScore": 1},
        "no object",
        {"questionCode": "P-RO-B-1", "answerScore": "1"},
    ])  # fmt: skip
    del raw["formatVersion"], raw["assessment"]["scope"]
    raw["extensions"] = [
        {"name": "Assessment Framework", "version": "1.0.0", "assessmentFramework": "BSIMM"},
        {"name": "Assessment Stream Remarks", "assessmentStreamRemarks": {
            "P-RO-C": [{"text": "x", "type": "COMMENT"}],
            "P-RO-A": [],
            "P-RO-B": [{"text": "", "type": "COMMENT"}, {"text": "a", "type": "VALIDATION"},
                       {"text": "b", "type": "VALIDATION"}, {"text": "c", "type": "SHOUT"}],
        }},
        "no object",
    ]  # fmt: skip
    remarks = "extensions[1].assessmentStreamRemarks"
    assert set(errors_of(model, raw)) == {
        ("missing-key", "formatVersion"),
        ("missing-key", "assessment.scope"),
        ("wrong-type", "assessment.organization"),
        ("bad-value", "assessment.date"),
        ("bad-value", "assessment.answers[0].answerScore"),
        ("bad-value", "assessment.answers[1].answerScore"),
        ("duplicate-id", "assessment.answers[2].questionCode"),
        ("dangling-reference", "assessment.answers[3].questionCode"),
        ("dangling-reference", "assessment.answers[4].questionCode"),
        ("bad-value", "assessment.answers[5].answerScore"),
        ("bad-value", "extensions[0].assessmentFramework"),
        ("missing-key", "extensions[1].version"),
        ("dangling-reference", f"{remarks}.P-RO-C"),
        ("wrong-type", f"{remarks}.P-RO-A"),
        ("bad-value", f"{remarks}.P-RO-B[0]"),
        ("bad-value", f"{remarks}.P-RO-B[3]"),
        ("duplicate-id", f"{remarks}.P-RO-B"),
        ("wrong-type", "extensions[2]"),
    }


@pytest.mark.parametrize("raw", [None, [], 3, {}, {"assessment": []}, {"formatVersion": "1", "assessment": {}}])
def test_what_is_no_exchange_file_is_refused(model, raw):
    assert errors_of(model, raw)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        json.dumps(content()).replace("0.5", "NaN"),
        json.dumps(content()).replace(
            '"version": "1.0.0", "organization"', '"version": "1", "version": "2", "organization"'
        ),
        json.dumps(content(organization="zero \0 byte")),
        json.dumps(content(scope="half \ud800")),
        "[" * 100_000,
    ],
)
def test_nothing_is_half_imported(row, place, text):
    with pytest.raises(UnusableAnswers):
        import_into_team(row, text, team=place.team)
    for kind in (Assessment, Participant, Answer, AnswerExchange):
        assert not kind.objects.exists()


def test_a_byte_order_mark_is_tolerated(row, place):
    done = import_into_team(row, "\ufeff" + json.dumps(content()), team=place.team)
    assert [one.code for one in done.warnings] == ["byte-order-mark"]


def test_a_second_import_takes_the_place_of_the_first_and_of_no_person(row, place):
    assessment = import_into_team(row, json.dumps(content()), team=place.team).assessment
    import_into(assessment, json.dumps(content(answers=[{"questionCode": "B-WA-A-1", "answerScore": 1}])))
    assert list(Answer.objects.values_list("question", flat=True)) == ["B-WA-A-1"]
    assert AnswerExchange.objects.count() == Participant.objects.count() == 1


def test_only_an_open_assessment_by_samm_takes_and_gives_such_answers(row, place):
    ours = AssessmentFactory(team=place.team, maturity_model=load_shipped_model())
    with pytest.raises(Refused, match="no assessment by SAMM"):
        export_answers(ours)
    assessment = import_into_team(row, json.dumps(content()), team=place.team).assessment
    Assessment.objects.filter(pk=assessment.pk).update(state=AssessmentState.CLOSED)
    assessment.refresh_from_db()
    with pytest.raises(Refused, match="not open"):
        import_into(assessment, json.dumps(content()))


def run(*arguments):
    out = StringIO()
    call_command("answers", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_command_imports_into_a_team_and_exports(row, place, tmp_path):
    file, out = tmp_path / "a.samm", tmp_path / "b.samm"
    file.write_text(json.dumps(content()))
    told = json.loads(run("import", file, "--format", "samm", "--team", place.team.name, "--json"))
    assert (told["answers"], told["remarks"], told["warnings"]) == (3, 3, [])
    text = run("export", "--format", "samm", "--assessment", told["assessment"])
    assert json.loads(text)["assessment"]["organization"] == "Acme"
    run("export", out, "--assessment", told["assessment"])
    assert out.read_text() == text
    assert "3 answers" in run("import", out, "--assessment", told["assessment"])
    verbs = AuditEvent.objects.filter(verb__startswith="survey.answers_").values_list("verb", flat=True)
    assert sorted(verbs) == ["survey.answers_exported"] * 2 + ["survey.answers_imported"] * 2


def test_command_lists_what_is_wrong_and_leaves_with_status_2(row, place, tmp_path):
    file = tmp_path / "a.samm"
    file.write_text(json.dumps(content(date="yesterday", answers=[{"questionCode": "X"}])))
    with pytest.raises(CommandError, match="2 problems; nothing was stored") as refused:
        run("import", file, "--team", place.team.name)
    assert refused.value.returncode == 2
    for arguments in (("import", file), ("import", "--team", "x"), ("export",), ("import", file, "--team", "nobody")):
        with pytest.raises(CommandError):
            run(*arguments)


def sent_file(client, assessment, text):
    page = reverse("surveys:answers-file", args=[assessment.public_id])
    return client.post(page, {"file": SimpleUploadedFile("a.samm", text.encode())}, follow=True)


def test_page_takes_a_file_in_and_gives_it_out_again(client, row, place):
    assessment = import_into_team(row, json.dumps(content(answers=[])), team=place.team).assessment
    client.force_login(place.lead)
    done = sent_file(client, assessment, json.dumps(content()))
    assert "3 answers and 3 remarks were taken in." in done.content.decode()
    assert AuditEvent.objects.filter(verb="survey.answers_imported", who=place.lead).count() == 1
    page = reverse("surveys:answers-file-download", args=[assessment.public_id])
    out = client.get(page)
    assert (out.status_code, out["Content-Type"]) == (200, "application/json")
    assert out.content.decode() == export_answers(assessment)
    client.force_login(place.member)
    assert client.get(page).status_code == 403


def test_page_lists_every_error_and_takes_nothing_in(client, row, place):
    assessment = import_into_team(row, json.dumps(content()), team=place.team).assessment
    kept = list(Answer.objects.values_list("question", "level"))
    client.force_login(place.lead)
    bad = content(answers=[{"questionCode": "X"}, {"questionCode": "P-RO-A-1", "answerScore": 0.3}])
    refused = sent_file(client, assessment, json.dumps(bad))
    assert refused.status_code == 422
    assert all(code in refused.content.decode() for code in ("dangling-reference", "bad-value", "answers[1]"))
    assert sent_file(client, assessment, "{" + " " * 2_000_001).status_code == 422
    assert list(Answer.objects.values_list("question", "level")) == kept


def test_page_is_for_assessments_by_samm(client, place):
    assessment = AssessmentFactory(team=place.team)
    client.force_login(place.lead)
    refused = client.get(reverse("surveys:answers-file", args=[assessment.public_id]))
    assert (refused.status_code, "is no assessment by SAMM" in refused.content.decode()) == (409, True)
