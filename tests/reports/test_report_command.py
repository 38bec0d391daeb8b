import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db


def test_report_command_writes_a_pdf_and_tells_about_it(tmp_path, capsys):
    target = tmp_path / "out.pdf"
    call_command("report", str(AssessmentFactory().public_id), output=str(target), json=True)
    told = json.loads(capsys.readouterr().out)
    assert target.read_bytes().startswith(b"%PDF-")
    assert told["path"] == str(target)
    assert told["pages"] > 5
    assert len(told["sha256"]) == 64
    assert told["seconds"] > 0


@pytest.mark.parametrize(
    ("assessment", "output", "says"),
    [
        ("not-an-id", "out.pdf", "is not the public id of an assessment"),
        ("3f0e6c1a-5a55-4c0e-9d59-0a1b2c3d4e5f", "out.pdf", "There is no assessment"),
        ("3f0e6c1a-5a55-4c0e-9d59-0a1b2c3d4e5f", "out.txt", "must end in .pdf"),
        ("3f0e6c1a-5a55-4c0e-9d59-0a1b2c3d4e5f", "nowhere/out.pdf", "there is no folder"),
    ],
)
def test_report_command_refuses_bad_input_in_one_line(assessment, output, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=says) as refused:
        call_command("report", assessment, output=output)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


def test_report_command_has_help(capsys):
    with pytest.raises(SystemExit):
        call_command("report", "--help")
    assert "the public id of the assessment" in capsys.readouterr().out
