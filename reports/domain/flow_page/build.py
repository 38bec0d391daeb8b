"""Puts the what-if page together. Every number is worked out here, none in a template."""

from collections.abc import Iterable, Mapping

from assessment.domain.flow.analysis import sentence_of
from assessment.domain.flow.given import Given, defaults_among, filled, team_inputs
from assessment.domain.flow.inputs import FlowInputs, Scenario
from assessment.domain.flow.lead_time import PARTS, Case, case_of
from assessment.domain.flow.reading import next_stages
from assessment.domain.flow.relief import (
    LEVERS,
    breakeven_table,
    breakeven_volume_growth,
    growth_relief,
    relief_by_lever,
    stability_limit_growth,
)
from assessment.domain.flow.uncertainty import Range, ranges
from assessment.domain.flow.whatif import WhatIf
from core.language import gettext, in_sentence, number
from reports.charts.flow_bars import FlowBars, FlowCase, Part, flow_bars
from reports.domain.flow_page import types, words
from reports.domain.flow_page.cases import change_text, preset_cases
from reports.domain.flow_page.words import days_text, share_text

TABLE = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9)


def flow_page(given: Iterable[Given], whatif: WhatIf, *, stage_names: Mapping[str, str]) -> types.FlowPage:
    """Raises FlowError when an input or the scenario cannot be."""
    inputs = filled(given)
    team, scenario = team_inputs(inputs), whatif.scenario()
    before, after = case_of(team), case_of(scenario.applied_to(team))
    limit, growth = stability_limit_growth(team), breakeven_volume_growth(team, scenario.coding_speed)
    return types.FlowPage(
        headline=headline(before, after),
        notes=notes(before, after),
        defaults=defaults_text(inputs),
        chart=chart_of([(gettext("Today"), before), (gettext("What if"), after)]),
        parts=part_rows(before, after),
        facts=fact_rows(before, after),
        ranges=(utilization_text(before, after), *range_sentences(inputs, scenario)),
        breakeven=breakeven_text(before, scenario.coding_speed, growth, limit),
        breakeven_rows=breakeven_rows(team, before, scenario.coding_speed, growth, limit),
        relief_title=relief_title(team, stage_names),
        relief=relief_rows(team, before),
        presets=preset_cases(team, before, whatif),
        inputs=input_rows(inputs),
    )


def headline(before: Case, after: Case) -> str:
    if before.lead_time_days is None:
        return gettext("There is no steady state today.")
    if after.lead_time_days is None:
        text = gettext("Lead time is {before} working days today; with this change there is no steady state.")
        return text.format(before=days_text(before.lead_time_days))
    text = gettext("Lead time goes from {before} to {after} working days ({change}).")
    return text.format(
        before=days_text(before.lead_time_days),
        after=days_text(after.lead_time_days),
        change=change_text(before, after),
    )


def notes(before: Case, after: Case) -> tuple[str, ...]:
    said = []
    if today := sentence_of(before):
        said.append(gettext("Today: {sentence}").format(sentence=today))
    if then := sentence_of(after, n_in_review_before=before.n_in_review):
        said.append(gettext("What if: {sentence}").format(sentence=then))
    return tuple(said)


def defaults_text(inputs: Mapping[str, Given]) -> str:
    """What is not known about the team, so that nobody takes a usual team for this one."""
    missing = defaults_among(inputs)
    if not missing:
        return ""
    names = "; ".join(in_sentence(gettext(words.INPUTS[name])) for name in missing)
    return gettext("Not known about this team, so a default stands in: {names}.").format(names=names)


def chart_of(cases: Iterable[tuple[str, Case]]) -> FlowBars:
    drawn = [(name, case) for name, case in cases]
    told = [
        gettext("{name}: {days} working days").format(name=name, days=days_text(case.lead_time_days))
        if case.lead_time_days is not None
        else gettext("{name}: no steady state").format(name=name)
        for name, case in drawn
    ]
    return flow_bars(
        [FlowCase(name, _parts(case), _total(case)) for name, case in drawn],
        message=gettext("Lead time by stage. {cases}.").format(cases="; ".join(told)),
        days_word=gettext("days"),
    )


def part_rows(before: Case, after: Case) -> tuple[types.Row, ...]:
    return tuple(types.Row(gettext(words.PARTS[part]), _part(before, part), _part(after, part)) for part in PARTS)


def fact_rows(before: Case, after: Case) -> tuple[types.Row, ...]:
    rows = (
        (gettext("Review utilization"), [share_text(case.review_utilization) for case in (before, after)]),
        (gettext("Wait for review, days per pass"), [days_text(case.review_wait_days) for case in (before, after)]),
        (gettext("Passes per change"), [number(f"{case.passes_per_change:.2f}") for case in (before, after)]),
        (gettext("Passes per day"), [number(f"{case.passes_per_day:.1f}") for case in (before, after)]),
        (gettext("Queue grows by, passes a day"), [days_text(case.backlog_growth_per_day) for case in (before, after)]),
    )
    return tuple(types.Row(label, *values) for label, values in rows)


