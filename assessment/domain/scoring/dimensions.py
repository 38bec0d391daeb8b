"""Dimensions and the overall picture. Formulas: docs/scoring.md, "Dimension" and "Overall"."""

from collections.abc import Iterator, Mapping, Sequence
from math import fsum

from assessment.domain.scoring.sensitivity import share_of_order_changes
from assessment.domain.scoring.types import DimensionScore, Overall, PracticeScore, Reason
from assessment.domain.scoring.words import EPSILON, one_place, percent
from assessment.maturity.schema import Dimension, MaturityModelFile, Practice
from core.language import gettext, list_text, ngettext

KNOWN_WEIGHT_MIN = 0.6  # share of a dimension's weight that must be known for it to have a score
HELD_WEIGHT = 0.8  # share of the known weight that must stand at a staged level
ROBUST_UP_TO = 0.2  # share of random weightings that may reorder the dimensions

Known = Sequence[tuple[Practice, PracticeScore, int]]


def score_dimension(dimension: Dimension, scores: Mapping[str, PracticeScore]) -> DimensionScore:
    pairs = [(practice, scores[practice.id]) for practice in dimension.practices]
    known: Known = [(p, s, s.staged_level) for p, s in pairs if s.staged_level is not None]
    weight = fsum(p.weight for p, _, _ in known)
    share = weight / fsum(p.weight for p in dimension.practices) if dimension.practices else 0.0
    is_known = share >= KNOWN_WEIGHT_MIN - EPSILON
    staged, reasons = _staged(dimension, scores, known) if is_known else (None, _unknown(dimension, scores))
    return DimensionScore(
        dimension=dimension.id,
        name=dimension.name,
        counts_in_index=dimension.counts_in_index,
        score=fsum(p.weight * (s.planning_score or 0.0) for p, s, _ in known) / weight if is_known else None,
        range=_range(known, weight) if is_known else None,
        staged_level=staged,
        known_weight=share,
        held_back_by=reasons,
    )


def _range(known: Known, weight: float) -> tuple[float, float]:
    """The weighted mean of both ends: the same people answer every practice, so their errors do not cancel out."""
    ends = [(p.weight, s.range) for p, s, _ in known if s.range is not None]
    return fsum(w * ends_[0] for w, ends_ in ends) / weight, fsum(w * ends_[1] for w, ends_ in ends) / weight


def _staged(
    dimension: Dimension, scores: Mapping[str, PracticeScore], known: Known
) -> tuple[int | None, tuple[Reason, ...]]:
    """The highest level at which nothing holds the dimension back, and what holds it back from the next."""
    unknown = [p for p in dimension.practices if p.keystone and scores[p.id].staged_level is None]
    if unknown:
        return None, tuple(
            _reason("not_known", scores[p.id], gettext("{practice} is a keystone and not known: {why}"))
            for p in unknown
        )
    for level in range(1, 6):
        if reasons := tuple(_obstacles(known, level)):
            return level - 1, reasons
    return 5, ()


def _obstacles(known: Known, level: int) -> Iterator[Reason]:
    """What keeps a dimension from being staged at a level; nothing does at level 1."""
    others = []
    for practice, score, staged in known:
        if practice.keystone and staged < level:
            yield _reason("keystone", score, gettext("{practice} is a keystone at {at}: {why}"))
        elif staged < level - 1:
            text = gettext("{practice} is at {at}, two levels below {level}: {why}")
            yield _reason("floor_rule", score, text, level=level)
        elif staged < level:
            others.append(f"{score.practice} {score.name}")
    held = fsum(p.weight for p, _, staged in known if staged >= level) / fsum(p.weight for p, _, _ in known)
    if others and held < HELD_WEIGHT - EPSILON:
        text = ngettext(
            "{share}% of the weight reaches level {level}, {needed}% must; {practices} is below.",
            "{share}% of the weight reaches level {level}, {needed}% must; {practices} are below.",
            len(others),
        ).format(share=percent(held), level=level, needed=percent(HELD_WEIGHT), practices=list_text(others))
        yield Reason("weight_rule", text, level=level - 1)


def _reason(kind: str, score: PracticeScore, text: str, *, level: int | None = None) -> Reason:
    said = text.format(practice=f"{score.practice} {score.name}", at=score.staged_level, level=level, why=_why(score))
    return Reason(kind, said, score.practice, level=score.staged_level)


def _why(score: PracticeScore) -> str:
    if score.held_back_by:
        return score.held_back_by[0].text
    wanted = "state" if score.planning_score is None else "planning"
    return next((reason.text for reason in score.reasons if reason.kind == wanted), "")


def _unknown(dimension: Dimension, scores: Mapping[str, PracticeScore]) -> tuple[Reason, ...]:
    missing = [scores[p.id] for p in dimension.practices if scores[p.id].staged_level is None]
    return tuple(_reason("not_known", score, gettext("{practice} is not known: {why}")) for score in missing)


def score_overall(
    model: MaturityModelFile, dimensions: Sequence[DimensionScore], scores: Mapping[str, PracticeScore]
) -> Overall:
    """One number if one is demanded; beside it what it hides. None where a dimension that counts is not known."""
    counted = _counted(model, dimensions)
    known = [(w, d.score) for w, d in counted if d.score is not None]
    is_whole = bool(counted) and len(known) == len(counted)
    mass = fsum(w for w, _ in known)
    lowest = min(
        (d for _, d in counted if d.staged_level is not None),
        key=lambda d: (d.staged_level, d.score),
        default=None,
    )
    changes = share_of_order_changes(model, scores, {d.dimension for _, d in counted if d.score is not None})
    return Overall(
        score=harmonic_mean(model, dimensions) if is_whole else None,
        arithmetic=fsum(w * score for w, score in known) / mass if is_whole else None,
        lowest_staged=lowest.staged_level if lowest else None,
        lowest_dimension=lowest.dimension if lowest else "",
        balance_gap=max(s for _, s in known) - min(s for _, s in known) if len(known) > 1 else None,
        order_changes=changes,
        order_is_robust=None if changes is None else changes <= ROBUST_UP_TO + EPSILON,
    )


def harmonic_mean(model: MaturityModelFile, dimensions: Sequence[DimensionScore]) -> float | None:
    """The overall number over the dimensions that count and are known; None where none is."""
    known = [(w, d.score) for w, d in _counted(model, dimensions) if d.score is not None]
    return fsum(w for w, _ in known) / fsum(w / score for w, score in known) if known else None


def _counted(model: MaturityModelFile, dimensions: Sequence[DimensionScore]) -> list[tuple[float, DimensionScore]]:
    weights = {dimension.id: dimension.weight for dimension in model.dimensions}
    return [(weights[d.dimension], d) for d in dimensions if d.counts_in_index and weights[d.dimension]]


def summary_line(dimension: DimensionScore) -> str:
    """ "Spec quality averages 2.9 but is staged at 2 because SP3 …", or the plain level where nothing holds it."""
    if dimension.score is None:
        return f"{dimension.name} is not known: {dimension.known_weight:.0%} of its weight could be placed."
    because = f" because {dimension.held_back_by[0].text}" if dimension.held_back_by else "."
    staged = "not staged" if dimension.staged_level is None else f"staged at {dimension.staged_level}"
    return f"{dimension.name} averages {one_place(dimension.score)} but is {staged}{because}"
