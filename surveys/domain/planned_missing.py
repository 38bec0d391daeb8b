"""Planned missingness: with many engineers each answers only half of the questions that are not about the mechanism.

Two halves complement each other and are dealt out evenly, so every question keeps the voices of half the engineers.
The split depends on the assessment alone; who gets which half depends on the order of the seats.
"""

import hashlib
from collections.abc import Collection

from assessment.maturity.schema import MaturityModelFile
from surveys.domain.sections import is_asked

ENGINEER = "engineer"
ENGINEERS_NEEDED = 6


def engineers_needed(minimum: int) -> int:
    """How many engineers it takes before each answers only half: each half must stay a group."""
    return max(ENGINEERS_NEEDED, 2 * minimum)


def halves(model: MaturityModelFile, *, seed: str) -> tuple[frozenset[str], frozenset[str]]:
    """The two sets of questions that are left out, one for each half of the engineers."""
    others = [q.id for q in model.questions() if q.facet != "mechanism" and is_asked(q, [ENGINEER])]
    mixed = sorted(others, key=lambda question: hashlib.sha256(f"{seed}/{question}".encode()).digest())
    return frozenset(mixed[::2]), frozenset(mixed[1::2])


def left_out_for(
    model: MaturityModelFile, *, roles: Collection[str], half: frozenset[str], answered: Collection[str] = ()
) -> list[str]:
    """What of the half this seat skips: never a question another of its roles is asked, nor one already answered."""
    other_roles = [role for role in roles if role != ENGINEER]
    questions = (q for q in model.questions() if q.id in half)
    return [q.id for q in questions if not is_asked(q, other_roles) and q.id not in answered]
