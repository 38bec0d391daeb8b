"""Numbers, levels, windows and lists in words. Every number a reader sees is written by this module."""

import datetime as dt
import re
from collections.abc import Callable, Sequence

from django.utils.dates import MONTHS

from core.language import gettext, gettext_noop, ngettext, number

NOT_KNOWN = gettext_noop("not known")
UPPER = {"ci": "CI", "pr": "PR", "ai": "AI"}
COUNT_WORDS = (
    gettext_noop("no"),
    gettext_noop("one"),
    gettext_noop("two"),
    gettext_noop("three"),
    gettext_noop("four"),
    gettext_noop("five"),
    gettext_noop("six"),
    gettext_noop("seven"),
    gettext_noop("eight"),
    gettext_noop("nine"),
)
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


def range_text(low_high: tuple[float, float] | None) -> str:
    """From 1.6 to 2.6; a band that reaches past an end of the ladder ends there."""
    if low_high is None:
        return ""
    low, high = (min(max(end, 1.0), 5.0) for end in low_high)
    first, last = number(f"{low:.1f}"), number(f"{high:.1f}")
    return first if first == last else gettext("{first} to {last}").format(first=first, last=last)


def percent_text(share: float) -> str:
    """A share as a percentage; under ten percent one decimal, unless it is whole."""
    percent = round(share * 100, 1)
    if percent == round(percent) or percent >= 10:
        return f"{percent:.0f}%"
    return number(f"{percent:.1f}%")


def number_text(value: float) -> str:
    """At most three significant figures, thousands apart, no empty decimals."""
    if abs(value) >= 100:
        return number(f"{value:,.0f}")
    digits = 1 if abs(value) >= 10 else 2
    return number(f"{value:.{digits}f}".rstrip("0").rstrip("."))


def value_text(value: float | None, grade: str | None, unit: str) -> str:
    """A reading as a reader says it: 34%, 31 h, 412 lines, or the words of a grade."""
    if grade:
        return grade_text(grade)
    if value is None:
        return gettext(NOT_KNOWN)
    if unit == "share":
        return percent_text(value)
    if unit.startswith("share of "):
        return f"{percent_text(value)} {unit.removeprefix('share ')}"
    if unit == "ratio" or not unit:
        return number_text(value)
    return f"{number_text(value)} {unit}"


def grade_text(grade: str) -> str:
    """present_not_in_ci becomes "present, not in CI"."""
    words = [UPPER.get(word, word) for word in grade.split("_")]
    return " ".join(words).replace("present not", "present, not")


def window_text(days: int) -> str:
    """The window a reading looks back over; a tree is read as it stands."""
    return gettext("{n} days").format(n=days) if days else gettext("as it stands")


def observed_text(n: int, window_days: int) -> str:
    """What stands behind a reading, as (n = 214, 90 days)."""
    return f"n = {number(f'{n:,}')}, {window_text(window_days)}"


def signed_text(value: float, digits: int = 0) -> str:
    """With a sign, and the sign for minus that lines up with plus."""
    return number(f"{value:+.{digits}f}").replace("-", "\N{MINUS SIGN}")


def date_text(day: dt.date) -> str:
    return gettext("{day} {month} {year}").format(day=day.day, month=MONTHS[day.month], year=day.year)


def period_text(start: dt.date, end: dt.date) -> str:
    return gettext("{first} to {last}").format(first=date_text(start), last=date_text(end))


def count_text(n: int, thing: str) -> str:
    """1 practice, 3 practices; the things that are counted stand in COUNTED."""
    return COUNTED[thing](n).format(n=number(f"{n:,}"))


def count_word(n: int) -> str:
    """Small counts as words, for sentences."""
    return gettext(COUNT_WORDS[n]) if 0 <= n < len(COUNT_WORDS) else number(f"{n:,}")


def list_text(parts: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return gettext("{parts} and {last}").format(parts=", ".join(parts[:-1]), last=parts[-1])


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
