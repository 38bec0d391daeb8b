"""A JSON file read strictly: no NaN, no key twice, no surprise in size or depth. Pure: no Django."""

import json
from pathlib import Path
from typing import Any

from core.language import gettext

MAX_BYTES = 20_000_000


class UnusableFile(Exception):
    """The file cannot be used; the message says what is wrong, where, and what would be right."""


def read_json(path: Path) -> Any:
    """The content, a byte-order mark left out, or UnusableFile with one sentence."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableFile(
                gettext("larger than {n} MB; such a file is far smaller.").format(n=MAX_BYTES // 1000000)
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnusableFile(gettext("cannot be read: {why}.").format(why=error.strerror or error)) from None
    except UnicodeDecodeError:
        raise UnusableFile(gettext("not UTF-8 text; save it as UTF-8.")) from None
    return parse_json(text)


def parse_json(text: str) -> Any:
    """The value of a JSON text, or UnusableFile with one sentence."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise UnusableFile(
            gettext("not JSON: {why} in line {lineno}, column {colno}.").format(
                why=error.msg, lineno=error.lineno, colno=error.colno
            )
        ) from None
    except (RecursionError, ValueError):
        raise UnusableFile(gettext("not usable JSON: nested too deeply or a number too long.")) from None


def _refuse_constant(name: str) -> Any:
    raise UnusableFile(gettext("{name} is not a JSON number; give a finite number.").format(name=name))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise UnusableFile(gettext("the key {key} stands twice in one object; keep one.").format(key=repr(key)))
        seen[key] = value
    return seen
