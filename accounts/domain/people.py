"""Adding people to organizations and teams, changing what they are there, and the link to set a password."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import Membership, Organization, Role, Team, User
from accounts.rules import runs_organization
from core.refusals import Invalid, Refused


@transaction.atomic
def add_to_team(
    team: Team, *, email: str, name: str, role: Role, ends_on: dt.date | None = None, by: User
) -> Membership:
    """Give a person a place in a team; somebody unknown becomes a user without a password."""
    user = _find_or_create(email, name)
    place = Membership(user=user, organization=team.organization, team=team)
    return _give(place, role=role, ends_on=ends_on, by=by)


@transaction.atomic
def add_to_organization(
    organization: Organization, *, email: str, name: str, role: Role, ends_on: dt.date | None = None, by: User
) -> Membership:
    """Make a person an administrator, consultant or viewer of the whole organization."""
    user = _find_or_create(email, name)
    return _give(Membership(user=user, organization=organization), role=role, ends_on=ends_on, by=by)


@transaction.atomic
def _give(place: Membership, *, role: Role, ends_on: dt.date | None, by: User) -> Membership:
    """Store a new place, or bring an ended one to life again; nobody but an administrator gives one to themselves."""
    there = place.team or place.organization
    if place.user == by and not runs_organization(by, place.organization):
        raise Refused(_("Only an administrator can change your own access."))
    check_end(role, ends_on, is_new=True)
    rows = Membership.with_ended.filter(user=place.user, organization=place.organization, team=place.team)
    if (found := rows.first()) and not found.has_ended:
        raise Refused(_("%(person)s already has a place in %(there)s.") % {"person": place.user, "there": there})
    place = found or place
    place.role, place.ends_on = role, ends_on
    place.save()
    _record("membership.added", place, by=by, role=role, ends_on=ends_on)
    return place


@transaction.atomic
def change_place(membership: Membership, *, role: Role, ends_on: dt.date | None = None, by: User) -> None:
    """Another role, another last day, or both."""
    if role != Role.ADMINISTRATOR:
        keep_an_administrator(membership)
    if (membership.role, membership.ends_on) == (role, ends_on):
        return
    check_end(role, ends_on)
    before, membership.role, membership.ends_on = membership.role, role, ends_on
    membership.save(update_fields=["role", "ends_on", "updated_at"])
    _record("membership.changed", membership, by=by, before=before, after=role, ends_on=ends_on)


def check_end(role: Role, ends_on: dt.date | None, *, is_new: bool = False) -> None:
    """Raise Invalid for a last day that cannot be; who is new cannot be removed instead."""
    if ends_on is None:
        return
    if role == Role.ADMINISTRATOR:
        raise Invalid(_("An administrator's access has no end: leave the day empty, or choose another role."))
    if ends_on < timezone.localdate():
        if is_new:
            raise Invalid(_("This day is over. Choose today or a later day."))
        raise Invalid(_("This day is over. Choose today or a later day, or remove the person."))


@transaction.atomic
def remove_membership(membership: Membership, *, by: User) -> None:
    """Take the place away; the person's account and answers stay."""
    keep_an_administrator(membership)
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
    rows = Membership.with_ended.filter(user__in=[place.user_id for place in places])
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
            _(
                "You cannot make a link for {person}. An administrator of every organization they belong to can, "
                "unless they run this installation."
            ).format(person=membership.user)
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


def keep_an_administrator(membership: Membership) -> None:
    """Raise Refused when the organization would be left without one."""
    if membership.role != Role.ADMINISTRATOR:
        return
    others = membership.organization.memberships.select_for_update().filter(role=Role.ADMINISTRATOR)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(
            _("{organization} needs an administrator. Make somebody else one first.").format(
                organization=membership.organization
            )
        )
