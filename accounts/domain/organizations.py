"""Organizations and their teams."""

from django.db import IntegrityError, transaction

from accounts.models import Membership, Organization, Role, Team, User
from core.refusals import Invalid, Refused


@transaction.atomic
def create_organization(name: str, *, by: User) -> Organization:
    """A new organization whose first administrator is its maker."""
    organization = Organization.objects.create(name=name)
    Membership.objects.create(user=by, organization=organization, role=Role.ADMINISTRATOR)
    return organization


def rename_organization(organization: Organization, *, name: str) -> None:
    organization.name = name
    organization.save(update_fields=["name", "updated_at"])


def create_team(organization: Organization, *, name: str) -> Team:
    try:
        with transaction.atomic():
            return Team.objects.create(organization=organization, name=name)
    except IntegrityError as error:
        raise _taken(name) from error


def rename_team(team: Team, *, name: str) -> None:
    try:
        with transaction.atomic():
            team.name = name
            team.save(update_fields=["name", "updated_at"])
    except IntegrityError as error:
        raise _taken(name) from error


def delete_team(team: Team) -> None:
    """Delete a team that has no assessments; results must not vanish with a click on the wrong team."""
    if team.assessments.exists():
        raise Refused(f"{team} has assessments. Delete them first if their results are no longer needed.")
    team.delete()


def _taken(name: str) -> Invalid:
    return Invalid(f"The organization already has a team called {name}. Choose another name.")
