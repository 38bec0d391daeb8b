"""The interface says the same in every language of LANGUAGES: each marked text is translated, whole and compiled."""

import re

import pytest
from django.conf import settings
from django.utils.translation import ngettext, override

from tests.catalogs import (
    PLURALS,
    TEXT_TEMPLATES,
    catalog_of,
    compiled,
    file_of,
    forms_of,
    messages_of,
    strange_places,
    texts,
)
from tests.house.files import ROOT, name_of, tracked

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
NOT_TRANSLATED_YET: tuple[str, ...] = ()  # beginnings of file names whose marked texts may lack a translation
NAMES = {"Headwater", "CSV", "HTML", "JSON", "Markdown", "PDF", "SVG", "XLSX", "SHA-256", "wg", "r_wg", "a_wg"}
NOT_MARKED_YET: tuple[str, ...] = ()  # where sentences are made and kept in English alone


@pytest.fixture(scope="module")
def marked():
    return {
        key: files for key, files in texts().items() if not all(name.startswith(NOT_TRANSLATED_YET) for name in files)
    }


@pytest.fixture(scope="module")
def catalogs():
    return {language: messages_of(catalog_of(language)) for language in LANGUAGES}


def test_every_language_has_a_catalog():
    assert set(PLURALS) == set(LANGUAGES)
    assert [language for language in LANGUAGES if not file_of(language).exists()] == []


def test_every_text_is_translated(marked, catalogs):
    missing = []
    for (context, text), files in sorted(marked.items(), key=lambda item: (min(item[1]), str(item[0]))):
        lacks = [x for x in LANGUAGES if not ((m := catalogs[x].get((context, text))) and all(forms_of(m)))]
        if lacks:
            missing.append(f"{min(files)}: {text!r} has no {', '.join(lacks)}")
    assert not missing, "translate (make catalogs, docs/translating.md):\n" + "\n".join(missing)


def test_no_translation_outlives_its_text(catalogs):
    known = texts()
    left = [f"{language}: {key[1]!r}" for language in LANGUAGES for key in catalogs[language] if key not in known]
    assert not left, "no longer marked (make catalogs):\n" + "\n".join(left)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_sure_complete_in_its_plurals_and_keeps_every_placeholder(catalogs, language):
    n_forms = int(re.search(r"nplurals=(\d)", PLURALS[language]).group(1))
    wrong = []
    for message in catalogs[language].values():
        if message.fuzzy:
            wrong.append(f"{message.id!r} is fuzzy")
        if message.pluralizable and len(forms_of(message)) != n_forms:
            wrong.append(f"{message.id!r} has {len(forms_of(message))} forms of {n_forms}")
        if all(forms_of(message)) and (strange := strange_places(message)):
            wrong.append(f"{message.id!r}: {strange}")
    assert not wrong, f"{language}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_says_what_the_readable_one_says(catalogs, language):
    filled = {key: forms_of(message) for key, message in catalogs[language].items() if all(forms_of(message))}
    assert compiled(language) == filled, "compile (make catalogs)"


@pytest.mark.parametrize(("language", "none"), [("de", "0 Tage"), ("es", "0 días"), ("fr", "0 jour")])
def test_plurals_follow_the_rule_of_the_language(language, none):
    """French counts nothing as one, German and Spanish count it as many."""
    with override(language):
        assert ngettext("%(n)s day", "%(n)s days", 0) % {"n": 0} == none


def test_the_page_on_translating_says_what_is_not_translated_yet():
    page = (ROOT / "docs/translating.md").read_text(encoding="utf-8")
    assert [place for place in (*NOT_TRANSLATED_YET, *NOT_MARKED_YET) if f"`{place}`" not in page] == []
    assert [place for place in NOT_MARKED_YET if not (ROOT / place).exists()] == []


def _unmarked(text):
    """What stands in a template between its tags, or in an attribute that is read out, without a mark."""
    text = re.sub(r"\{#.*?#\}|<!--.*?-->|<(script|style)\b.*?</\1>", "", text, flags=re.S)
    text = re.sub(r"\{% comment.*?endcomment %\}", "", text, flags=re.S)
    text = re.sub(r"\{% blocktranslate\b.*?\{% endblocktranslate %\}", "", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "\x00", text, flags=re.S)
    read_out = re.findall(r'\s(?:aria-label|placeholder|title|alt|data-label)="([^"]*)"', text)
    pieces = [piece for part in re.split(r"<[^>]*>", text) for piece in part.split("\x00")]
    words = [re.sub(r"&\w+;", "", piece).strip(" \n–-·,:") for piece in [*pieces, *read_out]]
    words = [word for word in words if not re.match(r"[\w-]+=\"", word)]  # attributes a block adds
    return [word for word in words if re.search(r"[A-Za-z]{2,}", word) and word not in NAMES]


def test_templates_mark_every_word_they_show():
    found = [
        f"{name_of(path)}: {word!r}"
        for path in tracked(*TEXT_TEMPLATES)
        if not name_of(path).startswith(NOT_TRANSLATED_YET or "\x00")
        for word in _unmarked(path.read_text(encoding="utf-8"))
    ]
    assert not found, "mark with translate or blocktranslate:\n" + "\n".join(found)
