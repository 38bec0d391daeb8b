"""Choosing who answers, and in which roles of the maturity model."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext

from accounts.domain.audit import record
from accounts.models import Role, User
from assessment.maturity.loader import asked_model_of
from assessment.models import Assessment, AssessmentState
from core.refusals import Invalid, Refused
from surveys.domain.planned_missing import ENGINEER, engineers_needed, halves, left_out_for
from surveys.models import Participant, ParticipantState, Survey
from surveys.tasks import summarize_soon


def survey_of(assessment: Assessment) -> Survey:
    """The assessment's survey, made at the first need."""
    return Survey.objects.get_or_create(assessment=assessment)[0]


@transaction.atomic
def invite(survey: Survey, user: User, *, roles: Sequence[str], by: User | None = None) -> Participant:
    """Give a person of the team a seat, or change the roles of the one they have."""
    check_not_closed(survey)
    check_roles(survey, roles)
    team = survey.assessment.team
    if not team.memberships.filter(user=user).exclude(role=Role.VIEWER).exists():
        said = gettext("{person} is not in {team}. Add the person to the team first.")
        raise Invalid(said.format(person=user, team=team))
    seat, made = Participant.objects.get_or_create(survey=survey, user=user, defaults={"roles": list(roles)})
    changed = seat.roles != list(roles)
    if changed:
        _check_not_begun(survey)
        seat.roles = list(roles)
        seat.save(update_fields=["roles", "updated_at"])
    if made or changed:
        verb = "survey.seat_given" if made else "survey.seat_changed"
        record(verb, by=by, on=survey.assessment, team=team, about=user, roles=roles)
    seats_changed(survey)
    seat.refresh_from_db()
    return seat


@transaction.atomic
def withdraw(seat: Participant, *, by: User | None = None) -> None:
    """Take a seat away while it holds no answers."""
    check_not_closed(seat.survey)
    _check_not_begun(seat.survey)
    if seat.answers.exists():
        said = gettext("{person} has already answered. The answers are theirs; close the assessment instead.")
        raise Refused(said.format(person=seat.user))
    survey = seat.survey
    record("survey.seat_withdrawn", by=by, on=survey.assessment, team=survey.assessment.team, about=seat.user)
    seat.delete()
    seats_changed(survey)


def seats_changed(survey: Survey) -> None:
    """What follows when seats come, go or change their roles."""
    deal_left_out(survey)
    _note_change(survey)


def deal_left_out(survey: Survey) -> None:
    """Plan which questions each seat skips; a seat that has started keeps its plan, unless its roles changed."""
    model = asked_model_of(survey.assessment.maturity_model)
    both = halves(model, seed=str(survey.assessment.public_id))
    engineers = [p for p in survey.participants.order_by("pk") if ENGINEER in p.roles]
    plan = len(engineers) >= engineers_needed(survey.minimum_group if survey.is_anonymous else 1)
    held = [0, 0]
    for seat in sorted(engineers, key=lambda p: p.state == ParticipantState.INVITED):
        which = _half_held(seat, both) if seat.state != ParticipantState.INVITED else int(held[1] < held[0])
        skipped: list[str] = []
        if which is not None and (plan or seat.state != ParticipantState.INVITED):
            held[which] += 1
            begun = seat.state != ParticipantState.INVITED  # nobody else has answers to look for
            answered = set(seat.answers.values_list("question", flat=True)) if begun else set()
            skipped = left_out_for(model, roles=seat.roles, half=both[which], answered=answered)
        _keep(seat, skipped)
    for seat in survey.participants.exclude(left_out=[]):
        if ENGINEER not in seat.roles:
            _keep(seat, [])


def _note_change(survey: Survey) -> None:
    """The number of people asked is part of every summary."""
    survey.save(update_fields=["updated_at"])
    if survey.participants.filter(answers__isnull=False).exists():
        summarize_soon(survey.pk)


def _half_held(seat: Participant, both: tuple[frozenset[str], frozenset[str]]) -> int | None:
    for which, half in enumerate(both):
        if half & set(seat.left_out):
            return which
    return None


def _keep(seat: Participant, left_out: list[str]) -> None:
    if seat.left_out != left_out:
        seat.left_out = left_out
        seat.save(update_fields=["left_out", "updated_at"])


def check_not_closed(survey: Survey) -> None:
    if survey.assessment.state == AssessmentState.CLOSED:
        raise Refused(gettext("The assessment is closed. Open it again before you change who answers."))


def _check_not_begun(survey: Survey) -> None:
    """Without names nobody can tell whose answers a seat has; saying no to all alike tells nothing of one."""
    if survey.is_anonymous and survey.frozen_on:
        raise Refused(
            gettext(
                "Somebody has begun to answer without names, so seats and roles stay as they are: answers cannot be "
                "taken out again. You may still ask more people."
            )
        )


def check_roles(survey: Survey, roles: Sequence[str]) -> None:
    known = {role.id for role in asked_model_of(survey.assessment.maturity_model).roles}
    if not roles:
        raise Invalid(gettext("Choose at least one role for each person who answers."))
    if unknown := [role for role in roles if role not in known]:
        raise Invalid(gettext("The maturity model has no role called {role}.").format(role=unknown[0]))
