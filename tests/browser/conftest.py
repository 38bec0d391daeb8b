"""A real browser against a live server. Skipped, with the reason, where Chromium is missing.

Playwright has no time limit for closing, evaluating and moving the mouse. What can wait for good is therefore kept out:
a browser that does not close is killed, and a drag is told by its events.
"""

import os
import shutil
import threading
import time

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

from tests.factories.places import Place, make_place
from tests.processes import descendants, kill

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PATIENCE_S = 60
PATIENCE_MS = PATIENCE_S * 1000
RENDERING_MS = 300_000  # a report is rendered in place here, when another test is done with its own
expect.set_options(timeout=PATIENCE_MS)  # what a busy machine needs; what is there is seen at once

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's own thread


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed; `make browser` installs it."))


@pytest.fixture(scope="module")
def browser():
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        impatient = threading.Timer(PATIENCE_S, _kill_browser)
        impatient.start()
        chromium.close()
        impatient.cancel()


def _kill_browser():
    for pid, command in descendants(os.getpid()).items():
        if "chromium" in command.partition(" --")[0]:
            kill(pid)


@pytest.fixture(autouse=True)
def _last_requests_have_ended():
    """What the browser had on its way when it was closed is answered before the tables are emptied."""
    yield
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and any("process_request" in one.name for one in threading.enumerate()):
        time.sleep(0.02)


@pytest.fixture
def context(browser):
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture
def place(transactional_db) -> Place:
    return make_place()


@pytest.fixture
def signed_in(page, client, live_server, context):
    """Sign a person in without the form; returns the page, which complains about any script or policy error."""

    def sign_in(user):
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return page

    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.set_default_timeout(PATIENCE_MS)
    yield sign_in
    assert complaints == []


def press(page, name, *, exact=False):
    """Press the first button of this name and wait for the page it leads to: who goes elsewhere first sends nothing."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=exact).first.click()


def drag(what, onto):
    """Drag one element onto another, by the events the page gets.

    A drag by the mouse can end in a page that is left while the browser still waits for the drop: it then waits for
    good.
    """
    assert what.evaluate("one => Boolean(one.closest('[draggable=true]'))")
    data = what.page.evaluate_handle("new DataTransfer()")
    what.dispatch_event("dragstart", {"dataTransfer": data})
    is_taken = """(one, data) => !one.dispatchEvent(
      new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }))"""
    assert onto.evaluate(is_taken, data), "nothing can be dropped here"
    onto.dispatch_event("drop", {"dataTransfer": data})
