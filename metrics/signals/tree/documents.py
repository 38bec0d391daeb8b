"""What the YAML files of a tree say, as the last run read them where their text is the same."""

import json
import re
from typing import Any

from metrics.signals.tree.structured import load_yaml
from metrics.signals.types import Tree

YAML = "yaml"
_ANCHOR = re.compile(r"(?:^|[\s\[{,:?-])&[\w-]", re.MULTILINE)  # no other sign begins a name in libyaml


def document_of(tree: Tree, path: str) -> Any:
    """What `load_yaml` says of the text at a path, or None where there is no text."""
    if path not in tree.texts:
        return None
    rows = tree.scans.of(YAML, tree.by_path[path], lambda: _written(tree.texts[path]))
    return json.loads(rows[0]) if rows else load_yaml(tree.texts[path])


def _written(text: str) -> list[str]:
    """What a YAML text says in JSON, which is read many times as fast; nothing where that would not be the same.

    Aliases would be written out each time they occur, and only a text with anchors can have any.
    """
    if _ANCHOR.search(text):
        return []
    data = load_yaml(text)
    try:
        said = json.dumps(data, separators=(",", ":"))
        return [said] if json.loads(said) == data else []
    except (TypeError, ValueError, RecursionError):
        return []
