"""The life of an assessment: made as a draft, opened for answers, closed, perhaps opened again.

Every change of state is one conditional update, so a second click or a stale page changes nothing and says so.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import Team, User
from assessment.domain.other_rules import is_target_of
from assessment.events import assessment_closed, assessment_reopened
from assessment.maturity.formats import OURS
from assessment.maturity.loader import foreign_model_of, load_shipped_model, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, AssessmentState, MaturityModel
from assessment.tasks import rescore_soon
from core.refusals import Invalid, Refused

KEYSTONE_TARGET = 4
OTHER_TARGET = 3


def default_targets(model: MaturityModelFile) -> dict[str, int]:
    """Enforced on the keystones, agreed elsewhere: for most teams a good year."""
    return {p.id: KEYSTONE_TARGET if p.keystone else OTHER_TARGET for p in model.practices()}


@transaction.atomic
def create_assessment(
    team: Team,
    *,
    title: str,
    period_start_on: dt.date,
    period_end_on: dt.date,
    scope_note: str = "",
    maturity_model: MaturityModel | None = None,
    by: User | None,
) -> Assessment:
    """A draft of a maturity model, which it pins, with the default targets; of the shipped one when none is named."""
    _check_period(period_start_on, period_end_on)
    row = maturity_model or load_shipped_model()
    if row.organization_id not in {None, team.organization_id}:
        raise Invalid(_("This maturity model belongs to another organization."))
    assessment = Assessment.objects.create(
        team=team,
        maturity_model=row,
        title=title,
        period_start_on=period_start_on,
        period_end_on=period_end_on,
        scope_note=scope_note,
        target_profile=default_targets(model_of(row)) if row.rule == OURS else {},
        created_by=by,
        is_demo=team.is_demo,
    )
    record("assessment.created", by=by, on=assessment, team=team)
    return assessment


@transaction.atomic
def edit_assessment(
    assessment: Assessment,
    *,
    title: str,
    period_start_on: dt.date,
    period_end_on: dt.date,
    scope_note: str,
    by: User | None = None,
) -> None:
    _check_period(period_start_on, period_end_on)
    values = {
        "title": title,
        "period_start_on": period_start_on,
        "period_end_on": period_end_on,
        "scope_note": scope_note,
    }
    changed = [name for name, value in values.items() if getattr(assessment, name) != value]
    for name in changed:
        setattr(assessment, name, values[name])
    if changed:
        assessment.save(update_fields=[*changed, "updated_at"])
        record("assessment.edited", by=by, on=assessment, team=assessment.team, changed=changed)


@transaction.atomic
def set_targets(assessment: Assessment, targets: Mapping[str, float], *, by: User | None = None) -> None:
    """Replace the whole target profile, a level from 1 to 5 for every practice; the result follows.

    With a rule of others: a value from 0 to 3 for any practices, where the rule has targets.
    """
    _check_targets(assessment, targets)
    n_changed = sum(assessment.target_profile.get(practice) != level for practice, level in targets.items())
    n_changed += len(assessment.target_profile.keys() - targets.keys())
    assessment.target_profile = dict(targets)
    assessment.save(update_fields=["target_profile", "updated_at"])
    if n_changed:
        record("assessment.targets_set", by=by, on=assessment, team=assessment.team, changed=n_changed)
    rescore_soon(assessment.pk)


def _check_targets(assessment: Assessment, targets: Mapping[str, float]) -> None:
    if assessment.maturity_model.rule != OURS:
        model = foreign_model_of(assessment.maturity_model)
        if not all(is_target_of(model, practice, value) for practice, value in targets.items()):
            raise Invalid(_("The maturity model has no such target."))
        return
    practices = {p.id for p in model_of(assessment.maturity_model).practices()}
    if set(targets) != practices:
        raise Invalid(_("A target profile names every practice of the maturity model once."))
    if not all(1 <= level <= 5 for level in targets.values()):
        raise Invalid(_("A target is a level from 1 to 5."))


@transaction.atomic
def open_assessment(assessment: Assessment, *, by: User | None = None) -> None:
    _move(assessment, AssessmentState.DRAFT, AssessmentState.OPEN, opened_at=timezone.now())
    record("assessment.opened", by=by, on=assessment, team=assessment.team)


@transaction.atomic
def close_assessment(assessment: Assessment, *, by: User | None = None) -> None:
    _move(assessment, AssessmentState.OPEN, AssessmentState.CLOSED, closed_at=timezone.now())
    record("assessment.closed", by=by, on=assessment, team=assessment.team)
    assessment_closed.send(Assessment, assessment=assessment)


@transaction.atomic
def reopen_assessment(assessment: Assessment, *, by: User | None = None) -> None:
    _move(assessment, AssessmentState.CLOSED, AssessmentState.OPEN, closed_at=None)
    assessment_reopened.send(Assessment, assessment=assessment)
    record("assessment.reopened", by=by, on=assessment, team=assessment.team)


@transaction.atomic
def delete_assessment(assessment: Assessment, *, by: User | None = None) -> None:
    record("assessment.deleted", by=by, on=assessment, team=assessment.team)
    assessment.delete()


def _move(
    assessment: Assessment, before: AssessmentState, after: AssessmentState, **stamps: dt.datetime | None
) -> None:
    rows = Assessment.objects.filter(pk=assessment.pk, state=before)
    moved = rows.update(state=after, updated_at=timezone.now(), **stamps)
    assessment.refresh_from_db()
    if not moved:
        now = assessment.get_state_display()
        said = _("{assessment} is now “{state}”; somebody may have changed it meanwhile. Reload the page.")
        raise Refused(said.format(assessment=assessment, state=now))


def _check_period(start: dt.date, end: dt.date) -> None:
    if start > end:
        raise Invalid(_("The period ends before it starts. Put the earlier day first."))
