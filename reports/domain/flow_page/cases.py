"""One line for each case among others: today, the presets, the saved scenarios."""

from collections.abc import Iterable

from assessment.domain.flow.analysis import sentence_of
from assessment.domain.flow.inputs import FlowInputs
from assessment.domain.flow.lead_time import Case, case_of
from assessment.domain.flow.reading import scenario_case
from assessment.domain.flow.whatif import PRESETS, WhatIf
from core.language import gettext
from reports.domain.flow_page import types, words
from reports.domain.flow_page.words import days_text, share_text

TODAY = "today"


def preset_cases(team: FlowInputs, before: Case, whatif: WhatIf) -> tuple[types.Case, ...]:
    """The coding speed asked about under each preset: always a range of outcomes rather than one."""
    rows = [case_row(TODAY, gettext("Today"), before, before)]
    for preset in PRESETS:
        changed = WhatIf(
            whatif.coding_percent,
            whatif.coding_means,
            volume_percent=preset.volume_percent,
            size_percent=preset.size_percent,
        )
        text = gettext("{name}: volume {volume}, size {size}").format(
            name=gettext(words.PRESETS[preset.id]),
            volume=share_text(preset.volume_percent / 100, signed=True),
            size=share_text(preset.size_percent / 100, signed=True),
        )
        rows.append(case_row(preset.id, text, before, case_of(changed.scenario().applied_to(team))))
    return tuple(rows)


def case_row(key: str, name: str, before: Case, case: Case) -> types.Case:
    steady = case.lead_time_days is not None
    return types.Case(
        id=key,
        name=name,
        utilization=share_text(round(case.review_utilization, 2)),
        lead_time=days_text(case.lead_time_days) if steady else gettext("no steady state"),
        change="" if key == TODAY else change_text(before, case),
        note=sentence_of(case, n_in_review_before=before.n_in_review),
    )


def saved_cases(team: FlowInputs, saved: Iterable[tuple[str, str, WhatIf]]) -> tuple[types.Case, ...]:
    """(id, name, what-if) of each saved scenario, worked out on the inputs as they are now."""
    before = case_of(team)
    return tuple(
        case_row(key, name, before, case)
        if (case := scenario_case(team, whatif))
        else types.Case(key, name, words.NONE, words.NONE, words.NONE, gettext("It does not fit the inputs any more."))
        for key, name, whatif in saved
    )


def change_text(before: Case, after: Case) -> str:
    if not before.lead_time_days or after.lead_time_days is None:
        return words.NONE
    return share_text(after.lead_time_days / before.lead_time_days - 1, signed=True)
