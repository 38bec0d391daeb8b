"""How many have finished, by role, without saying who."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment.maturity.loader import asked_model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment
from surveys.models import Participant, ParticipantState, Survey

OTHERS = ""


@dataclass(frozen=True)
class Group:
    """Seats that stand in one line; `role` is empty for those of several small roles."""

    role: str
    name: str
    seats: tuple[Participant, ...]


@dataclass(frozen=True)
class Line:
    name: str
    n_invited: int
    n_finished: int


@dataclass(frozen=True)
class Meter:
    n_invited: int
    n_finished: int
    lines: tuple[Line, ...]


def meter(survey: Survey) -> Meter:
    seats = list(survey.participants.all())
    groups = groups_of(survey, seats, asked_model_of(survey.assessment.maturity_model))
    lines = tuple(Line(group.name, len(group.seats), _finished(group.seats)) for group in groups)
    return Meter(len(seats), _finished(seats), lines)


def meter_of(assessment: Assessment) -> Meter:
    survey = Survey.objects.filter(assessment=assessment).first()
    if survey is None:
        return Meter(0, 0, ())
    survey.assessment = assessment
    return meter(survey)


def groups_of(survey: Survey, seats: Sequence[Participant], model: MaturityModelFile) -> list[Group]:
    """Everybody by role; in an anonymous survey every person stands in one group, and no group is small."""
    names = {role.id: role.name for role in model.roles} | {OTHERS: _("Other roles")}
    order = [role.id for role in model.roles]
    groups = {role: [seat for seat in seats if role in seat.roles] for role in order}
    if survey.is_anonymous:
        groups = large_enough(first_roles(seats, order), survey.minimum_role_group)
    return [Group(role, names[role], tuple(held)) for role, held in groups.items() if held]


def first_roles(seats: Sequence[Participant], order: Sequence[str]) -> dict[str, list[Participant]]:
    """Each seat once, under the first of its roles: overlapping groups could be subtracted from one another."""
    groups: dict[str, list[Participant]] = {role: [] for role in order}
    for seat in seats:
        groups[next((role for role in order if role in seat.roles), order[0])].append(seat)
    return groups


def large_enough(groups: Mapping[str, list[Participant]], minimum: int) -> dict[str, list[Participant]]:
    """The groups that are large enough, the small ones put together; too few even then, the smallest large one joins.

    Nothing is left out, so that the total less what is shown is never a small group. Nobody is shown when all are few.
    """
    shown = {role: held for role, held in groups.items() if len(held) >= minimum}
    others = [seat for role, held in groups.items() if role not in shown for seat in held]
    while others and len(others) < minimum and shown:
        others += shown.pop(min(shown, key=lambda role: len(shown[role])))
    if others and len(others) < minimum:
        return {}
    return {**shown, OTHERS: others} if others else shown


def _finished(seats: Sequence[Participant]) -> int:
    return sum(seat.state == ParticipantState.FINISHED for seat in seats)
