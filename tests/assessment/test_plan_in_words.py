"""The sentences of a plan: in the reader's language, whole, and with names where a person could not know the id."""

import re

import pytest
from django.conf import settings
from django.utils.translation import override

from assessment.domain.roadmap import build_roadmap
from assessment.domain.roadmap.wishes import Capacity, Wishes
from assessment.domain.roadmap_types import Horizon
from assessment.domain.scoring import score
from tests.assessment.test_planning import MODEL, REVIEW
from tests.factories.scoring import make_summary, reading, unanimous_card

ID = re.compile(r"\b(?:SP|RV|EN|CO|OM)\d(?:-A\d)?\b|\bown-\d|@\d|[{}]")
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]


def plans():
    """With and without flow, torn between people and evidence, beside a plan before, round what a person set."""
    card = unanimous_card(2, except_for={"RV1": 3, "EN1": 1})
    torn = score(
        MODEL,
        summaries=[make_summary(practice.id, 4.0) for practice in MODEL.practices()],
        readings=[reading("direct_push_rate", 0.9), reading("size_p75", 300)],
    )
    plain = build_roadmap(MODEL, card)
    first, before = plain.steps[0].id, {step.id: step.starts_on_day for step in plain.steps}
    wishes = Wishes(rejected={first: "we tried it"}, starts={"RV4-A3": 0, "EN4-A2": 40}, order=("OM1-A1", "CO5-A1"))
    moved = {name: (day + 30) % 150 for name, day in before.items()}
    return [
        plain,
        build_roadmap(MODEL, torn),
        build_roadmap(MODEL, card, flow=REVIEW, before=moved),
        build_roadmap(MODEL, card, wishes=wishes, targets={"EN1": 2, "SP1": 3, "RV1": 3}),
        build_roadmap(MODEL, card, wishes=Wishes(capacity=Capacity(open_actions=1))),
        build_roadmap(MODEL, card, wishes=Wishes(capacity=Capacity(person_days=dict.fromkeys(Horizon, 3)))),
    ]


def sentences():
    """Every sentence the planner makes, each in its place."""
    for plan in plans():
        yield plan.constraint_reason
        for step in plan.steps:
            yield from filter(None, (step.placement, *step.risks, *step.why))
        for deferred in plan.not_now:
            yield deferred.why


def test_a_reader_meets_no_id():
    found = list(sentences())
    assert len(set(found)) > 100
    assert [text for text in found if ID.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_told_in_the_language_of_the_reader(language):
    english = list(sentences())
    with override(language):
        told = list(sentences())
    assert len(told) == len(english)
    same = {one for one, other in zip(english, told, strict=True) if one == other}
    assert same <= {REVIEW.sentence}
