"""Scoring of activities that each belong to a level (the DevSecOps Maturity Model).

A practice has reached the highest level up to which every activity that applies is fully implemented; its value is
the sum over the levels of the share implemented, so that a half-done level shows. A level without an activity is
passed over. A dimension and the whole are means of values and the lowest level. What is not answered counts as not
implemented.
"""

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

from assessment.domain.scoring_rules.given import NOT_APPLICABLE, Given
from assessment.maturity.foreign.types import ForeignModel, Practice


def score(model: ForeignModel, given: Given) -> dict[str, Any]:
    """`practices`, `dimensions` and `overall` with `value`, `level` and `share`; `by_level` says how much of each."""
    return card_of(model, rows_of(model, given))


def rows_of(model: ForeignModel, given: Given) -> dict[str, dict[str, Any]]:
    return {one.id: practice_row(one, given) for one in model.practices()}


def card_of(model: ForeignModel, practices: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The card of practices that are scored already."""
    dimensions = {
        one.id: {"name": one.name} | _over(practices[p.id] for p in one.practices) for one in model.dimensions
    }
    return {"practices": practices, "dimensions": dimensions, "overall": _over(practices.values())}


def practice_row(practice: Practice, given: Given) -> dict[str, Any]:
    by_level: dict[int, list[float]] = {}
    for question in practice.questions:
        said = given.answers.get(question.id)
        if said != NOT_APPLICABLE:
            by_level.setdefault(question.level or 1, []).append(said if isinstance(said, float) else 0.0)
    shares = {level: fmean(done) for level, done in sorted(by_level.items())}
    everything = [one for done in by_level.values() for one in done]
    return {
        "value": sum(shares.values()) if shares else None,
        "level": _reached(shares),
        "share": fmean(everything) if everything else None,
        "by_level": {
            str(level): {"share": share, "activities": len(by_level[level])} for level, share in shares.items()
        },
        "answered": sum(question.id in given.answers for question in practice.questions),
        "questions": len(practice.questions),
    }


def _reached(shares: dict[int, float]) -> int | None:
    """None where nothing applies; 0 where the lowest level is not complete."""
    reached: int | None = None if not shares else 0
    for level, share in shares.items():
        if share < 1:
            break
        reached = level
    return reached


def _over(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    applying: Sequence[dict[str, Any]] = [row for row in rows if row["value"] is not None]
    if not applying:
        return {"value": None, "level": None, "share": None}
    return {
        "value": fmean(row["value"] for row in applying),
        "level": min(row["level"] for row in applying),
        "share": fmean(row["share"] for row in applying),
    }
