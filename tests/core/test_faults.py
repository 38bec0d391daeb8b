"""Why a job failed is said in the reader's language, also of rows that were kept in English."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from assessment.domain.retold import retold
from core.faults import FAULTS, fault_in_words
from core.models import JobState
from reports.domain.making import UNEXPECTED
from reports.domain.render import request_report
from tests.factories.places import make_place
from tests.reports.test_portfolio import assessed

RAISED = {"GitError", "GitLimit", "HostError", "MustWait", "NotAllowed", "PdfRefused", "_refused"}
PLACES = ("metrics/clients", "metrics/domain", "reports/clients", "reports/pdf.py")


def raised():
    """Every sentence that is raised at a door, marked or not, its values replaced by 7."""
    for place in PLACES:
        path = Path(settings.BASE_DIR) / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            tree = ast.parse(file.read_text())
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef):
                    yield from _raised_in(function)


def _raised_in(function):
    values = {
        node.targets[0].id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            said = node.exc.args[0]
            if getattr(node.exc.func, "id", "") in RAISED and (text := _text(said, values)):
                yield text


def _text(said, values):
    if isinstance(said, ast.Name) and said.id in values:
        return _text(values[said.id], {})
    if isinstance(said, ast.Call) and getattr(said.func, "attr", "") == "format":
        said = said.func.value
        return _text(values.get(getattr(said, "id", ""), said), {})
    if isinstance(said, ast.Call) and getattr(said.func, "id", "") in {"gettext", "_"}:
        return re.sub(r"\{\w+\}", "7", _text(said.args[0], {}))
    if isinstance(said, ast.Constant | ast.JoinedStr):
        parts = [said] if isinstance(said, ast.Constant) else said.values
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in parts)
    return ""


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_every_sentence_raised_at_a_door_is_told_in_each_language(language):
    sentences = set(raised())
    assert len(sentences) > 45
    with override(language):
        assert [kept for kept in sentences if retold(kept) == kept] == []


@pytest.mark.parametrize("template", FAULTS)
def test_values_of_a_fault_stay_where_the_language_wants_them(template):
    values = {name: "9,000" if name in {"n", "most", "days"} else "x" for name in re.findall(r"\{(\w+)\}", template)}
    kept = template.format(**values)
    assert fault_in_words(kept) == kept
    with override("de"):
        told = fault_in_words(kept)
        assert told != kept
        assert ("9.000" in told) == ("9,000" in kept)


@pytest.mark.parametrize("shown", [retold, fault_in_words])
def test_a_host_that_refused_is_told_in_german_whoever_shows_it(shown):
    with override("de"):
        told = shown("git.example.org does not accept the token; it may have ended or been taken back.")
        assert told == "git.example.org nimmt das Token nicht an; vielleicht ist es abgelaufen oder zurückgezogen."
        written = shown("A project on Azure DevOps is written as organization/project/repository.")
        assert "Organisation/Projekt/Repository" in written


def test_a_wait_is_told_with_the_reason_of_the_host():
    with override("de"):
        told = retold("git.example.org could not be reached (ConnectError). It goes on at 14:05 CET.")
    assert "could" not in told
    assert told.endswith("Weiter geht es um 14:05 CET.")


def test_sentence_nobody_knows_stays_as_it_was_kept():
    with override("de"):
        assert fault_in_words("The moon is in the way.") == "The moon is in the way."
        assert fault_in_words("") == ""


@pytest.mark.django_db
def test_page_of_a_failed_report_says_why_in_german(client):
    place = make_place()
    report = request_report(assessed(place.team, 3.0), by=place.lead)
    type(report).objects.filter(pk=report.pk).update(state=JobState.FAILED, error=UNEXPECTED)
    client.force_login(place.lead)
    page = client.get(f"/reports/{report.public_id}/", headers={"Accept-Language": "de"}).content.decode()
    assert "Der Bericht konnte nicht erstellt oder gespeichert werden" in page
    assert UNEXPECTED not in page
