"""What a change of the inputs buys, and how much more volume a faster way of coding can pay for."""

from dataclasses import replace

from assessment.domain.flow.errors import LEAST
from assessment.domain.flow.inputs import FlowInputs, Scenario
from assessment.domain.flow.lead_time import (
    case_of,
    ci_utilization,
    lead_time_days,
    review_utilization,
)

FIFTH = 0.2
USUAL_CODING_SPEED = 1.4
LEVERS = {  # lever -> (field, 1 when relief raises it and -1 when relief lowers it, stage of the maturity model)
    "definition": ("definition_days", -1, "define"),
    "build": ("build_days", -1, "build"),
    "review_effort": ("review_hours_per_pass", -1, "review"),
    "review_hours": ("review_hours_per_reviewer_day", 1, "review"),
    "sendbacks": ("p_sendback", -1, "review"),
    "integration_failures": ("p_integration_fail", -1, "integrate"),
    "release_period": ("release_period_days", -1, "release"),
    "approval": ("approval_days", -1, "release"),
}
FULL = 1 - 1e-9
STEPS = 50  # halvings: a millionth of a percent


def relief_days(inputs: FlowInputs, scenario: Scenario) -> float | None:
    """Days of lead time a scenario saves (negative when it costs); None where either side has no steady state."""
    before, after = case_of(inputs).lead_time_days, case_of(scenario.applied_to(inputs)).lead_time_days
    return None if before is None or after is None else before - after


def relieved(inputs: FlowInputs, lever: str, share: float = FIFTH) -> FlowInputs:
    """The inputs with one lever eased by a share."""
    field, direction, _ = LEVERS[lever]
    return replace(inputs, **{field: getattr(inputs, field) * (1 + direction * share)})


def relief_by_lever(inputs: FlowInputs, share: float = FIFTH) -> dict[str, float | None]:
    """Days saved by easing each lever alone; all None where no steady state exists today."""
    before = case_of(inputs)
    if before.lead_time_days is None:
        return dict.fromkeys(LEVERS)
    return {lever: before.lead_time_days - lead_time_days(relieved(inputs, lever, share)) for lever in LEVERS}


def relief_by_stage(inputs: FlowInputs, share: float = FIFTH) -> dict[str, float]:
    """Days bought at each stage by its best lever; empty where no steady state exists."""
    best: dict[str, float] = {}
    for lever, days in relief_by_lever(inputs, share).items():
        stage = LEVERS[lever][2]
        if days is not None:
            best[stage] = max(days, best.get(stage, 0.0))
    return best


def growth_relief(inputs: FlowInputs, share: float = FIFTH) -> dict[str, float]:
    """For a queue that grows: passes a day by which each lever slows its growth."""
    before = case_of(inputs).backlog_growth_per_day
    return {lever: before - case_of(relieved(inputs, lever, share)).backlog_growth_per_day for lever in LEVERS}


def breakeven_volume_growth(inputs: FlowInputs, coding_speed: float = USUAL_CODING_SPEED) -> float | None:
    """The growth of changes per day at which the lead time is again what it was before coding got faster.

    None where today has no steady state, or where no volume uses the gain up. The growth is looked for up to full
    reviewers, because it is a growth and no lead time: that far, every queue with chance in it uses any gain up.
    """
    target = case_of(inputs).lead_time_days
    if target is None:
        return None
    low, high = max(-0.999, 2 * LEAST / inputs.changes_per_day - 1), _most_growth(inputs)
    faster = Scenario(coding_speed=coding_speed)
    if not _days_at(inputs, faster, low) <= target <= _days_at(inputs, faster, high):
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _days_at(inputs, faster, middle) <= target else (low, middle)
    return (low + high) / 2


def stability_limit_growth(inputs: FlowInputs) -> float | None:
    """The growth of changes per day at which review asks for all the time reviewers have; below 0 when it already does.

    None where nobody reviews.
    """
    utilization = review_utilization(inputs)
    return 1 / utilization - 1 if utilization else None


def amdahl_share(inputs: FlowInputs) -> float | None:
    """Build time over lead time: what coding could save at the very most."""
    total = case_of(inputs).lead_time_days
    return inputs.build_days / total if total else None


def breakeven_table(
    inputs: FlowInputs, utilizations: tuple[float, ...], coding_speed: float = USUAL_CODING_SPEED
) -> list[tuple[float, float | None, float | None]]:
    """(review utilization, volume growth that cancels the gain, growth at which the queue never clears).

    The team's own numbers at the volume that would bring each utilization about; all else stays.
    """
    now = review_utilization(inputs)
    rows = []
    for utilization in utilizations if now else ():
        at = replace(inputs, changes_per_day=inputs.changes_per_day * utilization / now)
        rows.append((utilization, breakeven_volume_growth(at, coding_speed), stability_limit_growth(at)))
    return rows


def _most_growth(inputs: FlowInputs) -> float:
    fullest = max(review_utilization(inputs), ci_utilization(inputs))
    return FULL / fullest - 1 if fullest else 1.0


def _days_at(inputs: FlowInputs, faster: Scenario, growth: float) -> float:
    return lead_time_days(replace(faster, volume_growth=growth).applied_to(inputs))
