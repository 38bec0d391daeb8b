"""Numbers, levels, windows and lists in words. Every number a reader sees is written by this module."""

import datetime as dt
import re
from collections.abc import Sequence

NOT_KNOWN = "not known"
UPPER = {"ci": "CI", "pr": "PR", "ai": "AI"}
COUNT_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def score_text(value: float | None) -> str:
    """A score on the ladder with one decimal, as 2.6."""
    return NOT_KNOWN if value is None else f"{value:.1f}"


def range_text(low_high: tuple[float, float] | None) -> str:
    """From 1.6 to 2.6; a band that reaches past an end of the ladder ends there."""
    if low_high is None:
        return ""
    low, high = (min(max(end, 1.0), 5.0) for end in low_high)
    first, last = f"{low:.1f}", f"{high:.1f}"
    return first if first == last else f"{first} to {last}"


def percent_text(share: float) -> str:
    """A share as a percentage; under ten percent one decimal, unless it is whole."""
    percent = round(share * 100, 1)
    if percent == round(percent) or percent >= 10:
        return f"{percent:.0f}%"
    return f"{percent:.1f}%"


def number_text(value: float) -> str:
    """At most three significant figures, thousands apart, no empty decimals."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def value_text(value: float | None, grade: str | None, unit: str) -> str:
    """A reading as a reader says it: 34%, 31 h, 412 lines, or the words of a grade."""
    if grade:
        return grade_text(grade)
    if value is None:
        return NOT_KNOWN
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
    return f"{days} days" if days else "as it stands"


def observed_text(n: int, window_days: int) -> str:
    """What stands behind a reading, as (n = 214, 90 days)."""
    return f"n = {n:,}, {window_text(window_days)}"


def signed_text(value: float, digits: int = 0) -> str:
    """With a sign, and the sign for minus that lines up with plus."""
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def date_text(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def period_text(start: dt.date, end: dt.date) -> str:
    return f"{date_text(start)} to {date_text(end)}"


def count_text(n: int, one: str, many: str = "") -> str:
    """1 answer, 3 answers."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def count_word(n: int) -> str:
    """Small counts as words, for sentences."""
    return COUNT_WORDS[n] if 0 <= n < len(COUNT_WORDS) else f"{n:,}"


def list_text(parts: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


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
