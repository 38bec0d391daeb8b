"""Rows by commit id, packed in blocks: a run writes what is new as one more block and hands on the others unopened.

Only what is large is compressed: unpacking would cost a run more than everything else it does with what was kept.
"""

import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

MAX_BLOCKS = 12  # with more all rows are packed anew as one
COMPRESSED_FROM = 16 << 20  # bytes
Row = list[Any]


@dataclass(frozen=True)
class Block:
    keys: list[str]
    packed: bytes

    @classmethod
    def of(cls, rows: Mapping[str, Row]) -> "Block":
        return cls(list(rows), pack(list(rows.values())))

    def rows(self) -> Iterable[tuple[str, Row]]:
        return zip(self.keys, unpack(self.packed), strict=True)


class Rows(Mapping[str, Row]):
    """What the blocks hold; of two rows of one id the later counts. Nothing is unpacked before a row is asked for."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self.blocks = list(blocks)
        self._keys = {key for block in self.blocks for key in block.keys}

    @cached_property
    def _rows(self) -> dict[str, Row]:
        return {key: row for block in self.blocks for key, row in block.rows()}

    def __getitem__(self, key: str) -> Row:
        return self._rows[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> "Iterable[str]":  # type: ignore[override]  # a set's iterator
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def with_new(self, new: Mapping[str, Row], wanted: Collection[str]) -> list[Block]:
        """The blocks for the next run: of these the ones still mostly wanted, and one of what is new or left over."""
        kept = set(wanted)
        held = [block for block in self.blocks if 2 * len(kept.intersection(block.keys)) >= len(block.keys)]
        if len(held) >= MAX_BLOCKS:
            held = []
        there = {key for block in held for key in block.keys}
        more = {key: self[key] for key in wanted if key not in there and key not in new and key in self} | dict(new)
        return [*held, Block.of(more)] if more else held


def pack(data: object) -> bytes:
    plain = json.dumps(data, separators=(",", ":")).encode()
    return plain if len(plain) < COMPRESSED_FROM else zlib.compress(plain, 1)


def unpack(packed: bytes) -> Any:
    return json.loads(packed if packed[:1] in b"[{" else zlib.decompress(packed))
