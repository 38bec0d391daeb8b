"""Pages for organizations, teams and the people in them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.domain.organizations import (
    create_organization,
    create_team,
    delete_team,
    rename_organization,
    rename_team,
)
from accounts.domain.people import (
    add_to_organization,
    add_to_team,
    change_place,
    may_have_password_link,
    password_link,
    places_with_password_link,
    remove_membership,
)
from accounts.domain.setup import is_setup_link, make_first_administrator
from accounts.forms import OrganizationForm, PersonForm, RoleForm, SetupForm, TeamForm
from accounts.models import Membership, Organization, Team
from accounts.views import fetch_organization, me
from core.permissions import require
from core.refusals import Refused

LINK_KEY = "accounts:password-link"  # in the session between adding a person and showing their link, once


def _form_page(request: HttpRequest, form: object, *, heading: str, action: str, back_url: str) -> HttpResponse:
    status = 422 if getattr(form, "errors", None) else 200
    context = {"form": form, "heading": heading, "action": action, "back_url": back_url}
    return render(request, "accounts/form.html", context, status=status)


@contextmanager
def _refusal_beside(form: forms.Form, field: str) -> Iterator[None]:
    """Say beside a field why the domain refused, so that the page comes back with what was typed."""
    try:
        yield
    except Refused as refusal:
        form.add_error(field, refusal.sentence)


def _team(request: HttpRequest, public_id: uuid.UUID, permission: str = "") -> Team:
    teams = Team.objects.for_user(request.user).select_related("organization")
    team = get_object_or_404(teams, public_id=public_id)
    if permission:
        require(request.user, permission, team)
    return team


def _membership(request: HttpRequest, public_id: uuid.UUID) -> Membership:
    rows = Membership.with_ended.for_user(request.user).select_related("user", "team__organization", "organization")
    membership = get_object_or_404(rows, public_id=public_id)
    require(request.user, "accounts.change_membership", membership)
    return membership


@login_required
@require_GET
def organization_list(request: HttpRequest) -> HttpResponse:
    teams = Prefetch("teams", queryset=Team.objects.for_user(request.user))
    organizations = Organization.objects.for_user(request.user).prefetch_related(teams)
    return render(request, "accounts/organization_list.html", {"organizations": organizations})


@login_required
@require_http_methods(["GET", "POST"])
def organization_create(request: HttpRequest) -> HttpResponse:
    require(request.user, "accounts.add_organization")
    form = OrganizationForm(request.POST or None)
    if form.is_valid():
        organization = create_organization(form.cleaned_data["name"], by=me(request))
        return redirect("accounts:organization-detail", organization.public_id)
    return _form_page(request, form, heading=_("A new organization"), action=_("Create the organization"), back_url="/")


@login_required
@require_GET
def organization_detail(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization)
    context = {
        "organization": row,
        "teams": Team.objects.for_user(request.user).filter(organization=row),
        **_people(request, Membership.with_ended.filter(organization=row, team=None)),
    }
    return render(request, "accounts/organization_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def organization_edit(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "accounts.edit_organization")
    form = OrganizationForm(request.POST or None, initial={"name": row.name})
    if form.is_valid():
        rename_organization(row, name=form.cleaned_data["name"], by=me(request))
        return redirect("accounts:organization-detail", row.public_id)
    return _form_page(
        request,
        form,
        heading=_("Rename {name}").format(name=row),
        action=_("Save the name"),
        back_url=_organization_url(row),
    )


@login_required
@require_http_methods(["GET", "POST"])
def team_create(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "accounts.add_team")
    form = TeamForm(request.POST or None)
    if form.is_valid():
        with _refusal_beside(form, "name"):
            team = create_team(row, name=form.cleaned_data["name"], by=me(request))
            return redirect("accounts:team-detail", team.public_id)
    return _form_page(
        request, form, heading=_("A new team"), action=_("Create the team"), back_url=_organization_url(row)
    )


@login_required
@require_GET
def team_detail(request: HttpRequest, team: uuid.UUID) -> HttpResponse:
    row = _team(request, team)
    may_see_people = request.user.has_perm("accounts.view_team_people", row)
    people = _people(request, Membership.with_ended.filter(team=row)) if may_see_people else {}
    assessments = row.assessments.for_user(me(request)).order_by("-period_end_on", "-pk")
    return render(request, "accounts/team_detail.html", {"team": row, "assessments": assessments, **people})


@login_required
@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, team: uuid.UUID) -> HttpResponse:
    row = _team(request, team, "accounts.edit_team")
    form = TeamForm(request.POST or None, initial={"name": row.name})
    heading = _("Rename {name}").format(name=row)
    if form.is_valid():
        with _refusal_beside(form, "name"):
            rename_team(row, name=form.cleaned_data["name"], by=me(request))
            return redirect("accounts:team-detail", row.public_id)
    return _form_page(request, form, heading=heading, action=_("Save the name"), back_url=_team_url(row))


@login_required
@require_http_methods(["GET", "POST"])
def team_delete(request: HttpRequest, team: uuid.UUID) -> HttpResponse:
    row = _team(request, team, "accounts.delete_team")
    if request.method == "POST":
        delete_team(row, by=me(request))
        messages.success(request, _("{name} is deleted.").format(name=row))
        return redirect("accounts:organization-detail", row.organization.public_id)
    context = {
        "heading": _("Delete {name}?").format(name=row),
        "loss": _("The team, the places of its people and its list of repositories will be gone for good."),
        "action": _("Delete the team"),
        "back_url": _team_url(row),
    }
    return render(request, "components/confirm.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def team_person_add(request: HttpRequest, team: uuid.UUID) -> HttpResponse:
    row = _team(request, team, "accounts.edit_team")
    form = PersonForm(request.POST or None, in_team=True)
    if form.is_valid():
        with _refusal_beside(form, "email"):
            _welcome(request, add_to_team(row, **form.cleaned_data, by=me(request)))
            return redirect("accounts:team-detail", row.public_id)
    return _form_page(
        request, form, heading=_("Add a person to {place}").format(place=row), action=_("Add"), back_url=_team_url(row)
    )


@login_required
@require_http_methods(["GET", "POST"])
def organization_person_add(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row = fetch_organization(request, organization, "accounts.edit_organization")
    form = PersonForm(request.POST or None, in_team=False)
    if form.is_valid():
        with _refusal_beside(form, "email"):
            _welcome(request, add_to_organization(row, **form.cleaned_data, by=me(request)))
            return redirect("accounts:organization-detail", row.public_id)
    return _form_page(
        request,
        form,
        heading=_("Add a person to {place}").format(place=row),
        action=_("Add"),
        back_url=_organization_url(row),
    )


@login_required
@require_http_methods(["GET", "POST"])
def membership_edit(request: HttpRequest, membership: uuid.UUID) -> HttpResponse:
    row = _membership(request, membership)
    place = {"role": row.role, "ends_on": row.ends_on}
    form = RoleForm(request.POST or None, in_team=row.team_id is not None, initial=place)
    if form.is_valid():
        with _refusal_beside(form, "role"):
            change_place(row, **form.cleaned_data, by=me(request))
            return redirect(_place_url(row))
    return _form_page(
        request,
        form,
        heading=_("What {person} may do").format(person=row.user),
        action=_("Save"),
        back_url=_place_url(row),
    )


@login_required
@require_http_methods(["GET", "POST"])
def membership_remove(request: HttpRequest, membership: uuid.UUID) -> HttpResponse:
    row = _membership(request, membership)
    place = row.team or row.organization
    if request.method == "POST":
        remove_membership(row, by=me(request))
        messages.success(request, _("{person} is no longer in {place}.").format(person=row.user, place=place))
        return redirect(_place_url(row) if row.user != request.user else "/")
    context = {
        "heading": _("Remove {person} from {place}?").format(person=row.user, place=place),
        "loss": _("{person} will no longer see {place}. Answers already given stay in the summaries.").format(
            person=row.user, place=place
        ),
        "action": _("Remove"),
        "back_url": _place_url(row),
    }
    return render(request, "components/confirm.html", context)


@login_required
@require_POST
def membership_link(request: HttpRequest, membership: uuid.UUID) -> HttpResponse:
    row = _membership(request, membership)
    request.session[LINK_KEY] = {"name": str(row.user), "path": password_link(row, by=me(request))}
    return redirect(_place_url(row))


def _welcome(request: HttpRequest, membership: Membership) -> None:
    place = membership.team or membership.organization
    messages.success(request, _("{person} is now in {place}.").format(person=membership.user, place=place))
    by = me(request)
    if not membership.user.has_usable_password() and may_have_password_link(membership, by=by):
        request.session[LINK_KEY] = {"name": str(membership.user), "path": password_link(membership, by=by)}


def _people(request: HttpRequest, places: QuerySet[Membership]) -> dict[str, object]:
    """What the list of people shows: each place, whose link may be made here, and the link made just now.

    A place that has ended is shown to those who may bring it to life again.
    """
    rows = places.select_related("user", "team", "organization").order_by("user__name", "user__email")
    people = [p for p in rows if not p.has_ended or request.user.has_perm("accounts.change_membership", p)]
    with_link = places_with_password_link(people, by=me(request))
    return {"people": people, "with_link": with_link, "new_link": _link_to_show(request)}


def _link_to_show(request: HttpRequest) -> dict[str, str] | None:
    """The set-password link made by the request before this one; shown once, then forgotten."""
    link = request.session.pop(LINK_KEY, None)
    return {"name": link["name"], "url": request.build_absolute_uri(link["path"])} if link else None


def _organization_url(organization: Organization) -> str:
    return f"/organizations/{organization.public_id}/"


def _team_url(team: Team) -> str:
    return f"/teams/{team.public_id}/"


def _place_url(membership: Membership) -> str:
    return _team_url(membership.team) if membership.team else _organization_url(membership.organization)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first administrator and sign them in.

    The address is a secret that the site's referrer policy, same-origin, keeps from other sites. The stricter
    no-referrer would make browsers post the form with `Origin: null`, which the token check rightly refuses.
    """
    if not is_setup_link(token):
        return render(request, "accounts/setup_over.html", status=410)
    form = SetupForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/setup.html", {"form": form}, status=422 if form.errors else 200)
    user = make_first_administrator(token, **form.cleaned_data)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("/")
