"""The demonstration organization, which every administrator of the installation may look at."""

from accounts.models import Membership, Organization, Role, User

NAME = "Demonstration"


def demonstration_organization() -> Organization:
    """The one organization of demonstration data, open to all who administer a real one."""
    organization, _ = Organization.objects.get_or_create(name=NAME, is_demo=True)
    real = Membership.objects.filter(role=Role.ADMINISTRATOR, organization__is_demo=False)
    for user in User.objects.filter(pk__in=real.values("user")):
        _let_in(user, organization)
    return organization


def open_demonstrations_to(user: User) -> None:
    """For an administrator who arrives after the demonstration was built."""
    for organization in Organization.objects.filter(is_demo=True):
        _let_in(user, organization)


def _let_in(user: User, organization: Organization) -> None:
    Membership.objects.get_or_create(
        user=user, organization=organization, team=None, defaults={"role": Role.ADMINISTRATOR}
    )
