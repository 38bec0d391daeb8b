"""The what-if page of one assessment, with its saved scenarios."""

from typing import Any

from assessment.domain.flow import FlowError
from assessment.domain.flow.given import Given, filled, team_inputs
from assessment.domain.flow.inputs import FlowInputs
from assessment.domain.flow.whatif import PRESETS, WhatIf, preset_of, whatif_from
from assessment.domain.flow_inputs import given_of
from assessment.maturity.loader import model_of
from assessment.models import Assessment
from core.language import gettext
from core.refusals import Refused
from reports.domain.flow_page import words
from reports.domain.flow_page.build import flow_page
from reports.domain.flow_page.cases import saved_cases


def page_context(assessment: Assessment, given: list[Given], whatif: WhatIf) -> dict[str, Any]:
    """Everything the page shows beside its form. Raises FlowError when an input cannot be."""
    stages = {stage.id: stage.name for stage in model_of(assessment.maturity_model).stages}
    rows = list(assessment.flow_scenarios.all())
    team = team_inputs(filled(given))
    compared = saved_cases(team, [(str(row.public_id), row.name, whatif_from(row.values)) for row in rows])
    return {
        "page": flow_page(given, whatif, stage_names=stages),
        "scenarios": [{"row": row, "case": case} for row, case in zip(rows, compared, strict=True)],
        "preset": preset_of(whatif),
    }


def preset_names() -> list[tuple[str, str]]:
    return [(each.id, gettext(words.PRESETS[each.id])) for each in PRESETS]


def team_of(assessment: Assessment) -> FlowInputs:
    """The inputs of the model as they stand; refused when one of them cannot be."""
    try:
        return team_inputs(filled(given_of(assessment)))
    except FlowError as wrong:
        raise Refused(str(wrong)) from None
