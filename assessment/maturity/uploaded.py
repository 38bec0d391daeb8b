"""A maturity model somebody sends to a page: bounded in size, a zip unpacked only where every name in it is plain.

Imports neither Django nor any of our apps. Nothing is ever written outside the folder it is unpacked into, and a zip
is read only as far as its bound, whatever sizes it claims.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from assessment.maturity.foreign.types import Finding
from assessment.maturity.formats import Checked, check
from core.language import gettext

FOLDER = "samm"
MAX_BYTES = {"headwater": 2_000_000, "samm": 5_000_000, "dsomm": 2_000_000, "aws-lens": 500_000}
UNPACKED_BYTES, UNPACKED_FILES = 5_000_000, 2_000
WANTED = (".yml", ".yaml")
ZIP_START = b"PK"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BESIDE = "__MACOSX/"  # what one system packs beside the folder


class _Refused(Exception):
    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.finding = Finding(code=code, where="", what=what)


def check_uploaded(file: IO[bytes], name: str, kind: str, *, slug: str = "") -> Checked:
    """Read and lint what was sent; never raises for what is in it. `name` is what the sender's machine calls it."""
    limit = MAX_BYTES[kind]
    content = file.read(limit + 1)
    shown = PurePosixPath(name.replace("\\", "/")).name[:100] or "file"
    with TemporaryDirectory() as folder:
        try:
            if len(content) > limit:
                raise _Refused(
                    "too-large",
                    gettext("is larger than {n} MB, the most for this format.").format(n=f"{limit / 1000000:g}"),
                )
            return check(_placed(content, shown, kind, Path(folder)), kind, slug=slug)
        except _Refused as refused:
            return Checked(None, (refused.finding,))


def _placed(content: bytes, name: str, kind: str, folder: Path) -> Path:
    """Where the reader of the format finds it."""
    if kind == FOLDER:
        return _root_of(_unzipped(content, folder))
    if content.startswith(ZIP_START):
        raise _Refused("not-this-format", gettext("is a zip; this format is one file, so send the file itself."))
    path = folder / "file"
    path.write_bytes(content)
    return path.rename(folder / name) if _is_plain(name) else path


def _unzipped(content: bytes, folder: Path) -> Path:
    packed = folder / "packed.zip"
    packed.write_bytes(content)
    into = folder / "unpacked"
    into.mkdir()
    try:
        with zipfile.ZipFile(packed) as archive:
            left = UNPACKED_BYTES
            for entry in _entries(archive):
                left -= _unpack(archive, entry, into, left)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise _Refused(
            "bad-zip", gettext("is no zip that can be read; pack the folder again, without a password.")
        ) from None
    return into


def _entries(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The YAML files of the zip, once all names are plain."""
    entries = archive.infolist()
    if len(entries) > UNPACKED_FILES:
        raise _Refused(
            "bad-zip",
            gettext("holds {n} files; at most {unpacked_files} are read.").format(
                n=len(entries), unpacked_files=UNPACKED_FILES
            ),
        )
    for entry in entries:
        if not _is_plain(entry.filename.rstrip("/")) or stat.S_ISLNK(entry.external_attr >> 16):
            raise _Refused(
                "bad-zip",
                gettext("holds {name}, which leads out of the folder; pack it again.").format(
                    name=repr(entry.filename[:80])
                ),
            )
        if entry.flag_bits & 1 or entry.compress_type not in METHODS:
            raise _Refused("bad-zip", gettext("has a password or an unusual compression; pack it again without."))
    named = (entry for entry in entries if entry.filename.endswith(WANTED) and not entry.filename.startswith(BESIDE))
    yield from (entry for entry in named if not entry.is_dir())


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, left: int) -> int:
    """Write one file and say how many bytes it had; what it claims to have is not believed."""
    with archive.open(entry) as packed:
        content = packed.read(left + 1)
    if len(content) > left:
        raise _Refused(
            "bad-zip",
            gettext("unpacks to more than {n} MB; a model is far smaller.").format(n=UNPACKED_BYTES // 1000000),
        )
    target = into / entry.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return len(content)


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    return bool(name) and not any(part in {"", ".", ".."} for part in parts) and not set(name) & set('\\:\0"*?<>|')


def _root_of(folder: Path) -> Path:
    """Down to the folder that holds the model, where the zip wraps it in others."""
    while not (folder / "activities").is_dir() and not (folder / "model").is_dir():
        inside = list(folder.iterdir())
        if len(inside) != 1 or not inside[0].is_dir():
            break
        folder = inside[0]
    return folder
