"""The assessment inside its report: equal to the API's, sealed, and re-opened only when its scores follow from it."""

import dataclasses
import json
import zlib

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from accounts.models import AuditEvent, Role
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.scoring.types import SignalReading
from assessment.models import Assessment
from core.refusals import Invalid
from reports.domain.assessment_file import assessment_in, assessment_json
from reports.domain.render import report_pdf
from reports.domain.reopen import Verdict, check_report, reopen_report
from reports.domain.seal import is_ours
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.reports import survey_summary

pytestmark = pytest.mark.django_db


def an_assessment():
    """Two practices told by people, one signal read."""
    assessment = AssessmentFactory()
    at = assessment.created_at
    for practice, value in (("EN1", 4.2), ("CO1", 2.1)):
        summary = dataclasses.asdict(survey_summary(practice, value=value))
        record_evidence(assessment, source="survey", practice=practice, content=summary, n=9, observed_at=at)
    read = dataclasses.asdict(SignalReading("direct_push_share", n=214, value=0.34, window_days=90, unit="share"))
    record_evidence(
        assessment, source="metric", practice="EN1", signal="direct_push_share", content=read, n=214, observed_at=at
    )
    return assessment


@pytest.fixture
def result():
    return rescore(an_assessment())


def carried(result, **changes):
    """A bare file of the result with parts changed; a path is keys joined by dots."""
    content = json.loads(assessment_json(result))
    for path, value in changes.items():
        *way, last = path.split("__")
        part = content
        for key in way:
            part = part[key]
        part[last] = value
    return json.dumps(content).encode()


def test_a_report_is_genuine_until_a_byte_changes_and_reopens_as_it_was(result, tmp_path, capsys, settings):
    pdf = report_pdf(result)
    path = tmp_path / "r.pdf"
    path.write_bytes(pdf.content)
    call_command("report", "verify", str(path), json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["digest"]) == ("genuine", result.digest)

    altered = pdf.content.replace(b"/FlateDecode", b"/flateDecode", 1)
    assert check_report(altered).verdict is Verdict.ALTERED
    path.write_bytes(altered)
    with pytest.raises(CommandError, match="was altered") as refused:
        call_command("report", "verify", str(path))
    assert refused.value.returncode == 1

    again = reopen_report(pdf.content, team=TeamFactory(), by=None)
    assert again.results.get().score == json.loads(json.dumps(result.score))
    assert again.results.get().digest == result.digest
    assert AuditEvent.objects.filter(verb="assessment.reopened_from_report").count() == 1

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a-new-key"
    assert is_ours(pdf.content)
    settings.SECRET_KEY_FALLBACKS = []
    assert check_report(pdf.content).verdict is Verdict.ELSEWHERE


def test_what_is_attached_is_what_the_api_answers(result):
    lead = MembershipFactory(team=result.assessment.team, role=Role.LEAD).user
    client = APIClient()
    client.force_authenticate(lead)
    answered = client.get(f"/api/v1/results/{result.public_id}/").json()
    stored = json.loads(assessment_json(result))["result"]
    assert stored == {name: answered[name] for name in stored}


def test_the_same_result_gives_the_same_document(result):
    assert assessment_json(result) == assessment_json(result)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"result__score": {"practices": []}}, "do not follow from its evidence"),
        ({"inputs__evidence": [["survey", "EN1", "", {"practice": "EN1"}]]}, "cannot be scored"),
        ({"inputs__evidence": [["survey", "EN1", ""]]}, "cannot be scored"),
        ({"inputs__targets": {"XX9": 3}}, "not one of its maturity model"),
        ({"assessment__period_end_on": "soon"}, "date in this file cannot be read"),
        ({"maturity_model__digest": "0" * 64}, "is not loaded here"),
        ({"format": "something else"}, "is not one of Headwater: format"),
        ({"surprise": 1}, "is not one of Headwater: surprise"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_and_leaves_nothing(result, changes, says):
    with pytest.raises(Invalid, match=says):
        reopen_report(carried(result, **changes), team=TeamFactory(), by=None)
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 nothing attached",
        b"%PDF-1.7 << /Type /EmbeddedFile >>\nstream\nnot packed\nendstream",
        b"%PDF-1.7 << /Type /EmbeddedFile >>\nstream\n" + zlib.compress(b"0" * 30_000_000) + b"\nendstream",
    ],
)
def test_a_pdf_without_an_assessment_is_refused(content):
    with pytest.raises(Invalid, match="No assessment is attached"):
        assessment_in(content)
    assert check_report(content).verdict is Verdict.UNSEALED


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[1, 2]", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"{" * 100_000])
def test_json_that_is_none_is_refused(content):
    with pytest.raises(Invalid):
        assessment_in(content)


def test_command_reopens_for_a_team_and_refuses_without_one(result, tmp_path, capsys):
    path, team = tmp_path / "a.json", TeamFactory()
    path.write_bytes(assessment_json(result))
    call_command("report", "reopen", str(path), team=str(team.public_id), json=True)
    made = json.loads(capsys.readouterr().out)["assessment"]
    assert Assessment.objects.get(public_id=made).team == team
    for options in ({}, {"team": "nobody"}):
        with pytest.raises(CommandError, match="public id of the team"):
            call_command("report", "reopen", str(path), **options)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("report", "verify", str(tmp_path / "none.pdf"))


def test_a_survey_that_speaks_coarsely_leaves_how_far_people_agree_open_and_reopens():
    assessment = AssessmentFactory()
    summary = survey_summary("EN1", value=3.5, average_deviation=None, is_coarse=True, roles=())
    content = dataclasses.asdict(dataclasses.replace(summary, distribution=(0, 0, 0, 0, 0)))
    record_evidence(
        assessment, source="survey", practice="EN1", content=content, n=5, observed_at=assessment.created_at
    )
    result = rescore(assessment)
    file = json.loads(assessment_json(result))
    told = [value for part in _parts(file) for name, value in part.items() if name == "average_deviation"]
    assert told
    assert set(told) == {None}
    again = reopen_report(assessment_json(result), team=TeamFactory(), by=None)
    assert again.results.get().digest == result.digest


def _parts(node):
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _parts(child)
