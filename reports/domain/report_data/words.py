"""Scores, dates, counts and lists in words; how a reading is written, `core.figures` says for every page."""

import datetime as dt
import re
from collections.abc import Callable

from django.utils.dates import MONTHS

from core.figures import NOT_KNOWN, window_text
from core.language import gettext, ngettext, number, small_word

COUNTED: dict[str, Callable[[int], str]] = {
    "answer": lambda n: ngettext("{n} answer", "{n} answers", n),
    "disagreement": lambda n: ngettext("{n} disagreement", "{n} disagreements", n),
    "further action": lambda n: ngettext("{n} further action", "{n} further actions", n),
    "gate": lambda n: ngettext("{n} gate", "{n} gates", n),
    "number": lambda n: ngettext("{n} number", "{n} numbers", n),
    "observation": lambda n: ngettext("{n} observation", "{n} observations", n),
    "other practice": lambda n: ngettext("{n} other practice", "{n} other practices", n),
    "person": lambda n: ngettext("{n} person", "{n} people", n),
    "practice": lambda n: ngettext("{n} practice", "{n} practices", n),
    "repository": lambda n: ngettext("{n} repository", "{n} repositories", n),
    "signal": lambda n: ngettext("{n} signal", "{n} signals", n),
    "step": lambda n: ngettext("{n} step", "{n} steps", n),
}


def score_text(value: float | None) -> str:
    """A score on the ladder with one decimal, as 2.6."""
    return gettext(NOT_KNOWN) if value is None else number(f"{value:.1f}")


def observed_text(n: int, window_days: int) -> str:
    """What stands behind a reading, as (n = 214, 90 days)."""
    return f"n = {number(f'{n:,}')}, {window_text(window_days)}"


def signed_text(value: float, digits: int = 0) -> str:
    """With a sign, and the sign for minus that lines up with plus."""
    rounded = round(value, digits) or 0.0
    return number(f"{rounded:{'+' if rounded else ''}.{digits}f}").replace("-", "\N{MINUS SIGN}")


def date_text(day: dt.date) -> str:
    return gettext("{day} {month} {year}").format(day=day.day, month=MONTHS[day.month], year=day.year)


def period_text(start: dt.date, end: dt.date) -> str:
    return gettext("{first} to {last}").format(first=date_text(start), last=date_text(end))


def count_text(n: int, thing: str) -> str:
    """1 practice, 3 practices; the things that are counted stand in COUNTED."""
    return COUNTED[thing](n).format(n=number(f"{n:,}"))


def count_word(n: int) -> str:
    """Small counts as words, for sentences."""
    return small_word(n) or number(f"{n:,}")


def as_sentence(text: str) -> str:
    """Capital first, one full stop last."""
    stripped = text.strip()
    if not stripped:
        return ""
    ended = stripped if stripped[-1] in ".!?" else stripped + "."
    return ended[0].upper() + ended[1:]


def file_name(*parts: str) -> str:
    """A name that is safe on every system: letters of any script, digits and single hyphens."""
    joined = re.sub(r"[^\w]+", "-", "-".join(parts)).strip("-_").lower()
    return re.sub(r"-{2,}", "-", joined)[:100].strip("-") or "report"
