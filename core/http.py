"""What every answer carries: a strict content policy, an honest redirect for htmx when a login has expired, and a
sentence when the domain refuses."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme

from core.refusals import Refused

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)

GetResponse = Callable[[HttpRequest], HttpResponse]
Answer = TypeVar("Answer", bound=HttpResponseBase)


def kept_private(response: Answer) -> Answer:
    """A file for the person who asked alone: no cache keeps it, no browser guesses what it is."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class HtmxLoginRedirectMiddleware:
    """Turn the login redirect of an htmx request into HX-Redirect, so a login page never lands inside a fragment."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "htmx", None) and response.status_code == 302:
            target = response.headers.get("Location", "")
            if target.startswith(resolve_url(settings.LOGIN_URL)):
                return HttpResponse(status=204, headers={"HX-Redirect": target})
        return response


class RefusalMiddleware:
    """Answer a refusal of the domain with its sentence: a page, or one line for htmx and other non-page requests."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if getattr(request, "htmx", None):
            return HttpResponse(escape(exception.sentence), status=exception.status)
        back = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
            back = "/"
        context = {"sentence": exception.sentence, "back_url": back}
        return render(request, "refused.html", context, status=exception.status)
