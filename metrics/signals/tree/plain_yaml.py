"""YAML without anchors, tags and merges, put together from the parser's own events: a third of the time of a loader,
which makes an object of each part first and then asks what it stands for.

Says what `metrics.signals.tree.structured` says of such a text, and leaves every other to it.
"""

from collections.abc import Callable
from typing import Any

import yaml

MAX_NESTING = 60
MAX_KEYS = 5_000

_NO_KEY = object()
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class UnusualError(Exception):
    """The text uses more of YAML than plain data, or is as deep or wide as none written by a person."""


def first_document(text: str, *, whole_stream: bool) -> Any:
    """The first document, every scalar as text; with `whole_stream` no later one may be deep either.

    Raises `UnusualError` and what the parser raises.
    """
    loader = yaml.CSafeLoader(text)
    try:
        found = _Builder().document(loader.get_event)
        if whole_stream:
            _refuse_deep(loader.get_event)
        return found
    finally:
        loader.dispose()


class _Builder:
    """Lists and mappings from the outermost to the innermost, and of each mapping the key that waits for its value."""

    def __init__(self) -> None:
        self._around: list[Any] = [[]]
        self._keys: list[Any] = [None]
        self._n_pairs = 0

    def document(self, next_event: Callable[[], Any]) -> Any:
        """The first of the stream, or None in an empty one."""
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._add(_scalar(event))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._keys.pop()
                self._add(self._around.pop())
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._begin(event, {} if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.AliasEvent:
                raise UnusualError
            elif kind is yaml.DocumentEndEvent or kind is yaml.StreamEndEvent:
                return self._around[0][0] if self._around[0] else None

    def _begin(self, event: Any, holder: Any) -> None:
        if event.tag is not None or event.anchor is not None or len(self._around) > MAX_NESTING:
            raise UnusualError
        self._around.append(holder)
        self._keys.append(_NO_KEY)

    def _add(self, value: Any) -> None:
        holder, key = self._around[-1], self._keys[-1]
        if type(holder) is list:
            holder.append(value)
        elif key is not _NO_KEY:
            holder[key] = value
            self._keys[-1] = _NO_KEY
        elif type(value) is dict or type(value) is list or self._n_pairs == MAX_KEYS:
            raise UnusualError
        else:
            self._keys[-1] = value
            self._n_pairs += 1


def _scalar(event: Any) -> str | None:
    value: str = event.value
    if event.tag is not None or event.anchor is not None or (value == "<<" and event.implicit[0]):
        raise UnusualError
    return None if event.implicit[0] and value in _NULLS else value


def _refuse_deep(next_event: Callable[[], Any]) -> None:
    depth = 0
    while type(event := next_event()) is not yaml.StreamEndEvent:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_NESTING:
            raise UnusualError
