"""What a person says survives: no connection, a closed tab, a dead battery, a dead server, a second device."""

import contextlib
import os
import re
import signal
import subprocess
import threading

import pytest
from django.conf import settings
from playwright.sync_api import expect

from assessment.domain.lifecycle import close_assessment
from assessment.models import AssessmentState
from surveys.domain.answers import save_answer
from surveys.models import Answer
from tests.browser.answering import (
    OFFLINE,
    SAVED,
    choose,
    chosen,
    first_question,
    path_of,
    start,
    status,
    stored,
    unsent,
)
from tests.browser.conftest import CHROMIUM, PHONE
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory
from tests.installations import get
from tests.processes import free_port, wait_for

QUESTION = re.compile("/answer/question/")
LONGEST_PAUSE_MS = 120_000  # after some failures in a row the page tries again as seldom as every 48 s
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@pytest.fixture
def seat(place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    return ParticipantFactory(survey=survey, user=place.member, roles=["security"])


@pytest.fixture
def phone(signed_in, seat):
    page = signed_in(seat.user)
    page.set_viewport_size(PHONE)
    return page


def session_of(client, user, base):
    client.force_login(user)
    return [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": base}]


def test_choice_made_without_connection_is_sent_when_it_returns(phone, live_server, seat, context):
    start(phone, live_server.url, seat)
    question = first_question(phone)
    context.set_offline(True)
    choose(question, 1)
    expect(status(phone)).to_have_text(OFFLINE)
    assert stored(question) == []
    choose(question, 3)  # a change of mind while still offline: the last choice wins
    assert chosen(question) == 3
    context.set_offline(False)
    expect(status(phone)).to_have_text(SAVED)
    assert stored(question) == [4]
    assert unsent(phone) == 0


def test_several_choices_made_offline_all_arrive(phone, live_server, seat, context):
    start(phone, live_server.url, seat)
    questions = phone.locator("fieldset.question")
    context.set_offline(True)
    for index in range(2):
        choose(questions.nth(index), index)
    expect(status(phone)).to_have_text(OFFLINE)
    context.set_offline(False)
    expect(status(phone)).to_have_text(SAVED)
    assert [stored(questions.nth(index)) for index in range(2)] == [[1], [2]]


def test_going_on_without_connection_stays_on_the_page(phone, live_server, seat, context):
    start(phone, live_server.url, seat)
    here = phone.url.partition("#")[0]
    question = phone.locator("fieldset.question").last
    context.set_offline(True)
    choose(question, 1)
    expect(status(phone)).to_have_text(OFFLINE)
    with phone.expect_event("requestfailed"):
        phone.get_by_role("button", name="Save and go on").click()
    expect(status(phone)).to_have_text(OFFLINE)
    assert phone.url.partition("#")[0] == here
    context.set_offline(False)
    expect(status(phone)).to_have_text(SAVED)


def test_closed_tab_loses_nothing(phone, live_server, seat, context):
    start(phone, live_server.url, seat)
    context.set_offline(True)
    choose(first_question(phone), 2)
    expect(status(phone)).to_have_text(OFFLINE)
    phone.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(live_server.url + path_of(seat, "answer-start"))  # whichever page of the survey is opened next
    expect(status(again)).to_have_text(SAVED)
    assert Answer.objects.get().level == 3
    assert unsent(again) == 0


def test_tab_closed_at_once_after_a_choice_loses_nothing(phone, live_server, seat, context):
    start(phone, live_server.url, seat)
    choose(first_question(phone), 2)
    phone.close()
    again = context.new_page()
    again.goto(live_server.url + path_of(seat, "answer-start"))
    wait_for(lambda: Answer.objects.filter(level=3).exists())


def test_text_typed_just_before_leaving_is_sent(phone, live_server, seat):
    start(phone, live_server.url, seat)
    phone.get_by_role("button", name="Next", exact=True).click()
    phone.get_by_text("Add a comment").locator("visible=true").click()
    phone.locator("textarea:visible").press_sequentially("half a wor")
    phone.goto(live_server.url + path_of(seat, "answer-start"))
    wait_for(lambda: seat.comments.filter(text="half a wor").exists())


@contextlib.contextmanager
def own_browser(browser, folder):
    """A browser of its own on a profile of its own, killed with its whole family at the end."""
    port = free_port()
    command = [CHROMIUM, *FLAGS, "--headless=new", f"--remote-debugging-port={port}", f"--user-data-dir={folder}"]
    nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, "about:blank"], start_new_session=True, **nowhere)
    try:
        wait_for(lambda: get(f"http://127.0.0.1:{port}/json/version") == 200)
        yield browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_killed_browser_loses_nothing(browser, client, live_server, seat, tmp_path):
    """As when the battery dies: the browser's processes are killed once the device holds the choice."""
    cookies = session_of(client, seat.user, live_server.url)
    with own_browser(browser, tmp_path) as context:
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_viewport_size(PHONE)
        start(page, live_server.url, seat)
        context.set_offline(True)
        name = first_question(page).get_attribute("id")
        choose(first_question(page), 4)
        wait_for(lambda: unsent(page) == 1)
    assert Answer.objects.count() == 0
    with own_browser(browser, tmp_path) as context:
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(live_server.url + path_of(seat, "answer-start"))
        expect(status(page)).to_have_text(SAVED)
    answer = Answer.objects.get()
    assert (answer.question, answer.level) == (name, 5)


