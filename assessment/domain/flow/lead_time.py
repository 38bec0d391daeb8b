"""Lead time from request to release, stage by stage, and whether a steady state exists at all.

L = definition + build + (V - 1)(fix + resume) + m V (review wait + review) + V (CI wait + CI) + window / 2 + approval
with V passes per change and m the share of changes that need a person. docs/flow.md tells where each term comes from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from assessment.domain.flow.errors import NoSteadyState
from assessment.domain.flow.inputs import FlowInputs
from assessment.domain.flow.queueing import mean_wait
from assessment.domain.flow.visits import passes_per_change

PRACTICAL_LIMIT = 0.95  # from here on a queue is unstable in practice and its wait a lower bound
SETTLING_LIMIT = 0.999  # from here on no queue settles within anybody's patience; its mean would mean nothing


class Steadiness(StrEnum):
    STEADY = "steady"
    UNSTABLE_IN_PRACTICE = "unstable in practice"
    NO_STEADY_STATE = "no steady state"


@dataclass(frozen=True)
class Case:
    """One situation of a team. Lead time, wait and parts are None where no steady state exists."""

    lead_time_days: float | None
    review_utilization: float
    passes_per_change: float
    passes_per_day: float
    review_wait_days: float | None
    backlog_growth_per_day: float  # passes a day that the slower of review and CI cannot take; 0 in a steady state
    ci_utilization: float
    steadiness: Steadiness
    limited_by: str  # the stage that asks for more than it has: "review", "integrate" or ""
    n_in_review: float | None  # passes waiting or under review, on average
    parts: Mapping[str, float] | None  # days per part of the lead time, in the order of PARTS


PARTS = {  # part of the lead time -> stage of the maturity model
    "definition": "define",
    "build": "build",
    "fixing": "build",
    "review_wait": "review",
    "review": "review",
    "integration": "integrate",
    "release_wait": "release",
    "approval": "release",
}
WAITING = ("review_wait", "release_wait", "approval")


def case_of(inputs: FlowInputs) -> Case:
    """What these inputs lead to."""
    passes = passes_per_change(inputs.p_sendback, inputs.p_integration_fail)
    review, ci = review_utilization(inputs), ci_utilization(inputs)
    steadiness = _steadiness(max(review, ci))
    parts = None if steadiness is Steadiness.NO_STEADY_STATE else parts_of(inputs)
    wait = review_wait_days(inputs) if parts is not None else None
    return Case(
        lead_time_days=fsum(parts.values()) if parts is not None else None,
        review_utilization=review,
        passes_per_change=passes,
        passes_per_day=inputs.changes_per_day * passes,
        review_wait_days=wait,
        backlog_growth_per_day=_growth(inputs, review, ci),
        ci_utilization=ci,
        steadiness=steadiness,
        limited_by="" if steadiness is Steadiness.STEADY else "review" if review >= ci else "integrate",
        n_in_review=None if wait is None else _reviews_per_day(inputs) * (wait + inputs.review_days_per_pass),
        parts=parts,
    )


def lead_time_days(inputs: FlowInputs) -> float:
    """The sum of all parts. Raises NoSteadyState when review or CI is asked for more than it has."""
    return fsum(parts_of(inputs).values())


def parts_of(inputs: FlowInputs) -> dict[str, float]:
    """Days per part of the lead time. Raises NoSteadyState."""
    passes = passes_per_change(inputs.p_sendback, inputs.p_integration_fail)
    by_people = (1 - inputs.quick_path_share) * passes
    fix_days = inputs.fix_fraction * inputs.build_days + inputs.resume_hours / inputs.workday_hours
    return {
        "definition": inputs.definition_days,
        "build": inputs.build_days,
        "fixing": (passes - 1) * fix_days,
        "review_wait": by_people * review_wait_days(inputs),
        "review": by_people * inputs.review_hours_per_pass / inputs.workday_hours,
        "integration": passes * ci_time_days(inputs),
        "release_wait": inputs.release_period_days / 2,
        "approval": inputs.approval_days,
    }


def review_utilization(inputs: FlowInputs) -> float:
    """rho = m lambda V tau / c."""
    return _reviews_per_day(inputs) * inputs.review_days_per_pass / inputs.reviewers


def ci_utilization(inputs: FlowInputs) -> float:
    passes = passes_per_change(inputs.p_sendback, inputs.p_integration_fail)
    return inputs.changes_per_day * passes * inputs.ci_days / inputs.ci_servers


def review_wait_days(inputs: FlowInputs) -> float:
    """Days one pass waits for a reviewer: Allen-Cunneen with all reviewers drawing from one queue."""
    arrivals = _reviews_per_day(inputs)
    if arrivals == 0:
        return 0.0
    return mean_wait(arrivals, 1 / inputs.review_days_per_pass, inputs.reviewers, inputs.ca2, inputs.cs2)


def ci_time_days(inputs: FlowInputs) -> float:
    """Days one pass spends waiting for the pipeline and in it, as M/M/c."""
    if inputs.ci_days == 0:
        return 0.0
    passes = passes_per_change(inputs.p_sendback, inputs.p_integration_fail)
    return mean_wait(inputs.changes_per_day * passes, 1 / inputs.ci_days, inputs.ci_servers) + inputs.ci_days


def backlog_doubling_days(case: Case, n_waiting_now: float | None) -> float | None:
    """Days until a backlog of this many passes has doubled; None when it does not grow or is not known."""
    if not n_waiting_now or case.backlog_growth_per_day <= 0:
        return None
    return NoSteadyState(case.review_utilization, case.backlog_growth_per_day, 1).doubling_time(n_waiting_now)


def _reviews_per_day(inputs: FlowInputs) -> float:
    passes = passes_per_change(inputs.p_sendback, inputs.p_integration_fail)
    return (1 - inputs.quick_path_share) * inputs.changes_per_day * passes


def _growth(inputs: FlowInputs, review: float, ci: float) -> float:
    """Passes a day beyond what the fuller of review and CI can do; the slower one holds back the other."""
    beyond_review = (review - 1) * inputs.reviewers / inputs.review_days_per_pass
    beyond_ci = (ci - 1) * inputs.ci_servers / inputs.ci_days if inputs.ci_days else 0.0
    return max(0.0, beyond_review, beyond_ci)


def _steadiness(utilization: float) -> Steadiness:
    if utilization >= SETTLING_LIMIT:
        return Steadiness.NO_STEADY_STATE
    return Steadiness.UNSTABLE_IN_PRACTICE if utilization >= PRACTICAL_LIMIT else Steadiness.STEADY
