"""Files by their names, and what YAML says, among the texts of a tree, so that whoever keeps these may take note."""

from collections.abc import Mapping
from typing import Any

from metrics.signals.tree.structured import load_yaml


class Noting(Mapping[str, str]):
    """Texts that are told which names were looked for."""

    def named(self, head: str, tail: str) -> list[str]:
        """The paths that begin and end so, sorted."""
        raise NotImplementedError

    def document(self, path: str) -> Any:
        """What `load_yaml` says of the text at a path, or None."""
        raise NotImplementedError


def named(texts: Mapping[str, str], head: str, tail: str) -> list[str]:
    """The paths of texts that begin and end so, sorted."""
    if isinstance(texts, Noting):
        return texts.named(head, tail)
    return sorted(path for path in texts if path.endswith(tail) and path.startswith(head))


def document_at(texts: Mapping[str, str], path: str) -> Any:
    """What `load_yaml` says of the text at a path, or None; it may be shared, so nobody changes it."""
    return texts.document(path) if isinstance(texts, Noting) else load_yaml(texts.get(path, ""))
