"""What an action is worth: V and priority. Formula: docs/scoring.md, "Roadmap order"."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from assessment.domain.roadmap.standing import Ground, Progress, covers
from assessment.domain.scoring.types import PracticeScore, State
from assessment.maturity.schema import Action, Practice

CONFIDENCE = {State.ALIGNED: 1.0, State.SELF_REPORT_ONLY: 0.7, State.TENSION: 0.5, State.CONTRADICTION: 0.5}
UNLOCK_VALUE = 0.15
CAP_VALUE = 0.2
EFFORT_EXPONENT = 0.7
RELIEF_AT_CONSTRAINT = 1.0
RELIEF_ELSEWHERE = 0.5  # while flow is not measured: relief at the constraint counts twice that anywhere else


@dataclass(frozen=True)
class Worth:
    value: float
    priority: float
    effort_days: float
    unlocks: tuple[str, ...]
    clears_cap: bool


def constraint_of(ground: Ground) -> PracticeScore | None:
    """The lowest keystone by planning score, the heavier one of two; it stands in while flow is not measured.

    A keystone that no action can raise any further only counts when none can be raised.
    """
    known = [
        (not _can_rise(ground, name), score.planning_score, -ground.practices[name].weight, order, score)
        for order, (name, score) in enumerate(ground.scores.items())
        if score.planning_score is not None and ground.practices[name].keystone
    ]
    return min(known)[4] if known else None


def constraint_at(ground: Ground, stage: str) -> PracticeScore | None:
    """The lowest practice that decides about this stage; one that no action can raise counts only when none can be."""
    known = [
        (not _can_rise(ground, name), score.planning_score, -ground.practices[name].weight, order, score)
        for order, name in enumerate(at_stage(ground, stage))
        if (score := ground.scores[name]).planning_score is not None
    ]
    return min(known)[4] if known else None


def at_stage(ground: Ground, stage: str) -> list[str]:
    """The practices that act on this stage more than on any other, in the order of the model."""
    return [
        name
        for name, practice in ground.practices.items()
        if practice.stages.get(stage, 0.0) == max(practice.stages.values(), default=1.0)
    ]


def _can_rise(ground: Ground, practice: str) -> bool:
    today = ground.today.get(practice)
    return today is not None and any(covers(action, today) for action in ground.practices[practice].actions)


def stage_relief(ground: Ground, constraint: PracticeScore | None) -> dict[str, float]:
    """r_s per stage of the value stream."""
    near = ground.practices[constraint.practice].stages if constraint else {}
    return {stage.id: RELIEF_AT_CONSTRAINT if near.get(stage.id) else RELIEF_ELSEWHERE for stage in ground.model.stages}


def flow_relief(ground: Ground, days: Mapping[str, float]) -> dict[str, float]:
    """r_s from days of lead time that 20 % relief buys: the most is 1, a stage the simulator does not see has the mean.

    Empty where no relief is known or none buys anything.
    """
    known = {stage.id: max(0.0, days[stage.id]) for stage in ground.model.stages if stage.id in days}
    most = max(known.values(), default=0.0)
    if most <= 0:
        return {}
    mean = fsum(known.values()) / len(known)
    return {stage.id: known.get(stage.id, mean) / most for stage in ground.model.stages}


def worth_of(
    practice: Practice,
    action: Action,
    progress: Progress,
    *,
    relief: Mapping[str, float],
    waiting: dict[str, list[tuple[int, str]]],
) -> Worth:
    ground = progress.ground
    score = ground.scores[practice.id]
    start = max(action.moves.from_level, progress.own[practice.id])
    reach = fsum(share * relief[stage] for stage, share in practice.stages.items())
    unlocks = tuple(
        dict.fromkeys(name for level, name in waiting.get(practice.id, ()) if level <= action.moves.to_level)
    )
    clears_cap = any(level < action.moves.to_level for level in open_caps(progress, practice.id))
    value = (
        reach * (action.moves.to_level - start) / 4 * CONFIDENCE.get(score.state, 0.5)
        + UNLOCK_VALUE * len(unlocks)
        + CAP_VALUE * clears_cap
    )
    effort = ground.model.effort_scale[action.effort].planning_days
    return Worth(value, value / effort**EFFORT_EXPONENT, effort, unlocks, clears_cap)


def open_caps(progress: Progress, practice: str) -> list[int]:
    """Levels of the caps that hold a practice back and that no finished step has passed yet."""
    held = progress.ground.scores[practice].held_back_by
    return [r.level for r in held if r.kind == "cap" and r.level is not None and progress.own[practice] <= r.level]
