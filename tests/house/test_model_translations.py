"""The shipped maturity model says the same in every language of the interface."""

import re

import pytest
from django.conf import settings

from assessment.maturity.loader import SHIPPED, read_model
from assessment.maturity.texts import texts_of
from assessment.maturity.translations import missing, translated, translation

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
CODE = re.compile(r"`[^`]+`|\b[a-z0-9]+_[a-z0-9_]+\b|\b[A-Z]+\.md\b")


@pytest.fixture(scope="module")
def file():
    return read_model(SHIPPED)


def test_every_text_has_a_translation_made_from_its_present_wording(file):
    lacking = [f"{language}: {place}" for language in LANGUAGES for place in missing(file, language)]
    assert not lacking, "translate (docs/translating.md):\n" + "\n".join(lacking)


def test_no_translation_stands_at_a_place_that_is_gone(file):
    places = texts_of(file).keys()
    strange = [
        f"{language}: {p}" for language in LANGUAGES for p in translation(file.meta.id, language) if p not in places
    ]
    assert strange == []


def _numbers(text):
    return sorted(re.findall(r"\d+", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_every_number_and_every_name_in_code(file, language):
    """What an answer counts, a target asks for and a signal reads is the same in every language."""
    originals, texts = texts_of(file), texts_of(translated(file, language))
    other = {
        place: text
        for place, text in texts.items()
        if _numbers(text) != _numbers(originals[place]) or set(CODE.findall(originals[place])) - set(CODE.findall(text))
    }
    assert other == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_to_a_question_differ(file, language):
    model = translated(file, language)
    same = [
        question.id for question in model.questions() if len({o.text for o in question.options}) < len(question.options)
    ]
    assert same == []
