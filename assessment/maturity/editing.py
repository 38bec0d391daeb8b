"""Changing values inside a YAML text while everything around them stays as it was written: comments, order, quotes.

Pure: imports neither Django nor any of our apps. A path is the keys and positions that lead to a value, as
`("dimensions", 0, "practices", 2, "weight")`. Every change is proved by reading the new text again.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from assessment.maturity.reading import parse_yaml

Path = tuple[str | int, ...]
PLAIN = re.compile(r"^[A-Za-z][A-Za-z0-9 _./()-]*[A-Za-z0-9.)]$")
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
BLOCK_SCALARS = {"|", ">"}


class CannotEdit(Exception):
    """The place cannot be changed in the text as it is written; its path says which."""

    def __init__(self, path: Path) -> None:
        super().__init__(".".join(map(str, path)))
        self.path = path


def edited(text: str, changes: Iterable[tuple[Path, Any]]) -> str:
    """The text with these values in place of those that stand there. Raises CannotEdit."""
    wanted = list(changes)
    data: Any = parse_yaml(text)
    root = _composed(text)
    spans = []
    for path, value in wanted:
        _put(data, path, value)
        spans.append((*_span(text, root, path), value))
    for start, end, lead, value in sorted(spans, key=lambda span: span[0], reverse=True):
        text = f"{text[:start]}{lead}{flow(value)}{text[end:]}"
    return _proved(text, data, wanted[0][0] if wanted else ())


def with_item(text: str, path: Path, item: Any) -> str:
    """The text with one more item at the end of the list at `path`."""
    root = _composed(text)
    node, old = _node(root, path), at(parse_yaml(text), path)
    if not isinstance(node, yaml.SequenceNode) or not isinstance(old, list):
        raise CannotEdit(path)
    if node.flow_style or not node.value:
        return edited(text, [(path, [*old, item])])
    data: Any = parse_yaml(text)
    at(data, path).append(item)
    end, indent = _end(text, node), " " * node.start_mark.column
    return _proved(f"{text[:end]}\n{indent}- {flow(item)}{text[end:]}", data, path)


def without_item(text: str, path: Path) -> str:
    """The text without the list item at `path`."""
    *parent, position = path
    root = _composed(text)
    node, old = _node(root, tuple(parent)), at(parse_yaml(text), tuple(parent))
    if not isinstance(node, yaml.SequenceNode) or not isinstance(position, int) or not 0 <= position < len(old):
        raise CannotEdit(path)
    kept = [one for n, one in enumerate(old) if n != position]
    if node.flow_style or not kept:
        return edited(text, [(tuple(parent), kept)])
    data: Any = parse_yaml(text)
    del at(data, tuple(parent))[position]
    item = node.value[position]
    return _proved(_without_lines(text, item.start_mark.index, _end(text, item)), data, path)


def with_key(text: str, path: Path, key: str, value: Any) -> str:
    """The text with one more key at the end of the mapping at `path`."""
    node, old = _node(_composed(text), path), at(parse_yaml(text), path)
    if not isinstance(node, yaml.MappingNode) or not isinstance(old, dict) or key in old:
        raise CannotEdit(path)
    if node.flow_style or not node.value:
        return edited(text, [(path, {**old, key: value})])
    data: Any = parse_yaml(text)
    at(data, path)[key] = value
    end, indent = _end(text, node), " " * node.start_mark.column
    return _proved(f"{text[:end]}\n{indent}{flow(key)}: {flow(value)}{text[end:]}", data, path)


def without_key(text: str, path: Path) -> str:
    """The text without the key at the end of `path` and what stands under it."""
    *parent, last = path
    node, old = _node(_composed(text), tuple(parent)), at(parse_yaml(text), tuple(parent))
    if not isinstance(node, yaml.MappingNode) or last not in old:
        raise CannotEdit(path)
    kept = {key: one for key, one in old.items() if key != last}
    if node.flow_style or not kept:
        return edited(text, [(tuple(parent), kept)])
    data: Any = parse_yaml(text)
    del at(data, tuple(parent))[last]
    key, value = next(pair for pair in node.value if pair[0].value == str(last))
    return _proved(_without_lines(text, key.start_mark.index, _end(text, value)), data, path)


def _without_lines(text: str, first: int, end: int) -> str:
    start, line_end = text.rfind("\n", 0, first), text.find("\n", end)
    return text[:start] + (text[line_end:] if line_end >= 0 else "")


def at(data: Any, path: Path) -> Any:
    """What stands at the path of plain data; CannotEdit where nothing does."""
    found = data
    try:
        for step in path:
            found = found[step]
    except (KeyError, IndexError, TypeError):
        raise CannotEdit(path) from None
    return found


def flow(value: Any) -> str:
    """A value as YAML on one line, read back as exactly this value."""
    if isinstance(value, str):
        return value if PLAIN.match(value) and yaml.safe_load(value) == value else _quoted(value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, float):
        shown = repr(value)
        return shown.replace("e", ".0e", 1) if "e" in shown and "." not in shown else shown
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value)


def _quoted(text: str) -> str:
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def _proved(text: str, data: Any, path: Path) -> str:
    try:
        if parse_yaml(text) == data:
            return text
    except Exception:
        raise CannotEdit(path) from None
    raise CannotEdit(path)


def _composed(text: str) -> yaml.Node:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if root is None:
        raise CannotEdit(())
    return root


def _put(data: Any, path: Path, value: Any) -> None:
    *parent, last = path
    at(data, path)
    at(data, tuple(parent))[last] = value


def _span(text: str, root: yaml.Node, path: Path) -> tuple[int, int, str]:
    """Where the value stands in the text, and what leads to the new one: a value of a mapping begins after its key."""
    *parent, last = path
    node = _node(root, tuple(parent))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(last):
                return key.end_mark.index, max(_end(text, value), key.end_mark.index), ": "
    if isinstance(node, yaml.SequenceNode) and isinstance(last, int) and last < len(node.value):
        item = node.value[last]
        return item.start_mark.index, _end(text, item), ""
    raise CannotEdit(path)


def _node(root: yaml.Node, path: Sequence[str | int]) -> yaml.Node:
    node = root
    for step in path:
        inside: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            inside = [value for key, value in node.value if key.value == str(step)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            inside = node.value[step : step + 1]
        if not inside:
            raise CannotEdit(tuple(path))
        node = inside[0]
    return node


def _end(text: str, node: yaml.Node) -> int:
    """After the last character of the node, comments and empty lines that follow left out."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    end = int(node.end_mark.index)
    if isinstance(node, yaml.ScalarNode) and node.style in BLOCK_SCALARS:
        return int(node.start_mark.index) + len(text[node.start_mark.index : end].rstrip())
    return end
