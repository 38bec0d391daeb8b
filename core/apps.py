from functools import cache

from django.apps import AppConfig
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext, ngettext


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Register the system checks, and let plain modules speak the active language."""
        from core import checks  # noqa: F401  # importing registers them
        from core.language import Voice, speak_with

        speak_with(Voice(text=gettext, plural=ngettext, marks=_marks, large_nouns=_large_nouns))


def _large_nouns() -> bool:
    return (get_language() or "").startswith("de")


def _marks() -> tuple[str, str]:
    return _marks_of(get_language())


@cache
def _marks_of(language: str | None) -> tuple[str, str]:
    """The marks between whole and part and between thousands; a thin space keeps French numbers in one line."""
    decimal, thousands = (get_format(f"{name}_SEPARATOR", lang=language) for name in ("DECIMAL", "THOUSAND"))
    return str(decimal), "\N{NARROW NO-BREAK SPACE}" if str(thousands).isspace() else str(thousands)
