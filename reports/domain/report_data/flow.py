"""How work flows, as the result remembers it: today, the presets, and the scenarios put into the report."""

from assessment.domain.flow.errors import FlowError
from assessment.domain.flow.given import team_inputs
from assessment.domain.flow.inputs import FlowInputs
from assessment.domain.flow.lead_time import PARTS, Case, case_of
from assessment.domain.flow.reading import FlowReading
from assessment.domain.flow.relief import USUAL_CODING_SPEED
from assessment.domain.flow.whatif import PRESETS, WhatIf
from core.language import gettext
from reports.charts.value_stream import Loop, StageTime, value_stream
from reports.domain.flow_page import build, cases, words
from reports.domain.report_data.constraint import silence_words
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import FlowSection, FlowToday, StreamRow


def flow_section(gathered: Gathered) -> FlowSection | None:
    """None where too little is known to speak of this team: defaults alone, and no scenario put in by hand."""
    reading = gathered.flow
    if reading is None or reading.case is None or not (reading.knows_the_team or reading.scenarios):
        return None
    inputs = {one.name: one for one in reading.inputs}
    try:
        team = team_inputs(inputs)
    except FlowError:
        return None
    stages = {stage.id: stage.name for stage in gathered.model.stages}
    growth, limit = reading.breakeven_volume_growth, reading.stability_limit_growth
    return FlowSection(
        title=_title(reading.case),
        notes=build.notes(reading.case, reading.case)[:1],
        defaults=build.defaults_text(inputs),
        chart=build.chart_of(_drawn(team, reading)),
        presets=cases.preset_cases(team, reading.case, WhatIf()),
        scenarios=tuple(
            cases.case_row(str(i), each.name, reading.case, each.case)
            for i, each in enumerate(reading.scenarios)
            if each.case
        ),
        breakeven=build.breakeven_text(reading.case, USUAL_CODING_SPEED, growth, limit),
        breakeven_rows=build.breakeven_rows(team, reading.case, USUAL_CODING_SPEED, growth, limit),
        relief_title=build.relief_title(team, stages),
        relief=build.relief_rows(team, reading.case),
        inputs=build.input_rows(inputs),
    )


def flow_today(gathered: Gathered) -> FlowToday:
    """How work flows today, or in one sentence why that is not known."""
    reading = gathered.flow
    if reading is None or reading.case is None or not reading.knows_the_team:
        return FlowToday(gettext("How long work takes and where it waits is not known yet."), (_unknown(gathered),))
    case, inputs = reading.case, {one.name: one for one in reading.inputs}
    if case.parts is None:
        return FlowToday(_title(case), build.notes(case, case)[:1])
    times = _stage_times(gathered, case)
    team = team_inputs(inputs)
    loops = [
        _loop(times, gettext("sent back: {share}"), "review", team.p_sendback),
        _loop(times, gettext("fails after review: {share}"), "integrate", team.p_integration_fail),
    ]
    waiting = sum(time.waiting for _, time in times)
    share = gettext("{share} of it is waiting: {waiting} of {days} working days.").format(
        share=words.share_text(round(waiting / case.lead_time_days, 2) if case.lead_time_days else None),
        waiting=words.days_text(waiting),
        days=words.days_text(case.lead_time_days),
    )
    title = _title(case)
    return FlowToday(
        title=title,
        sentences=(share, *build.notes(case, case)[:1]),
        rows=tuple(
            StreamRow(time.name, words.days_text(time.working), words.days_text(time.waiting), time.note)
            for _, time in times
        ),
        chart=value_stream([time for _, time in times], [loop for loop in loops if loop], message=f"{title} {share}"),
    )


def _unknown(gathered: Gathered) -> str:
    if gathered.flow and gathered.flow.defaults:
        missing = build.defaults_text({one.name: one for one in gathered.flow.inputs})
        return f"{silence_words(gathered)} {missing}"
    return silence_words(gathered)


def _stage_times(gathered: Gathered, case: Case) -> list[tuple[str, StageTime]]:
    """Days of work and of waiting by stage of the maturity model, in its order."""
    parts = case.parts or {}
    times = []
    for stage in gathered.model.stages:
        mine = [part for part, of in PARTS.items() if of == stage.id]
        if not mine:
            continue
        note = gettext("{share} busy").format(share=words.share_text(round(case.review_utilization, 2)))
        times.append(
            (
                stage.id,
                StageTime(
                    name=stage.name,
                    working=sum(parts[part] for part in mine if part in words.WORKS),
                    waiting=sum(parts[part] for part in mine if part not in words.WORKS),
                    note=note if stage.id == "review" else "",
                ),
            )
        )
    return times


def _loop(times: list[tuple[str, StageTime]], text: str, stage: str, share: float) -> Loop | None:
    places = [name for name, _ in times]
    if not share or stage not in places or "build" not in places:
        return None
    return Loop(places.index(stage), places.index("build"), text.format(share=words.share_text(share)))


def _title(case: Case) -> str:
    if case.lead_time_days is None:
        return gettext("There is no steady state today.")
    text = gettext("A change takes {days} working days; review is {utilization} busy.")
    return text.format(
        days=words.days_text(case.lead_time_days), utilization=words.share_text(round(case.review_utilization, 2))
    )


def _drawn(team: FlowInputs, reading: FlowReading) -> list[tuple[str, Case]]:
    """Today, coding 1.4 times as fast alone, under each preset, and the scenarios."""
    drawn = [(gettext("Today"), reading.case or case_of(team))]
    faster = WhatIf()
    drawn.append((gettext("Coding 1.4× alone"), case_of(faster.scenario().applied_to(team))))
    for preset in PRESETS:
        whatif = WhatIf(volume_percent=preset.volume_percent, size_percent=preset.size_percent)
        drawn.append((gettext(words.PRESETS[preset.id]), case_of(whatif.scenario().applied_to(team))))
    return drawn + [(each.name, each.case) for each in reading.scenarios if each.case]
