"""The reports of four whole assessments, one on an imported model: every part in its order, the same data as the API,
and a golden text each.

After a change of wording or layout that is meant: UPDATE_GOLDEN=1 python -m pytest tests/reports/test_named_reports.py
"""

import io
import json
import os
from pathlib import Path

import page
import pikepdf
import pytest
import weasyprint
from django.utils.translation import override
from rest_framework.test import APIClient

from accounts.models import Role
from assessment.domain.evidence import current_result
from assessment.domain.lifecycle import close_assessment
from assessment.maturity.foreign.asked import EVERYBODY
from assessment.maturity.loader import asked_model_of
from reports import pdf_process
from reports.domain import render
from reports.domain.making import printed as ready
from reports.domain.report_data import report_data
from reports.models import Form
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, AnswerKind, ParticipantState
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.named_assessments import STORIES, named_result
from tests.factories.surveys import ParticipantFactory, SurveyFactory
from tests.factories.workshops import other_model
from tests.reports.reading import headings_of, lines_of
from tests.reports.test_pdf_process import elements

pytestmark = pytest.mark.django_db
MOST_PAGES = {"rich": 16, "sparse": 11, "contradictory": 17}  # every signal measured; many contradictions
GOLDEN = Path(__file__).parent.parent / "golden"
OUTLINE = (
    "Now, in the next 30 days",
    "How to read this report",
    "How work flows today",
    "Where quality is decided",
    "What people say, what the repository shows",
    "Findings by dimension",
    "What AI volume would do",
    "Roadmap",
    "Not now, and why",
    "Risks and trade-offs",
    "Scorecard to watch",
    "A. Evidence ledger",
    "B. Method",
    "C. Respondents",
    "D. Control map",
    "E. Sources",
    "About this file",
)


@pytest.fixture(params=sorted(STORIES))
def printed(request, time_machine):
    """A story's name, its result and its report."""
    time_machine.move_to("2026-10-02T09:30:00Z", tick=False)
    result = named_result(request.param)
    return request.param, result, render.report_pdf(result)


def test_a_named_report_holds_every_part_in_its_order_and_its_golden_text(printed):
    name, result, pdf = printed
    lines = lines_of(pdf.content)
    wanted = [part for part in OUTLINE if name == "rich" or part != "What AI volume would do"]
    after_contents = list(dict.fromkeys(text for tag, text in lines if tag != "/LI" and text in OUTLINE))
    assert after_contents == wanted
    assert len(headings_of(pdf.content)) > len(wanted)
    assert [failure.message for failure in page.validate_pdf_bytes(pdf.content, profile="ua1").failures] == []
    assert pdf.warnings == ()
    assert len(pdf.content) < 1_000_000
    assert pdf.n_pages <= MOST_PAGES[name]
    assert _attached(pdf.content)["result"] == _answered_by_api(result)
    _compare(name, "\n".join(f"{tag[1:]:8}{text}" for tag, text in lines if not _is_about_this_copy(text)) + "\n")


@pytest.mark.parametrize("form", Form.values)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_document_is_read_by_the_quick_reader_into_the_same_elements(form, language):
    result = named_result("contradictory")
    with override(language):
        html = ready(render.report_html(report_data(result), form=form))
    assert elements(pdf_process._as_xml(html)) == elements(weasyprint.HTML(string=html).etree_element)


def test_the_report_on_an_imported_samm_has_its_golden_text(time_machine, tmp_path):
    time_machine.move_to("2026-10-02T09:30:00Z", tick=False)
    pdf = render.report_pdf(_samm_result(tmp_path))
    lines = lines_of(pdf.content)
    assert [failure.message for failure in page.validate_pdf_bytes(pdf.content, profile="ua1").failures] == []
    assert pdf.warnings == ()
    assert "/H2" in {tag for tag, _ in lines}
    _compare("samm", "\n".join(f"{tag[1:]:8}{text}" for tag, text in lines if not _is_about_this_copy(text)) + "\n")


def _samm_result(folder):
    """Three people: apart on the first questions, of one mind on others, and a quarter of the questions left open."""
    names = {"team__name": "Payments", "team__organization__name": "Northwind", "title": "By SAMM"}
    row = AssessmentFactory(maturity_model=other_model("samm", folder), **names)
    survey = SurveyFactory(assessment=row)
    asked = [question.id for question in asked_model_of(row.maturity_model).questions()]
    for place in range(3):
        seat = ParticipantFactory(survey=survey, roles=[EVERYBODY], state=ParticipantState.FINISHED)
        for number, question in enumerate(asked):
            if number % 4 < 3:
                level = 1 + (number + (place if number < 2 else 0)) % 3
                Answer.objects.create(participant=seat, question=question, kind=AnswerKind.LEVEL, level=level)
    summarize_survey(survey)
    close_assessment(row)
    return current_result(row)


def _compare(name, text):
    golden = GOLDEN / f"report_{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def _is_about_this_copy(text):
    """The issuing server and the digests stand in for what differs from run to run."""
    return len(text) in {16, 64} and set(text) <= set("0123456789abcdef")


def _attached(content):
    with pikepdf.open(io.BytesIO(content)) as opened:
        return json.loads(opened.attachments["assessment.json"].get_file().read_bytes())


def _answered_by_api(result):
    client = APIClient()
    client.force_authenticate(MembershipFactory(team=result.assessment.team, role=Role.LEAD).user)
    return client.get(f"/api/v1/results/{result.public_id}/").json()
