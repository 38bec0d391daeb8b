"""Which Headwater made a document."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def generator() -> str:
    """Headwater and its version, as pyproject.toml states it."""
    about = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return f"Headwater {about['project']['version']}"
