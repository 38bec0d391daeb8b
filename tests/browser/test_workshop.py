"""A workshop from the agenda to the PDF: one facilitator, the wall, five telephones; and the same by keyboard alone."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assessment.models import Evidence, EvidenceSource
from surveys.models import Round, Vote, Workshop
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, RENDERING_MS, drag
from tests.factories.assessment import AssessmentFactory
from tests.processes import wait_for

SMALLEST = {"width": 320, "height": 640}
WALL = {"width": 1920, "height": 1080}
PICTURES = os.environ.get("WORKSHOP_PICTURES", "")  # a folder: keep a picture of every screen, to be looked at
SLOW = PATIENCE_MS


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def picture(page, name):
    assert fits(page), name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=page.viewport_size["width"] < 1900)


def pictures(page, wall, phone, name):
    """Of the three kinds of screen; `small` is the narrowest telephone there is, for the facilitator too."""
    screens = {"lead": page, "wall": wall, "phone": phone}
    for kind, screen in screens.items():
        if screen is not None:
            before = screen.viewport_size
            screen.set_viewport_size(SMALLEST if name == "small" else before)
            picture(screen, f"{kind}-{name}")
            screen.set_viewport_size(before)


class Pointer:
    @staticmethod
    def press(page, name):
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()

    @staticmethod
    def choose(page, name, value):
        page.locator(f"input[name={name}][value='{value}']").check()

    @staticmethod
    def write(page, label, text):
        page.get_by_label(label).fill(text)


class Keyboard:
    """Tab, arrows, space and Enter; no pointer, no script that sets a focus."""

    @classmethod
    def reach(cls, page, is_there):
        for _ in range(120):
            if page.evaluate(f"(() => {{ const e = document.activeElement; return {is_there}; }})()"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard never reached {is_there}")

    @classmethod
    def press(cls, page, name):
        wanted = name.pattern if isinstance(name, re.Pattern) else re.escape(name)
        cls.reach(page, f"e.matches('a, button') && new RegExp({wanted!r}).test(e.innerText)")
        with page.expect_navigation():
            page.keyboard.press("Enter")

    @classmethod
    def choose(cls, page, name, value):
        cls.reach(page, f"e.name === '{name}'")
        page.keyboard.press("Space")
        for _ in range(10):
            if page.evaluate("document.activeElement.value") == str(value):
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never reached {value}")

    @classmethod
    def write(cls, page, label, text):
        cls.reach(page, f"e.labels && e.labels[0] && e.labels[0].innerText.includes({label!r})")
        page.keyboard.type(text)


@pytest.fixture
def stage(browser, signed_in, live_server, place):
    """The facilitator's page at her workshop, and a way to open more devices."""
    assessment = AssessmentFactory(team=place.team)
    page, opened = signed_in(place.lead), []
    page.set_viewport_size(DESK)
    page.set_default_timeout(SLOW)

    def device(viewport=PHONE):
        context = browser.new_context(viewport=viewport, has_touch=viewport is PHONE)
        opened.append(context)
        other = context.new_page()
        other.set_default_timeout(SLOW)
        return other

    page.goto(f"{live_server.url}/assessments/{assessment.public_id}/workshop/")
    yield assessment, page, device
    for context in opened:
        context.close()


def come_in(hand, phone, address, *, code="", role="engineer"):
    phone.goto(address)
    if code:
        hand.write(phone, "The code on the screen", code.lower())
        hand.press(phone, "Go on")
    hand.choose(phone, "role", role)
    hand.press(phone, "Come in")
    expect(phone.get_by_role("heading", level=1)).to_have_text("You are in.", timeout=SLOW)


def vote(hand, phones, levels):
    """Each phone votes once it shows the round that is open; one that still shows the last would be told so."""
    wait_for(lambda: Round.objects.filter(revealed_at=None).exists(), timeout_s=SLOW / 1000)
    now = Round.objects.select_related("item").get(revealed_at=None)
    for phone, level in zip(phones, levels, strict=True):
        form = phone.locator("form[data-vote]")
        expect(form.locator("[name=item]")).to_have_value(str(now.item.public_id), timeout=SLOW)
        expect(form.locator("[name=round]")).to_have_value(str(now.number), timeout=SLOW)
        hand.choose(phone, "level", level)
        expect(phone.locator(".vote-state")).to_have_text(re.compile("Your vote is stored"), timeout=SLOW)


