"""Where each input of the model comes from: measured, told by people, set by the facilitator, or a default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from assessment.domain.flow.errors import FlowError
from assessment.domain.flow.inputs import NAMES, FlowInputs, inputs_from


class Origin(StrEnum):
    FACILITATOR = "facilitator"  # set by a person who leads the assessment; speaks before everything else
    MEASURED = "measured"
    SURVEY = "survey"
    DEFAULT = "default"


ORDER = tuple(Origin)


@dataclass(frozen=True)
class Given:
    """One number about the team. `p75` is set where the value is a median of durations."""

    name: str
    value: float
    origin: Origin
    n: int = 0
    window_days: int = 0
    source: str = ""
    p75: float | None = None


DEFAULTS: Mapping[str, float] = {  # the worked case of docs/flow.md; ca2 and cs2 because work arrives in bursts
    "changes_per_day": 5,
    "definition_days": 2,
    "build_days": 1.5,
    "p_sendback": 0.25,
    "p_integration_fail": 0.06,
    "fix_fraction": 0.3,
    "review_hours_per_pass": 0.75,
    "review_hours_per_reviewer_day": 2,
    "reviewers": 3,
    "ca2": 1.5,
    "cs2": 1.5,
    "ci_days": 0.1,
    "ci_servers": 10,
    "release_period_days": 5,
    "approval_days": 1,
    "resume_hours": 0.42,
    "workday_hours": 8,
    "quick_path_share": 0,
}
# Parameters any team may leave as they are; every other default keeps the model from speaking about the constraint.
USUAL = ("fix_fraction", "ca2", "cs2", "ci_days", "ci_servers", "resume_hours", "workday_hours", "quick_path_share")
ESSENTIAL = tuple(name for name in NAMES if name not in USUAL)

# Levels of the experience questions in working days: the middle of each answer of the shipped maturity model.
RELEASE_WAIT_DAYS = {1: 15.0, 2: 7.5, 3: 3.5, 4: 1.0, 5: 0.25}  # EN4.e
RELEASE_QUESTION = "EN4.e"
REPORTED_STAGES = {"SP1.e": "define", "CO5.e": "design", "RV2.e": "review", "CO3.e": "integrate", "EN4.e": "release"}


def best_of(given: Iterable[Given]) -> dict[str, Given]:
    """For each name the one that speaks before the others."""
    best: dict[str, Given] = {}
    for one in given:
        if one.name not in best or ORDER.index(one.origin) < ORDER.index(best[one.name].origin):
            best[one.name] = one
    return best


def filled(given: Iterable[Given]) -> dict[str, Given]:
    """Every input of the model, from what is given or worked out of it, else from the defaults, in the usual order."""
    known = best_of(given)
    known |= {one.name: one for one in _worked_out(known)}
    return {name: known.get(name) or Given(name, DEFAULTS[name], Origin.DEFAULT) for name in NAMES}


def team_inputs(inputs: Mapping[str, Given]) -> FlowInputs:
    """Raises FlowError when some number cannot be."""
    return inputs_from({name: inputs[name].value for name in NAMES})


def defaults_among(inputs: Mapping[str, Given]) -> tuple[str, ...]:
    """The essential inputs nobody measured, told or set."""
    return tuple(name for name in ESSENTIAL if inputs[name].origin is Origin.DEFAULT)


def refusal_of(name: str, value: float) -> str:
    """Why a value cannot be this input, as a sentence; empty when it can."""
    try:
        inputs_from({**DEFAULTS, name: value})
    except FlowError as wrong:
        return str(wrong)
    return ""


def interpolated(level: float, days: Mapping[int, float]) -> float:
    """Days for a mean level between two answers, along the straight line between them."""
    low = min(max(int(level), 1), 4)
    return days[low] + (days[low + 1] - days[low]) * (min(level, 5.0) - low)


def _worked_out(known: Mapping[str, Given]) -> Iterable[Given]:
    """Inputs that stand in other numbers: irregular windows, collisions, what people say about waiting for release."""
    wait = known.get("release_window_wait_days")
    period = known.get("release_period_days")
    if wait and (period is None or period.origin is Origin.MEASURED):
        yield _from(wait, "release_period_days", 2 * wait.value)
    if "p_integration_fail" not in known and (collisions := known.get("collision_rate")):
        yield _from(collisions, "p_integration_fail", collisions.value)
    told = known.get(RELEASE_QUESTION)
    if told and not period and not wait and "approval_days" not in known:
        days = interpolated(told.value, RELEASE_WAIT_DAYS)
        yield _from(told, "release_period_days", 2 * days)  # so that the mean wait is what people say
        yield _from(told, "approval_days", 0.0)  # is in the same answer


def _from(source: Given, name: str, value: float) -> Given:
    """A number worked out of another keeps its origin."""
    return replace(source, name=name, value=value, p75=None)
