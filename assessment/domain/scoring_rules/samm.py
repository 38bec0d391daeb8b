"""Scoring as OWASP SAMM means it, after its page on relative scoring.

An activity counts 0, 0.25, 0.5 or 1; a stream is the sum of its activities (0 to 3), a practice the mean of its
streams, a function the mean of its practices, the whole the mean of its functions. What is not answered counts 0, and
how much was answered stands beside. What does not apply counts 0 with the target 0: the ceiling falls, and no target
lies above it.
"""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from assessment.domain.scoring_rules.given import NOT_APPLICABLE, Given
from assessment.maturity.foreign.types import ForeignModel, Practice, Question


def score(model: ForeignModel, given: Given) -> dict[str, Any]:
    """`practices`, `functions` and `overall`, each with `value` and `ceiling`; with targets also how near they are."""
    return card_of(model, rows_of(model, given), given)


def rows_of(model: ForeignModel, given: Given) -> dict[str, dict[str, Any]]:
    return {one.id: practice_row(one, given) for one in model.practices()}


def card_of(model: ForeignModel, practices: dict[str, dict[str, Any]], given: Given) -> dict[str, Any]:
    """The card of practices that are scored already."""
    functions = {
        one.id: {"name": one.name} | _mean([practices[practice.id] for practice in one.practices])
        for one in model.dimensions
    }
    card: dict[str, Any] = {"practices": practices, "functions": functions, "overall": _mean(list(functions.values()))}
    if given.targets:
        card["overall"]["percent_to_target"] = _percent_to_target(practices)
    return card


def practice_row(practice: Practice, given: Given) -> dict[str, Any]:
    streams: dict[str, list[Question]] = {}
    for question in practice.questions:
        streams.setdefault(question.stream, []).append(question)
    row: dict[str, Any] = {
        "value": fmean(sum(_value(one, given) for one in stream) for stream in streams.values()),
        "ceiling": fmean(sum(_most(one, given) for one in stream) for stream in streams.values()),
        "streams": {letter: sum(_value(one, given) for one in stream) for letter, stream in streams.items()},
        "answered": sum(question.id in given.answers for question in practice.questions),
        "questions": len(practice.questions),
    }
    if practice.id in given.targets:
        row["target"] = min(given.targets[practice.id], row["ceiling"])
        row["percent_to_target"] = _percent_to_target({practice.id: row})
        row["progress_to_date"] = _progress(row["value"], row["target"], given.baseline.get(practice.id))
    return row


def _value(question: Question, given: Given) -> float:
    said = given.answers.get(question.id)
    return said if isinstance(said, float) else 0.0


def _most(question: Question, given: Given) -> float:
    if given.answers.get(question.id) == NOT_APPLICABLE:
        return 0.0
    return max((choice.value or 0.0 for choice in question.choices), default=0.0)


def _mean(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {key: fmean(row[key] for row in rows) if rows else None for key in ("value", "ceiling")}


def _percent_to_target(practices: dict[str, dict[str, Any]]) -> float | None:
    """1 - sum(max(0, target - current)) / sum(target), over practices with a target; None where all targets are 0."""
    aimed = [row for row in practices.values() if "target" in row]
    total = sum(row["target"] for row in aimed)
    return 1 - sum(max(0.0, row["target"] - row["value"]) for row in aimed) / total if total else None


def _progress(value: float, target: float, baseline: float | None) -> float | None:
    """(current - baseline) / (target - baseline); None without a baseline and where it was the target already."""
    if baseline is None or target == baseline:
        return None
    return (value - baseline) / (target - baseline)
