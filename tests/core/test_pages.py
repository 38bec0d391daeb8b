"""What every page has: the skeleton, the content policy, error pages and refusals that say something."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory

from core.http import RefusalMiddleware
from core.refusals import Invalid, Refused

pytestmark = pytest.mark.django_db


def test_sign_in_page_obeys_its_own_content_policy(client):
    response = client.get("/accounts/login/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert not re.search(r"\son\w+=|\sstyle=|<style", page)
    for tag in re.findall(r"<script.*?</script>", page, re.S):
        is_file = re.fullmatch(r'<script src="[^"]+"( defer)?( data-debug="\w+")?></script>', tag)
        assert is_file or re.match(r'<script [^>]*type="application/json"[^>]*>', tag)  # data, which no browser runs


def test_every_static_file_a_page_names_exists(client):
    page = client.get("/accounts/login/").content.decode()
    named = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    assert len(named) > 8
    assert [name for name in named if not finders.find(name)] == []


def test_every_font_the_stylesheet_names_exists():
    sheet = Path(finders.find("css/fonts.css"))
    named = re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    assert len(named) == 20
    assert [name for name in named if not (sheet.parent / name).resolve().is_file()] == []


def test_page_has_a_skip_link_to_its_content(client):
    page = client.get("/accounts/login/").content.decode()
    assert '<a class="skip" href="#content">' in page
    assert '<main id="content"' in page


def test_unknown_address_answers_404_in_our_words(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "This page is not here." in response.content.decode()


def test_server_error_page_renders_without_a_request():
    assert "Something broke on our side." in render_to_string("500.html")


@pytest.mark.parametrize(("refusal", "status"), [(Refused("It is closed."), 409), (Invalid("No such option."), 422)])
def test_refusal_becomes_a_page_with_its_sentence(refusal, status):
    request = RequestFactory().post("/", headers={"referer": "https://elsewhere.example/"})
    response = RefusalMiddleware(lambda r: None).process_exception(request, refusal)
    assert response.status_code == status
    assert refusal.sentence in response.content.decode()
    assert "elsewhere.example" not in response.content.decode()


def test_refusal_of_an_htmx_request_is_one_escaped_line():
    request = RequestFactory().post("/")
    request.htmx = True
    response = RefusalMiddleware(lambda r: None).process_exception(request, Refused("<b>closed</b>"))
    assert response.content == b"&lt;b&gt;closed&lt;/b&gt;"


def test_other_errors_are_left_alone():
    assert RefusalMiddleware(lambda r: None).process_exception(RequestFactory().get("/"), ValueError()) is None
