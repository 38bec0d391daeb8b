"""One way of scoring for each kind of maturity model that was written elsewhere. Pure: no Django anywhere below.

Each module has `score(model, given)`: the model, the answers of one team, a card. What a rule cannot provide (an
interval, a level) is not on its card.
"""

from collections.abc import Callable, Mapping
from typing import Any

from assessment.domain.scoring_rules import levels, risk_rules, samm
from assessment.domain.scoring_rules.given import Given
from assessment.maturity.foreign.types import ForeignModel

RULES: Mapping[str, Callable[[ForeignModel, Given], dict[str, Any]]] = {
    "samm": samm.score,
    "levels": levels.score,
    "risk-rules": risk_rules.score,
}


def score_foreign(model: ForeignModel, given: Given) -> dict[str, Any]:
    """The card of the rule the model names, as plain data."""
    return RULES[model.rule](model, given)
