"""No fixed word of a score or of the shipped maturity model reaches a reader in another language than theirs."""

import pytest
from django.utils.translation import override

from assessment.domain.scoring.types import State
from assessment.maturity.loader import SHIPPED, read_model
from reports.domain.report_data import report_data
from reports.domain.report_data.labels import label, opening_label
from tests.factories.reports import ResultFactory


def words():
    model = read_model(SHIPPED)
    told = {"supported", "not contradicted", *State, *(source.verified.split()[0] for source in model.sources.values())}
    told |= {item.kind for item in model.seed_items}
    return told | {link.role for practice in model.practices() for link in practice.evidence}


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_every_fixed_word_is_known_and_translated(language):
    told = sorted(words())
    with override("en"):
        english = [label(word) for word in told]
    with override(language):
        same = [word for word, plain in zip(told, english, strict=True) if label(word) == plain]
    assert len(told) > 15
    assert set(same) <= {"contradiction", "control", "note", "tension"}  # as these languages write them too
    assert language != "de" or not same


def test_a_basis_keeps_its_names_and_an_unknown_word_itself():
    with override("de"):
        assert opening_label("published: GOOGLE-SMALL") == "veröffentlicht: GOOGLE-SMALL"
        assert opening_label("measured") == label("measured") == "measured"


@pytest.mark.django_db
def test_states_on_a_german_page_are_german():
    with override("de"):
        states = {row.state for row in report_data(ResultFactory()).voices}
    assert states
    assert not states & words()
