"""A JSON file read strictly: no NaN, no key twice, no surprise in size or depth. Pure: no Django."""

import json
from pathlib import Path
from typing import Any

MAX_BYTES = 20_000_000


class UnusableFile(Exception):
    """The file cannot be used; the message says what is wrong, where, and what would be right."""


def read_json(path: Path) -> Any:
    """The content, or UnusableFile with one sentence."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableFile(f"larger than {MAX_BYTES // 1_000_000} MB; such a file is far smaller.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnusableFile(f"cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise UnusableFile("not UTF-8 text; save it as UTF-8.") from None
    return parse_json(text)


def parse_json(text: str) -> Any:
    """The value of a JSON text, or UnusableFile with one sentence."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise UnusableFile(f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except (RecursionError, ValueError):
        raise UnusableFile("not usable JSON: nested too deeply or a number too long.") from None


def _refuse_constant(name: str) -> Any:
    raise UnusableFile(f"{name} is not a JSON number; give a finite number.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise UnusableFile(f"the key {key!r} stands twice in one object; keep one.")
        seen[key] = value
    return seen
