"""Counting attempts, so that a flood is answered shortly while people get in.

Counts live in the cache, for each web process by itself unless the cache is shared, under a digest of what is counted:
no network address is kept.
"""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.refusals import Refused


class TooMany(Refused):
    status = 429


def client_address(request: HttpRequest) -> str:
    """Who is asking: the peer, or whom the proxy in front names last, where BEHIND_TLS_PROXY says there is one."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def count(what: str, whose: str, *, limit: int, window_s: int) -> None:
    """Count one attempt; raises TooMany from the one after `limit` on, until the window is over."""
    window = int(time.time() // window_s)
    key = salted_hmac("core.flood", f"{what}/{whose}/{window}", algorithm="sha256").hexdigest()
    cache.add(key, 0, timeout=window_s)
    try:
        n = cache.incr(key)
    except ValueError:  # dropped between the two calls: counting starts anew
        return
    if n > limit:
        minutes = -(-window_s // 60)
        raise TooMany(_("Too many attempts. Wait {n} minutes, then try again.").format(n=minutes))
