"""How many people are asked about each practice."""

from collections import Counter
from collections.abc import Iterable

from assessment.maturity.schema import MaturityModelFile
from surveys.domain.sections import sections_for
from surveys.models import Participant


def invited(model: MaturityModelFile, seats: Iterable[Participant]) -> dict[str, int]:
    """How many seats are asked at least one question of each practice."""
    counts: Counter[str] = Counter({practice.id: 0 for practice in model.practices()})
    for seat in seats:
        for section in sections_for(model, roles=seat.roles, left_out=seat.left_out):
            counts.update(asked.practice.id for asked in section.practices)
    return dict(counts)
