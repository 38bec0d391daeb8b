"""Organizations and their teams."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import Membership, Organization, Role, Team, User
from core.refusals import Invalid, Refused


@transaction.atomic
def create_organization(name: str, *, by: User) -> Organization:
    """A new organization whose first administrator is its maker."""
    organization = Organization.objects.create(name=name)
    Membership.objects.create(user=by, organization=organization, role=Role.ADMINISTRATOR)
    record("organization.created", by=by, on=organization, organization=organization)
    return organization


@transaction.atomic
def rename_organization(organization: Organization, *, name: str, by: User) -> None:
    before, organization.name = organization.name, name
    organization.save(update_fields=["name", "updated_at"])
    if before != name:
        record("organization.renamed", by=by, on=organization, organization=organization, before=before, after=name)


@transaction.atomic
def create_team(organization: Organization, *, name: str, by: User) -> Team:
    try:
        with transaction.atomic():
            team = Team.objects.create(organization=organization, name=name)
    except IntegrityError as error:
        raise _taken(name) from error
    record("team.created", by=by, on=team, team=team)
    return team


@transaction.atomic
def rename_team(team: Team, *, name: str, by: User) -> None:
    before, team.name = team.name, name
    try:
        with transaction.atomic():
            team.save(update_fields=["name", "updated_at"])
    except IntegrityError as error:
        raise _taken(name) from error
    if before != name:
        record("team.renamed", by=by, on=team, team=team, before=before, after=name)


@transaction.atomic
def delete_team(team: Team, *, by: User) -> None:
    """Delete a team that has no assessments; results must not vanish with a click on the wrong team."""
    if team.assessments.exists():
        raise Refused(
            _("{team} has assessments. Delete them first if their results are no longer needed.").format(team=team)
        )
    record("team.deleted", by=by, on=team, team=team)
    team.delete()


def _taken(name: str) -> Invalid:
    return Invalid(_("The organization already has a team called {name}. Choose another name.").format(name=name))
