"""When a group agrees: the rule that is fixed before the first vote, and what it says of a round.

Pure: imports no Django and no model row. Votes are levels 1..5; None is “I don’t know” and leaves share and deviation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from core.language import gettext, number
from surveys.domain.agreement import average_deviation

EPSILON = 1e-9


@dataclass(frozen=True)
class ConsensusRule:
    """At least `share` of the levels within `within` of the median, and an average deviation under `deviation`."""

    share: float = 0.75
    within: int = 1
    deviation: float = 0.83

    def in_words(self) -> str:
        text = gettext(
            "At least {share} % of levels within {within} of the median, and an average deviation under {deviation}."
        )
        share, deviation = number(f"{100 * self.share:.0f}"), number(f"{self.deviation:.2f}")
        return text.format(share=share, within=self.within, deviation=deviation)

    def of_choices(self) -> str:
        """The same for questions of others, whose choices are no scale: only the share is left."""
        text = gettext(
            "At least {share} % give the same answer; where several choices may be ticked, as many agree on each."
        )
        return text.format(share=number(f"{100 * self.share:.0f}"))


@dataclass(frozen=True)
class Agreement:
    """How a round meets the rule; without a single level nothing can pass."""

    passes: bool
    n: int  # levels
    n_dont_know: int
    share_within: float | None
    deviation: float | None


def judge(rule: ConsensusRule, votes: Sequence[int | None]) -> Agreement:
    levels = [vote for vote in votes if vote is not None]
    silent = len(votes) - len(levels)
    if not levels:
        return Agreement(False, 0, silent, None, None)
    middle, spread = median(levels), average_deviation(levels) or 0.0
    share = sum(abs(level - middle) <= rule.within + EPSILON for level in levels) / len(levels)
    passes = share >= rule.share - EPSILON and spread < rule.deviation
    return Agreement(passes, len(levels), silent, share, spread)


def judge_choices(rule: ConsensusRule, counts: Sequence[int], *, n: int, silent: int, several: bool) -> Agreement:
    """How a question of others meets the rule. `counts` says how many of `n` took each choice.

    One choice: the share of the most frequent. Several: of each choice the larger side, taken or not; the smallest of
    these.
    """
    share = min(max(taken, n - taken) for taken in counts) / n if several else max(counts) / n
    return Agreement(share >= rule.share - EPSILON, n, silent, share, None)
