"""The dimensions as strips, each with what holds it back."""

from assessment.domain.scoring.types import DimensionScore, State
from reports.charts.strip import strip
from reports.domain.report_data.facts import limit_of
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import DimensionStrip
from reports.domain.report_data.words import as_sentence, count_text, percent_text, range_text, score_text


def dimension_strips(gathered: Gathered) -> tuple[DimensionStrip, ...]:
    return tuple(dimension_strip(gathered, dimension) for dimension in gathered.card.dimensions)


def dimension_strip(gathered: Gathered, dimension: DimensionScore) -> DimensionStrip:
    level = gathered.level_name(dimension.staged_level)
    score = score_text(dimension.score)
    low_high = range_text(dimension.range)
    spoken = f"{dimension.name}: {score}" + (f", range {low_high}" if low_high else "") + f", staged level {level}."
    return DimensionStrip(
        id=dimension.dimension,
        name=dimension.name,
        score=score,
        range=low_high,
        level=level,
        held_back=held_back_sentence(gathered, dimension),
        held_back_by=_holder(dimension),
        disputed=any(
            practice.state == State.CONTRADICTION and practice.dimension == dimension.dimension
            for practice in gathered.card.practices
        ),
        in_index=dimension.counts_in_index,
        known=f"{percent_text(dimension.known_weight)} of the weight known",
        chart=strip(
            score=dimension.score,
            low_high=dimension.range,
            staged=dimension.staged_level,
            disputed=False,
            message=spoken,
        ),
    )


def held_back_sentence(gathered: Gathered, dimension: DimensionScore) -> str:
    """Spec quality averages 2.6 but is staged at Visible because Merge gate is at Improvised: what limits it."""
    if dimension.score is None:
        if not dimension.known_weight:
            return "Nothing of it is known yet."
        return f"Only {percent_text(dimension.known_weight)} of its weight is known, too little for a reading."
    level = gathered.level_name(dimension.staged_level)
    if dimension.staged_level is None:
        return f"Averages {dimension.score:.1f} but is not staged, because {_told(dimension)}"
    practice = gathered.scores.get(_holder(dimension))
    if practice is None:
        return f"Averages {dimension.score:.1f} and is staged at {level}. {_told(dimension)}".strip()
    limit = limit_of(gathered.model, practice)
    others = len({reason.practice for reason in dimension.held_back_by if reason.practice}) - 1
    more = f" So do {count_text(others, 'other practice')}." if others > 1 else ""
    join = "but" if int(dimension.score) > (dimension.staged_level or 0) else "and"
    return (
        f"Averages {dimension.score:.1f} {join} is staged at {level} because {practice.name} is at "
        f"{gathered.level_name(practice.staged_level)}: {limit}{more}"
    )


def _holder(dimension: DimensionScore) -> str:
    return next((reason.practice for reason in dimension.held_back_by if reason.practice), "")


def _told(dimension: DimensionScore) -> str:
    """The scorer's own first reason, where no single practice is to blame."""
    return as_sentence(dimension.held_back_by[0].text) if dimension.held_back_by else "Nothing holds it back."
