"""What a survey promises to those who answer it: with or without names, and the least group that is ever summed up.

Chosen by those who lead it, shown to each participant before the first question, frozen when the first one begins.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.domain.audit import record
from accounts.models import User
from core.refusals import Invalid, Refused
from surveys.domain.anonymity import FLOOR, too_small
from surveys.domain.summary import roles_shown
from surveys.models import Survey, SurveyMode

NAMED_ROLE_GROUP = 3


@dataclass(frozen=True)
class Outlook:
    """How an anonymous survey of so many people stands; `is_too_small` when it could never show anything."""

    n_invited: int
    needed: int
    is_too_small: bool


@transaction.atomic
def set_promise(
    survey: Survey, *, mode: str, minimum_group: int, facilitated_comments: bool = False, by: User | None = None
) -> None:
    """Choose what is promised; raises Refused once somebody has begun, Invalid below the least group."""
    row = Survey.objects.select_for_update().get(pk=survey.pk)
    if row.frozen_on:
        raise Refused(
            gettext("Somebody has begun to answer, so the promise stays as it is. Start a new assessment instead.")
        )
    anonymous = mode == SurveyMode.ANONYMOUS
    least = FLOOR if anonymous else 1
    if not least <= minimum_group <= 100:
        sentence = gettext("The smallest group is a number from {least} to 100. {why}")
        why = gettext("Without names it cannot be less than {floor}.").format(floor=FLOOR) if anonymous else ""
        raise Invalid(sentence.format(least=least, why=why).strip())
    survey.mode, survey.minimum_group = mode, minimum_group
    survey.minimum_role_group = minimum_group if anonymous else NAMED_ROLE_GROUP
    survey.facilitated_comments = anonymous and facilitated_comments
    fields = ("mode", "minimum_group", "minimum_role_group", "facilitated_comments")
    survey.save(update_fields=[*fields, "updated_at"])
    assessment = survey.assessment
    team = assessment.team
    record("survey.promise_set", by=by, on=assessment, team=team, mode=mode, minimum=minimum_group)


def freeze(survey: Survey) -> None:
    """From now on the promise holds; with a minimum an answer may carry the roles that enough people were asked in."""
    if survey.frozen_on:
        return
    groups = None
    if survey.minimum_group > 1:
        people = [frozenset(roles) for roles in survey.participants.values_list("roles", flat=True)]
        groups = sorted(roles_shown(people, max(survey.minimum_group, survey.minimum_role_group)))
    today = timezone.localdate()
    if Survey.objects.filter(pk=survey.pk, frozen_on=None).update(frozen_on=today, role_groups=groups):
        survey.frozen_on, survey.role_groups = today, groups
    else:
        survey.refresh_from_db(fields=["mode", "minimum_group", "frozen_on", "role_groups"])


def outlook(survey: Survey, *, n_invited: int) -> Outlook:
    needed = max(survey.minimum_group, FLOOR)
    return Outlook(n_invited, needed, survey.is_anonymous and too_small(n_invited, survey.minimum_group))


def check_may_reopen(survey: Survey) -> None:
    """A second summary beside the first would give single answers away."""
    if survey.published_at:
        raise Refused(
            gettext(
                "The answers were summed up when the assessment closed. A second sum beside the first would give "
                "single answers away, so it stays closed. Start a new assessment instead."
            )
        )
