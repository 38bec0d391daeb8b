"""Adding people to organizations and teams, changing what they are there, and the link to set a password."""

from collections.abc import Sequence
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse

from accounts.domain.audit import record
from accounts.models import Membership, Organization, Role, Team, User
from core.refusals import Refused


@transaction.atomic
def add_to_team(team: Team, *, email: str, name: str, role: Role, by: User) -> Membership:
    """Give a person a place in a team; somebody unknown becomes a user without a password."""
    user = _find_or_create(email, name)
    if team.memberships.filter(user=user).exists():
        raise Refused(f"{user} is already in {team}.")
    place = Membership.objects.create(user=user, organization=team.organization, team=team, role=role)
    _record("membership.added", place, by=by, role=role)
    return place


@transaction.atomic
def add_to_organization(organization: Organization, *, email: str, name: str, role: Role, by: User) -> Membership:
    """Make a person an administrator or consultant of the whole organization."""
    user = _find_or_create(email, name)
    if organization.memberships.filter(user=user, team=None).exists():
        raise Refused(f"{user} already has a role in {organization}.")
    place = Membership.objects.create(user=user, organization=organization, role=role)
    _record("membership.added", place, by=by, role=role)
    return place


@transaction.atomic
def change_role(membership: Membership, *, role: Role, by: User) -> None:
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(membership)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role", "updated_at"])
    if before != role:
        _record("membership.changed", membership, by=by, before=before, after=role)


@transaction.atomic
def remove_membership(membership: Membership, *, by: User) -> None:
    """Take the place away; the person's account and answers stay."""
    _keep_an_administrator(membership)
    _record("membership.removed", membership, by=by, role=membership.role)
    membership.delete()


def places_with_password_link(places: Sequence[Membership], *, by: User) -> set[int]:
    """The keys of those places whose person may be given a set-password link by this user.

    An administrator of every organization the person belongs to may always make one; others only while no password is
    set and every place of the person is in this organization. Otherwise the administrator of one organization could
    enter another under somebody else's name. Nobody makes one for staff, who may do more than any organization allows.
    """
    prefetch_related_objects([by], "memberships")
    run = {place.organization_id for place in by.memberships.all() if place.role == Role.ADMINISTRATOR}
    belongs: dict[int, set[int]] = {}
    rows = Membership.objects.filter(user__in=[place.user_id for place in places])
    for user_id, organization_id in rows.values_list("user", "organization"):
        belongs.setdefault(user_id, set()).add(organization_id)
    return {
        place.pk
        for place in places
        if not (place.user.is_staff or place.user.is_superuser or place.user_id == by.pk)
        and (
            belongs[place.user_id] <= run
            or (not place.user.has_usable_password() and belongs[place.user_id] == {place.organization_id})
        )
    }


def may_have_password_link(membership: Membership, *, by: User) -> bool:
    return membership.pk in places_with_password_link([membership], by=by)


@transaction.atomic
def password_link(membership: Membership, *, by: User) -> str:
    """The path under which the person sets a password; valid once, for PASSWORD_RESET_TIMEOUT seconds."""
    if not may_have_password_link(membership, by=by):
        raise Refused(
            f"You cannot make a link for {membership.user}. An administrator of every organization they belong to can, "
            "unless they run this installation."
        )
    _record("membership.link_made", membership, by=by)
    key = default_token_generator.make_token(membership.user)
    uid = user_pk_to_url_str(membership.user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


def _record(verb: str, place: Membership, *, by: User, **facts: Any) -> None:
    record(verb, by=by, on=place, team=place.team, organization=place.organization, about=place.user, **facts)


def _find_or_create(email: str, name: str) -> User:
    found = User.objects.filter(email__iexact=email.strip()).first()
    return found or User.objects.create_user(email.strip(), name=name.strip())


def _keep_an_administrator(membership: Membership) -> None:
    if membership.role != Role.ADMINISTRATOR:
        return
    others = membership.organization.memberships.select_for_update().filter(role=Role.ADMINISTRATOR)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(f"{membership.organization} needs an administrator. Make somebody else one first.")
