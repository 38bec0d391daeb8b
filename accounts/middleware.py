"""What happens around every request of somebody signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.domain.sessions import see
from core.http import GetResponse


class SeenMiddleware:
    """Keep “last seen” on the list of sessions; it writes at most every ten minutes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and session.session_key and not session.is_empty() and request.user.is_authenticated:
            see(request.user, session, user_agent=request.META.get("HTTP_USER_AGENT", ""))
        return response


class SecondFactorMiddleware:
    """Lead who must have a second factor and has none to the page that sets one up, and nowhere else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/accounts/", "/static/", "/health/")) and getattr(
            request.user, "needs_second_factor", False
        ):
            return redirect(reverse("accounts:second-factor-missing"))
        return self.get_response(request)
