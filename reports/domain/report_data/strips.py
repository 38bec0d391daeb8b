"""The dimensions as strips, each with what holds it back."""

from assessment.domain.scoring.types import DimensionScore, State
from core.figures import percent_text, range_text
from core.language import gettext, number
from reports.charts.strip import strip
from reports.domain.report_data.facts import limit_of
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import DimensionStrip
from reports.domain.report_data.words import as_sentence, count_text, score_text


def dimension_strips(gathered: Gathered) -> tuple[DimensionStrip, ...]:
    return tuple(dimension_strip(gathered, dimension) for dimension in gathered.card.dimensions)


def dimension_strip(gathered: Gathered, dimension: DimensionScore) -> DimensionStrip:
    level = gathered.level_name(dimension.staged_level)
    score = score_text(dimension.score)
    low_high = range_text(dimension.range)
    spoken = _spoken(dimension.name, score, low_high, level)
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
        known=gettext("{percent} of the weight known").format(percent=percent_text(dimension.known_weight)),
        chart=strip(
            score=dimension.score,
            low_high=dimension.range,
            staged=dimension.staged_level,
            disputed=False,
            message=spoken,
        ),
    )


def _spoken(name: str, score: str, low_high: str, level: str) -> str:
    if low_high:
        text = gettext("{name}: {score}, range {range}, staged level {level}.")
        return text.format(name=name, score=score, range=low_high, level=level)
    return gettext("{name}: {score}, staged level {level}.").format(name=name, score=score, level=level)


def held_back_sentence(gathered: Gathered, dimension: DimensionScore) -> str:
    """Spec quality averages 2.6 but is staged at Visible because Merge gate is at Improvised: what limits it."""
    if dimension.score is None:
        if not dimension.known_weight:
            return gettext("Nothing of it is known yet.")
        return gettext("Only {percent} of its weight is known, too little for a reading.").format(
            percent=percent_text(dimension.known_weight)
        )
    level = gathered.level_name(dimension.staged_level)
    if dimension.staged_level is None:
        return gettext("Averages {score} but is not staged, because {told}").format(
            score=number(f"{dimension.score:.1f}"), told=_told(dimension)
        )
    practice = gathered.scores.get(_holder(dimension))
    if practice is None:
        return (
            gettext("Averages {score} and is staged at {level}. {told}")
            .format(score=number(f"{dimension.score:.1f}"), level=level, told=_told(dimension))
            .strip()
        )
    limit = limit_of(gathered.model, practice)
    others = len({reason.practice for reason in dimension.held_back_by if reason.practice}) - 1
    if int(dimension.score) > (dimension.staged_level or 0):
        text = gettext("Averages {score} but is staged at {level} because {practice} is at {held}: {limit}")
    else:
        text = gettext("Averages {score} and is staged at {level} because {practice} is at {held}: {limit}")
    said = text.format(
        score=number(f"{dimension.score:.1f}"),
        level=level,
        practice=practice.name,
        held=gathered.level_name(practice.staged_level),
        limit=limit,
    )
    if others < 2:
        return said
    return f"{said} {gettext('So do {practices}.').format(practices=count_text(others, 'other practice'))}"


def _holder(dimension: DimensionScore) -> str:
    return next((reason.practice for reason in dimension.held_back_by if reason.practice), "")


def _told(dimension: DimensionScore) -> str:
    """The scorer's own first reason, where no single practice is to blame."""
    return as_sentence(dimension.held_back_by[0].text) if dimension.held_back_by else gettext("Nothing holds it back.")
