"""Findings per dimension: two strengths, two gaps, three facts."""

from collections.abc import Sequence

from assessment.domain.scoring.types import DimensionScore, PracticeScore
from core.language import gettext, ngettext, number
from reports.domain.report_data.facts import allowed_by, fact_of, telling_bands
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.strips import dimension_strip
from reports.domain.report_data.types import DimensionFindings, Point
from reports.domain.report_data.voices import voice_row
from reports.domain.report_data.words import as_sentence, count_word, score_text

N_POINTS, N_FACTS = 2, 3
STANDS_OUT = 3  # from this level on a practice is a strength even beside an equal


def dimension_findings(gathered: Gathered) -> tuple[DimensionFindings, ...]:
    return tuple(_findings(gathered, dimension) for dimension in gathered.card.dimensions)


def _findings(gathered: Gathered, dimension: DimensionScore) -> DimensionFindings:
    scores = [score for score in gathered.card.practices if score.dimension == dimension.dimension]
    strip = dimension_strip(gathered, dimension)
    strengths, gaps = _strongest_and_weakest(scores)
    facts = _facts(gathered, [*gaps, *scores])
    asks = next((part.asks for part in gathered.model.dimensions if part.id == dimension.dimension), "")
    return DimensionFindings(
        id=dimension.dimension,
        name=dimension.name,
        asks=asks,
        title=_title(gathered, dimension),
        held_back=strip.held_back,
        strip=strip,
        strengths=tuple(_point(gathered, score, next_step=False) for score in strengths),
        gaps=tuple(_point(gathered, score, next_step=True) for score in gaps),
        facts=facts,
        facts_missing=_facts_missing(len(facts)),
        rows=tuple(voice_row(gathered, score) for score in scores),
    )


def _title(gathered: Gathered, dimension: DimensionScore) -> str:
    if dimension.score is None:
        return gettext("{name} is not known yet.").format(name=dimension.name)
    if dimension.staged_level is None:
        return gettext("{name} averages {score} and is not staged.").format(
            name=dimension.name, score=number(f"{dimension.score:.1f}")
        )
    return gettext("{name} averages {score} and is staged {level}.").format(
        name=dimension.name, score=number(f"{dimension.score:.1f}"), level=gathered.level_name(dimension.staged_level)
    )


def _strongest_and_weakest(scores: Sequence[PracticeScore]) -> tuple[list[PracticeScore], list[PracticeScore]]:
    """The best and the worst known practices; none is both."""
    known = sorted(
        (score for score in scores if score.planning_score is not None),
        key=lambda score: (-(score.planning_score or 0.0), score.practice),
    )
    n_gaps = min(N_POINTS, (len(known) + 1) // 2)
    n_strengths = min(N_POINTS, len(known) - n_gaps)
    gaps = {score.practice for score in known[len(known) - n_gaps :]}
    weakest = max((score.staged_level or 1 for score in known if score.practice in gaps), default=0)
    strengths = [score for score in known[:n_strengths] if (score.staged_level or 1) >= min(weakest + 1, STANDS_OUT)]
    return strengths, list(reversed(known[len(known) - n_gaps :]))


def _point(gathered: Gathered, score: PracticeScore, *, next_step: bool) -> Point:
    levels = gathered.practices[score.practice].levels
    staged = score.staged_level or 1
    text = levels.get(staged, "")
    if next_step and staged + 1 in levels:
        text = gettext("{today} Next: {next}").format(today=text, next=levels[staged + 1])
    return Point(
        practice=score.practice,
        name=score.name,
        score=score_text(score.planning_score),
        level=gathered.level_name(score.staged_level),
        text=text,
    )


def _facts(gathered: Gathered, scores: Sequence[PracticeScore]) -> tuple[str, ...]:
    """The most telling facts, those of the gaps first, no signal twice."""
    found: dict[str, str] = {}
    for score in scores:
        for band in telling_bands(score):
            found.setdefault(
                band.signal,
                as_sentence(
                    gettext("{fact}, {allowed_by} for {name}").format(
                        fact=fact_of(gathered.model, band), allowed_by=allowed_by(band), name=score.name
                    )
                ),
            )
    return tuple(found.values())[:N_FACTS]


def _facts_missing(n: int) -> str:
    if n >= N_FACTS:
        return ""
    if not n:
        return gettext("No repository signal reads on this dimension yet; it rests on what people say.")
    text = ngettext(
        "Only {n} repository signal could be read for this dimension.",
        "Only {n} repository signals could be read for this dimension.",
        n,
    )
    return text.format(n=count_word(n))
