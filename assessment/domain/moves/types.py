"""What goes into the question what would move a score, and what comes out: frozen plain data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from assessment.domain.scoring.types import CapContestNote, SignalReading, SurveySummary

LIMIT = 10  # moves that are told
PLACES = 9  # effects are compared to as many places: sums of decimal weights land a hair beside each other

Kind = Literal["level", "evidence", "contradiction", "answer", "choice"]
Of = Literal[
    "overall", "dimension", "dimension_level", "practice", "practice_level", "to_target", "question", "high", "medium"
]


@dataclass(frozen=True)
class ScoreInputs:
    """All that a headwater score is computed from."""

    summaries: tuple[SurveySummary, ...]
    readings: tuple[SignalReading, ...]
    facts: Mapping[str, float] = field(default_factory=dict)
    contested: tuple[CapContestNote, ...] = ()
    targets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One number that the move changes; `id` names the dimension, practice or question, empty for the whole.

    `high` and `medium` count questions at that risk. `question` is the risk of one question in words of the format.
    """

    of: Of
    id: str
    before: float | str | None
    after: float | str | None


@dataclass(frozen=True)
class Move:
    """One single change and all it would change.

    `level`: `subject` is a practice one level up. `evidence`: `subject` is a signal that reads `after`.
    `contradiction`: `subject` is a practice, `after` says who proves right, "people" or "evidence".
    `answer`: `subject` is a question, one answer up. `choice`: `subject` is a question, `after` the choice ticked.
    """

    kind: Kind
    subject: str
    before: float | str | None
    after: float | str | None
    changes: tuple[Change, ...]
    effect: tuple[float, ...]  # what the moves are ordered by, the weightiest first; higher is better


@dataclass(frozen=True)
class Moves:
    """At most LIMIT moves that make something better, and how many single changes were tried for them."""

    best: tuple[Move, ...]
    n_tried: int


def largest(moves: Iterable[Move]) -> Moves:
    """The moves with the largest effect; where two have the same, the one tried first."""
    tried = tuple(moves)
    rounded = [(tuple(round(part, PLACES) for part in move.effect), move) for move in tried]
    better = [pair for pair in rounded if pair[0] > (0.0,) * len(pair[0])]
    better.sort(key=lambda pair: pair[0], reverse=True)  # stable: ties keep their order
    return Moves(tuple(move for _, move in better[:LIMIT]), len(tried))
