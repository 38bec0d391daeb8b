"""What follows when the state of somebody's sign-in changes: rows kept in step, and an event in the audit log.

Coming and going is in no organization's log: when somebody works is nobody's business there. The
receivers of Django's and allauth's signals; `connect` is called once, when the apps are ready.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.contrib.auth import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from accounts.domain import sessions
from accounts.domain.audit import record
from accounts.domain.own_account import record_own as _record
from accounts.domain.second_factor import judge_need
from accounts.models import ORGANIZATION_ROLES, Membership, User


def connect() -> None:
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(_password_changed)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_codes_made)
    social.social_account_added.connect(_provider_linked)
    social.social_account_removed.connect(_provider_unlinked)
    post_save.connect(_place_changed, sender=Membership)
    post_delete.connect(_place_changed, sender=Membership)


@transaction.atomic
def _signed_in(request: Any, user: User, **_: Any) -> None:
    judge_need(User.objects.filter(pk=user.pk))  # a place may have ended since
    sessions.begin(user, request.session, user_agent=request.META.get("HTTP_USER_AGENT", ""))
    ways = request.session.get("account_authentication_methods") or []
    record(
        "person.signed_in", by=user, on=user, about=user, way="+".join(sorted({way["method"] for way in ways})) or None
    )


@transaction.atomic
def _signed_out(request: Any, user: User | None, **_: Any) -> None:
    if user is not None and user.pk:  # nobody is left to name when leaving the last organization erased the person
        user.signed_in_sessions.filter(pk=sessions.own_row(request.session) or 0).delete()
        record("person.signed_out", by=user, on=user, about=user)


@transaction.atomic
def _password_changed(request: Any, user: User, **_: Any) -> None:
    """Django has made every other session worthless; take their rows away as well."""
    sessions.end_other_sessions(user, request.session)
    _record("password.changed", user)


@transaction.atomic
def _factor_added(user: User, authenticator: Model, **_: Any) -> None:
    judge_need(User.objects.filter(pk=user.pk))
    _record("second_factor.added", user, kind=getattr(authenticator, "type", None))


@transaction.atomic
def _factor_removed(user: User, authenticator: Model, **_: Any) -> None:
    judge_need(User.objects.filter(pk=user.pk))
    _record("second_factor.removed", user, kind=getattr(authenticator, "type", None))


@transaction.atomic
def _codes_made(user: User, **_: Any) -> None:
    _record("second_factor.codes_made", user)


@transaction.atomic
def _provider_linked(request: Any, sociallogin: Any, **_: Any) -> None:  # noqa: ARG001  # the signal's signature
    _record("provider.linked", sociallogin.user)


@transaction.atomic
def _provider_unlinked(request: Any, socialaccount: Any, **_: Any) -> None:  # noqa: ARG001  # the signal's signature
    _record("provider.unlinked", socialaccount.user)


def _place_changed(instance: Membership, *, created: bool = False, **_: Any) -> None:
    """A new place of no organization asks for nothing; whatever else happens to a place may."""
    if not created or instance.role in ORGANIZATION_ROLES or instance.user.needs_second_factor:
        judge_need(User.objects.filter(pk=instance.user_id))
