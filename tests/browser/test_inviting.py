"""The lead invites by a file; a guest enters on a telephone, leaves, comes back, goes on elsewhere."""

import re

import pytest
from playwright.sync_api import expect

from surveys.models import Answer, Invitation, Participant
from tests.browser.answering import SAVED, choose, first_question, status
from tests.browser.conftest import DESK, PHONE, press
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import SurveyFactory

TABLE = "roles;email;name\nengineer;dora@example.org;Dora\nwizard;emil@example.org;=cmd()\n"


@pytest.fixture
def survey(place):
    return SurveyFactory(assessment=AssessmentFactory(team=place.team))


def upload(page, text):
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}
    page.get_by_label("Or a CSV file").set_input_files(files=[file])
    page.get_by_role("button", name="Check the list").click()


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def links_made_by(page, live_server, survey):
    """The lead's part: a list with a wrong line, mended in place, then the links."""
    page.set_viewport_size(DESK)
    page.goto(f"{live_server.url}/assessments/{survey.assessment.public_id}/people/")
    page.get_by_role("link", name="Links, mails and codes").click()
    page.get_by_role("link", name="Invite by address").click()
    upload(page, TABLE)
    expect(page.get_by_role("alert")).to_contain_text("Line 3")
    expect(page.get_by_role("alert")).to_contain_text("There is no role “wizard”")
    assert not Invitation.objects.exists()
    box = page.get_by_label("Addresses")
    expect(box).to_have_value(re.compile("wizard;emil@example.org"))
    box.fill(box.input_value().replace("wizard", "product"))
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 addresses, and every line is right.")
    page.get_by_role("button", name="links").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hand these 2 links over now.")
    assert "'=cmd()" in page.locator("#table").input_value()
    return page.locator(".rows .code").all_inner_texts()


@pytest.mark.parametrize("with_javascript", [True, False])
def test_guest_enters_leaves_comes_back_and_goes_on_elsewhere(
    browser, signed_in, live_server, place, survey, with_javascript
):
    links = links_made_by(signed_in(place.lead), live_server, survey)
    phone = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, java_script_enabled=with_javascript)
    page = phone.new_page()
    page.goto(links[0])
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Open the survey on this device").click()
    press(page, "I have read this, start")
    started = page.url
    page.close()

    page = phone.new_page()  # the link is used up, the device is not
    page.goto(links[0])
    expect(page.get_by_role("heading", level=1)).to_contain_text("This link leads nowhere, or no longer.")
    page.get_by_role("link", name=re.compile("Payments")).click()
    page.get_by_role("button", name="Continue on another device").click()
    address = page.locator("p.code").inner_text()
    assert no_sideways_scroll(page)

    laptop = browser.new_context(viewport=DESK)
    second = laptop.new_page()
    second.goto(address)
    press(second, "Continue here")
    second.goto(started)
    choose(first_question(second), 0)
    expect(status(second)).to_have_text(SAVED)
    page.goto(started)
    expect(page.locator("fieldset.question input:checked")).to_have_count(1)
    assert Answer.objects.get().participant == Participant.objects.get(label="Dora")
    phone.close()
    laptop.close()


def test_room_code_is_scanned_and_each_device_gets_a_place(browser, signed_in, live_server, place, survey):
    page = signed_in(place.lead)
    page.goto(f"{live_server.url}/assessments/{survey.assessment.public_id}/people/room/")
    page.get_by_role("button", name="Make a code").click()
    expect(page.locator(".code-sheet svg")).to_be_visible()
    address = page.locator("p.code").inner_text()
    for role in ("Engineer", "Architect"):
        phone = browser.new_context(viewport=PHONE)
        visitor = phone.new_page()
        visitor.goto(address)
        visitor.get_by_role("button", name="Come in").click()
        visitor.get_by_label(role, exact=True).check()
        visitor.get_by_role("button", name="Come in").click()
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("Payments")
        assert no_sideways_scroll(visitor)
        phone.close()
    assert sorted(seat.roles for seat in Participant.objects.all()) == [["architect"], ["engineer"]]
