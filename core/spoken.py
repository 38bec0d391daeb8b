"""The language in which something is said now."""

from django.utils.translation import get_language

SOURCE_LANGUAGE = "en"  # in which every text is written first


def plain_language() -> str:
    """The active language without its region."""
    return (get_language() or SOURCE_LANGUAGE).partition("-")[0]