@pytest.mark.parametrize(("hand", "n_phones", "n_practices"), [(Pointer, 5, 3), (Keyboard, 3, 1)])
def test_whole_workshop_ends_in_a_result(stage, live_server, hand, n_phones, n_practices):
    _assessment, page, device = stage
    hand.press(page, "Prepare the workshop")
    picture(page, "agenda-laptop")
    hand.press(page, "Go to the workshop")
    workshop = Workshop.objects.get()
    wall = device(WALL)
    wall.goto(page.get_by_role("link", name="Room screen").get_attribute("href"))
    phones = [device() for _ in range(n_phones)]
    for n, phone in enumerate(phones):
        way = "/w/" if n == 0 else f"/w/{workshop.code}/"
        come_in(hand, phone, live_server.url + way, code=workshop.code if n == 0 else "")
    expect(wall.locator(".count")).to_have_text(f"{n_phones} are here", timeout=SLOW)
    picture(wall, "wall-joining")
    picture(phones[0], "phone-waiting")
    picture(page, "lead-joining")

    for n in range(n_practices):
        hand.press(page, re.compile("^Next:"))
        hand.press(page, "Open the secret vote")
        vote(hand, phones, ([1, 3, 3, 4, "dk"], [2, 2, 3, 3, 2], [1, 1, 5, 5, 5])[n][:n_phones])
        expect(page.locator("#progress .count")).to_have_text(f"{n_phones} of {n_phones} have voted", timeout=SLOW)
        expect(wall.locator(".count")).to_have_text(f"{n_phones} of {n_phones} have voted", timeout=SLOW)
        assert wall.locator("meter").count() == phones[0].locator("meter").count() == 0
        if n == 0:
            pictures(page, wall, phones[0], "voting")
            page.reload()  # a refresh, a closed tab: the server knows who leads and where the workshop is
        hand.press(page, "Reveal")
        expect(wall.locator("meter")).to_have_count(5, timeout=SLOW)
        expect(phones[-1].locator("meter")).to_have_count(5, timeout=SLOW)
        if n == 0:
            hand.press(page, "5 minutes to talk")
            expect(wall.locator(".clock")).to_have_text(re.compile(r"^[45]:\d\d$"), timeout=SLOW)
            pictures(page, wall, phones[0], "talking")
            pictures(page, None, phones[0], "small")
            hand.press(page, "Vote again")
            vote(hand, phones, [3, 3, 3, 4, 3][:n_phones])
            hand.press(page, "Reveal")
        hand.choose(page, "level", (3, 2, "none")[n])
        hand.write(page, "Who sees it otherwise", "Two services work in two ways.")
        hand.press(page, "Settle it")
        expect(page.locator(".outcome")).to_be_visible(timeout=SLOW)
    picture(wall, "wall-settled")
    picture(page, "lead-settled")
    hand.press(page, "Finish the workshop")
    hand.press(page, "Finish")
    hand.press(page, "See the result")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    expect(wall.get_by_role("heading", level=1)).to_have_text("Thank you.", timeout=SLOW)
    expect(phones[0].get_by_role("heading", level=1)).to_have_text(re.compile("^Thank you"), timeout=SLOW)
    picture(phones[0], "phone-end")
    agreed = Evidence.objects.filter(source=EvidenceSource.WORKSHOP).values_list("content__value", flat=True)
    assert sorted(agreed) == [2.0, 3.0][2 - min(2, n_practices) :]
    assert not Vote.objects.exclude(seat=None).exists()
    if n_practices == 3:
        page.get_by_role("button", name="Make the report").click(timeout=RENDERING_MS)
        expect(page.get_by_role("heading", level=1)).to_have_text("The report is ready.", timeout=RENDERING_MS)


def test_vote_waits_for_the_network_and_says_so(stage, live_server):
    _assessment, page, device = stage
    Pointer.press(page, "Prepare the workshop")
    workshop = Workshop.objects.get()
    phone = device()
    come_in(Pointer, phone, f"{live_server.url}/w/{workshop.code}/")
    page.goto(page.url.replace("agenda/", ""))
    Pointer.press(page, re.compile("^Next:"))
    Pointer.press(page, "Open the secret vote")
    expect(phone.locator("form[data-vote]")).to_be_visible(timeout=SLOW)
    phone.context.set_offline(True)
    Pointer.choose(phone, "level", 4)
    expect(phone.locator(".vote-state")).to_have_text(re.compile("Not stored yet"), timeout=SLOW)
    expect(phone.locator(".reconnecting")).to_be_visible(timeout=SLOW)
    picture(phone, "phone-offline")
    assert not Vote.objects.exists()
    phone.context.set_offline(False)
    expect(phone.locator(".vote-state")).to_have_text(re.compile("Your vote is stored"), timeout=SLOW)
    assert Vote.objects.get().level == 4


def test_page_drawn_before_the_vote_was_stored_shows_the_vote_all_the_same(stage, live_server):
    _assessment, page, device = stage
    Pointer.press(page, "Prepare the workshop")
    Pointer.press(page, "Go to the workshop")
    phone = device()
    come_in(Pointer, phone, f"{live_server.url}/w/{Workshop.objects.get().code}/")
    Pointer.press(page, re.compile("^Next:"))
    Pointer.press(page, "Open the secret vote")
    expect(phone.locator("form[data-vote]")).to_be_visible(timeout=SLOW)
    early = phone.evaluate("document.querySelector('form[data-vote]').outerHTML")
    Pointer.choose(phone, "level", 4)
    expect(phone.locator(".vote-state")).to_have_text(re.compile("Your vote is stored"), timeout=SLOW)
    phone.evaluate(
        "html => { document.querySelector('form[data-vote]').outerHTML = html;"
        " document.dispatchEvent(new Event('htmx:afterSwap')) }",
        early,
    )
    expect(phone.locator(".vote-state")).to_have_text(re.compile("Your vote is stored"))
    assert phone.evaluate("document.querySelector('[name=level]:checked').value") == "4"


def test_agenda_row_is_dragged_onto_another(stage):
    _assessment, page, _device = stage
    Pointer.press(page, "Prepare the workshop")
    rows = page.locator("tr[data-place]")
    before = [row.get_attribute("data-place") for row in rows.all()]
    page.locator(f"[data-place={before[1]}] input[name^=for-]").fill("11")
    with page.expect_navigation():
        drag(page.locator(f"[data-place={before[4]}] th"), page.locator(f"[data-place={before[0]}] th"))
    assert [row.get_attribute("data-place") for row in rows.all()][:2] == [before[4], before[0]]
    assert page.locator(f"[data-place={before[1]}] input[name^=for-]").input_value() == "11"
