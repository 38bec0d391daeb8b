"""How work flows, as the result remembers it: today, the presets, and the scenarios put into the report."""

from assessment.domain.flow.errors import FlowError
from assessment.domain.flow.given import team_inputs
from assessment.domain.flow.inputs import FlowInputs
from assessment.domain.flow.lead_time import Case, case_of
from assessment.domain.flow.reading import FlowReading
from assessment.domain.flow.relief import USUAL_CODING_SPEED
from assessment.domain.flow.whatif import PRESETS, WhatIf
from core.language import gettext
from reports.domain.flow_page import build, cases, words
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import FlowSection


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
