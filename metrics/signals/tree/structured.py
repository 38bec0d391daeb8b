"""Reading YAML, JSON and TOML written by strangers: bounded in size, depth and aliases, and never more than data.

YAML scalars stay text (`on` is a word, `true` is the word true), so no number or date of a hostile file is computed.
"""

import json
import re
import tomllib
from functools import lru_cache
from typing import Any

import yaml

from metrics.signals.tree.plain_yaml import MAX_KEYS, MAX_NESTING, UnusualError, first_document

MAX_CHARS = 300_000
MAX_TOML_LINE_CHARS = 2_500  # a dotted key costs the square of its length
MAX_MERGES = 60
MAX_REMEMBERED_CHARS = 20_000


class _TextLoader(yaml.CSafeLoader):
    """Plain data only: unknown tags are ignored, merge keys are bounded, scalars are text."""

    yaml_implicit_resolvers = {
        first: [pair for pair in resolvers if pair[0].endswith((":null", ":merge"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        merged = [value for key, value in node.value if key.tag.endswith(":merge")]
        n_merged = sum(len(value.value) if isinstance(value, yaml.SequenceNode) else 1 for value in merged)
        if n_merged > MAX_MERGES or len(node.value) > MAX_KEYS:
            raise yaml.YAMLError("too many merged keys")
        super().flatten_mapping(node)
        if len(node.value) > MAX_KEYS:
            raise yaml.YAMLError("too many merged keys")


def _plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_TextLoader.add_multi_constructor("!", _plain)


def load_yaml(text: str) -> Any:
    """The first document of a YAML text with every scalar as text, or None when it cannot or should not be read.

    What is returned may be shared, so nobody changes it.
    """
    return _load_short(text) if len(text) <= MAX_REMEMBERED_CHARS else _load_first(text)


def _load_first(text: str) -> Any:
    try:
        return first_document(text, whole_stream=_may_be_deep(text)) if len(text) <= MAX_CHARS else None
    except (UnusualError, yaml.YAMLError, ValueError):
        documents = load_yaml_documents(text, at_most=1)
        return documents[0] if documents else None


_load_short = lru_cache(maxsize=32)(_load_first)  # several signals read the same few files


def load_yaml_documents(text: str, *, at_most: int = 20) -> list[Any]:
    """The documents of a YAML text up to the first that cannot be read."""
    if len(text) > MAX_CHARS or _is_deep(text):
        return []
    documents: list[Any] = []
    try:
        for document in yaml.load_all(text, Loader=_TextLoader):
            documents.append(document)
            if len(documents) == at_most:
                break
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError):
        return documents
    return documents


def load_json(text: str) -> Any:
    """The data of a JSON text, comments of whole lines tolerated, or None."""
    if len(text) > MAX_CHARS:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    try:
        return json.loads(kept)
    except (ValueError, RecursionError):
        return None


def load_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text, or none when it cannot be read; shared, so nobody changes them."""
    return _parse_short(text) if len(text) <= MAX_REMEMBERED_CHARS else _parse_toml(text)


def _parse_toml(text: str) -> dict[str, Any]:
    if len(text) > MAX_CHARS or any(len(line) > MAX_TOML_LINE_CHARS for line in text.splitlines()):
        return {}
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


_parse_short = lru_cache(maxsize=32)(_parse_toml)


def table_at(data: Any, *keys: str) -> dict[str, Any]:
    """The mapping found by following these keys, or an empty one."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def texts_in(value: Any, *, at_most: int = 400) -> list[str]:
    """All text below a value, depth first and bounded, however often aliases repeat it."""
    found: list[str] = []
    waiting = [value]
    steps = 0
    while waiting and len(found) < at_most and steps < at_most * 10:
        steps += 1
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            waiting.extend(reversed(list(item.values())[:at_most]))
        elif isinstance(item, list):
            waiting.extend(reversed(item[:at_most]))
    return found


def is_true(value: Any) -> bool:
    """Whether a value says yes in YAML's or JSON's words; an expression decided later does not."""
    return value is True or (isinstance(value, str) and value.strip().lower() in {"true", "yes", "on"})


def _is_deep(text: str) -> bool:
    """Whether YAML nests beyond any file written by a person; the C composer would recurse off its stack.

    The parser proper does not recurse, so its events count the depth; most files are cleared without it.
    """
    if not _may_be_deep(text):
        return False
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_NESTING:
                return True
    except (yaml.YAMLError, ValueError):
        return False  # the error will be met again, before the place where it stands
    return False


def _may_be_deep(text: str) -> bool:
    return text.count("[") + text.count("{") > MAX_NESTING or bool(_COMPACT.search(text))


_COMPACT = re.compile(r"(?:[-?:][ \t]+){20}")
