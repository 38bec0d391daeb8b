"""Scoring: pure functions from summaries and readings to a score card with its reasons. No Django anywhere below."""

from assessment.domain.scoring.card import SCORER_VERSION, score
from assessment.domain.scoring.change import Change, change_between

__all__ = ["SCORER_VERSION", "Change", "change_between", "score"]
