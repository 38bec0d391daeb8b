"""The few files beside its objects that a bare repository of ours consists of."""

import os
import re
import shutil
from pathlib import Path

HEAD_LINE = re.compile(rb"(?:ref: refs/.+|[0-9a-f]{40,64})\n")
CONFIG_LINES = re.compile(rb'\[core\]\n.*\[remote "origin"\]\n\turl = .+\n', re.DOTALL)
REF_LINES = re.compile(rb"(?:#.*\n|\^?[0-9a-f]{40,64}(?: .+)?\n)+")


def lay_out(place: Path, objects: Path, object_format: str) -> None:
    """Write one that borrows the objects of another; git itself would copy more than wanted."""
    if place.exists():
        shutil.rmtree(place)
    (place / "objects" / "info").mkdir(parents=True)
    (place / "refs").mkdir()
    (place / "HEAD").write_text("ref: refs/heads/none\n")
    version = "0" if object_format == "sha1" else f"1\n[extensions]\n\tobjectFormat = {object_format}"
    (place / "config").write_text(f"[core]\n\tbare = true\n\trepositoryFormatVersion = {version}\n")
    (place / "objects" / "info" / "alternates").write_bytes(_alternates_line(objects))


def is_whole(place: Path, ref: str) -> bool:
    """Whether there is a clone whose files say what they should; where power was lost they may be empty.

    What is torn among the objects git brings anew by itself.
    """
    try:
        return (
            (place / "objects").is_dir()
            and bool(HEAD_LINE.fullmatch((place / "HEAD").read_bytes()))
            and bool(CONFIG_LINES.fullmatch((place / "config").read_bytes()))
            and all(_holds_refs(place / name) for name in ("packed-refs", ref))
        )
    except OSError:
        return False


def _holds_refs(file: Path) -> bool:
    return not file.exists() or bool(REF_LINES.fullmatch(file.read_bytes()))


def _alternates_line(objects: Path) -> bytes:
    """The path as git reads it there; only one with a line end is quoted, as git takes all others as they stand."""
    name = os.fsencode(objects)
    if b"\n" in name:
        name = b'"%b"' % name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return name + b"\n"
