"""What the shipped maturity model promises, pinned so that it is never thinned out by accident."""

import re
from collections import Counter

from assessment.maturity.loader import SHIPPED
from assessment.maturity.texts import texts_of
from assessment.maturity.translations import translation
from tests.factories.scoring import shipped_model

MODEL = shipped_model()
LANGUAGES = ("de", "es", "fr")
ACTIONS = [action for practice in MODEL.practices() for action in practice.actions]


def test_shipped_model_keeps_its_counts():
    assert {
        "dimensions": len(MODEL.dimensions),
        "practices": len(MODEL.practices()),
        "questions": len(MODEL.questions()),
        "signals": len(MODEL.signals),
        "actions": len(ACTIONS),
        "gates": len(MODEL.gates),
        "roles": len(MODEL.roles),
        "stages": len(MODEL.stages),
        "seed_items": len(MODEL.seed_items),
        "sources": len(MODEL.sources),
        "caps": sum(len(p.caps) for p in MODEL.practices()),
        "keystones": sum(p.keystone for p in MODEL.practices()),
    } == {
        "dimensions": 5,
        "practices": 23,
        "questions": 46,
        "signals": 61,
        "actions": 78,
        "gates": 8,
        "roles": 8,
        "stages": 7,
        "seed_items": 127,
        "sources": 56,
        "caps": 13,
        "keystones": 8,
    }


def test_every_practice_asks_one_mechanism_and_one_recent_experience():
    for practice in MODEL.practices():
        assert [question.id for question in practice.questions] == [f"{practice.id}.m", f"{practice.id}.e"]
        assert practice.questions[0].facet == "mechanism"
        assert practice.questions[1].facet in {"reach", "experience"}
        assert 3 <= len(practice.actions) <= 4


def test_stage_shares_of_a_practice_add_up_to_one():
    assert {
        p.id: round(sum(p.stages.values()), 9) for p in MODEL.practices() if abs(sum(p.stages.values()) - 1) > 1e-9
    } == {}


def test_every_statement_of_the_founding_articles_is_answered():
    answered = Counter(seed for p in MODEL.practices() for seed in p.seeds)
    answered.update(name for action in ACTIONS for name in action.backing)
    assert [item.id for item in MODEL.seed_items if not item.features and item.id not in answered] == []


def test_every_action_rests_on_a_statement_or_a_source():
    assert [action.id for action in ACTIONS if not action.backing] == []


def test_every_signal_is_used_or_shown_for_context():
    used = {link.signal for p in MODEL.practices() for link in p.evidence}
    used |= {action.indicator.signal for action in ACTIONS}
    kinds = {name: signal.kind for name, signal in MODEL.signals.items() if name not in used}
    assert set(kinds.values()) <= {"outcome", "context"}


def test_no_option_is_a_copy_and_none_shows_its_level():
    for question in MODEL.questions():
        texts = [option.text for option in question.options]
        assert len(set(texts)) == 5
        assert not any(re.match(r"\s*(level\s*)?[1-5][.:)]", text, re.I) for text in texts)


def test_shipped_file_speaks_of_the_product_alone():
    text = SHIPPED.read_text(encoding="utf-8")
    assert re.findall(r"domain_model|\.txt\b|1\.0-draft|prototype", text) == []
    assert MODEL.meta.version == "1.0"


def test_no_text_speaks_of_a_signal_or_fact_by_its_id():
    """Readers know names; `rubber_stamp_rate` in a sentence is for the machine."""
    ids = {name for name in (*MODEL.signals, *MODEL.facts) if "_" in name}
    for language in ("en", *LANGUAGES):
        texts = texts_of(MODEL) | ({} if language == "en" else translated(language))
        for place, text in texts.items():
            assert not ids & set(re.findall(r"\w+", text)), f"{language} {place}: {text}"


def translated(language):
    return {place: text for place, (_, text) in translation(MODEL.meta.id, language).items()}
