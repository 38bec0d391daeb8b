"""A lead reads the result, has the report made and downloads it."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from surveys.domain.answers import save_answer, sections_of
from surveys.domain.summarize import summarize_survey
from tests.browser.conftest import DESK, PHONE, RENDERING_MS
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory


@pytest.fixture
def answered(place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    for level, user in ((2, place.lead), (4, place.member)):
        seat = ParticipantFactory(survey=survey, user=user, roles=["security"])
        for section in sections_of(seat):
            for question in section.questions():
                save_answer(seat, question=question.id, answer=level)
    summarize_survey(survey)
    return survey.assessment


def test_report_is_made_and_downloaded(signed_in, live_server, place, answered):
    page = signed_in(place.lead)
    page.goto(f"{live_server.url}/assessments/{answered.public_id}/")
    page.get_by_role("navigation", name="Assessment").get_by_role("link", name="Result").click()
    page.get_by_role("button", name="Make the report").click(timeout=RENDERING_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("The report is ready.", timeout=RENDERING_MS)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the PDF").click()
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) > 20_000


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_link_of_the_preview_lands_below_its_bar(signed_in, live_server, place, answered, size):
    page = signed_in(place.lead)
    page.set_viewport_size(size)
    page.goto(live_server.url + reverse("reports:report-preview", args=[answered.public_id]))
    bar = page.locator(".preview")
    links = page.locator(".contents a")
    for n in range(0, links.count(), 3):
        links.nth(n).click()
        target = page.locator(links.nth(n).get_attribute("href"))
        expect(target).to_be_in_viewport()
        assert target.bounding_box()["y"] >= bar.bounding_box()["y"] + bar.bounding_box()["height"]
