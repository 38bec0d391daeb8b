"""Templates obey the content policy and work without JavaScript."""

import re

from tests.house.files import name_of, tracked

INLINE = re.compile(r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']""", re.I)
TAG = re.compile(r"<[a-zA-Z](?:\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^>\"'])*>", re.S)
# drawn by WeasyPrint, and read in mail programs: no page of the site, so no content policy
NO_PAGES = ("templates/reports/pdf/", "templates/surveys/mail/")


def pages():
    return [(path, path.read_text(encoding="utf-8")) for path in tracked("templates/*.html", "templates/*.svg")]


def tags_with(attribute):
    for path, text in pages():
        for tag in TAG.findall(text):
            if re.search(rf"\s{attribute}\s*=", tag):
                yield name_of(path), tag


def test_template_has_no_inline_style_or_script():
    found = {
        f"{name_of(path)}: {match.group().strip()}"
        for path, text in pages()
        if not name_of(path).startswith(NO_PAGES)
        for match in INLINE.finditer(text)
    }
    assert found == set()


def test_htmx_post_sits_on_a_form_that_works_without_it():
    """A part marked data-autosave sits inside one: tests/surveys/test_answer_pages.py saves the page by its button.

    So does a named button that posts to the address it stands on: it sends what its form would send.
    """
    wrong = [
        (name, tag)
        for name, tag in tags_with("hx-post")
        if not (tag.startswith("<fieldset") and "data-autosave" in tag)
        and not (tag.startswith("<button") and 'name="' in tag and 'hx-post=""' in tag)
        and not (tag.startswith("<form") and re.search(r'method="post"', tag, re.I) and re.search(r'\saction="', tag))
    ]
    assert wrong == []


def test_htmx_get_stands_beside_a_real_link_or_only_watches():
    watches = re.compile(r'hx-trigger="[^"]*(every|load|poll|revealed)')
    wrong = [
        (name, tag)
        for name, tag in tags_with("hx-get")
        if not (re.search(r'\s(href|action)="', tag) or watches.search(tag))
    ]
    assert wrong == []


def test_form_that_posts_carries_the_token():
    form = re.compile(r'<form\b(?:(?!</form>).)*?method="post".*?</form>', re.S | re.I)
    missing = [name_of(path) for path, text in pages() for found in form.findall(text) if "csrf_token" not in found]
    assert missing == []
