"""How numbers, readings and lists are written in reasons, in the active language. Imports no Django."""

from core.language import gettext, gettext_noop, number, small_word

EPSILON = 1e-9  # sums of decimal weights land a hair beside the value on paper; limits are compared with this slack
UNITS = (  # of the shipped model; a unit of another model stands as it is written there
    gettext_noop("changes"),
    gettext_noop("days"),
    gettext_noop("h (weekends removed)"),
    gettext_noop("lines"),
    gettext_noop("of inflow"),
    gettext_noop("per 100 merged changes"),
    gettext_noop("per 1000 words"),
    gettext_noop("per week"),
    gettext_noop("rounds"),
)
GRADES = (
    gettext_noop("acceptance field optional"),
    gettext_noop("acceptance field required"),
    gettext_noop("admins included stale dismissed"),
    gettext_noop("baseline or scanner"),
    gettext_noop("bypass flags found"),
    gettext_noop("config without deny"),
    gettext_noop("configured"),
    gettext_noop("configured only"),
    gettext_noop("deny or ask rules"),
    gettext_noop("dependency alerts only"),
    gettext_noop("free text template"),
    gettext_noop("fresh and linked"),
    gettext_noop("in ci"),
    gettext_noop("in ci required"),
    gettext_noop("lint only"),
    gettext_noop("live pattern found"),
    gettext_noop("no force push"),
    gettext_noop("none"),
    gettext_noop("one scanner on changes"),
    gettext_noop("owners and two reviews"),
    gettext_noop("present"),
    gettext_noop("present fresh"),
    gettext_noop("present no tests"),
    gettext_noop("present not in ci"),
    gettext_noop("present reviewed"),
    gettext_noop("required"),
    gettext_noop("review required"),
    gettext_noop("stale or conflicting"),
    gettext_noop("status checks required"),
    gettext_noop("tests on changes"),
    gettext_noop("three families blocking"),
    gettext_noop("three families on changes"),
    gettext_noop("unknown"),
)


def one_place(value: float) -> str:
    return number(f"{value + EPSILON:.1f}")


def percent(share: float) -> str:
    """The number before the sign, without decimals."""
    return f"{100 * share:.0f}"


def quantity(value: float, unit: str = "") -> str:
    """A measured value as a person writes it: shares as percentages, whole numbers without a point."""
    if unit == "share" or unit.startswith("share of"):
        rest = unit.removeprefix("share").strip()
        return _trim(100 * value, 1) + number("%") + (f" {gettext(rest)}" if rest else "")
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{_trim(value, places)} {gettext(unit) if unit else ''}".strip()


def graded(grade: str) -> str:
    return gettext(grade.replace("_", " "))


def counted(n: int, singular: str, plural: str) -> str:
    return f"{count_word(n)} {singular if n == 1 else plural}"


def count_word(n: int) -> str:
    return small_word(n) or str(n)


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _trim(value: float, places: int) -> str:
    text = f"{value:,.{places}f}"
    return number(text.rstrip("0").rstrip(".") if "." in text else text)
