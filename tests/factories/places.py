"""A small organization as most tests need it: Ada leads, Ben is a member, Cleo is a stranger."""

from dataclasses import dataclass

from accounts.models import Organization, Role, Team, User
from tests.factories.accounts import MembershipFactory, OrganizationFactory, TeamFactory, UserFactory


@dataclass
class Place:
    organization: Organization
    team: Team
    admin: User
    consultant: User
    lead: User
    member: User
    stranger: User

    def by_name(self, name: str) -> User:
        return getattr(self, name)


def make_place() -> Place:
    organization = OrganizationFactory(name="Nordlicht")
    team = TeamFactory(organization=organization, name="Payments")
    admin, consultant = UserFactory(name="Olga"), UserFactory(name="Carla")
    for user, role in ((admin, Role.ADMINISTRATOR), (consultant, Role.CONSULTANT)):
        MembershipFactory(user=user, team=None, organization=organization, role=role)
    lead, member = UserFactory(name="Ada"), UserFactory(name="Ben")
    MembershipFactory(user=lead, team=team, role=Role.LEAD)
    MembershipFactory(user=member, team=team, role=Role.MEMBER)
    elsewhere = MembershipFactory(user=UserFactory(name="Cleo"), role=Role.LEAD)
    return Place(organization, team, admin, consultant, lead, member, elsewhere.user)
