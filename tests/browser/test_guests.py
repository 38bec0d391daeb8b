"""Somebody without an account answers without a name on a telephone; every page on the way holds, also mirrored."""

import re

import pytest
from playwright.sync_api import expect

from surveys.models import AnonymousAnswer, AnonymousComment, Participant, ParticipantState
from tests.browser.answering import SAVED, choose, first_question, status
from tests.browser.conftest import PATIENCE_MS, PHONE, press
from tests.browser.test_every_page import check
from tests.factories.assessment import AssessmentFactory
from tests.factories.invitations import InvitationFactory, link_to
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory

MIRRORED = """() => {
  document.documentElement.dir = "rtl";
  const label = [...document.querySelectorAll("label.choice")].find((one) => one.offsetParent);
  const mark = label && label.querySelector("input").getBoundingClientRect();
  const box = label && label.getBoundingClientRect();
  return {wide: document.documentElement.scrollWidth, right: !label || mark.left > (box.left + box.right) / 2};
}"""


@pytest.fixture
def link(place, live_server):
    survey = AnonymousSurveyFactory(assessment=AssessmentFactory(team=place.team))
    for n in range(5):
        ParticipantFactory(survey=survey, user=None, label=f"Guest {n}", roles=["security"])
    seat = ParticipantFactory(survey=survey, user=None, roles=["security"])
    return f"{live_server.url}/join/{link_to(InvitationFactory(participant=seat))}/"


@pytest.fixture
def guest(page, link):
    page.set_default_timeout(PATIENCE_MS)
    page.set_viewport_size(PHONE)
    check(page, [link])
    page.goto(link)
    press(page, "Open the survey on this device")
    return page


def test_guest_answers_without_a_name_and_finishes(guest, link):
    expect(guest.get_by_text("Your answers are stored without your name")).to_be_visible()
    start = guest.url
    guest.get_by_role("button", name="I have read this, start").click()
    guest.wait_for_url(re.compile("/answer/pages/[a-z]+/$"))
    choose(first_question(guest), 2)
    expect(status(guest)).to_have_text(SAVED)
    section = guest.url
    guest.goto(f"{start}check/")
    guest.get_by_label("What would you fix first?").fill("The nightly build.")
    guest.get_by_role("button", name="Finish", exact=True).click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Thank you, you have finished.")
    assert [(one.level, one.role_group) for one in AnonymousAnswer.objects.all()] == [(3, "security")]
    assert AnonymousComment.objects.get().text == "The nightly build."
    seat = Participant.objects.get(state=ParticipantState.FINISHED)
    assert (seat.fix_first, seat.answers.count(), seat.finished_at.minute) == ("", 0, 0)
    check(guest, [link, start, section, f"{start}check/", f"{start}stored/"])


@pytest.mark.parametrize("size", [{"width": 320, "height": 640}, {"width": 1280, "height": 900}])
def test_page_mirrored_for_writing_from_right_to_left_does_not_break(guest, size):
    guest.set_viewport_size(size)
    start = guest.url
    guest.get_by_role("button", name="I have read this, start").click()
    guest.wait_for_url(re.compile("/answer/pages/[a-z]+/$"))
    for address in (guest.url, start, f"{start}check/", f"{start}stored/"):
        guest.goto(address)
        found = guest.evaluate(MIRRORED)
        assert found["wide"] <= size["width"], address
        assert found["right"], address
