"""What would move the score: single changes, each worked out by scoring again, the largest effect first.

Pure: no Django anywhere below. One function for each scoring rule, with the same face: the maturity model and what a
team gave in, the moves out. docs/scoring.md, "What would move the score", says what is tried and what it costs.
"""

from collections.abc import Callable, Mapping

from assessment.domain.moves.foreign import moves_by_levels, moves_by_risk, moves_by_samm
from assessment.domain.moves.headwater import moves_by_practice
from assessment.domain.moves.types import LIMIT, Change, Move, Moves, ScoreInputs
from assessment.domain.scoring_rules.given import Given
from assessment.maturity.foreign.types import ForeignModel

__all__ = ["LIMIT", "Change", "Move", "Moves", "ScoreInputs", "moves_by_practice", "moves_foreign"]

FOREIGN: Mapping[str, Callable[[ForeignModel, Given], Moves]] = {
    "samm": moves_by_samm,
    "levels": moves_by_levels,
    "risk-rules": moves_by_risk,
}


def moves_foreign(model: ForeignModel, given: Given) -> Moves:
    """The moves under the rule the model names."""
    return FOREIGN[model.rule](model, given)