@contextlib.contextmanager
def answered_by(page, answer):
    """Every try to save is answered so until what the page says of it was seen: the next try would take it away."""
    is_seen = threading.Event()
    page.route("**/answer/question/**", lambda route: route.continue_() if is_seen.is_set() else answer(route))
    yield
    is_seen.set()  # taking the route away would take the try at hand out of its hands


def test_failing_server_is_named_and_asked_again(phone, live_server, seat):
    start(phone, live_server.url, seat)
    with answered_by(phone, lambda route: route.fulfill(status=500, body="broken")):
        choose(first_question(phone), 1)
        expect(status(phone)).to_contain_text("Not saved: the server could not store it.")
    expect(status(phone)).to_have_text(SAVED)
    assert stored(first_question(phone)) == [2]


def test_answer_of_something_that_is_not_the_server_is_no_confirmation(phone, live_server, seat):
    """A hotel's sign-in page answers 200 to everything."""
    start(phone, live_server.url, seat)
    with answered_by(phone, lambda route: route.fulfill(status=200, body="<p>Welcome</p>")):
        choose(first_question(phone), 1)
        expect(status(phone)).to_contain_text("Not saved:")
    expect(status(phone)).to_have_text(SAVED)
    assert stored(first_question(phone)) == [2]


def test_lost_acknowledgement_stores_once_and_is_no_conflict(phone, live_server, seat):
    start(phone, live_server.url, seat)

    def lose(route):
        route.fetch()
        route.abort()

    with answered_by(phone, lose):
        choose(first_question(phone), 1)
        expect(status(phone)).to_have_text(OFFLINE)
        choose(first_question(phone), 3)
    expect(status(phone)).to_have_text(SAVED)
    assert stored(first_question(phone)) == [4]


def test_one_unsaved_choice_outweighs_a_saved_one(phone, live_server, seat):
    start(phone, live_server.url, seat)
    questions = phone.locator("fieldset.question")
    failing = questions.nth(1).get_attribute("id")
    phone.route(f"**/answer/question/{failing}/", lambda route: route.abort())
    with phone.expect_response(QUESTION):
        choose(questions.nth(0), 1)
    choose(questions.nth(1), 1)
    expect(status(phone)).to_have_text(OFFLINE)
    expect(phone.locator("#progress-line")).to_contain_text("1 of 2 here")


@pytest.mark.parametrize("lost", [{"name": "sessionid"}, {}], ids=["session", "all cookies"])
def test_expired_sign_in_keeps_the_choice_and_saves_it_after_the_next(phone, live_server, seat, context, lost):
    start(phone, live_server.url, seat)
    question = first_question(phone)
    context.clear_cookies(**lost)
    choose(question, 2)
    expect(status(phone)).to_contain_text("Not saved: you are signed out. Sign in again in another tab")
    assert chosen(question) == 2
    other_tab = context.new_page()
    other_tab.goto(f"{live_server.url}/accounts/login/")
    other_tab.get_by_label("E-mail address").fill(seat.user.email)
    other_tab.get_by_label("Password").fill("correct-horse-battery")
    other_tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(status(phone)).to_have_text(SAVED, timeout=LONGEST_PAUSE_MS)
    assert stored(question) == [3]


