"""What time does to a reading: past its term a practice is known less and less well. Formulas: docs/scoring.md."""

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt

from assessment.domain.scoring.self_report import clip_to_ladder, z_of
from assessment.domain.scoring.types import PracticeScore, Reason
from assessment.domain.scoring.words import count_word, sentence
from assessment.maturity.schema import ScoringParameters
from core.language import ngettext

DRIFT_SD = 0.5  # levels a practice may have moved unseen in one term past its day: as much as a self-report may err
MOST_TERMS = 4.0  # from here on nothing is added: one level either way is all that is claimed not to be known
STALE = "stale"

DaysOver = Mapping[str, int]  # practice -> days its oldest reading is past its term; absent while all are valid


def drift_variance(days_over: int, valid_days: int) -> float:
    """A random walk that begins on the day the term ends: variance grows evenly with time, up to its most."""
    return DRIFT_SD**2 * min(MOST_TERMS, max(0, days_over) / valid_days)


def with_age(score: PracticeScore, *, days_over: int, valid_days: int, parameters: ScoringParameters) -> PracticeScore:
    """The same score with a wider range; the planning score and the staged level stay what they are."""
    extra = drift_variance(days_over, valid_days)
    if score.range is None or score.standard_error is None or score.planning_score is None or not extra:
        return score
    low, high = score.range
    error = sqrt(score.standard_error**2 + extra)
    reach, further = z_of(parameters) * error, z_of(parameters) * sqrt(extra)
    if score.state == "contradiction":  # its range runs from one reading to the other
        wide = clip_to_ladder(low - further, high + further)
    else:
        wide = clip_to_ladder(min(low, score.planning_score - reach), max(high, score.planning_score + reach))
    reason = Reason(STALE, _text(days_over, valid_days), score.practice)
    return replace(score, range=wide, standard_error=error, reasons=(*score.reasons, reason))


def _text(days_over: int, valid_days: int) -> str:
    told = ngettext(
        "{n} day past its term of {term} days: the range is widened, because nobody has looked since.",
        "{n} days past its term of {term} days: the range is widened, because nobody has looked since.",
        days_over,
    )
    return sentence(told.format(n=count_word(days_over), term=valid_days))
