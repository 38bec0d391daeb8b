"""Numbers, shares, grades, windows and readings in words: one way to write them, on every page and in every report.

Speaks the active language through `core.language` and imports nothing else: pure modules may use it.
"""

from core.language import gettext, gettext_noop, ngettext, number

NOT_KNOWN = gettext_noop("not known")
GRADES = (  # those that read otherwise here than in the steps of the arithmetic, where the others are marked
    gettext_noop("in CI"),
    gettext_noop("in CI required"),
    gettext_noop("present, not in CI"),
)
UPPER = {"ci": "CI", "pr": "PR", "ai": "AI"}


def percent_text(share: float) -> str:
    """A share as a percentage; under ten percent one decimal, unless it is whole."""
    percent = round(share * 100, 1)
    if percent == round(percent) or percent >= 10:
        return number(f"{percent:.0f}%")
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
        return f"{percent_text(value)} {gettext(unit.removeprefix('share '))}"
    if unit == "ratio" or not unit:
        return number_text(value)
    return f"{number_text(value)} {gettext(unit)}"


def grade_text(grade: str) -> str:
    """present_not_in_ci becomes "present, not in CI"."""
    words = " ".join(UPPER.get(word, word) for word in grade.split("_")).replace("present not", "present, not")
    return gettext(words)


def window_text(days: int) -> str:
    """The window a reading looks back over; a tree is read as it stands."""
    return ngettext("{n} day", "{n} days", days).format(n=days) if days else gettext("as it stands")


def range_text(low_high: tuple[float, float] | None) -> str:
    """From 1.6 to 2.6; a band that reaches past an end of the ladder ends there."""
    if low_high is None:
        return ""
    low, high = (min(max(end, 1.0), 5.0) for end in low_high)
    first, last = number(f"{low:.1f}"), number(f"{high:.1f}")
    return first if first == last else gettext("{first} to {last}").format(first=first, last=last)
