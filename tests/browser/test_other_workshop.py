"""A whole workshop on a maturity model of others, from its agenda to the report: one choice, and several."""

import re

import pytest
from playwright.sync_api import expect

from assessment.models import Evidence, EvidenceSource
from surveys.models import AgendaItem, Round, Vote, Workshop
from tests.browser.conftest import DESK, PHONE, RENDERING_MS
from tests.browser.test_workshop import SLOW, WALL, Pointer, picture, pictures
from tests.factories.assessment import AssessmentFactory
from tests.factories.workshops import other_model
from tests.processes import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def begun(browser, signed_in, live_server, place, tmp_path):
    """Begins the workshop of a kind of model: the facilitator's page, the wall and telephones that have come in."""
    opened = []

    def device(viewport=PHONE):
        context = browser.new_context(viewport=viewport, has_touch=viewport is PHONE)
        opened.append(context)
        other = context.new_page()
        other.set_default_timeout(SLOW)
        return other

    def begin(kind, n_phones):
        assessment = AssessmentFactory(team=place.team, maturity_model=other_model(kind, tmp_path))
        page = signed_in(place.lead)
        page.set_viewport_size(DESK)
        page.set_default_timeout(SLOW)
        page.goto(f"{live_server.url}/assessments/{assessment.public_id}/workshop/")
        Pointer.press(page, "Prepare the workshop")
        picture(page, f"{kind}-agenda")
        Pointer.press(page, "Go to the workshop")
        wall = device(WALL)
        wall.goto(page.get_by_role("link", name="Room screen").get_attribute("href"))
        phones = [device() for _ in range(n_phones)]
        for phone in phones:
            phone.goto(f"{live_server.url}/w/{Workshop.objects.get().code}/")
            assert phone.locator("[name=role]").count() == 0  # everybody is asked everything
            Pointer.press(phone, "Come in")
            expect(phone.get_by_role("heading", level=1)).to_have_text("You are in.", timeout=SLOW)
        return page, wall, phones

    yield begin
    for context in opened:
        context.close()


def vote(phones, votes):
    wait_for(lambda: Round.objects.filter(revealed_at=None).exists(), timeout_s=SLOW / 1000)
    now = Round.objects.select_related("item").get(revealed_at=None)
    for phone, numbers in zip(phones, votes, strict=True):
        form = phone.locator("form[data-vote]")
        expect(form.locator("[name=item]")).to_have_value(str(now.item.public_id), timeout=SLOW)
        expect(form.locator("[name=round]")).to_have_value(str(now.number), timeout=SLOW)
        for number in numbers:
            Pointer.choose(phone, "level", number)
            expect(phone.locator(".vote-state")).to_have_text(re.compile("Your vote is stored"), timeout=SLOW)


def finished(page, wall):
    Pointer.press(page, "Finish the workshop")
    Pointer.press(page, "Finish")
    Pointer.press(page, "See the result")
    expect(wall.get_by_role("heading", level=1)).to_have_text("Thank you.", timeout=SLOW)


def test_whole_workshop_on_samm_ends_in_a_result_and_a_report(begun):
    page, wall, phones = begun("samm", 3)
    for n, (votes, agreed) in enumerate([([[2], [3], ["dk"]], ""), ([[2], [2], [3]], 2)]):
        if n == 0:
            Pointer.press(page, re.compile("^Next:"))
        Pointer.press(page, re.compile("Open the secret vote|Vote again"))
        vote(phones, votes)
        expect(wall.locator(".count")).to_have_text("3 of 3 have voted", timeout=SLOW)
        assert wall.locator("meter").count() == 0
        pictures(page, wall, phones[0], f"samm-voting-{n}")
        Pointer.press(page, "Reveal")
        if n == 0:
            expect(wall.get_by_text("Too few chose anything")).to_be_visible(timeout=SLOW)  # two of three
            continue
        expect(wall.locator("meter")).to_have_count(4, timeout=SLOW)
        expect(phones[-1].locator("meter")).to_have_count(4, timeout=SLOW)
        pictures(page, wall, phones[0], "samm-talking")
        pictures(page, None, phones[0], "small")
        Pointer.choose(page, "level", agreed)
        Pointer.write(page, "Who sees it otherwise", "The old part does it in another way.")
        Pointer.press(page, "Settle it")
        expect(page.locator(".outcome")).to_have_text("Agreed: Half", timeout=SLOW)
    picture(page, "samm-settled")
    finished(page, wall)
    expect(page.get_by_role("heading", name="The workshop agreed on 1 question.")).to_be_visible(timeout=SLOW)
    picture(page, "samm-result")
    assert Evidence.objects.get(source=EvidenceSource.WORKSHOP).content["questions"][0]["value"] == 0.5
    assert not Vote.objects.exclude(seat=None).exists()
    page.get_by_role("button", name="Make the report").click(timeout=RENDERING_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("The report is ready.", timeout=RENDERING_MS)


def test_ticks_are_one_vote_and_what_cannot_be_is_held_back(begun):
    page, wall, phones = begun("lens", 3)
    Pointer.press(page, re.compile("^Next:"))
    Pointer.press(page, "Open the secret vote")
    vote(phones, [[1, 2], [1], [1, 3]])
    Pointer.choose(phones[0], "level", 4)  # none of these, with two others
    expect(phones[0].locator(".vote-state")).to_have_text(re.compile("stands alone"), timeout=SLOW)
    picture(phones[0], "lens-held-back")
    phones[0].locator("input[name=level][value='4']").uncheck()
    expect(phones[0].locator(".vote-state")).to_have_text(re.compile("Your vote is stored"), timeout=SLOW)
    assert sorted(Vote.objects.values_list("ticked", flat=True)) == ["1", "1 2", "1 3"]
    phones[1].reload()
    expect(phones[1].locator("input[name=level]:checked")).to_have_count(1)
    pictures(page, wall, phones[0], "lens-voting")
    Pointer.press(page, "Reveal")
    expect(wall.locator("meter")).to_have_count(5, timeout=SLOW)
    pictures(page, wall, phones[0], "lens-talking")
    expect(page.locator("input[name=level][value='1']")).to_be_checked()  # more than half ticked it
    Pointer.choose(page, "level", 2)
    Pointer.press(page, "Settle it")
    expect(page.locator(".outcome")).to_have_text("Agreed: one; two", timeout=SLOW)
    finished(page, wall)
    expect(page.get_by_role("heading", name="The workshop agreed on 1 question.")).to_be_visible(timeout=SLOW)
    assert AgendaItem.objects.get(outcome="agreed").agreed_ticked == "1 2"
