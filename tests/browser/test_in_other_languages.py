"""Long words fit the narrowest telephone in every language, and a language from right to left turns the page round."""

import pytest
from django.conf import settings as django_settings

from tests.browser.test_every_page import assessment, problems  # noqa: F401  # a fixture is used by its name

NARROW = {"width": 320, "height": 700}
PAGES = [
    "",
    "people/",
    "people/links/",
    "people/names/",
    "answer/",
    "answer/pages/define/",
    "answer/check/",
    "answer/stored/",
    "result/",
    "repositories/",
]


@pytest.fixture
def read_in(signed_in, live_server, context, place, assessment):  # noqa: F811  # the fixture imported above
    """A person's page in a language, on a narrow telephone."""

    def open_in(language):
        cookie = {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
        context.add_cookies([cookie])
        page = signed_in(place.lead)
        page.set_viewport_size(NARROW)
        return page, f"{live_server.url}/assessments/{assessment.public_id}/"

    return open_in


def width_of(page):
    return page.evaluate("document.fonts.ready.then(() => document.documentElement.scrollWidth)")


@pytest.mark.parametrize("language", [code for code, _ in django_settings.LANGUAGES if code != "en"])
def test_no_page_scrolls_sideways_at_320_pixels(read_in, language):
    page, base = read_in(language)
    wide = {}
    for path in PAGES:
        assert page.goto(base + path).ok, path
        assert page.locator("html").get_attribute("lang") == language
        if (width := width_of(page)) > NARROW["width"]:
            wide[path] = width
    assert wide == {}


def test_a_long_name_keeps_clear_of_the_score_beside_it(read_in):
    page, base = read_in("de")
    page.goto(base + "result/")
    gaps = """() => [...document.querySelectorAll(".strips tbody tr")].map((row) => {
      const name = document.createRange(); name.selectNodeContents(row.querySelector("th"));
      return row.querySelector(".score").getBoundingClientRect().left - name.getBoundingClientRect().right; })"""
    assert all(gap >= 0 for gap in page.evaluate(gaps))


def test_pages_in_german_have_no_serious_violation(read_in):
    page, base = read_in("de")
    wrong = {}
    for path in ("", "answer/pages/define/", "people/"):
        page.goto(base + path)
        if found := problems(page):
            wrong[path] = found
    assert wrong == {}


def test_the_answering_page_turns_round_for_a_language_from_right_to_left(read_in, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("he", "Hebrew")]
    page, base = read_in("he")
    page.goto(base + "answer/pages/define/")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert width_of(page) == NARROW["width"]
    assert problems(page) == []
    choice = page.locator("label.choice:visible").first
    circle, text = choice.locator("input").bounding_box(), choice.locator("span").bounding_box()
    assert circle["x"] >= text["x"] + text["width"], "the circle stands before its text, which is to the right"
    choice.click()
    assert choice.locator("input").is_checked()
