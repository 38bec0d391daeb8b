"""What a step is followed by, where its number stands at the level aimed at already."""

import pytest

from assessment.domain.roadmap_types import StepKind
from reports.domain.report_data import report_data
from reports.domain.report_data.gather import gather
from tests.factories.named_assessments import named_result

pytestmark = pytest.mark.django_db
HELD = "reads as Agreed today already: see that it holds"


def test_number_that_cannot_tell_says_so_and_no_other_does():
    result = named_result("rich")
    gathered = gather(result)
    cards = {card.id: card for column in report_data(result).roadmap.columns for card in column.cards}
    held = {name for name, card in cards.items() if HELD in card.target}
    assert {name: cards[name].target.partition(".")[0] for name in held} == {
        "EN1-A1": "Below 5% in two weeks",  # 1% today
        "SP2-A1": "Above 50% of touched specs in six weeks",  # 80% today
    }
    for step in gathered.roadmap.steps:
        bands = {band.signal: band for band in gathered.scores[step.practice].bands}
        stands = step.indicator_signal in bands and bands[step.indicator_signal].low >= step.to_level
        assert (step.id in held) == (stands and not bands[step.indicator_signal].dropped)


def test_step_that_settles_what_is_true_is_followed_by_nothing_else():
    gathered = gather(named_result("contradictory"))
    assert any(step.kind == StepKind.SETTLE for step in gathered.roadmap.steps)
    cards = [
        card for column in report_data(gathered.result).roadmap.columns for card in column.cards if card.is_settling
    ]
    assert cards
    assert not any("already" in card.target for card in cards)
