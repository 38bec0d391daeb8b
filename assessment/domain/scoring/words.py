"""How numbers and lists are written in reasons. Imports nothing of ours."""

from collections.abc import Sequence

EPSILON = 1e-9  # sums of decimal weights land a hair beside the value on paper; limits are compared with this slack
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def one_place(value: float) -> str:
    return f"{value + EPSILON:.1f}"


def quantity(value: float, unit: str = "") -> str:
    """A measured value as a person writes it: shares as percentages, whole numbers without a point."""
    if unit == "share" or unit.startswith("share of"):
        rest = unit.removeprefix("share").strip()
        return f"{_trim(100 * value, 1)}%" + (f" {rest}" if rest else "")
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{_trim(value, places)} {unit}".strip()


def counted(n: int, singular: str, plural: str) -> str:
    word = SMALL[n] if 0 <= n < len(SMALL) else str(n)
    return f"{word} {singular if n == 1 else plural}"


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _trim(value: float, places: int) -> str:
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
