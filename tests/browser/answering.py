"""What the tests of answering share: where the pages are, and how a person moves on them."""

import re

from django.urls import reverse

from surveys.models import Answer

SAVED = re.compile(r"^Saved at \d\d:\d\d$")
HELD = "Not saved yet: 1. It stays on this device; see what it needs."
OFFLINE = "Not saved: no connection. It stays on this device and will be sent again."


def path_of(seat, name, *arguments):
    return reverse(f"surveys:{name}", args=[seat.survey.assessment.public_id, *arguments])


def start(page, base, seat):
    page.goto(base + path_of(seat, "answer-start"))
    page.get_by_role("button", name="I have read this, start").click()
    page.wait_for_url(re.compile("/answer/pages/[a-z]+/$"))


def status(page):
    return page.locator("#save-status")


def first_question(page):
    return page.locator("fieldset.question").first


def choose(question, n):
    """Choose by a tap, after going to the question where one stands at a time."""
    question.page.evaluate("(id) => { location.hash = id }", question.get_attribute("id"))
    question.locator("label.choice").nth(n).click()


def stored(question):
    name = question.get_attribute("id")
    return list(Answer.objects.filter(question=name).values_list("level", flat=True))


def chosen(question):
    """The position of the choice that is marked."""
    marks = question.locator("input[type=radio]").evaluate_all("all => all.map(one => one.checked)")
    return marks.index(True) if True in marks else None


def unsent(page):
    """How many changes the device still holds. Fails, rather than waits without end, where the queue cannot be read."""
    return page.evaluate(
        """() => new Promise((resolve, reject) => {
          const opened = indexedDB.open("headwater", 1);
          opened.onerror = () => reject(opened.error);
          opened.onsuccess = () => {
            try {
              const store = opened.result.transaction("unsent").objectStore("unsent").count();
              store.onsuccess = () => { opened.result.close(); resolve(store.result); };
              store.onerror = () => reject(store.error);
            } catch (error) { reject(error); }
          };
        })"""
    )
