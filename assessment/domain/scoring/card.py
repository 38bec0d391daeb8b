"""The whole score of an assessment from plain data. Pure: imports no Django; same input, same card."""

from collections.abc import Iterable, Mapping, Sequence

from assessment.domain.scoring.caps import Facts
from assessment.domain.scoring.control import control_profile, levels_aimed_at, levels_today, tilt
from assessment.domain.scoring.dimensions import score_dimension, score_overall
from assessment.domain.scoring.half_life import DaysOver, with_age
from assessment.domain.scoring.practice import score_practice
from assessment.domain.scoring.staging import apply_gates
from assessment.domain.scoring.types import (
    CapContestNote,
    NamedCap,
    PracticeScore,
    ScoreCard,
    SignalReading,
    State,
    SurveySummary,
)
from assessment.maturity.schema import MaturityModelFile

SCORER_VERSION = "1"  # raise it whenever the same input may give another card


def score(
    model: MaturityModelFile,
    *,
    summaries: Iterable[SurveySummary],
    readings: Iterable[SignalReading],
    facts: Mapping[str, float] | None = None,
    contested_caps: Sequence[CapContestNote] = (),
    extra_caps: Sequence[NamedCap] = (),
    targets: Mapping[str, int] | None = None,
    days_over: DaysOver | None = None,
) -> ScoreCard:
    """The score card with its reasons. The order of the input never matters.

    `targets` maps practices to the level aimed at; without one a keystone aims at 4 and any other practice at 3.
    `days_over` counts for practices whose model states a term (`valid_days`) and for no other.
    """
    numbers = dict(sorted((facts or {}).items()))
    known = Facts(one_per_signal(readings), numbers, contested_caps, extra_caps)
    placed = _practices(model, {s.practice: s for s in summaries}, known)
    practices = apply_gates(model, _aged(model, placed, days_over or {}))
    scores = {practice.practice: practice for practice in practices}
    dimensions = tuple(score_dimension(dimension, scores) for dimension in model.dimensions)
    today = levels_today(practices)
    aims = levels_aimed_at(model, today, targets or {})
    return ScoreCard(
        model=f"{model.meta.id} {model.meta.version}",
        scorer_version=SCORER_VERSION,
        practices=practices,
        dimensions=dimensions,
        overall=score_overall(model, dimensions, scores),
        control_profile=control_profile(model, today, aims),
        tilt=tilt(model, today),
        target_tilt=tilt(model, aims),
        blind_spots=tuple(p.practice for p in practices if p.state is State.NOT_KNOWN),
        contested_caps=tuple(sorted(contested_caps, key=lambda note: (note.practice, note.cap))),
        facts=numbers,
    )


def _practices(
    model: MaturityModelFile, summaries: Mapping[str, SurveySummary], facts: Facts
) -> tuple[PracticeScore, ...]:
    return tuple(
        score_practice(model, dimension, practice, summaries.get(practice.id), facts)
        for dimension in model.dimensions
        for practice in dimension.practices
    )


def _aged(
    model: MaturityModelFile, scores: tuple[PracticeScore, ...], days_over: DaysOver
) -> tuple[PracticeScore, ...]:
    terms = {practice.id: practice.valid_days for practice in model.practices()}
    return tuple(
        with_age(score, days_over=over, valid_days=term, parameters=model.scoring)
        if (over := days_over.get(score.practice, 0)) > 0 and (term := terms[score.practice])
        else score
        for score in scores
    )


def one_per_signal(readings: Iterable[SignalReading]) -> dict[str, SignalReading]:
    """The reading on most observations per signal, then the latest; evidence rows repeat it per practice."""
    return {r.signal: r for r in sorted(readings, key=lambda r: (r.n, r.observed_on, repr(r)))}
