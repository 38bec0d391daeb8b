"""How sure a lead time is: the same model on many teams that could be this one. Seeded: same inputs, same ranges.

Each input is drawn around its value. Shares follow a beta distribution with as many observations as stand behind them,
other numbers a lognormal one whose spread shrinks with the root of n. A default is the widest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, sqrt
from random import Random

from assessment.domain.flow.errors import FlowError
from assessment.domain.flow.given import Given, Origin
from assessment.domain.flow.inputs import FlowInputs, Scenario, inputs_from
from assessment.domain.flow.lead_time import SETTLING_LIMIT, ci_utilization, lead_time_days, review_utilization

SEED = 20261001
N_DRAWS = 200
LOW, HIGH = 0.1, 0.9  # the range printed holds eight draws of ten
FIXED = frozenset({"reviewers", "ci_servers", "workday_hours"})
SHARES = frozenset({"p_sendback", "p_integration_fail", "quick_path_share"})
SPREAD = {Origin.FACILITATOR: 0.05, Origin.SURVEY: 0.15, Origin.DEFAULT: 0.20}  # judgement
WEIGHT = {Origin.FACILITATOR: 60, Origin.SURVEY: 20, Origin.DEFAULT: 10}  # observations a share counts as; judgement
LEAST_SPREAD = 0.03


@dataclass(frozen=True)
class Range:
    """Working days; an end is None where that draw has no steady state."""

    low: float | None
    middle: float | None
    high: float | None
    share_unsteady: float


@dataclass(frozen=True)
class Ranges:
    before: Range
    after: Range
    share_faster: float | None  # of the draws that have a steady state today; None when none has


def ranges(inputs: Mapping[str, Given], scenario: Scenario, *, n_draws: int = N_DRAWS, seed: int = SEED) -> Ranges:
    """Today and the scenario on the same draws."""
    rng = Random(seed)  # noqa: S311  # chance for a simulation, not for a secret
    pairs = [_pair(_drawn(inputs, rng), scenario) for _ in range(n_draws)]
    steady = [(before, after) for before, after in pairs if before is not None]
    faster = sum(after is not None and after < before for before, after in steady)
    share = faster / len(steady) if steady else None
    return Ranges(_range([before for before, _ in pairs]), _range([after for _, after in pairs]), share)


def _pair(team: FlowInputs | None, scenario: Scenario) -> tuple[float | None, float | None]:
    if team is None:
        return None, None
    try:
        return _days(team), _days(scenario.applied_to(team))
    except FlowError:  # a draw at the very edge
        return None, None


def _days(team: FlowInputs) -> float | None:
    if max(review_utilization(team), ci_utilization(team)) >= SETTLING_LIMIT:
        return None
    return lead_time_days(team)


def _drawn(inputs: Mapping[str, Given], rng: Random) -> FlowInputs | None:
    try:
        return inputs_from({name: _draw(one, rng) for name, one in inputs.items()})
    except FlowError:
        return None


def _draw(one: Given, rng: Random) -> float:
    if one.name in FIXED or not one.value:
        return one.value
    if one.name in SHARES:
        n = max(one.n, 1) if one.origin is Origin.MEASURED else WEIGHT[one.origin]
        return min(rng.betavariate(one.value * n + 0.5, (1 - one.value) * n + 0.5), 0.999)
    measured = one.origin is Origin.MEASURED
    spread = max(LEAST_SPREAD, 1 / sqrt(max(one.n, 1))) if measured else SPREAD[one.origin]
    return one.value * exp(rng.gauss(-spread * spread / 2, spread))


def _range(days: list[float | None]) -> Range:
    """Draws without a steady state count as longer than any other."""
    ordered = sorted(days, key=lambda value: (value is None, value or 0.0))
    at = [ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in (LOW, 0.5, HIGH)]
    return Range(at[0], at[1], at[2], sum(value is None for value in days) / len(days))
