"""The pages on which a person looks after their own way in: name, address, second factor, sessions, signing up."""

import uuid
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.domain import mailed_links, sessions
from accounts.domain.own_account import change_name, end_elsewhere, end_session
from accounts.domain.second_factor import (
    has_second_factor,
    may_reset_second_factor,
    require_second_factor,
    reset_second_factor,
)
from accounts.forms import AddressForm, NameForm, SignUpForm
from accounts.models import Membership, Organization, User
from core.permissions import require
from core.refusals import Refused

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)  # every caller stands behind login_required


@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    me = _me(request)
    factors = list(Authenticator.objects.filter(user=me).order_by("created_at"))
    context = {
        "app": next((row for row in factors if row.type == Authenticator.Type.TOTP), None),
        "passkeys": [row for row in factors if row.type == Authenticator.Type.WEBAUTHN],
        "codes": next((row for row in factors if row.type == Authenticator.Type.RECOVERY_CODES), None),
        "n_sessions": sessions.sessions_of(me).count(),
        "linked": SocialAccount.objects.filter(user=me).exists(),
    }
    return render(request, "accounts/account.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def name_edit(request: HttpRequest) -> HttpResponse:
    me = _me(request)
    form = NameForm(request.POST or None, initial={"name": me.name})
    if form.is_valid():
        change_name(me, name=form.cleaned_data["name"])
        return redirect("accounts:account")
    context = {"form": form, "heading": _("Your name"), "action": _("Save"), "back_url": reverse("accounts:account")}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    rows = sessions.sessions_of(_me(request))
    context = {"sessions": rows, "current": sessions.own_row(request.session)}
    return render(request, "accounts/session_list.html", context)


@login_required
@require_POST
def session_end(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(_me(request).signed_in_sessions, public_id=session)
    _end(request, end_session(_me(request), row))
    return redirect("accounts:session-list")


@login_required
@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    _end(request, end_elsewhere(_me(request), request.session))
    return redirect("accounts:session-list")


def _end(request: HttpRequest, n_ended: int) -> None:
    sentence = ngettext("%d session is signed out.", "%d sessions are signed out.", n_ended) % n_ended
    messages.success(request, sentence)


@login_required
@require_GET
def second_factor_missing(request: HttpRequest) -> HttpResponse:
    """Where everybody is led who must have a second factor and has none."""
    asking = Organization.objects.for_user(request.user).filter(requires_second_factor=True)
    return render(request, "accounts/second_factor_missing.html", {"organizations": asking})


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth ships no types
@require_http_methods(["GET", "POST"])
def email_change(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if form.is_valid():
        if limited := ratelimit.consume_or_429(request, action="manage_email", user=request.user):
            return cast(HttpResponse, limited)
        email = form.cleaned_data["email"]
        if mailed_links.is_known(email):
            get_adapter().send_mail("account/email/address_taken", email, {})
        else:
            token = mailed_links.change_token(_me(request), email=email)
            _mail_link(request, "account/email/address_change", email, "accounts:email-confirm", token)
        return render(request, "accounts/link_sent.html", {"email": email})
    return render(request, "accounts/email_change.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def email_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opened from the mail, by the same person signed in; the button keeps mail scanners from changing anything."""
    if request.method == "POST":
        mailed_links.change_email(_me(request), token)
        messages.success(request, _("Your new e-mail address is set."))
        return redirect("accounts:account")
    email = mailed_links.email_of_change(_me(request), token)
    return render(request, "accounts/email_confirm.html", {"email": email}, status=200 if email else 410)


@require_http_methods(["GET", "POST"])
def sign_up_ask(request: HttpRequest) -> HttpResponse:
    """Closed unless SIGN_UP_DOMAINS names a domain; known and unknown addresses get the same page."""
    if not mailed_links.sign_up_is_open():
        return render(request, "account/signup_closed.html")
    form = AddressForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        if limited := ratelimit.consume_or_429(request, action="signup", key=email):
            return cast(HttpResponse, limited)
        try:
            token = mailed_links.sign_up_token(email)
        except Refused as refusal:
            form.add_error("email", refusal.sentence)
        else:
            _mail_sign_up(request, email, token)
            return render(request, "accounts/link_sent.html", {"email": email})
    return render(request, "accounts/sign_up.html", {"form": form}, status=422 if form.errors else 200)


def _mail_sign_up(request: HttpRequest, email: str, token: str) -> None:
    known = mailed_links.is_known(email)
    template = "account/email/already_here" if known else "account/email/sign_up"
    _mail_link(request, template, email, "accounts:sign-up-finish", token)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_finish(request: HttpRequest, token: str) -> HttpResponse:
    email = mailed_links.email_of_sign_up(token)
    if email is None:
        return render(request, "accounts/link_over.html", status=410)
    form = SignUpForm(request.POST or None, email=email)
    if not form.is_valid():
        context = {"form": form, "email": email}
        return render(request, "accounts/sign_up_finish.html", context, status=422 if form.errors else 200)
    login(request, mailed_links.sign_up(token, **form.cleaned_data), backend=BACKEND)
    return redirect("/")


@login_required
@require_http_methods(["GET", "POST"])
def organization_second_factor(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(Organization.objects.for_user(request.user), public_id=organization)
    require(request.user, "accounts.edit_organization", row)
    if request.method == "POST":
        require_second_factor(row, required=request.POST.get("required") == "yes", by=_me(request))
        return redirect("accounts:organization-detail", row.public_id)
    places = row.memberships.filter(team=None).select_related("user").order_by("user__name")
    factors = set(Authenticator.objects.exclude(type="recovery_codes").values_list("user", flat=True))
    without = [place.user for place in places if place.user_id not in factors]
    context = {"organization": row, "without": without, "own": has_second_factor(_me(request))}
    return render(request, "accounts/organization_second_factor.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def membership_second_factor(request: HttpRequest, membership: uuid.UUID) -> HttpResponse:
    rows = Membership.objects.for_user(request.user).select_related("user", "team", "organization")
    row = get_object_or_404(rows, public_id=membership)
    require(request.user, "accounts.edit_organization", row.organization)
    place = row.team or row.organization
    kind = "team-detail" if row.team else "organization-detail"
    if request.method == "POST":
        reset_second_factor(row, by=_me(request))
        messages.success(request, _("%(person)s signs in without a second factor now.") % {"person": row.user})
        return redirect(f"accounts:{kind}", place.public_id)
    context = {
        "person": row.user,
        "has_one": has_second_factor(row.user),
        "may": may_reset_second_factor(row, by=_me(request)),
        "back_url": reverse(f"accounts:{kind}", args=[place.public_id]),
    }
    return render(request, "accounts/second_factor_reset.html", context)


def _mail_link(request: HttpRequest, template: str, email: str, page: str, token: str) -> None:
    link = request.build_absolute_uri(reverse(page, args=[token]))
    get_adapter().send_mail(template, email, {"email": email, "link": link})
