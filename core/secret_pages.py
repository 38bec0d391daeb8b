"""Pages whose address carries a secret: one answer for every dead link, and nothing of the address to other eyes."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from core.flood import TooMany, client_address, count
from core.refusals import Refused

TEN_MINUTES = 600
WRONG_LINKS = 100  # from one address in ten minutes

SecretPage = Callable[[HttpRequest, str], HttpResponseBase]
Over = Callable[[HttpRequest, Refused], HttpResponse]


def secret_page(page: SecretPage, *, over: Over, referrer: str, robots: str) -> SecretPage:
    """The page behind its token, out of caches and search engines; `over` answers what the domain refuses."""

    @wraps(page)
    @never_cache
    @sensitive_variables("token")
    def inner(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            response = page(request, token)
        except Refused as refusal:
            response = over(request, refusal)
        response.headers["Referrer-Policy"] = referrer
        response.headers["X-Robots-Tag"] = robots
        return response

    return inner


def counted_guess(request: HttpRequest, kind: str, refusal: Refused) -> Refused:
    """What to tell whoever came with a wrong link: the refusal, or that it was too many from one address."""
    try:
        count(kind, client_address(request), limit=WRONG_LINKS, window_s=TEN_MINUTES)
    except TooMany as flood:
        return flood
    return refusal