def utilization_text(before: Case, after: Case) -> str:
    text = gettext("Review asks for {before} of the reviewers’ time today and for {after} with this change.")
    return text.format(before=share_text(before.review_utilization), after=share_text(after.review_utilization))


def range_sentences(inputs: Mapping[str, Given], scenario: Scenario) -> tuple[str, ...]:
    """What eight of ten draws of the uncertain inputs lead to."""
    found = ranges(inputs, scenario)
    said = (_range_text(gettext("Today"), found.before), _range_text(gettext("What if"), found.after))
    if found.share_faster is None:
        return said
    text = gettext("Of the draws with a steady state today, {share} get faster with this change.")
    return (*said, text.format(share=share_text(found.share_faster)))


def breakeven_text(before: Case, speed: float, growth: float | None, limit: float | None) -> str:
    if before.lead_time_days is None:
        return gettext("There is no steady state today, so there is no gain that volume could use up.")
    if growth is None or limit is None:
        return gettext("No growth of the volume uses the gain up before review is full.")
    text = gettext(
        "Coding {speed} times as fast is used up by {growth} more changes a day; at {limit} more, review never clears."
    )
    return text.format(speed=number(f"{speed:.2g}"), growth=share_text(growth), limit=share_text(limit))


def breakeven_rows(
    team: FlowInputs, before: Case, speed: float, growth: float | None, limit: float | None
) -> tuple[types.BreakEven, ...]:
    """At other volumes of the same team, with its own row among them."""
    rows = [(*row, False) for row in breakeven_table(team, TABLE, speed)]
    if before.lead_time_days is not None and rows:
        rows.append((before.review_utilization, growth, limit, True))
    return tuple(
        types.BreakEven(share_text(round(at, 2)), share_text(use), share_text(full), own)
        for at, use, full, own in sorted(rows, key=lambda row: (row[0], row[3]))
    )


def relief_title(team: FlowInputs, stage_names: Mapping[str, str]) -> str:
    relief = relief_by_lever(team)
    known = {lever: days for lever, days in relief.items() if days is not None}
    if not known:
        return gettext("What a fifth of relief takes off the growth of the queue")
    stage = LEVERS[max(known, key=lambda lever: known[lever])][2]
    after = next_stages(team).get(stage, "")
    name = stage_names.get(stage, stage)
    if after == stage:
        return gettext("A fifth of relief buys most at {stage}, and would still do so afterwards").format(stage=name)
    text = gettext("A fifth of relief buys most at {stage}; once that is done, most at {after}")
    return text.format(stage=name, after=stage_names.get(after, after))


def relief_rows(team: FlowInputs, before: Case) -> tuple[types.Relief, ...]:
    """The largest first; passes a day instead of days where the queue grows."""
    found: dict[str, float] = {lever: days for lever, days in relief_by_lever(team).items() if days is not None}
    if before.lead_time_days is None:
        found = growth_relief(team)
    most = max(found.values(), default=0.0) or 1.0
    return tuple(
        types.Relief(
            gettext(words.LEVERS[lever]), days_text(days), max(0.0, round(199 * days / most, 1)), lever == "build"
        )
        for lever, days in sorted(found.items(), key=lambda item: -item[1])
    )


def input_rows(inputs: Mapping[str, Given]) -> tuple[types.InputRow, ...]:
    return tuple(
        types.InputRow(
            name=name,
            label=gettext(words.INPUTS[name]),
            value=words.value_text(one.value),
            origin=gettext(words.ORIGINS[one.origin]),
            observed=words.observed_text(one),
            is_default=one.origin == "default",
        )
        for name, one in inputs.items()
    )


def _parts(case: Case) -> tuple[Part, ...]:
    found = case.parts or {}
    return tuple(Part(gettext(words.PARTS[part]), days, waits=part not in words.WORKS) for part, days in found.items())


def _part(case: Case, part: str) -> str:
    return days_text(case.parts[part] if case.parts else None)


def _total(case: Case) -> str:
    if case.lead_time_days is not None:
        return days_text(case.lead_time_days)
    text = gettext("no steady state: the queue grows by {growth} passes a day")
    return text.format(growth=number(f"{case.backlog_growth_per_day:.2g}"))


def _range_text(name: str, found: Range) -> str:
    if found.low is None:
        return gettext("{name}: no steady state in nearly every draw.").format(name=name)
    if found.high is None:
        text = gettext("{name}: from {low} working days upwards; {share} of the draws have no steady state.")
        return text.format(name=name, low=days_text(found.low), share=share_text(found.share_unsteady))
    text = gettext("{name}: {low} to {high} working days in eight of ten draws, the middle one {middle}.")
    return text.format(name=name, low=days_text(found.low), high=days_text(found.high), middle=days_text(found.middle))
