"""Several choices in one question: ticked with a pointer or the keyboard, saved as they are ticked."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from assessment.maturity.foreign.asked import EVERYBODY
from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.loader import load_foreign_model
from surveys.models import Answer
from tests.assessment.foreign.samples import lens, question, write_lens
from tests.browser.answering import SAVED, path_of, status
from tests.browser.conftest import DESK, PHONE
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory


@pytest.fixture
def seat(place, tmp_path):
    asked = question("backups", [("default", "HIGH")], choices=("one", "two", "no"), description="Copies of all data.")
    model, _ = read_aws_lens(write_lens(tmp_path / "lens.json", lens(asked)))
    row = load_foreign_model(model, organization=place.organization)
    assessment = AssessmentFactory(team=place.team, maturity_model=row, period_end_on=date(2026, 9, 30))
    return ParticipantFactory(survey=SurveyFactory(assessment=assessment), user=place.member, roles=[EVERYBODY])


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_ticks_are_saved_as_a_set_and_are_there_after_a_reload(signed_in, live_server, seat, size):
    page = signed_in(seat.user)
    page.set_viewport_size(size)
    page.goto(live_server.url + path_of(seat, "answer-start"))
    page.get_by_role("button", name="I have read this, start").click()
    page.wait_for_url(re.compile("/answer/pages/part-1/$"))
    expect(page.get_by_text("Copies of all data.")).to_be_visible()
    page.get_by_label("one", exact=True).check()
    expect(status(page)).to_have_text(SAVED)
    page.get_by_label("two", exact=True).focus()
    with page.expect_response(re.compile("/answer/question/")):
        page.keyboard.press("Space")
    expect(page.locator("#progress-line")).to_contain_text("1 of 1 here")
    expect(status(page)).to_have_text(SAVED)
    page.reload()
    expect(page.get_by_label("one", exact=True)).to_be_checked()
    expect(page.get_by_label("two", exact=True)).to_be_checked()
    assert Answer.objects.get().ticked == "1 2"


def test_none_of_these_with_another_is_held_back_until_one_is_taken_away(signed_in, live_server, seat):
    page = signed_in(seat.user)
    page.goto(live_server.url + path_of(seat, "answer-start"))
    page.get_by_role("button", name="I have read this, start").click()
    page.get_by_label("one", exact=True).check()
    expect(status(page)).to_have_text(SAVED)
    page.get_by_label("no", exact=True).check()
    expect(page.locator("#problem-backups")).to_contain_text("stands alone")
    page.get_by_label("one", exact=True).uncheck()
    expect(page.locator("#problem-backups")).to_have_text("")
    expect(status(page)).to_have_text(SAVED)
    assert Answer.objects.get().ticked == "3"
