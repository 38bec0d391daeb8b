"""The what-if page in a real browser: sliders, live outcome, and the same without JavaScript."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from assessment.domain.flow.given import Origin
from assessment.domain.flow_inputs import record_flow_inputs
from tests.assessment.flow.test_constraint import TOLD, WAITS, team
from tests.browser.conftest import DESK, PHONE
from tests.factories.assessment import AssessmentFactory

NAME = settings.SESSION_COOKIE_NAME


@pytest.fixture
def address(place, live_server):
    assessment = AssessmentFactory(team=place.team)
    record_flow_inputs(assessment, [*team(), *WAITS], origin=Origin.MEASURED)
    record_flow_inputs(assessment, TOLD, origin=Origin.SURVEY)
    return live_server.url + reverse("reports:flow", args=[assessment.public_id])


def test_slider_moves_its_field_and_the_outcome(signed_in, place, address):
    page = signed_in(place.lead)
    page.set_viewport_size(DESK)
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Lead time goes from 9.3 to 8.9 working days (−5.2%).")
    page.locator("#slide_volume_percent").fill("26")
    expect(page.locator("#id_volume_percent")).to_have_value("26")
    expect(page.locator("h1")).to_contain_text("there is no steady state")
    expect(page).to_have_url(re.compile("volume_percent=26"))
    page.locator("#id_quick_path_share").fill("25")
    expect(page.locator("h1")).to_contain_text("Lead time goes from 9.3 to")


@pytest.mark.parametrize("size", [PHONE, {"width": 320, "height": 640}], ids=["phone", "narrow"])
def test_page_is_no_wider_than_the_screen(signed_in, place, address, size):
    page = signed_in(place.lead)
    page.set_viewport_size(size)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_everything_works_without_javascript(browser, place, address, client, live_server):
    client.force_login(place.lead)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": NAME, "value": client.cookies[NAME].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#slide_coding_percent")).to_be_hidden()
    page.locator("#id_coding_percent").fill("100")
    page.get_by_role("button", name="Controlled trial").click()
    expect(page.locator("#id_volume_percent")).to_have_value("26")
    expect(page.locator("#id_coding_percent")).to_have_value("100")
    page.locator("#id_review_hours_per_reviewer_day").fill("3")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("h1")).to_contain_text("Lead time goes from 9.3 to")
    page.locator("#id_name").fill("More review hours")
    page.get_by_role("button", name="Save as a scenario").click()
    expect(page.get_by_role("link", name="More review hours")).to_be_visible()
    expect(page.locator("#id_volume_percent")).to_have_value("26")
    context.close()
