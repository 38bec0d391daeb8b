"""A maturity model written in a real browser: copied, changed with the check beside it, tried, published."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from assessment.models import MaturityModel, ModelDraft
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE

WORDING = "Is what is wanted written down before anybody builds it?"


@pytest.fixture(params=[(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "phone without scripts"])
def writing(request, signed_in, place, live_server, browser):
    """A page of a consultant on the list of drafts, and whether scripts run."""
    size, has_scripts = request.param
    page, context = signed_in(place.consultant), None
    if not has_scripts:
        cookies = [one for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME]
        context = browser.new_context(java_script_enabled=False)
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
    page.set_viewport_size(size)
    page.goto(live_server.url + reverse("assessment:draft-list", args=[place.organization.public_id]))
    yield page, has_scripts
    if context:
        context.close()


def copy(page):
    page.get_by_label("Short name of yours").fill("ours")
    page.get_by_label("Title", exact=True).fill("Our delivery")
    page.get_by_role("button", name="Copy it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Our delivery 1.0 is sound.")


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_model_is_copied_changed_tried_and_published(writing):
    page, has_scripts = writing
    copy(page)
    fits(page)
    page.get_by_role("link", name=re.compile("^SP1 ")).click()
    weight = page.get_by_label("Weight", exact=True)
    weight.fill("0.001")
    live = page.locator("#live")
    if has_scripts:
        expect(live).to_contain_text("irrelevant-practice")
        expect(live).to_contain_text("Not saved yet.")
        assert ModelDraft.objects.get().revision == 1
    else:
        expect(live).to_be_hidden()
    fits(page)
    weight.fill("1.5")
    page.locator("fieldset", has=page.get_by_role("heading", name="Question 1", exact=True)).get_by_label(
        "Text"
    ).first.fill(WORDING)
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("Saved and checked. Errors: 0, warnings: 0.")).to_be_visible()
    page.get_by_role("link", name="Our delivery 1.0").click()
    page.get_by_role("link", name="Try the survey").click()
    expect(page.get_by_text(WORDING)).to_be_visible()
    fits(page)
    page.locator("fieldset", has_text=WORDING).get_by_role("radio").nth(2).check()
    page.get_by_role("button", name="See what these answers would give").click()
    expect(page.get_by_role("heading", name="What these answers would give")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Our delivery 1.0").click()
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Our delivery 1.0 is published.")).to_be_visible()
    row = MaturityModel.objects.get(slug="ours")
    practice = row.content["dimensions"][0]["practices"][0]
    assert (practice["weight"], practice["questions"][0]["text"]) == (1.5, WORDING)


def test_yaml_being_typed_is_checked_beside_it(signed_in, place, live_server):
    page = signed_in(place.consultant)
    page.goto(live_server.url + reverse("assessment:draft-list", args=[place.organization.public_id]))
    copy(page)
    page.get_by_role("link", name="YAML").click()
    text = page.get_by_label("The whole model as YAML")
    text.press("Control+Home")
    text.press_sequentially("extra: 1\n")
    expect(page.locator("#live")).to_contain_text("unknown-key")
    assert ModelDraft.objects.get().revision == 1
