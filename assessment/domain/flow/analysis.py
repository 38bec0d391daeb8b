"""Everything `manage.py flow` prints about one team: today, a scenario, what relief buys and what volume eats."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessment.domain.flow.errors import FlowError
from assessment.domain.flow.inputs import FlowInputs, Scenario, inputs_from, scenario_from
from assessment.domain.flow.lead_time import PRACTICAL_LIMIT, Case, Steadiness, backlog_doubling_days, case_of
from assessment.domain.flow.relief import (
    USUAL_CODING_SPEED,
    amdahl_share,
    breakeven_volume_growth,
    relief_by_lever,
    stability_limit_growth,
)
from core.language import gettext, gettext_noop, number

NAMES = {"review": gettext_noop("review"), "integrate": gettext_noop("the pipeline")}


@dataclass(frozen=True)
class Analysis:
    baseline: Case
    scenario: Case | None
    relief_20_percent_days: Mapping[str, float | None]
    breakeven_volume_growth: float | None
    stability_limit_growth: float | None
    amdahl_share: float | None


def analysis_from(raw: Any) -> Analysis:
    """From the content of a JSON file; FlowError says what is wrong with it."""
    if not isinstance(raw, dict):
        raise FlowError("The file must hold one JSON object with the inputs of a team.")
    given = raw.get("scenario")
    if given is not None and not isinstance(given, dict):
        raise FlowError("scenario must be an object, or null when there is none.")
    inputs = inputs_from({name: value for name, value in raw.items() if name != "scenario"})
    try:
        scenario = None if given is None else scenario_from(given)
        return analyse(inputs, scenario, coding_speed=(given or {}).get("coding_speed", USUAL_CODING_SPEED))
    except FlowError as wrong:
        raise FlowError(f"scenario: {wrong}" if given is not None else str(wrong)) from None


def analyse(
    inputs: FlowInputs, scenario: Scenario | None = None, *, coding_speed: float = USUAL_CODING_SPEED
) -> Analysis:
    return Analysis(
        baseline=case_of(inputs),
        scenario=case_of(scenario.applied_to(inputs)) if scenario else None,
        relief_20_percent_days=relief_by_lever(inputs),
        breakeven_volume_growth=breakeven_volume_growth(inputs, coding_speed),
        stability_limit_growth=stability_limit_growth(inputs),
        amdahl_share=amdahl_share(inputs),
    )


def sentence_of(case: Case, *, n_in_review_before: float | None = None) -> str:
    """What has to be said about a case that is not steady; empty when it is.

    `n_in_review_before` are the passes in review before things changed, from which the time of doubling is counted.
    """
    if case.steadiness is Steadiness.STEADY:
        return ""
    name = gettext(NAMES[case.limited_by])
    used = max(case.review_utilization, case.ci_utilization)
    if case.steadiness is Steadiness.UNSTABLE_IN_PRACTICE:
        return gettext(
            "Unstable in practice: {stage} is {used} busy, and beyond {limit} any swing of the volume makes work "
            "pile up, so read the lead time as a lower bound."
        ).format(stage=name, used=number(f"{used:.1%}"), limit=number(f"{PRACTICAL_LIMIT:.0%}"))
    if not case.backlog_growth_per_day:
        text = gettext("No steady state in practice: {stage} is {used} busy, and such a queue never settles.")
        return text.format(stage=name, used=number(f"{used:.4%}"))
    growth = number(f"{case.backlog_growth_per_day:.2g}")
    doubling = backlog_doubling_days(case, n_in_review_before)
    if doubling is None:
        text = gettext(
            "No steady state: {stage} is asked for {used} of its time; the queue grows by {growth} passes a day."
        )
        return text.format(stage=name, used=number(f"{used:.0%}"), growth=growth)
    return gettext(
        "No steady state: {stage} is asked for {used} of its time; the queue grows by {growth} passes a day and "
        "doubles in {days} working days."
    ).format(stage=name, used=number(f"{used:.0%}"), growth=growth, days=number(f"{doubling:.1f}"))


def analysis_as_json(analysis: Analysis) -> dict[str, Any]:
    """As the command and the API print it."""
    before, after = analysis.baseline, analysis.scenario
    return {
        "baseline": _case_as_json(before),
        "scenario": after and _case_as_json(after, n_in_review_before=before.n_in_review),
        "relief_20_percent_days": dict(analysis.relief_20_percent_days),
        "breakeven_volume_growth": analysis.breakeven_volume_growth,
        "stability_limit_growth": analysis.stability_limit_growth,
        "amdahl_share": analysis.amdahl_share,
    }


def _case_as_json(case: Case, *, n_in_review_before: float | None = None) -> dict[str, Any]:
    return {
        "lead_time_days": case.lead_time_days,
        "review_utilization": case.review_utilization,
        "passes_per_change": case.passes_per_change,
        "passes_per_day": case.passes_per_day,
        "review_wait_days": case.review_wait_days,
        "backlog_growth_per_day": case.backlog_growth_per_day,
        "note": sentence_of(case, n_in_review_before=n_in_review_before),
    }
