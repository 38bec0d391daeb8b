"""A participant answers on a telephone and on a wide screen: taps, keys, steps, the check at the end."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from assessment.models import Evidence
from surveys.domain.answers import sections_of
from surveys.models import Answer, Participant, ParticipantState
from tests.browser.answering import HELD, SAVED, choose, first_question, path_of, start, status, stored
from tests.browser.conftest import DESK, PHONE, press
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def seat(place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    return ParticipantFactory(survey=survey, user=place.member, roles=["security"])


@pytest.fixture
def phone(signed_in, seat):
    page = signed_in(seat.user)
    page.set_viewport_size(PHONE)
    return page


def test_choice_is_saved_at_once_and_is_there_after_a_reload(phone, live_server, seat):
    start(phone, live_server.url, seat)
    question = first_question(phone)
    choose(question, 2)
    expect(status(phone)).to_have_text(SAVED)
    assert stored(question) == [3]
    expect(phone.locator("#progress-line")).to_contain_text("1 of 2 here")
    assert phone.locator("#progress-line progress").get_attribute("value") == "1"
    phone.reload()
    expect(question.locator("input[type=radio]").nth(2)).to_be_checked()


def test_one_question_at_a_time_on_a_phone_one_practice_on_a_wide_screen(phone, live_server, seat):
    start(phone, live_server.url, seat)
    shown = phone.locator("fieldset.question:visible")
    expect(shown).to_have_count(1)
    first = shown.get_attribute("id")
    phone.get_by_role("button", name="Next", exact=True).click()
    expect(shown).to_have_count(1)
    assert shown.get_attribute("id") != first
    expect(shown).to_be_focused()
    phone.set_viewport_size(DESK)
    expect(phone.locator(".practice:visible")).to_have_count(1)
    expect(shown).to_have_count(2)


def test_enter_goes_to_the_next_practice_and_leaves_the_page_after_the_last(phone, live_server, seat):
    phone.set_viewport_size(DESK)
    start(phone, live_server.url, seat)
    practices = phone.locator(".practice")
    expect(practices).to_have_count(1)
    practices.locator("input[type=radio]").first.focus()
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    here = phone.url
    expect(practices).to_have_count(2)
    practices.nth(0).locator("input[type=radio]").first.focus()
    phone.keyboard.press("Enter")
    expect(practices.nth(1)).to_be_visible()
    expect(practices.nth(0)).to_be_hidden()
    expect(practices.nth(1).locator(".question").first).to_be_focused()
    assert phone.url == here


@pytest.mark.parametrize("size", [NARROW, PHONE])
def test_page_fits_a_telephone_with_room_to_tap(phone, live_server, seat, size):
    phone.set_viewport_size(size)
    start(phone, live_server.url, seat)
    for step in range(2):
        assert phone.evaluate("document.documentElement.scrollWidth") <= size["width"]
        boxes = phone.locator("label.choice:visible, main button:visible, main summary:visible, .stream a:visible")
        heights = boxes.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert len(heights) >= 8
        assert min(heights) >= 44
        if not step:
            phone.get_by_role("button", name="Next", exact=True).click()


def test_stage_a_person_is_on_stands_in_sight_on_a_phone(phone, live_server, seat):
    start(phone, live_server.url, seat)
    last = phone.locator(".stream a").nth(-2)
    phone.goto(live_server.url + last.get_attribute("href"))
    here = phone.locator(".stream [aria-current]").bounding_box()
    assert here["x"] >= 0
    assert here["x"] + here["width"] <= PHONE["width"]
    assert phone.evaluate("document.querySelector('.stream').scrollLeft") > 0


def test_the_stage_behind_the_current_one_is_not_half_hidden(phone, live_server, seat):
    seat.roles = ["engineer"]  # asked in every stage
    seat.save()
    start(phone, live_server.url, seat)
    for n in range(phone.locator(".stream a").count() - 2):
        phone.goto(live_server.url + phone.locator(".stream a").nth(n).get_attribute("href"))
        here = phone.locator(".stream li:has([aria-current])").bounding_box()
        behind = phone.locator(".stream li:has([aria-current]) + li a").bounding_box()
        assert here["x"] + here["width"] <= behind["x"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_moves_under_reduced_motion(phone, live_server, seat, scheme):
    phone.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    start(phone, live_server.url, seat)
    moves = phone.evaluate(
        "[...document.querySelectorAll('*')].filter(one => parseFloat(getComputedStyle(one).transitionDuration) > 0.001"
        " || getComputedStyle(one).animationName !== 'none').length"
    )
    assert moves == 0


def test_screen_reader_meets_question_choices_and_saving_line_in_this_order(phone, live_server, seat):
    start(phone, live_server.url, seat)
    tree = phone.locator("main").aria_snapshot()
    question = first_question(phone).locator("legend").inner_text()
    group = tree.index("- group ")
    assert question[:40] in tree[group:]
    order = [
        "- heading",
        "- navigation",
        "- group ",
        "- radio",
        "I don’t know",
        "Does not apply here",
        "- status",
        "- progressbar",
    ]
    positions = [tree.index(name) for name in order]
    assert positions == sorted(positions), tree
    assert tree.count("- radio") == 7
    assert tree.count("- group ") == 1  # the other questions stand neither on the page nor in the tree


def test_does_not_apply_asks_for_a_reason_before_it_is_sent(phone, live_server, seat):
    start(phone, live_server.url, seat)
    question = first_question(phone)
    reason = question.get_by_label("Why does it not apply?")
    sent = []
    phone.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    question.get_by_text("Does not apply here").click()
    expect(reason).to_be_focused()
    expect(question.locator(".problem")).to_contain_text("say in one line why")
    expect(status(phone)).to_have_text(HELD)
    assert sent == []
    reason.fill("We ship no product.")
    reason.blur()
    expect(status(phone)).to_have_text(SAVED)
    expect(question.locator(".problem")).to_be_empty()
    assert Answer.objects.get().reason == "We ship no product."


def test_another_choice_needs_no_reason_any_more(phone, live_server, seat):
    start(phone, live_server.url, seat)
    question = first_question(phone)
    choose(question, 1)
    question.get_by_text("Does not apply here").click()
    expect(status(phone)).to_have_text(HELD)
    choose(question, 2)
    expect(status(phone)).to_have_text(SAVED)
    assert stored(question) == [3]


def test_going_on_without_a_reason_comes_back_to_the_open_question(phone, live_server, seat):
    start(phone, live_server.url, seat)
    here = phone.url
    question = first_question(phone)
    question.get_by_text("Does not apply here").click()
    phone.get_by_role("button", name="Next", exact=True).click()
    phone.get_by_role("button", name="Save and go on").click()
    expect(question).to_be_visible()
    expect(question.locator(".problem")).to_contain_text("say in one line why")
    assert phone.url == here


@pytest.fixture
def without_javascript(browser, client, live_server, seat):
    Participant.objects.update(state=ParticipantState.STARTED)
    client.force_login(seat.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + path_of(seat, "answer-section", sections_of(seat)[0].stage.id))
    yield page
    context.close()


def test_page_sent_without_a_reason_comes_back_so_without_javascript_too(without_javascript):
    page = without_javascript
    question = page.locator("fieldset.question").last
    question.get_by_text("Does not apply here").click()
    page.get_by_role("button", name="Save and go on").click()
    expect(question.get_by_role("radio", name="Does not apply here")).to_be_checked()
    expect(question.get_by_label("Why does it not apply?")).to_be_focused()
    expect(question.locator(".problem")).to_contain_text("say in one line why")
    expect(status(page)).to_have_text("1 choice not saved yet.")
    question.get_by_label("Why does it not apply?").fill("We ship no product.")
    press(page, "Save and go on")
    assert Answer.objects.get().reason == "We ship no product."


def test_comment_is_saved_while_typing(phone, live_server, seat):
    start(phone, live_server.url, seat)
    phone.get_by_role("button", name="Next", exact=True).click()
    phone.get_by_text("Add a comment").locator("visible=true").click()
    phone.locator("textarea:visible").fill("It depends on the service.")
    expect(status(phone)).to_have_text(SAVED)
    assert seat.comments.get().text == "It depends on the service."


def test_every_group_is_one_tab_stop(phone, live_server, seat):
    phone.set_viewport_size(DESK)
    start(phone, live_server.url, seat)
    first_question(phone).locator("input[type=radio]").first.focus()
    phone.keyboard.press("Tab")
    focused = phone.evaluate("document.activeElement.closest('fieldset').id")
    assert focused == phone.locator("fieldset.question:visible").nth(1).get_attribute("id")


# The address and what is seen of its questions.
PLACE = (
    "location.href + [...document.querySelectorAll('fieldset.question')]"
    ".filter((one) => one.checkVisibility()).map((one) => one.id)"
)


def press_until(page, key, condition, *, at_most=60):
    for _ in range(at_most):
        if page.evaluate(condition):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never led to {condition}")


def test_keyboard_alone_answers_the_whole_survey(phone, live_server, seat):
    """Tab, arrows, Space and Enter; no pointer and no script of the test touches the page."""
    phone.set_viewport_size(DESK)
    phone.goto(live_server.url + path_of(seat, "answer-start"))
    press_until(phone, "Tab", "document.activeElement.matches('main button.primary')")
    phone.keyboard.press("Enter")
    phone.wait_for_url(re.compile("/answer/pages/"))
    while "/answer/check/" not in phone.url:
        here = phone.url
        while phone.url == here:
            for question in phone.locator("fieldset.question:visible").all():
                name = question.get_attribute("id")
                press_until(phone, "Tab", f"document.activeElement.name === 'q-{name}'")
                phone.keyboard.press("Space")
                with phone.expect_response(re.compile("/answer/question/")):
                    phone.keyboard.press("ArrowDown")
            on = "document.activeElement.matches('#steps button:last-child, .answers > .actions .primary')"
            press_until(phone, "Tab", on)
            before = phone.evaluate(PLACE)
            phone.keyboard.press("Enter")
            phone.wait_for_function(f"before => document.readyState === 'complete' && ({PLACE}) !== before", arg=before)
    phone.wait_for_load_state()
    press_until(phone, "Tab", "document.activeElement.name === 'finish'")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, you have finished.")
    assert set(Answer.objects.values_list("level", flat=True)) == {2}
    assert Answer.objects.count() == 15


def test_whole_survey_is_answered_and_finished_on_a_phone(phone, live_server, seat):
    start(phone, live_server.url, seat)
    while "/answer/check/" not in phone.url:
        with phone.expect_response(re.compile("/answer/question/")):
            phone.locator("fieldset.question:visible label.choice").nth(3).click()
        on = phone.get_by_role("button", name="Next", exact=True)
        if on.is_visible():
            on.click()
            continue
        with phone.expect_navigation():
            phone.locator("button.primary").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Every question has an answer.")
    phone.get_by_label("What would you fix first?").fill("The nightly build.")
    phone.get_by_role("button", name="Finish", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, you have finished.")
    done = Participant.objects.get(pk=seat.pk)
    assert (done.state, done.fix_first) == (ParticipantState.FINISHED, "The nightly build.")
    assert done.answers.count() == 15
    assert Evidence.objects.filter(assessment=seat.survey.assessment, source="survey").exists()
