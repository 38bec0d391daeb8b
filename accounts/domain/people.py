"""Adding people to organizations and teams, changing what they are there, and their first password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse

from accounts.models import Membership, Organization, Role, Team, User
from core.refusals import Refused


@transaction.atomic
def add_to_team(team: Team, *, email: str, name: str, role: Role) -> Membership:
    """Give a person a place in a team; somebody unknown becomes a user without a password."""
    user = _find_or_create(email, name)
    if team.memberships.filter(user=user).exists():
        raise Refused(f"{user} is already in {team}.")
    return Membership.objects.create(user=user, organization=team.organization, team=team, role=role)


@transaction.atomic
def add_to_organization(organization: Organization, *, email: str, name: str, role: Role) -> Membership:
    """Make a person an administrator or consultant of the whole organization."""
    user = _find_or_create(email, name)
    if organization.memberships.filter(user=user, team=None).exists():
        raise Refused(f"{user} already has a role in {organization}.")
    return Membership.objects.create(user=user, organization=organization, role=role)


@transaction.atomic
def change_role(membership: Membership, *, role: Role) -> None:
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(membership)
    membership.role = role
    membership.save(update_fields=["role", "updated_at"])


@transaction.atomic
def remove_membership(membership: Membership) -> None:
    """Take the place away; the person's account and answers stay."""
    _keep_an_administrator(membership)
    membership.delete()


def may_have_password_link(membership: Membership) -> bool:
    """Whether a set-password link for this person may be shown here.

    Only while no password is set, and only when every place of the person is in this organization: otherwise the
    administrator of one organization could enter another under somebody else's name.
    """
    user = membership.user
    if user.has_usable_password() or user.is_staff:
        return False
    return not user.memberships.exclude(organization=membership.organization_id).exists()


def password_link(membership: Membership) -> str:
    """The path under which the person sets a first password; valid once, for PASSWORD_RESET_TIMEOUT seconds."""
    if not may_have_password_link(membership):
        raise Refused(f"{membership.user} sets the password through “Forgot your password?” on the sign-in page.")
    key = default_token_generator.make_token(membership.user)
    uid = user_pk_to_url_str(membership.user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


def _find_or_create(email: str, name: str) -> User:
    found = User.objects.filter(email__iexact=email.strip()).first()
    return found or User.objects.create_user(email.strip(), name=name.strip())


def _keep_an_administrator(membership: Membership) -> None:
    if membership.role != Role.ADMINISTRATOR:
        return
    others = membership.organization.memberships.select_for_update().filter(role=Role.ADMINISTRATOR)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(f"{membership.organization} needs an administrator. Make somebody else one first.")
