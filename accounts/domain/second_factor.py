"""The second factor: who must have one, and taking one away from a person who lost it.

`User.needs_second_factor` is true while the person administers or advises an organization that asks for one and has
none. It stands on the user's row, which every request reads anyway, so that asking costs no query.
"""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from accounts.domain.audit import record
from accounts.domain.sessions import end_sessions
from accounts.models import ORGANIZATION_ROLES, Membership, Organization, User
from core.refusals import Refused

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def judge_need(users: QuerySet[User]) -> None:
    """Write anew, for each of these people, whether a second factor is missing; such a person has no API token."""
    asked = Membership.objects.filter(
        user=OuterRef("pk"), role__in=ORGANIZATION_ROLES, organization__requires_second_factor=True
    )
    own = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    judged = users.annotate(missing=Exists(asked) & ~Exists(own)).values_list("pk", "needs_second_factor", "missing")
    changed = {pk: missing for pk, was, missing in judged if was != missing}
    for pk, missing in changed.items():
        User.objects.filter(pk=pk).update(needs_second_factor=missing)
        if missing:
            Token.objects.filter(user=pk).delete()


@transaction.atomic
def require_second_factor(organization: Organization, *, required: bool, by: User) -> None:
    """Ask a second factor of everybody who administers or advises the organization, or stop asking."""
    if required and not has_second_factor(by):
        raise Refused(
            _("Set up your own second factor first, on your account page; otherwise this would shut you out.")
        )
    if organization.requires_second_factor == required:
        return
    organization.requires_second_factor = required
    organization.save(update_fields=["requires_second_factor", "updated_at"])
    judge_need(User.objects.filter(memberships__organization=organization).distinct())
    verb = "organization.second_factor_required" if required else "organization.second_factor_optional"
    record(verb, by=by, on=organization, organization=organization)


def may_reset_second_factor(membership: Membership, *, by: User) -> bool:
    """Only who administers every organization the person belongs to, and nobody for whoever runs the installation."""
    person = membership.user
    runs = by.memberships.filter(role="administrator").values("organization")
    elsewhere = person.memberships.exclude(organization__in=runs).exists()
    return not (elsewhere or person.is_staff or person.is_superuser or person.pk == by.pk)


@transaction.atomic
def reset_second_factor(membership: Membership, *, by: User) -> None:
    if not may_reset_second_factor(membership, by=by):
        raise Refused(
            _(
                "You cannot reset the second factor of %(person)s. An administrator of every organization they belong "
                "to can, unless they run this installation."
            )
            % {"person": membership.user}
        )
    take_second_factor(membership.user, by=by, organization=membership.organization)


@transaction.atomic
def take_second_factor(user: User, *, by: User | None, organization: Organization | None = None) -> int:
    """Remove every app, passkey and recovery code and end the person's sessions; says how many were removed."""
    n_removed: int = Authenticator.objects.filter(user=user).delete()[0]
    end_sessions(user.signed_in_sessions.all())
    judge_need(User.objects.filter(pk=user.pk))
    record("second_factor.reset", by=by, on=user, about=user, organization=organization)
    return n_removed
