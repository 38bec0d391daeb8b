"""A participant answers on a telephone, loses the connection, gets it back, and finishes."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from assessment.domain.lifecycle import close_assessment
from assessment.models import Evidence
from surveys.domain.answers import sections_of
from surveys.models import Answer, Participant, ParticipantState
from tests.browser.conftest import PHONE
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory


@pytest.fixture
def seat(place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    return ParticipantFactory(survey=survey, user=place.member, roles=["security"])


@pytest.fixture
def phone(signed_in, seat):
    page = signed_in(seat.user)
    page.set_viewport_size(PHONE)
    return page


def address(live_server, seat, name, *arguments):
    path = reverse(f"surveys:{name}", args=[seat.survey.assessment.public_id, *arguments])
    return live_server.url + path


def start(page, live_server, seat):
    page.goto(address(live_server, seat, "answer-start"))
    page.get_by_role("button", name="I have read this, start").click()
    page.wait_for_url(re.compile("/answer/pages/[a-z]+/$"))


def first_question(page):
    return page.locator("fieldset.question").first


def choose(question, n):
    question.locator("label.choice").nth(n).click()


def stored(question):
    name = question.get_attribute("id")
    return list(Answer.objects.filter(question=name).values_list("level", flat=True))


def test_choice_is_saved_at_once_and_is_there_after_a_reload(phone, live_server, seat):
    start(phone, live_server, seat)
    question = first_question(phone)
    choose(question, 2)
    expect(phone.locator("#save-status")).to_have_text(re.compile(r"^Saved \d"))
    assert stored(question) == [3]
    expect(phone.locator("#progress-line")).to_contain_text("1 of 15")
    phone.reload()
    expect(first_question(phone).locator("input").nth(3)).to_be_checked()  # after the hidden one: the third choice


def test_page_fits_a_telephone(phone, live_server, seat):
    start(phone, live_server, seat)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    heights = phone.locator("label.choice").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 44


def test_choice_made_without_connection_is_kept_and_saved_when_it_returns(phone, live_server, seat, context):
    start(phone, live_server, seat)
    question = first_question(phone)
    context.set_offline(True)
    choose(question, 1)
    status = phone.locator("#save-status")
    expect(status).to_have_text("Not saved: no connection. Your choice stays here; we try again in 5 s.")
    assert stored(question) == []
    choose(question, 3)  # a change of mind while still offline: the last choice wins
    expect(question.locator("label.choice").nth(3).locator("input")).to_be_checked()
    context.set_offline(False)
    expect(status).to_have_text(re.compile(r"^Saved \d"))
    assert stored(question) == [4]


def test_several_choices_made_offline_all_arrive(phone, live_server, seat, context):
    start(phone, live_server, seat)
    questions = phone.locator("fieldset.question")
    n = min(questions.count(), 3)
    context.set_offline(True)
    for index in range(n):
        choose(questions.nth(index), index)
    expect(phone.locator("#save-status")).to_contain_text("Not saved: no connection.")
    context.set_offline(False)
    expect(phone.locator("#save-status")).to_have_text(re.compile(r"^Saved \d[^.]*$"))
    assert [stored(questions.nth(index)) for index in range(n)] == [[index + 1] for index in range(n)]


def test_going_on_without_connection_stays_on_the_page(phone, live_server, seat, context):
    start(phone, live_server, seat)
    here = phone.url
    context.set_offline(True)
    choose(first_question(phone), 1)
    status = phone.locator("#save-status")
    expect(status).to_contain_text("Not saved: no connection.")
    phone.get_by_role("button", name="Save and go on").click()
    expect(status).to_contain_text("Not saved: no connection.")
    assert phone.url == here
    expect(first_question(phone).locator("label.choice").nth(1).locator("input")).to_be_checked()
    context.set_offline(False)
    expect(status).to_have_text(re.compile(r"^Saved \d"))


def test_failing_server_is_named_and_asked_again(phone, live_server, seat):
    start(phone, live_server, seat)
    phone.route("**/answer/question/**", lambda route: route.fulfill(status=500, body="broken"), times=1)
    choose(first_question(phone), 1)
    status = phone.locator("#save-status")
    expect(status).to_contain_text("Not saved: the server could not store it.")
    expect(status).to_have_text(re.compile(r"^Saved \d"), timeout=15_000)
    assert stored(first_question(phone)) == [2]


def test_one_unsaved_choice_outweighs_a_saved_one(phone, live_server, seat):
    start(phone, live_server, seat)
    questions = phone.locator("fieldset.question")
    failing = questions.nth(0).get_attribute("id")
    phone.route(f"**/answer/question/{failing}/", lambda route: route.abort())
    choose(questions.nth(0), 1)
    expect(phone.locator("#save-status")).to_contain_text("Not saved: no connection.")
    with phone.expect_response(re.compile("/answer/question/")):
        choose(questions.nth(1), 1)
    expect(phone.locator("#progress-line")).to_contain_text("1 of 15")
    expect(phone.locator("#save-status")).to_contain_text("Not saved: no connection.")


def test_does_not_apply_asks_for_a_reason_before_it_says_saved(phone, live_server, seat):
    start(phone, live_server, seat)
    question = first_question(phone)
    reason = question.get_by_label("Why does it not apply?")
    sent = []
    phone.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    question.get_by_text("Does not apply here").click()
    expect(reason).to_be_focused()
    expect(question.locator(".problem")).to_contain_text("say in one line why")
    expect(phone.locator("#save-status")).to_have_text("1 choice not saved yet.")
    assert sent == []
    reason.fill("We ship no product.")
    reason.blur()
    expect(phone.locator("#save-status")).to_have_text(re.compile(r"^Saved \d"))
    expect(question.locator(".problem")).to_be_empty()
    assert Answer.objects.get().reason == "We ship no product."


def test_another_choice_needs_no_reason_any_more(phone, live_server, seat):
    start(phone, live_server, seat)
    question = first_question(phone)
    choose(question, 1)
    question.get_by_text("Does not apply here").click()
    expect(phone.locator("#save-status")).to_have_text("1 choice not saved yet.")
    choose(question, 2)
    expect(phone.locator("#save-status")).to_have_text(re.compile(r"^Saved \d"))
    assert stored(question) == [3]


def no_reason_given(page):
    """Send the page with a choice that lacks its reason, and look at what comes back."""
    question = page.locator("fieldset.question").last
    question.get_by_text("Does not apply here").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Save and go on").click()
    expect(question.get_by_role("radio", name="Does not apply here")).to_be_checked()
    expect(question.get_by_label("Why does it not apply?")).to_be_focused()
    expect(question.get_by_label("Why does it not apply?")).to_be_in_viewport()
    expect(question.locator(".problem")).to_contain_text("say in one line why")
    expect(page.locator("#save-status")).to_have_text("1 choice not saved yet.")
    return question


def test_page_sent_without_a_reason_comes_back_at_the_open_question(phone, live_server, seat):
    start(phone, live_server, seat)
    question = no_reason_given(phone)
    choose(phone.locator("fieldset.question").first, 1)
    expect(phone.locator("#progress-line")).to_contain_text("1 of 15")
    expect(phone.locator("#save-status")).to_have_text("1 choice not saved yet.")
    question.get_by_label("Why does it not apply?").fill("We ship no product.")
    question.get_by_label("Why does it not apply?").blur()
    expect(phone.locator("#save-status")).to_have_text(re.compile(r"^Saved \d"))


def test_page_sent_without_a_reason_comes_back_so_without_javascript_too(browser, client, live_server, seat):
    Participant.objects.update(state=ParticipantState.STARTED)
    client.force_login(seat.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    stage = sections_of(seat)[0].stage.id
    page.goto(address(live_server, seat, "answer-section", stage))
    question = no_reason_given(page)
    question.get_by_label("Why does it not apply?").fill("We ship no product.")
    page.get_by_role("button", name="Save and go on").click()
    assert Answer.objects.get().reason == "We ship no product."
    context.close()


def test_keyboard_alone_answers_a_question(phone, live_server, seat):
    start(phone, live_server, seat)
    first_question(phone).locator("input[type=radio]").first.focus()
    phone.keyboard.press("ArrowDown")
    expect(phone.locator("#save-status")).to_have_text(re.compile(r"^Saved \d"))
    assert stored(first_question(phone)) == [2]


@pytest.mark.parametrize("lost", [{"name": "sessionid"}, {}], ids=["session", "all cookies"])
def test_expired_sign_in_keeps_the_choice_and_saves_it_after_the_next(phone, live_server, seat, context, client, lost):
    start(phone, live_server, seat)
    question = first_question(phone)
    context.clear_cookies(**lost)
    choose(question, 2)
    expect(phone.locator("#save-status")).to_contain_text("Not saved: you are signed out.")
    expect(question.locator("label.choice").nth(2).locator("input")).to_be_checked()
    other_tab = context.new_page()
    other_tab.goto(f"{live_server.url}/accounts/login/")
    other_tab.get_by_label("E-mail address").fill(seat.user.email)
    other_tab.get_by_label("Password").fill("correct-horse-battery")
    other_tab.get_by_role("button", name="Sign in").click()
    expect(phone.locator("#save-status")).to_have_text(re.compile(r"^Saved \d"), timeout=15_000)
    assert stored(question) == [3]


def test_assessment_closed_meanwhile_says_so(phone, live_server, seat):
    start(phone, live_server, seat)
    close_assessment(seat.survey.assessment)
    choose(first_question(phone), 2)
    expect(phone.locator("#save-status")).to_contain_text("the assessment was closed")
    assert not Answer.objects.exists()


def test_comment_is_saved_while_typing(phone, live_server, seat):
    start(phone, live_server, seat)
    phone.get_by_text("Add a comment").first.click()
    phone.locator("textarea").first.fill("It depends on the service.")
    expect(phone.locator("#save-status")).to_have_text(re.compile(r"^Saved \d"))
    assert seat.comments.get().text == "It depends on the service."


def test_whole_survey_is_answered_and_finished(phone, live_server, seat):
    start(phone, live_server, seat)
    while "/answer/check/" not in phone.url:
        questions = phone.locator("fieldset.question")
        for index in range(questions.count()):
            with phone.expect_response(re.compile("/answer/question/")):
                choose(questions.nth(index), 3)
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
