"""What is wrong with an installation, found before it does harm."""

import ctypes
import re
import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

FIXED_SQLITE = (3, 51, 3)  # the first release without the WAL-reset bug
PDF_LIBRARIES = ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libharfbuzz.so.0", "libpangoft2-1.0.so.0")
PDF_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@register(Tags.security)
def check_sqlite_options(**_: Any) -> list[CheckMessage]:
    """Memory mapping damaged files under load with the SQLite of Debian 12; nothing may switch it on."""
    return [
        Error(
            f"Database {alias} sets mmap_size, which can damage a SQLite file.",
            hint="Take mmap_size out of OPTIONS['init_command']; docs/decisions/sqlite.md has the measurement.",
            id="headwater.E001",
        )
        for alias in connections
        if re.search(r"\bmmap_size\s*=\s*[1-9]", str(connections[alias].settings_dict.get("OPTIONS", {})))
    ]


@register(Tags.database, deploy=True)
def check_sqlite_version(**_: Any) -> list[CheckMessage]:
    uses_sqlite = any(connections[alias].vendor == "sqlite" for alias in connections)
    if not uses_sqlite or sqlite3.sqlite_version_info >= FIXED_SQLITE:
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} has a rare bug in write-ahead logging that 3.51.3 fixes.",
            hint="Keep connections open as the settings do, back up daily, and upgrade SQLite when your system can.",
            id="headwater.W001",
        )
    ]


@register()
def check_pdf_libraries(**_: Any) -> list[CheckMessage]:
    """Load what WeasyPrint loads: Python installs the package without its libraries."""
    try:
        for soname in PDF_LIBRARIES:
            ctypes.CDLL(soname)
    except OSError as error:
        hint = f"On Debian and Ubuntu: sudo apt-get install {PDF_PACKAGES}"
        return [
            Warning(f"The PDF report cannot be drawn, a library is missing: {error}.", hint=hint, id="headwater.W003")
        ]
    return []


@register()
def check_repository_roots(**_: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"REPOSITORY_ROOTS names {root}, which is not a folder.",
            hint="Create it, or take it out of REPOSITORY_ROOTS.",
            id="headwater.W002",
        )
        for root in settings.REPOSITORY_ROOTS
        if not root.is_dir()
    ]
