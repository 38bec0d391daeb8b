"""Where each practice would stand if every step landed as planned. Pure. Doing an action never awards a level."""

from dataclasses import dataclass

from assessment.domain.roadmap.schedule import HORIZON_DAYS, LATER_FROM, NEXT_FROM
from assessment.domain.roadmap.standing import Progress, ground_of
from assessment.domain.roadmap_types import Roadmap, StepKind
from assessment.domain.scoring.types import ScoreCard
from assessment.maturity.schema import MaturityModelFile

LOOKS = (NEXT_FROM, LATER_FROM, HORIZON_DAYS)


@dataclass(frozen=True)
class Expected:
    """Staged levels of one practice: today, and after 30, 90 and 180 days."""

    practice: str
    today: int
    later: tuple[int, ...]


def expected_levels(model: MaturityModelFile, card: ScoreCard, roadmap: Roadmap) -> tuple[Expected, ...]:
    """The practices whose level would rise within the plan, in the order of the model."""
    progress = Progress(ground_of(model, card, {}))
    before, looks = dict(progress.staged), []
    steps = sorted((s for s in roadmap.steps if s.kind is not StepKind.SETTLE), key=lambda step: step.ends_on_day)
    for day in LOOKS:
        while steps and steps[0].ends_on_day <= day:
            step = steps.pop(0)
            if step.practice in progress.own:
                progress.finish(step.id, step.practice, step.to_level)
        looks.append(dict(progress.staged))
    return tuple(
        Expected(name, level, tuple(look[name] for look in looks))
        for name, level in before.items()
        if looks[-1][name] > level
    )
