"""From a report back to the assessment it was made from, and whether a report is what it says."""

import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from pydantic import TypeAdapter, ValidationError

from accounts.domain.audit import record
from accounts.models import Team, User
from assessment.domain.evidence import rescore
from assessment.domain.flow.errors import FlowError
from assessment.domain.flow.given import Given, Origin
from assessment.domain.flow.reading import FlowReading
from assessment.domain.scoring import SCORER_VERSION
from assessment.domain.strict_json import UnusableFile
from assessment.maturity.loader import load_shipped_model, model_of
from assessment.models import (
    Assessment,
    AssessmentState,
    CapContest,
    Evidence,
    EvidenceSource,
    FlowInput,
    MaturityModel,
    Result,
)
from core.language import gettext
from core.refusals import Invalid
from reports.domain.assessment_file import AssessmentFile, assessment_in
from reports.domain.seal import is_ours, issuers, seal_in

_FLOW = TypeAdapter(FlowReading)


class Verdict(StrEnum):
    GENUINE = "genuine"  # sealed here, every byte as it left
    ALTERED = "altered"  # says it was made here, and is not as it left
    ELSEWHERE = "elsewhere"  # sealed by another server, so nothing can be told
    UNSEALED = "unsealed"


@dataclass(frozen=True)
class Checked:
    verdict: Verdict
    sentence: str
    about: AssessmentFile | None


def check_report(content: bytes) -> Checked:
    """Whether this server issued these bytes and nobody changed them."""
    about = _read_or_none(content)
    if is_ours(content):
        return Checked(
            Verdict.GENUINE, gettext("This server issued this report and not one byte of it was changed."), about
        )
    if not seal_in(content):
        return Checked(Verdict.UNSEALED, gettext("This file carries no seal of Headwater."), about)
    if about is not None and about.issuer not in issuers():
        text = gettext("Another server issued this report ({issuer}); only that one can tell whether it was altered.")
        return Checked(Verdict.ELSEWHERE, text.format(issuer=about.issuer), about)
    return Checked(
        Verdict.ALTERED, gettext("This report was altered after it was issued, or its server has a new key."), about
    )


@transaction.atomic
def reopen_report(content: bytes, *, team: Team, by: User | None) -> Assessment:
    """A closed assessment of `team` with the evidence of a report, scored again. Raises Invalid with one sentence.

    Scores that do not follow from the evidence in the file are refused, whoever made it.
    """
    file = assessment_in(content)
    assessment = _assessment_of(file, team, by)
    try:
        _store_evidence(assessment, file, made_at=assessment.closed_at or assessment.created_at)
        _store_flow(assessment, file)
        result = rescore(assessment)
    except (ValidationError, UnusableFile, FlowError, KeyError, TypeError, ValueError) as wrong:
        text = gettext("The evidence in this file cannot be scored, so it was altered: {why}.")
        raise Invalid(text.format(why=str(wrong).splitlines()[0][:200])) from None
    if file.result.scorer_version == SCORER_VERSION and not _same(result, file):
        raise Invalid(gettext("The scores in this file do not follow from its evidence, so it was altered."))
    record("assessment.reopened_from_report", by=by, on=assessment, team=team, digest=file.result.digest)
    return assessment


def _read_or_none(content: bytes) -> AssessmentFile | None:
    try:
        return assessment_in(content)
    except Invalid:
        return None


def _assessment_of(file: AssessmentFile, team: Team, by: User | None) -> Assessment:
    load_shipped_model()
    model = MaturityModel.objects.for_organization(team.organization).filter(digest=file.maturity_model.digest).first()
    if model is None:
        text = gettext("This report was made with {model} {version}, which is not loaded here; load that file first.")
        raise Invalid(text.format(model=file.maturity_model.title, version=file.maturity_model.version))
    about, practices = file.assessment, {practice.id for practice in model_of(model).practices()}
    if set(file.inputs.targets) - practices or not all(1 <= level <= 5 for level in file.inputs.targets.values()):
        raise Invalid(gettext("A target in this file is not one of its maturity model, so it was altered."))
    try:
        start, end = (dt.date.fromisoformat(day) for day in (about.period_start_on, about.period_end_on))
        made_at = dt.datetime.fromisoformat(file.result.created_at)
    except ValueError:
        raise Invalid(gettext("A date in this file cannot be read, so it was altered.")) from None
    if made_at.tzinfo is None or end < start:
        raise Invalid(gettext("A date in this file cannot be read, so it was altered."))
    note = gettext("Re-opened from a report of {team}, {date}.").format(team=about.team, date=made_at.date())
    return Assessment.objects.create(
        team=team,
        maturity_model=model,
        title=about.title[:120],
        period_start_on=start,
        period_end_on=end,
        scope_note=f"{note} {about.scope_note}".strip(),
        target_profile=file.inputs.targets,
        state=AssessmentState.CLOSED,
        opened_at=made_at,
        closed_at=made_at,
        created_by=by,
        is_demo=about.is_demo or team.is_demo,
    )


def _store_evidence(assessment: Assessment, file: AssessmentFile, *, made_at: dt.datetime) -> None:
    """The rows as they were; scoring checks what is in them."""
    rows = []
    for source, practice, signal, content in file.inputs.evidence:
        n = content.get("n", 0)
        rows.append(
            Evidence(
                assessment=assessment,
                source=EvidenceSource(source),
                practice=_text(practice, 20),
                signal=_text(signal, 60),
                content=content,
                n=n if isinstance(n, int) and n >= 0 else 0,
                observed_at=made_at,
            )
        )
    subjects = [(row.source, row.practice, row.signal) for row in rows]
    if len(set(subjects)) != len(subjects):
        raise ValueError("the same evidence stands in it twice")
    Evidence.objects.bulk_create(rows)
    for practice, cap, note in file.inputs.contested:
        CapContest.objects.create(
            assessment=assessment, practice=_text(practice, 20), cap=int(cap), note=_text(note, 500)
        )


def _store_flow(assessment: Assessment, file: AssessmentFile) -> None:
    """What was measured, told or set; defaults stand in again by themselves. Scenarios are not taken over."""
    if file.result.flow is None:
        return
    given = [one for one in _FLOW.validate_python(file.result.flow).inputs if one.origin is not Origin.DEFAULT]
    FlowInput.objects.bulk_create(_flow_input(assessment, one) for one in given)


def _flow_input(assessment: Assessment, one: Given) -> FlowInput:
    return FlowInput(
        assessment=assessment,
        name=_text(one.name, 60),
        origin=one.origin.value,
        value=one.value,
        p75=one.p75,
        n=one.n,
        window_days=one.window_days,
        source=_text(one.source, 200),
    )


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"a text is missing or longer than {longest}")
    return value


def _same(result: Result, file: AssessmentFile) -> bool:
    """Whether scoring the file's evidence gives the file's scores; written and read once so that tuples are lists."""
    return bool(json.loads(json.dumps(result.score)) == file.result.score)
