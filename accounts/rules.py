"""Who a person is to an organization and a team; every verb in the product is built from these predicates.

A predicate reads the person's places once (`user.memberships`, prefetched; ended ones are not among them) and compares
keys: asking ten times on one page costs one query. Roles are spelled as in `accounts.models.Role`, which stands above
this module.
"""

from typing import Any

import rules
from django.db.models import prefetch_related_objects

RUNS = frozenset({"administrator"})
ADVISES = frozenset({"administrator", "consultant"})
WORKS = frozenset({"lead", "member"})
VIEWS = frozenset({"viewer"})


def _places(user: Any) -> list[Any]:
    if not user.is_authenticated or not user.is_active:
        return []
    prefetch_related_objects([user], "memberships")
    return list(user.memberships.all())


def _has_organization_role(user: Any, organization_id: int, roles: frozenset[str]) -> bool:
    return any(p.team_id is None and p.organization_id == organization_id and p.role in roles for p in _places(user))


@rules.predicate
def runs_organization(user: Any, organization: Any) -> bool:
    return _has_organization_role(user, organization.pk, RUNS)


@rules.predicate
def advises_organization(user: Any, organization: Any) -> bool:
    return _has_organization_role(user, organization.pk, ADVISES)


@rules.predicate
def belongs_to_organization(user: Any, organization: Any) -> bool:
    return any(p.organization_id == organization.pk for p in _places(user))


@rules.predicate
def runs_organization_of_team(user: Any, team: Any) -> bool:
    return _has_organization_role(user, team.organization_id, RUNS)


@rules.predicate
def advises_team(user: Any, team: Any) -> bool:
    """Administrators and consultants of the organization the team belongs to."""
    return _has_organization_role(user, team.organization_id, ADVISES)


@rules.predicate
def leads_team(user: Any, team: Any) -> bool:
    return any(p.team_id == team.pk and p.role == "lead" for p in _places(user))


@rules.predicate
def is_in_team(user: Any, team: Any) -> bool:
    return any(p.team_id == team.pk and p.role in WORKS for p in _places(user))


@rules.predicate
def views_team(user: Any, team: Any) -> bool:
    """Viewers of the team or of its whole organization: they read results and reports, and nothing else."""
    in_team = any(p.team_id == team.pk and p.role == "viewer" for p in _places(user))
    return in_team or _has_organization_role(user, team.organization_id, VIEWS)


@rules.predicate
def may_change_membership(user: Any, membership: Any) -> bool:
    """A place in a team belongs to those who staff the team; a place in the organization to its administrators.

    Only an administrator changes a place of their own: nobody lengthens their own access.
    """
    if runs_organization(user, membership.organization):
        return True
    return membership.team_id is not None and membership.user_id != user.pk and staffs_team(user, membership.team)


staffs_team = advises_team | leads_team
sees_team = staffs_team | is_in_team
reads_team = sees_team | views_team

rules.add_perm("accounts.add_organization", rules.is_staff)
rules.add_perm("accounts.edit_organization", runs_organization)
rules.add_perm("accounts.view_organization_people", advises_organization)
rules.add_perm("accounts.view_audit", runs_organization)
rules.add_perm("accounts.erase_person", runs_organization)
rules.add_perm("accounts.leave_organization", belongs_to_organization)
rules.add_perm("accounts.add_team", advises_organization)
rules.add_perm("accounts.view_team_people", sees_team)
rules.add_perm("accounts.edit_team", staffs_team)
rules.add_perm("accounts.delete_team", runs_organization_of_team)
rules.add_perm("accounts.change_membership", may_change_membership)
