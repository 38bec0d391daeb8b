"""Where quality is decided: control per stage of the value stream, and its tilt. Formulas: docs/scoring.md."""

from collections.abc import Iterable, Mapping
from math import fsum

from assessment.domain.scoring.types import ControlStage, PracticeScore
from assessment.maturity.schema import MaturityModelFile, Practice

KEYSTONE_TARGET = 4.0
OTHER_TARGET = 3.0
FIRST_DOWNSTREAM = "review"  # the stage from which on a change is checked rather than made

Levels = Mapping[str, float]


def control_profile(model: MaturityModelFile, today: Levels, target: Levels) -> tuple[ControlStage, ...]:
    """C_s per stage, from the practices known today."""
    return tuple(
        ControlStage(
            stage=stage.id,
            name=stage.name,
            today=_control(model, today, [stage.id]),
            target=_control(model, target, [stage.id]),
        )
        for stage in sorted(model.stages, key=lambda stage: stage.order)
    )


def tilt(model: MaturityModelFile, levels: Levels) -> float | None:
    """Mean control before review minus mean control from review on; None where either side is not known."""
    upstream, downstream = control_before_and_after(model, levels)
    return None if upstream is None or downstream is None else upstream - downstream


def control_before_and_after(model: MaturityModelFile, levels: Levels) -> tuple[float | None, float | None]:
    """Mean control before review and from review on, of which the tilt is the difference."""
    border = next((stage.order for stage in model.stages if stage.id == FIRST_DOWNSTREAM), None)
    if border is None:
        return None, None
    upstream = _control(model, levels, [stage.id for stage in model.stages if stage.order < border])
    downstream = _control(model, levels, [stage.id for stage in model.stages if stage.order >= border])
    return upstream, downstream


def levels_today(scores: Iterable[PracticeScore]) -> dict[str, float]:
    return {score.practice: score.planning_score for score in scores if score.planning_score is not None}


def levels_aimed_at(model: MaturityModelFile, today: Levels, targets: Mapping[str, int]) -> dict[str, float]:
    """The target of every practice known today: as chosen, else the usual one, never below where it stands."""
    return {
        practice.id: float(targets[practice.id])
        if practice.id in targets
        else max(today[practice.id], usual_target(practice))
        for practice in model.practices()
        if practice.id in today
    }


def usual_target(practice: Practice) -> float:
    """A good year for most teams: enforced on the keystones, agreed elsewhere."""
    return KEYSTONE_TARGET if practice.keystone else OTHER_TARGET


def _control(model: MaturityModelFile, levels: Levels, stages: Iterable[str]) -> float | None:
    """The mean of (B - 1) / 4 over practices and stages, each with the mass w_p k_ps."""
    wanted = tuple(stages)
    masses = [
        (practice.weight * practice.stages[stage], levels[practice.id])
        for practice in model.practices()
        for stage in wanted
        if practice.id in levels and practice.stages.get(stage)
    ]
    mass = fsum(m for m, _ in masses)
    return fsum(m * (level - 1) / 4 for m, level in masses) / mass if mass else None
