"""Links to a report: made, listed and revoked by those who may, and the one page behind a link."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment.views import fetch_assessment
from core.flood import client_address, count
from core.permissions import require
from core.refusals import Refused
from core.secret_pages import TEN_MINUTES, SecretPage, counted_guess, secret_page
from reports.domain.branding import look_by_digest
from reports.domain.render import download_name
from reports.domain.sharing import (
    ShareOver,
    links_of,
    live_link,
    note_link_download,
    password_opens,
    revoke_link,
    share_report,
    ticket_for,
    ticket_opens,
)
from reports.forms import ShareForm
from reports.models import ShareLink
from reports.views import fetch_report

PASSWORDS_FROM_ADDRESS = 10  # for one link in ten minutes
PASSWORDS_FOR_LINK = 50


@login_required
@require_GET
def share_list(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "reports.share_report")
    return render(request, "reports/share_list.html", {"assessment": row, "links": links_of(row)})


@never_cache
@sensitive_variables("token", "address")
@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    row = fetch_report(request, report)
    require(request.user, "reports.share_report", row.result.assessment)
    form = ShareForm(request.POST or None)
    context = {"report": row, "assessment": row.result.assessment, "form": form}
    if not form.is_valid():
        return render(request, "reports/share.html", context, status=422 if form.errors else 200)
    link, token = share_report(row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # signed in
    address = request.build_absolute_uri(reverse("reports:shared", args=[token]))
    return render(request, "reports/share_made.html", {**context, "link": link, "address": address})


@login_required
@require_POST
def share_revoke(request: HttpRequest, link: uuid.UUID) -> HttpResponse:
    rows = ShareLink.objects.for_user(request.user).select_related("report__result__assessment__team")
    row = get_object_or_404(rows, public_id=link)
    require(request.user, "reports.share_report", row.report.result.assessment)
    revoke_link(row, by=request.user)  # type: ignore[arg-type]  # signed in
    messages.success(request, _("The link leads nowhere from now on."))
    return redirect("reports:share-list", row.report.result.assessment.public_id)


def shared_page(page: SecretPage) -> SecretPage:
    return secret_page(page, over=_over, referrer="no-referrer", robots="noindex, nofollow")


def _over(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if isinstance(refusal, ShareOver):
        refusal = counted_guess(request, "wrong-share", refusal)
    context = {"sentence": refusal.sentence, "user": AnonymousUser()}
    return render(request, "reports/shared_over.html", context, status=refusal.status)


@csrf_exempt  # the secret in the address is the right, no cookie; and no-referrer makes browsers withhold the origin
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@shared_page
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """The report behind a link: what it is and a button; behind a password nothing is told before it is given."""
    link = live_link(token)
    is_open = not link.password or ticket_opens(link, request.POST.get("ticket", ""))
    if is_open and "download" in request.POST:
        return _download(link)
    is_wrong = False
    if request.method == "POST" and not is_open:
        count(
            "share-password", f"{link.pk}/{client_address(request)}", limit=PASSWORDS_FROM_ADDRESS, window_s=TEN_MINUTES
        )
        count("share-password", str(link.pk), limit=PASSWORDS_FOR_LINK, window_s=TEN_MINUTES)
        is_open = password_opens(link, request.POST.get("password", ""))
        is_wrong = not is_open
    context = {"link": link, "is_open": is_open, "is_wrong": is_wrong, "user": AnonymousUser()}
    if is_open:
        context |= {
            "ticket": ticket_for(link),
            "look": look_by_digest(link.report.brand),
            "size": link.report.file.size,
        }
    return render(request, "reports/shared.html", context, status=422 if is_wrong else 200)


def _download(link: ShareLink) -> HttpResponseBase:
    content = link.report.file.open("rb")
    note_link_download(link)
    response = FileResponse(
        content, as_attachment=True, filename=download_name(link.report), content_type="application/pdf"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
