"""Reading a YAML file somebody else wrote: bounded in size, without aliases, every refusal with its line.

Imports neither Django nor any of our apps.
"""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 2_000_000
MAX_DEPTH = 20


class UnreadableYaml(Exception):
    """The text is no YAML we read; the message says why, where, and what would be right."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text if line is None else f"line {line}: {text}")


class _Loader(yaml.CSafeLoader):
    """The C form of SafeLoader that refuses a key written twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        first_line: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if isinstance(key, Hashable) and key in first_line:
                text = f"the key {key!r} stands here and in line {first_line[key]}; keep one."
                raise UnreadableYaml(text, line)
            if isinstance(key, Hashable):
                first_line[key] = line
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> object:
    """The content of the file as plain data."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableYaml(
                f"the file is larger than {MAX_BYTES // 1_000_000} MB; a maturity model is far smaller."
            )
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableYaml(f"the file cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise UnreadableYaml("the file is not UTF-8 text; save it as UTF-8.") from None
    return parse_yaml(text)


def parse_yaml(text: str) -> object:
    try:
        _refuse_bombs(text)
        content: object = yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is a SafeLoader
    except yaml.YAMLError as error:
        raise UnreadableYaml(_what(error), _line_of(error)) from None
    except (ValueError, RecursionError) as error:
        raise UnreadableYaml(f"a value cannot be read: {error}.") from None
    return content


def _refuse_bombs(text: str) -> None:
    """Aliases can grow a small file without limit, and deep nesting can exhaust the stack; no model needs either."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableYaml(f"*{event.anchor} is an alias; write the value out instead.", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise UnreadableYaml(f"nested deeper than {MAX_DEPTH} levels; no part of a model is.", line)


def _what(error: yaml.YAMLError) -> str:
    parts = [getattr(error, "context", None), getattr(error, "problem", None)]
    return f"not YAML: {', '.join(part for part in parts if part) or 'it could not be parsed'}."


def _line_of(error: yaml.YAMLError) -> int | None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return None if mark is None else int(mark.line) + 1
