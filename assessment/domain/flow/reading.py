"""Everything a result remembers about the flow of its team: inputs with their origin, lead time, relief, constraint."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assessment.domain.flow.constraint import Silence, Verdict, find_constraint
from assessment.domain.flow.errors import FlowError
from assessment.domain.flow.given import Given, best_of, defaults_among, filled, team_inputs
from assessment.domain.flow.inputs import FlowInputs
from assessment.domain.flow.lead_time import Case, Steadiness, case_of
from assessment.domain.flow.relief import (
    LEVERS,
    amdahl_share,
    breakeven_volume_growth,
    relief_by_lever,
    relief_by_stage,
    relieved,
    stability_limit_growth,
)
from assessment.domain.flow.whatif import WhatIf


@dataclass(frozen=True)
class ScenarioReading:
    """A saved what-if that belongs to the report; no case where it cannot be worked out for these inputs."""

    name: str
    whatif: WhatIf
    case: Case | None


@dataclass(frozen=True)
class FlowReading:
    """Relief and the numbers after it are empty or None where no steady state exists."""

    inputs: tuple[Given, ...]
    defaults: tuple[str, ...]  # essential inputs nobody measured, told or set
    case: Case | None
    relief_by_lever: Mapping[str, float | None] = field(default_factory=dict)
    relief: Mapping[str, float] = field(default_factory=dict)  # days per stage of the maturity model
    amdahl_share: float | None = None
    breakeven_volume_growth: float | None = None
    stability_limit_growth: float | None = None
    verdict: Verdict = field(default_factory=lambda: Verdict(silence=Silence.NOT_MEASURED))
    scenarios: tuple[ScenarioReading, ...] = ()
    problem: str = ""  # which number the model cannot take, as a sentence

    @property
    def knows_the_team(self) -> bool:
        """Whether the model speaks about this team rather than about its defaults."""
        return self.case is not None and not self.defaults


def read_flow(
    given: Iterable[Given], *, queue_growth: float | None = None, scenarios: Iterable[tuple[str, WhatIf]] = ()
) -> FlowReading:
    """From all that was given, by whatever origin; `scenarios` are those the report shows."""
    known = best_of(given)
    inputs = filled(known.values())
    defaults = defaults_among(inputs)
    try:
        team = team_inputs(inputs)
        case = case_of(team)
    except FlowError as wrong:
        return FlowReading(
            tuple(inputs.values()), defaults, None, verdict=Verdict(silence=Silence.IMPOSSIBLE), problem=str(wrong)
        )
    by_stage = relief_by_stage(team)
    counts = {} if defaults else by_stage
    return FlowReading(
        inputs=tuple(inputs.values()),
        defaults=defaults,
        case=case,
        relief_by_lever=relief_by_lever(team),
        relief=by_stage,
        amdahl_share=amdahl_share(team),
        breakeven_volume_growth=breakeven_volume_growth(team),
        stability_limit_growth=stability_limit_growth(team),
        verdict=find_constraint(
            known,
            relief=counts,
            utilization=_utilization(case, inputs),
            next_after_relief=next_stages(team) if counts else {},
            queue_growth=queue_growth,
        ),
        scenarios=tuple(ScenarioReading(name, whatif, scenario_case(team, whatif)) for name, whatif in scenarios),
    )


def scenario_case(team: FlowInputs, whatif: WhatIf) -> Case | None:
    try:
        return case_of(whatif.scenario().applied_to(team))
    except FlowError:
        return None


def next_stages(inputs: FlowInputs) -> dict[str, str]:
    """For each stage: which one buys most after its best lever has been eased by a fifth."""
    if case_of(inputs).steadiness is Steadiness.NO_STEADY_STATE:
        return {}
    after: dict[str, str] = {}
    for stage in dict.fromkeys(stage for _, _, stage in LEVERS.values()):
        eased = inputs
        for lever in [lever for lever, (_, _, at) in LEVERS.items() if at == stage]:
            eased = relieved(eased, lever)
        bought = relief_by_stage(eased)
        others = {name: days for name, days in bought.items() if name != stage}
        after[stage] = stage if bought.get(stage, 0) > max(others.values()) else max(others, key=lambda s: others[s])
    return after


def _utilization(case: Case, inputs: Mapping[str, Given]) -> dict[str, float]:
    """Only where it rests on no default."""
    missing = set(defaults_among(inputs))
    review = {"changes_per_day", "p_sendback", "review_hours_per_pass", "review_hours_per_reviewer_day", "reviewers"}
    return {} if missing & review else {"review": case.review_utilization}
