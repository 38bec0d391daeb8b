"""The interface's language: chosen on the page, kept in a cookie, and what plain modules say in it."""

import datetime as dt

import pytest
from django.utils.formats import date_format
from django.utils.translation import override

from assessment.forms import AssessmentForm
from core.language import gettext, in_sentence, ngettext, number


@pytest.mark.django_db
def test_a_language_is_chosen_without_javascript_and_kept(client):
    response = client.post("/language/", {"language": "de", "next": "/accounts/login/"})
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/"
    assert '<html lang="de"' in client.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_the_browsers_language_counts_until_one_is_chosen(client):
    page = client.get("/accounts/login/", headers={"accept-language": "fr-CH, en;q=0.5"})
    assert '<html lang="fr"' in page.content.decode()


@pytest.mark.django_db
def test_choosing_a_language_leads_nowhere_else(client):
    response = client.post("/language/", {"language": "de", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


@pytest.mark.django_db
def test_a_right_to_left_language_turns_the_page_round(client, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("he", "Hebrew")]
    page = client.get("/accounts/login/", headers={"accept-language": "he"})
    assert '<html lang="he" dir="rtl"' in page.content.decode()


@pytest.mark.parametrize(("language", "written"), [("en", "1,234.5"), ("de", "1.234,5"), ("fr", "1\u202f234,5")])
def test_numbers_are_written_the_way_of_the_language(language, written):
    with override(language):
        assert number("1,234.5") == written


@pytest.mark.parametrize(
    ("language", "name", "inside"),
    [
        ("en", "Lead time P75", "lead time P75"),
        ("en", "CI tokens", "CI tokens"),
        ("de", "Produkt und Analyse", "Produkt und Analyse"),
        ("de-at", "Wartezeit", "Wartezeit"),
        ("fr", "Délai jusqu’au merge", "délai jusqu’au merge"),
    ],
)
def test_a_name_inside_a_sentence_begins_small_but_german_nouns_do_not(language, name, inside):
    with override(language):
        assert in_sentence(name) == inside


def test_plain_modules_speak_english_where_nothing_else_is_active():
    with override("en"):
        assert gettext("Nothing translates this.") == "Nothing translates this."
        assert ngettext("one", "many", 1) == "one"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "3 March 2026", "3 Mar 2026"),
        ("de", "3. März 2026", "03.03.2026"),
        ("es", "3 de marzo de 2026", "03/03/2026"),
        ("fr", "3 mars 2026", "03/03/2026"),
    ],
)
def test_dates_are_written_the_way_of_the_language(language, long, short):
    with override(language):
        assert date_format(dt.date(2026, 3, 3), "DATE_FORMAT") == long
        assert date_format(dt.date(2026, 3, 3), "SHORT_DATE_FORMAT") == short


@pytest.mark.django_db
def test_a_date_in_a_form_is_one_the_browser_understands_in_every_language():
    form = AssessmentForm(initial={"period_start_on": dt.date(2026, 3, 9)})
    with override("de"):
        assert 'value="2026-03-09"' in str(form["period_start_on"])
