"""Where a person is signed in: one row per session, kept beside it, and ended with it."""

import re
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import SignedInSession, User

NOTE = "accounts:signed-in"  # in the session: which row is its own, under which key, and when that was last written
SEEN_EVERY_S = 600

# The first that fits: browsers claim to be their ancestors.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Chrom(e|ium)|CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """The browser and the system as a person would name them, such as “Firefox on Linux”; empty when unknown."""
    named = [next((word for mark, word in table if re.search(mark, user_agent)), "") for table in (BROWSERS, SYSTEMS)]
    return " on ".join(word for word in named if word)


def begin(user: User, session: Any, *, user_agent: str) -> None:
    """Write the row of a session that has just been signed in, and forget those whose session has expired."""
    _forget_expired(user)
    if not session.session_key:
        session.save()
    row = SignedInSession.objects.update_or_create(
        session_key=session.session_key, defaults={"user": user, "device": device_words(user_agent)}
    )[0]
    _note(session, row.pk)


def see(user: User, session: Any, *, user_agent: str) -> None:
    """Keep the row up to date; writes at most every ten minutes, or when the session got a new key."""
    note = session.get(NOTE)
    if note and note["key"] == session.session_key and timezone.now().timestamp() - note["at"] < SEEN_EVERY_S:
        return
    changes = {"session_key": session.session_key, "last_seen_at": timezone.now()}
    if note and SignedInSession.objects.filter(pk=note["row"], user=user).update(**changes):
        _note(session, note["row"])
    else:
        begin(user, session, user_agent=user_agent)


def sessions_of(user: User) -> QuerySet[SignedInSession]:
    _forget_expired(user)
    return user.signed_in_sessions.all()


def end_sessions(rows: QuerySet[SignedInSession]) -> int:
    """Sign out: delete the sessions themselves, then their rows. Returns how many there were."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    keys = list(rows.values_list("session_key", flat=True))
    for key in keys:
        store.delete(key)
    rows.delete()
    return len(keys)


def end_other_sessions(user: User, session: Any) -> int:
    note = session.get(NOTE) or {"row": None}
    return end_sessions(user.signed_in_sessions.exclude(pk=note["row"]))


def own_row(session: Any) -> int | None:
    """The key of the row that stands for this very session."""
    return (session.get(NOTE) or {}).get("row")


def _note(session: Any, row: int) -> None:
    session[NOTE] = {"row": row, "key": session.session_key, "at": timezone.now().timestamp()}


def _forget_expired(user: User) -> None:
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    user.signed_in_sessions.exclude(session_key__in=living).delete()
