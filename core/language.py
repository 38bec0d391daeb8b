"""How plain modules speak the reader's language: texts and numbers, in whatever language is active.

Imports nothing of ours and no Django: pure modules may use it. `core.apps` plugs Django's translations in when the
program starts; without Django everything stays English.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


def _plural(one: str, many: str, n: int) -> str:
    return one if n == 1 else many


@dataclass(frozen=True)
class Voice:
    """`text` and `plural` translate; `marks` gives the active language's decimal and thousands marks; `large_nouns`
    says whether it writes nouns with a capital everywhere."""

    text: Callable[[str], str] = str
    plural: Callable[[str, str, int], str] = _plural
    marks: Callable[[], tuple[str, str]] = lambda: (".", ",")
    large_nouns: Callable[[], bool] = lambda: False


_voice = Voice()


def speak_with(voice: Voice) -> None:
    """Use these translations from now on, in this process."""
    global _voice
    _voice = voice


def gettext(text: str) -> str:
    """The text in the active language. Values come in afterwards, by `.format(name=value)`."""
    return _voice.text(text)


def ngettext(one: str, many: str, n: int) -> str:
    return _voice.plural(one, many, n)


def gettext_noop(text: str) -> str:
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return text


def in_sentence(name: str) -> str:
    """A name as it stands inside a sentence: it begins small, but not an abbreviation and not a German noun."""
    keeps = name[1:2].isupper() or _voice.large_nouns()
    return name if keeps else name[:1].lower() + name[1:]


def number(text: str) -> str:
    """A number written the English way (1,234.5, 40%) with the marks of the active language.

    German, Spanish and French, those of ours with a decimal comma, set the percent sign apart.
    """
    decimal, thousands = _voice.marks()
    sign = "\u00a0%" if decimal == "," else "%"
    return text.translate({ord("."): decimal, ord(","): thousands, ord("%"): sign})


SMALL = (
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


def small_word(n: int) -> str:
    """A count below ten as a word, for sentences; empty for others."""
    return gettext(SMALL[n]) if 0 <= n < len(SMALL) else ""


def list_text(parts: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return gettext("{parts} and {last}").format(parts=", ".join(parts[:-1]), last=parts[-1])
