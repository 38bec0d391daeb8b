"""How much the order of the dimensions depends on the weights: the same 500 random weightings every time."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from random import Random

from assessment.domain.scoring.types import PracticeScore
from assessment.maturity.schema import MaturityModelFile

DRAWS = 500
SEED = 20261120
LOWEST_WEIGHT = 0.5  # drawn evenly from 0.5 to 1.5

Scores = Sequence[tuple[float, ...]]


def share_of_order_changes(
    model: MaturityModelFile, scores: Mapping[str, PracticeScore], dimensions: Collection[str]
) -> float | None:
    """The share of draws in which the dimensions rank otherwise than under the model's weights; None below two."""
    chosen = [dimension for dimension in model.dimensions if dimension.id in dimensions]
    if len(chosen) < 2:
        return None
    known = [[p for p in d.practices if scores[p.id].planning_score is not None] for d in chosen]
    values = [tuple(scores[p.id].planning_score or 0.0 for p in practices) for practices in known]
    usual = _ranking(values, [p.weight for practices in known for p in practices])
    draws = _random_weights(sum(map(len, values)))
    return sum(_ranking(values, weights) != usual for weights in draws) / DRAWS


def _ranking(values: Scores, weights: Sequence[float]) -> list[int]:
    """Dimensions from highest to lowest; equal scores keep the order of the model."""
    means, start = [], 0
    for scores in values:
        part = weights[start : start + len(scores)]
        means.append(round(sum(map(_times, part, scores)) / sum(part), 9))
        start += len(scores)
    return sorted(range(len(means)), key=lambda index: -means[index])


def _times(weight: float, score: float) -> float:
    return weight * score


@cache
def _random_weights(count: int) -> tuple[tuple[float, ...], ...]:
    draw = Random(SEED)  # noqa: S311 - a repeatable experiment, not a secret
    return tuple(tuple(LOWEST_WEIGHT + draw.random() for _ in range(count)) for _ in range(DRAWS))
