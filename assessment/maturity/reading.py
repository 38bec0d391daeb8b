"""Reading a YAML file somebody else wrote: bounded in size, without aliases, every refusal with its line.

Imports neither Django nor any of our apps.
"""

import pickle
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from core.language import gettext

MAX_BYTES = 2_000_000
MAX_DEPTH = 20


class UnreadableYaml(Exception):
    """The text is no YAML we read; the message says why, where, and what would be right."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text if line is None else gettext("line {line}: {text}").format(line=line, text=text))


class _Loader(yaml.CSafeLoader):
    """The C form of SafeLoader that refuses a key written twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        first_line: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if isinstance(key, Hashable) and key in first_line:
                text = gettext("the key {key} stands here and in line {other}; keep one.").format(
                    key=repr(key), other=first_line[key]
                )
                raise UnreadableYaml(text, line)
            if isinstance(key, Hashable):
                first_line[key] = line
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> object:
    """The content of the file as plain data."""
    return parse_yaml(read_text(path))


def read_text(path: Path) -> str:
    """The text of a file of bounded size, without a byte-order mark and with plain line ends."""
    return plain(read_source(path))


def plain(source: str) -> str:
    """The text as it is worked with: no byte-order mark, every line end a line feed."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_source(path: Path) -> str:
    """The text of a file of bounded size, to the byte."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableYaml(
                gettext("the file is larger than {n} MB; a maturity model is far smaller.").format(
                    n=MAX_BYTES // 1000000
                )
            )
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UnreadableYaml(gettext("the file cannot be read: {why}.").format(why=error.strerror or error)) from None
    except UnicodeDecodeError:
        raise UnreadableYaml(gettext("the file is not UTF-8 text; save it as UTF-8.")) from None


def parse_yaml(text: str) -> object:
    """Plain data of the caller's own. The last few texts are remembered: each page of a draft reads its text again."""
    return pickle.loads(_pickled(text))  # noqa: S301 - made here, a line below


@lru_cache(maxsize=4)
def _pickled(text: str) -> bytes:
    return pickle.dumps(_parsed(text))


def _parsed(text: str) -> object:
    try:
        refuse_bombs(text)
        content: object = yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is a SafeLoader
    except yaml.YAMLError as error:
        raise UnreadableYaml(_what(error), _line_of(error)) from None
    except (ValueError, RecursionError) as error:
        raise UnreadableYaml(gettext("a value cannot be read: {error}.").format(error=error)) from None
    return content


@lru_cache(maxsize=4)
def refuse_bombs(text: str) -> None:
    """Aliases can grow a small file without limit, deep nesting can exhaust the stack, and no database takes a zero
    character in a text; no model needs any of them."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableYaml(
                gettext("*{anchor} is an alias; write the value out instead.").format(anchor=event.anchor), line
            )
        if isinstance(event, yaml.ScalarEvent) and "\0" in event.value:
            raise UnreadableYaml(gettext("a text holds a zero character; leave it out."), line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise UnreadableYaml(
                gettext("nested deeper than {max_depth} levels; no part of a model is.").format(max_depth=MAX_DEPTH),
                line,
            )


def _what(error: yaml.YAMLError) -> str:
    parts = [getattr(error, "context", None), getattr(error, "problem", None)]
    return gettext("not YAML: {why}.").format(
        why=", ".join(part for part in parts if part) or gettext("it could not be parsed")
    )


def _line_of(error: yaml.YAMLError) -> int | None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return None if mark is None else int(mark.line) + 1
