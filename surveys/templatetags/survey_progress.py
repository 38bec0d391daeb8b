"""What pages below surveys (the list and the overview of assessments) show about answering."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template

from assessment.models import Assessment
from surveys.domain import meter
from surveys.domain.meter import Meter
from surveys.domain.progress import NextStep, RoleCount, Standing, next_step, role_counts, standings

register = template.Library()


@dataclass(frozen=True)
class Row:
    assessment: Assessment
    standing: Standing
    step: NextStep


@register.simple_tag
def with_next_steps(assessments: Sequence[Assessment], user: Any) -> list[Row]:
    """Each assessment with how its survey stands and what the person does next."""
    found = standings(assessments, user)
    return [
        Row(a, found[a.pk], next_step(a, found[a.pk], leads=user.has_perm("surveys.invite_people", a)))
        for a in assessments
    ]


@register.filter
def as_list(assessment: Assessment) -> list[Assessment]:
    return [assessment]


@register.simple_tag
def counts_by_role(assessment: Assessment) -> list[RoleCount]:
    return role_counts(assessment)


@register.simple_tag
def meter_of(assessment: Assessment) -> Meter:
    """How many have finished, by role, without saying who."""
    return meter.meter_of(assessment)
