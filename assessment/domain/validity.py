"""How long what is known of a practice stays valid, by the term its maturity model states (`valid_days`).

A result is what was known on its day and never changes. That it grew old is a fact about the day somebody looks, so it
is worked out then, from the dates of the evidence that stands behind the assessment.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessment.domain.scored import card_of, score_card_of
from assessment.domain.scoring import SCORER_VERSION
from assessment.domain.scoring.types import ScoreCard
from assessment.maturity.formats import OURS
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, EvidenceSource, Result


@dataclass(frozen=True)
class Term:
    """One source of one practice and the last day on which what it says is valid."""

    practice: str
    name: str
    source: str  # an EvidenceSource
    valid_days: int
    observed_on: dt.date  # of the oldest reading of this source
    valid_until: dt.date

    def days_over(self, today: dt.date) -> int:
        """0 while it is valid."""
        return max(0, (today - self.valid_until).days)


def has_terms(model: MaturityModelFile) -> bool:
    return any(practice.valid_days for practice in model.practices())


def terms_of(assessment: Assessment) -> tuple[Term, ...]:
    """By the day on which they end. One query, and none where the maturity model states no term."""
    if assessment.maturity_model.rule != OURS:
        return ()
    model = model_of(assessment.maturity_model)
    if not has_terms(model):
        return ()
    rows = assessment.evidence.exclude(practice="").values_list("practice", "source", "observed_at")
    oldest = _oldest((practice, source, at.date()) for practice, source, at in rows)
    found = [
        Term(p.id, p.name, source, p.valid_days, day, day + dt.timedelta(days=p.valid_days))
        for p in model.practices()
        if p.valid_days
        for source, day in oldest.get(p.id, {}).items()
    ]
    return tuple(sorted(found, key=lambda one: (one.valid_until, one.practice, one.source)))


def _oldest(rows: Iterable[tuple[str, str, dt.date]]) -> dict[str, dict[str, dt.date]]:
    """By practice and source the day of the oldest reading; where a workshop agreed, the survey counts no more."""
    found: dict[str, dict[str, dt.date]] = {}
    for practice, source, day in sorted(rows):
        own = found.setdefault(practice, {})
        own[source] = min(day, own.get(source, day))
    for own in found.values():
        if EvidenceSource.WORKSHOP in own:
            own.pop(EvidenceSource.SURVEY, None)
    return found


def days_over(terms: Iterable[Term], today: dt.date) -> dict[str, int]:
    """Of each practice that is stale today, the days since the first of its sources ran out."""
    found: dict[str, int] = {}
    for term in terms:
        if over := term.days_over(today):
            found[term.practice] = max(over, found.get(term.practice, 0))
    return found


def card_today(result: Result, over: Mapping[str, int]) -> ScoreCard:
    """The card as its readings stand today; as it was written where none is stale or it cannot be scored again."""
    if not over or not result.inputs or result.scorer_version != SCORER_VERSION:
        return score_card_of(result)
    return card_of(model_of(result.assessment.maturity_model), result.inputs, over)
