"""The roadmap in a real browser: dragged and moved with buttons alone, at the width of a small phone."""

import datetime as dt
from dataclasses import asdict

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.team_roadmap import team_roadmap
from tests.browser.conftest import DESK, drag
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def assessment(place):
    row = AssessmentFactory(team=place.team)
    for practice in shipped_model().practices():
        content, at = asdict(make_summary(practice.id, 2.0)), dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
        record_evidence(row, source="survey", practice=practice.id, content=content, n=5, observed_at=at)
    rescore(row)
    return row


def names(assessment):
    return [step.id for step in team_roadmap(assessment).actions]


def test_action_is_dragged_before_another(signed_in, place, live_server, assessment):
    page = signed_in(place.lead)
    page.set_viewport_size(DESK)
    page.goto(live_server.url + reverse("reports:roadmap", args=[assessment.public_id]))
    before = names(assessment)
    drag(page.locator(f"#step-{before[8]} h3"), page.locator(f"#step-{before[6]} h3"))
    expect(page.get_by_role("button", name="Undo the last change")).to_be_visible()
    after = names(assessment)
    assert after.index(before[8]) < after.index(before[6])


def test_buttons_do_it_without_scripts_on_a_small_phone(signed_in, place, live_server, assessment, browser):
    cookie = signed_in(place.lead).context.cookies()
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    context.add_cookies([one for one in cookie if one["name"] == settings.SESSION_COOKIE_NAME])
    page = context.new_page()
    page.goto(live_server.url + reverse("reports:roadmap", args=[assessment.public_id]))
    before = names(assessment)
    with page.expect_navigation():
        page.locator(f"#step-{before[8]}").get_by_role("button", name="Earlier").click()
    after = names(assessment)
    assert after.index(before[8]) < after.index(before[7])
    page.locator(f"#step-{before[0]}").get_by_role("button", name="Accept").click()
    expect(page.locator(f"#step-{before[0]} .status")).to_have_text("Accepted")
    context.close()
