"""Leaving an organization, by oneself or taken out by its administrators."""

import uuid

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.domain.leaving import account_goes_with, leave
from accounts.models import Membership, Organization, User
from accounts.views import fetch_organization, me
from core.permissions import require

KEPT = gettext_lazy("Summaries of closed surveys, results and reports stay; they carry no names.")


@login_required
@require_http_methods(["GET", "POST"])
def organization_leave(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    row, user = fetch_organization(request, organization, "accounts.leave_organization"), me(request)
    if request.method == "POST":
        if leave(row, user, by=user):
            logout(request)
        messages.success(request, _("You have left %(organization)s.") % {"organization": row})
        return redirect("/")
    heading = _("Leave %(organization)s?") % {"organization": row}
    return _confirm(request, row, user, heading=heading, action=_("Leave"))


@login_required
@require_http_methods(["GET", "POST"])
def membership_erase(request: HttpRequest, membership: uuid.UUID) -> HttpResponse:
    rows = Membership.with_ended.for_user(request.user).select_related("user", "organization")
    place = get_object_or_404(rows, public_id=membership)
    require(request.user, "accounts.erase_person", place.organization)
    texts = {"person": str(place.user), "organization": place.organization}
    if request.method == "POST":
        leave(place.organization, place.user, by=me(request))
        messages.success(request, _("%(person)s has left %(organization)s and is erased.") % texts)
        return redirect("accounts:organization-detail", place.organization.public_id)
    heading = _("Erase %(person)s from %(organization)s?") % texts
    return _confirm(request, place.organization, place.user, heading=heading, action=_("Erase"))


def _confirm(
    request: HttpRequest, organization: Organization, user: User, *, heading: str, action: str
) -> HttpResponse:
    lost = [_("Every role here ends. Named answers and comments are deleted; anonymous ones cannot be found and stay.")]
    if account_goes_with(organization, user):
        lost.append(_("This is the last organization: the account with name and e-mail address is deleted."))
    context = {"heading": heading, "loss": " ".join([*lost, str(KEPT)]), "action": action}
    context["back_url"] = f"/organizations/{organization.public_id}/"
    return render(request, "components/confirm.html", context)
