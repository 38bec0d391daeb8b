"""Every word of a score card comes from the maturity model or through the language door."""

import re
from random import Random

import pytest
from django.utils.translation import override

from assessment.domain.scoring import score
from assessment.domain.scoring.types import CapContestNote
from assessment.maturity.texts import texts_of, with_texts
from core import language
from core.language import Voice as Language
from surveys.domain.summary import DONT_KNOW, NOT_APPLICABLE, Voice, summarize
from tests.factories.scoring import reading, shipped_model

MODEL = shipped_model()
QUESTIONS = [question.id for question in MODEL.questions()]
PLACE = re.compile(r"(\{\w*\})")
FOREIGN = "\N{GREEK SMALL LETTER XI}"


def _foreign(text):
    """The text with every word outside its placeholders in another script."""
    return "".join(part if PLACE.fullmatch(part) else re.sub(r"[A-Za-z]", FOREIGN, part) for part in PLACE.split(text))


@pytest.fixture
def foreign_language():
    usual = language._voice
    language.speak_with(Language(text=_foreign, plural=lambda one, many, n: _foreign(one if n == 1 else many)))
    yield
    language.speak_with(usual)


def _answers(seed):
    draw = Random(seed)
    levels = [1, 2, 3, 4, 5, 5, 4, DONT_KNOW, DONT_KNOW, NOT_APPLICABLE]
    roles = [role.id for role in MODEL.roles]
    if seed == 0:  # two roles that see it differently
        return [Voice((role,), dict.fromkeys(QUESTIONS, level)) for role, level in zip(roles, (5, 2), strict=False)] * 6
    chosen = draw.sample(levels, k=draw.randint(1, len(levels)))
    return [
        Voice((draw.choice(roles),), {q: draw.choice(chosen) for q in QUESTIONS if draw.random() < 0.7})
        for _ in range(draw.choice([1, 4, 9]))
    ]


def _readings(seed):
    draw = Random(seed)
    for name, signal in MODEL.signals.items():
        if draw.random() < 0.8:
            n = draw.choice([1, 1000])
            if signal.grades:
                yield reading(name, grade=draw.choice([*signal.grades, "unheard_of"]), n=n)
            else:
                yield reading(name, draw.choice([0.0, 0.3, 20.0]), n=n)


def _cards(model):
    for seed in range(40):
        contested = [CapContestNote(p.id, 0, FOREIGN) for p in model.practices() if p.caps][: seed % 4]
        invited = {"*": 9} if seed % 2 else {}
        yield score(
            model,
            summaries=summarize(MODEL, _answers(seed), invited=invited),
            readings=_readings(seed),
            contested_caps=contested,
        )


def _reasons(card):
    for part in (*card.practices, *card.dimensions):
        yield from (*part.held_back_by, *getattr(part, "reasons", ()))


def test_no_word_of_a_card_escapes_translation(foreign_language):
    """In a language that has a word for everything, nothing of the card is left in English."""
    model = with_texts(MODEL, {place: FOREIGN for place, text in texts_of(MODEL).items()})
    found, kinds = {}, set()
    for card in _cards(model):
        for reason in _reasons(card):
            kinds.add(reason.kind)
            known = {*(p.id for p in model.practices()), "unheard_of", "n", "h", "min"}
            words = [word for word in re.findall(r"[A-Za-z][\w]*", reason.text) if word not in known]
            if words:
                found[reason.kind] = (words, reason.text)
    assert found == {}
    assert kinds == ALL_KINDS


ALL_KINDS = {
    "self_report",
    "coverage",
    "not_applicable",
    "split",
    "role_gap",
    "evidence",
    "state",
    "planning",
    "rounding",
    "share_rule",
    "cap",
    "contested_cap",
    "unjudged_cap",
    "gate",
    "keystone",
    "weight_rule",
    "floor_rule",
    "not_known",
}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("de", "Alle Befragten sagten, dass"),
        ("es", "Todas las personas consultadas dijeron que"),
        ("fr", "Toutes les personnes interrogées ont dit que"),
    ],
)
def test_a_reason_is_said_in_the_readers_language(code, said):
    voices = [Voice((MODEL.roles[0].id,), dict.fromkeys(QUESTIONS, NOT_APPLICABLE))]
    with override(code):
        card = score(MODEL, summaries=summarize(MODEL, voices), readings=[])
    assert any(reason.text.startswith(said) for reason in card.practices[0].reasons)