def test_two_people_on_one_device_never_mix(phone, live_server, seat, context, client):
    other = ParticipantFactory(survey=seat.survey, user=ParticipantFactory().user, roles=["security"])
    other.user.memberships.create(
        team=seat.survey.assessment.team, organization=seat.survey.assessment.team.organization, role="member"
    )
    start(phone, live_server.url, seat)
    context.set_offline(True)
    choose(first_question(phone), 2)
    expect(status(phone)).to_have_text(OFFLINE)
    context.add_cookies(session_of(client, other.user, live_server.url))  # the other one signs in meanwhile
    context.set_offline(False)
    expect(status(phone)).to_contain_text("Not saved: you are signed out.", timeout=LONGEST_PAUSE_MS)
    theirs = context.new_page()
    start(theirs, live_server.url, other)
    assert chosen(first_question(theirs)) is None
    choose(first_question(theirs), 4)
    expect(status(theirs)).to_have_text(SAVED)
    context.add_cookies(session_of(client, seat.user, live_server.url))
    expect(status(phone)).to_have_text(SAVED, timeout=LONGEST_PAUSE_MS)
    assert {a.participant_id: a.level for a in Answer.objects.all()} == {seat.pk: 3, other.pk: 5}


def test_assessment_closed_meanwhile_keeps_the_choice_until_it_is_open_again(phone, live_server, seat):
    start(phone, live_server.url, seat)
    question = first_question(phone)
    close_assessment(seat.survey.assessment)
    choose(question, 2)
    problem = question.locator(".problem")
    expect(problem).to_contain_text("the assessment was closed")
    expect(problem).to_contain_text("Ask those who lead the assessment to open it again")
    assert unsent(phone) == 1
    assert not Answer.objects.exists()
    type(seat.survey.assessment).objects.update(state=AssessmentState.OPEN)
    phone.reload()
    expect(status(phone)).to_have_text(SAVED)
    assert Answer.objects.get().level == 3


@pytest.mark.parametrize(("button", "level"), [("Keep yours", 2), ("Keep what is saved", 5)])
def test_two_devices_in_conflict_show_both_and_let_the_person_choose(phone, live_server, seat, button, level):
    start(phone, live_server.url, seat)
    question = first_question(phone)
    save_answer(seat, question=question.get_attribute("id"), answer=5)  # on another device
    choose(question, 1)
    problem = question.locator(".problem")
    expect(problem).to_contain_text(re.compile(r"Yours.*Saved at \d\d:\d\d", re.S))
    assert stored(question) == [5]
    problem.get_by_role("button", name=button).click()
    expect(problem).to_be_empty()
    assert chosen(question) == level - 1
    wait_for(lambda: stored(question) == [level])
    wait_for(lambda: unsent(phone) == 0)  # the device learns of it after the database
    choose(question, 0)  # and the next choice is no conflict again
    expect(status(phone)).to_have_text(SAVED)
    assert stored(question) == [1]


def test_conflict_about_another_page_is_shown_where_the_person_is(phone, live_server, seat, context):
    start(phone, live_server.url, seat)
    question = first_question(phone).get_attribute("id")
    context.set_offline(True)
    choose(first_question(phone), 2)
    expect(status(phone)).to_have_text(OFFLINE)
    phone.close()
    save_answer(seat, question=question, answer=5)
    context.set_offline(False)
    again = context.new_page()
    again.set_viewport_size(PHONE)
    again.goto(live_server.url + path_of(seat, "answer-review"))
    again.get_by_role("button", name="Keep yours").click()
    expect(status(again)).to_have_text(SAVED)
    assert Answer.objects.get().level == 3


def test_text_of_ten_megabytes_stays_and_says_how_long_it_may_be(phone, live_server, seat):
    start(phone, live_server.url, seat)
    phone.goto(live_server.url + path_of(seat, "answer-review"))
    box = phone.get_by_label("What would you fix first?")
    box.evaluate("one => { one.value = 'x'.repeat(1e7); one.dispatchEvent(new Event('input', { bubbles: true })) }")
    problem = phone.locator("#problem-fix_first")
    told = "this holds 2000 characters; yours has 10000000. It stays on this device."
    expect(problem).to_contain_text(told, timeout=180_000)  # the browser lays out so much in its own time
    phone.reload(timeout=180_000)
    expect(problem).to_contain_text("yours has 10000000", timeout=180_000)
    box.fill("The build.")
    expect(status(phone)).to_have_text(SAVED)
    seat.refresh_from_db()
    assert seat.fix_first == "The build."
