"""How the answers to each question lie, and how far the whole survey can be relied on.

Pure: imports no Django and no model row. A question is told only where enough people chose a level; a summary of
the practice says what cannot be told of a question: who did not know, and where roles differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from surveys.domain.agreement import a_wg, average_deviation, bca_interval, icc, krippendorff_alpha, r_wg, t_interval

LEVELS = 5
LOW, HIGH = 1, LEVELS


@dataclass(frozen=True)
class QuestionSpread:
    """Levels 1..5 of one question. Agreement that is undefined for these answers is None."""

    question: str
    n: int
    distribution: tuple[int, ...]  # people at level 1, 2 … 5
    mean: float
    interval: tuple[float, float] | None  # 95 %, Student's t, cut to the scale
    average_deviation: float | None
    r_wg: float | None
    a_wg: float | None


@dataclass(frozen=True)
class SurveySpread:
    """`alpha` over all told questions (ordinal); the others need to know whose answers belong together."""

    questions: tuple[QuestionSpread, ...] = ()
    alpha: float | None = None
    icc: float | None = None  # ICC2k on the questions that every voice answered with a level
    n_complete: int = 0  # such questions
    mean: float | None = None  # of each person's mean level
    interval: tuple[float, float] | None = None  # 95 %, BCa over people


Voice = Mapping[str, int]  # question id -> level


def spread_of(levels: Mapping[str, Sequence[int]], *, minimum: int, voices: Sequence[Voice] = ()) -> SurveySpread:
    """From the levels chosen per question; `voices` are the same levels by person, where that is known.

    The order of the levels never matters. With fewer than `minimum` voices nothing is said about people.
    """
    told = {question: given for question, given in levels.items() if len(given) >= max(1, minimum)}
    people = [{q: level for q, level in voice.items() if q in told} for voice in voices]
    people = [voice for voice in people if voice] if len(voices) >= minimum else []
    complete = [question for question in told if people and all(question in voice for voice in people)]
    means = [fmean(voice.values()) for voice in people]
    return SurveySpread(
        questions=tuple(_question(question, given) for question, given in told.items()),
        alpha=krippendorff_alpha(_columns(told.values()), "ordinal"),
        icc=icc([[voice[question] for voice in people] for question in complete], "ICC2k"),
        n_complete=len(complete),
        mean=fmean(means) if means else None,
        interval=bca_interval(means, fmean),
    )


def _question(question: str, given: Sequence[int]) -> QuestionSpread:
    return QuestionSpread(
        question=question,
        n=len(given),
        distribution=tuple(sum(level == at for level in given) for at in range(1, LEVELS + 1)),
        mean=round(fmean(given), 12),
        interval=t_interval(given, low=LOW, high=HIGH),
        average_deviation=average_deviation(given),
        r_wg=r_wg(given, LEVELS),
        a_wg=a_wg(given, LOW, HIGH),
    )


def _columns(questions: Iterable[Sequence[int]]) -> list[list[int | None]]:
    """A table with one column per question; alpha does not ask whose rating stands in which row."""
    sorted_up = [sorted(given) for given in questions]
    height = max(map(len, sorted_up), default=0)
    return [[given[row] if row < len(given) else None for given in sorted_up] for row in range(height)]
