"""The numbers about a team's flow: written here by every origin, read here by scoring and the what-if page."""

from collections.abc import Iterable
from math import isfinite

from django.db import transaction

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.evidence import rescore
from assessment.domain.flow.given import Given, Origin, refusal_of
from assessment.domain.flow.inputs import NAMES
from assessment.domain.flow_reading import given_of
from assessment.models import Assessment, AssessmentState, FlowInput, FlowOrigin
from core.language import gettext
from core.refusals import Invalid, Refused

__all__ = ["check_open", "given_of", "record_flow_inputs", "set_flow_inputs"]


@transaction.atomic
def record_flow_inputs(assessment: Assessment, inputs: Iterable[Given], *, origin: Origin) -> int:
    """Everything one origin knows, in place of all it said before; the caller scores again. The number kept.

    For `Origin.MEASURED` and `Origin.SURVEY`. A number that is not finite is left out, as if it were not known.
    """
    assessment.flow_inputs.filter(origin=origin.value).delete()
    rows = [
        FlowInput(
            assessment=assessment,
            name=one.name,
            origin=origin.value,
            value=one.value,
            p75=one.p75,
            n=one.n,
            window_days=one.window_days,
            source=one.source[:200],
        )
        for one in inputs
        if isfinite(one.value) and (one.p75 is None or isfinite(one.p75))
    ]
    return len(FlowInput.objects.bulk_create(rows))


@transaction.atomic
def set_flow_inputs(assessment: Assessment, values: dict[str, float | None], *, by: User | None) -> None:
    """Set inputs by hand; None takes one back, so that the measured, told or default value speaks again."""
    check_open(assessment)
    for name, value in values.items():
        if name not in NAMES:
            text = gettext("There is no flow input “{name}”; known are {names}.")
            raise Invalid(text.format(name=name, names=", ".join(NAMES)))
        if value is not None and (wrong := refusal_of(name, value)):
            raise Invalid(wrong)
    mine = {row.name: row for row in assessment.flow_inputs.filter(origin=FlowOrigin.FACILITATOR)}
    changed = False
    for name, value in values.items():
        changed |= _withdraw(mine.get(name), by) if value is None else _set(assessment, mine.get(name), name, value, by)
    if changed:
        rescore(assessment)


def check_open(assessment: Assessment) -> None:
    """What was closed keeps the result it was closed with."""
    if assessment.state == AssessmentState.CLOSED:
        raise Refused(
            gettext("The assessment is closed, so that its result stays as it is. Open it again to change its numbers.")
        )


@transaction.atomic
def _set(assessment: Assessment, row: FlowInput | None, name: str, value: float, by: User | None) -> bool:
    if row is not None and row.value == value:
        return False
    FlowInput.objects.update_or_create(
        assessment=assessment, name=name, origin=FlowOrigin.FACILITATOR, defaults={"value": value, "set_by": by}
    )
    record("flow.input_set", by=by, on=assessment, team=assessment.team, name=name)
    return True


@transaction.atomic
def _withdraw(row: FlowInput | None, by: User | None) -> bool:
    if row is None:
        return False
    row.delete()
    record("flow.input_withdrawn", by=by, on=row.assessment, team=row.assessment.team, name=row.name)
    return True
