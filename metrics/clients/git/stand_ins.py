"""Laying down the few commits that stand in for the history of merges: as one pack, in two writes, gone after use.

Loose, they are a file and often a folder each, and those took longer to make and to take away than the merging itself.
The format is git's own (`gitformat-pack`): version 2 of the pack and of its index.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from metrics.clients.git.clone import Copy
from metrics.signals.history.bases import Shape

COMMIT = 1  # its number among the kinds of objects in a pack
Sides = tuple[str, str]


@contextmanager
def laid_down(copy: Copy, shapes: Sequence[Shape]) -> Iterator[list[Sides]]:
    """The ids of both sides of each shape; the commits are there while the block runs."""
    contents: dict[bytes, bytes] = {}
    sides = [_sides(shape, contents) for shape in shapes]
    if not contents:
        yield sides
        return
    files = _write_pack(copy.path / "objects" / "pack", contents, _hash_of(shapes[0].commits[0].tree))
    try:
        yield sides
    finally:
        for file in files:
            file.unlink(missing_ok=True)


def _sides(shape: Shape, contents: dict[bytes, bytes]) -> Sides:
    """The ids of a shape's sides; adds the text of its commits to the contents."""
    shas: list[str] = []
    for one in shape.commits:
        parents = "".join(f"parent {shas[n]}\n" for n in one.parents)
        who = f"x <> {max(0, one.committed_s)} +0000"
        content = f"tree {one.tree}\n{parents}author {who}\ncommitter {who}\n\n".encode()
        oid = hashlib.new(_hash_of(one.tree), b"commit %d\0%b" % (len(content), content), usedforsecurity=False)
        contents[oid.digest()] = content
        shas.append(oid.hexdigest())
    return shas[shape.sides[0]], shas[shape.sides[1]]


def _hash_of(tree: str) -> str:
    return "sha1" if len(tree) == 40 else "sha256"


def _write_pack(folder: Path, contents: dict[bytes, bytes], hash_name: str) -> tuple[Path, Path]:
    """The pack and its index, of objects by id; the index last, as git looks for it."""
    parts = [b"PACK" + _number(2) + _number(len(contents))]
    found: dict[bytes, tuple[int, int]] = {}  # where each begins, and its checksum
    at = len(parts[0])
    for oid, content in contents.items():
        stored = _header(len(content)) + zlib.compress(content, 0)
        found[oid] = at, zlib.crc32(stored)
        parts.append(stored)
        at += len(stored)
    checksum = hashlib.new(hash_name, b"".join(parts), usedforsecurity=False).digest()
    index = b"".join(_index(found, checksum))
    index += hashlib.new(hash_name, index, usedforsecurity=False).digest()
    folder.mkdir(exist_ok=True)
    files = folder / f"pack-{checksum.hex()}.pack", folder / f"pack-{checksum.hex()}.idx"
    files[0].write_bytes(b"".join([*parts, checksum]))
    files[1].write_bytes(index)
    return files


def _index(found: dict[bytes, tuple[int, int]], checksum: bytes) -> Iterable[bytes]:
    oids = sorted(found)
    upto = [0] * 256
    for oid in oids:
        upto[oid[0]] += 1
    total = 0
    yield b"\xfftOc" + _number(2)
    for n in upto:
        total += n
        yield _number(total)
    yield from oids
    yield from (_number(found[oid][1]) for oid in oids)
    yield from (_number(found[oid][0]) for oid in oids)
    yield checksum


def _header(size: int) -> bytes:
    """The kind and the size, seven bits a byte after the first four, the lowest first."""
    bytes_ = [COMMIT << 4 | size & 15]
    size >>= 4
    while size:
        bytes_[-1] |= 128
        bytes_.append(size & 127)
        size >>= 7
    return bytes(bytes_)


def _number(n: int) -> bytes:
    return n.to_bytes(4, "big")
