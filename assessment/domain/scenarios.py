"""What-if scenarios of an assessment: saved under a name, put into the report, deleted."""

from dataclasses import asdict

from django.db import transaction

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.evidence import rescore
from assessment.domain.flow import FlowError
from assessment.domain.flow.whatif import WhatIf
from assessment.models import Assessment, FlowScenario
from core.language import gettext
from core.refusals import Invalid, Refused

MOST = 20


@transaction.atomic
def save_scenario(assessment: Assessment, *, name: str, whatif: WhatIf, by: User | None) -> FlowScenario:
    """Keep a what-if under a name; the same name again replaces it."""
    name = name.strip()[:80]
    if not name:
        raise Invalid(gettext("Give the scenario a name."))
    try:
        whatif.scenario()
    except FlowError as wrong:
        raise Invalid(str(wrong)) from None
    others = assessment.flow_scenarios.exclude(name=name).count()
    if others >= MOST:
        raise Refused(gettext("There are {n} scenarios already; delete one before saving another.").format(n=others))
    row, _ = FlowScenario.objects.update_or_create(
        assessment=assessment, name=name, defaults={"values": asdict(whatif), "made_by": by}
    )
    record("scenario.saved", by=by, on=row, team=assessment.team)
    if row.in_report:
        rescore(assessment)
    return row


@transaction.atomic
def show_in_report(scenario: FlowScenario, *, shown: bool, by: User | None) -> None:
    """Put a scenario into the report or take it out; the result is scored again, because the report is its picture."""
    changed = FlowScenario.objects.filter(pk=scenario.pk, in_report=not shown).update(in_report=shown)
    if not changed:
        return
    verb = "scenario.put_in_report" if shown else "scenario.taken_from_report"
    record(verb, by=by, on=scenario, team=scenario.assessment.team)
    rescore(scenario.assessment)


@transaction.atomic
def delete_scenario(scenario: FlowScenario, *, by: User | None) -> None:
    assessment, shown = scenario.assessment, scenario.in_report
    record("scenario.deleted", by=by, on=scenario, team=assessment.team)
    scenario.delete()
    if shown:
        rescore(assessment)
