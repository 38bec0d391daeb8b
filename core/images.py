"""The one door to Pillow and resvg: an uploaded logo in, a small PNG of our own making out.

Both libraries run in a child process, this module as a script, that loads no Django, gets no secret and dies when it
takes too much memory or processor time. Sizes are read from the file's head before a pixel is decoded. What comes out
was drawn anew: nothing of the uploaded file, hidden or appended, is left in it. An SVG is looked through first and
drawn only when it can reach nothing outside itself; `docs/decisions/logos.md` says why. Imports nothing of ours.
"""

import io
import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

HERE = Path(__file__).resolve().parent
MAX_BYTES = 2_000_000
MAX_PIXELS = 16_000_000
BOX = (1200, 600)  # the stored picture fits into it
MIN_SIDE = 16
MAX_STORED_BYTES = 400_000
MEMORY_LIMIT_BYTES = 1_000_000_000
CPU_LIMIT_S = 8
WALL_LIMIT_S = 20

DRAWN = frozenset(
    (
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "use", "symbol"),
        *("clipPath", "mask", "linearGradient", "radialGradient", "stop", "pattern", "marker"),
        *("title", "desc", "metadata", "style"),
    )
)
SVG = "http://www.w3.org/2000/svg"


class ImageRefused(Exception):
    """The file cannot be a logo; `why` is a key of the caller's sentences, `found` what was met."""

    def __init__(self, why: str, found: str = "") -> None:
        super().__init__(f"{why} {found}".strip())
        self.why, self.found = why, found


@dataclass(frozen=True)
class Picture:
    png: bytes
    width: int
    height: int


def picture_of(content: bytes, *, wall_limit_s: int = WALL_LIMIT_S) -> Picture:
    """The logo drawn anew as a PNG. Raises ImageRefused."""
    if len(content) > MAX_BYTES:
        raise ImageRefused("bytes")
    command = [sys.executable, "-m", "core.images"]
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(
            command, input=content, capture_output=True, timeout=wall_limit_s, cwd=HERE.parent, env=environment
        )
    except subprocess.TimeoutExpired:
        raise ImageRefused("costly") from None
    if run.returncode:
        raise ImageRefused("costly")
    head, _, png = run.stdout.partition(b"\n")
    told = json.loads(head)
    if "why" in told:
        raise ImageRefused(told["why"], told["found"])
    return Picture(png=png, width=told["width"], height=told["height"])


def _draw_in_this_process() -> None:
    """What the child does: limits first, then read, draw and write."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        told, png = _drawn(content)
    except ImageRefused as refused:
        told, png = {"why": refused.why, "found": refused.found}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + png)
    sys.stdout.buffer.flush()
    os._exit(0)  # as in reports.pdf_process: what is written is whole


def _drawn(content: bytes) -> tuple[dict[str, Any], bytes]:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        content = _raster_of(content)
    image = _opened(content)
    if image.width * image.height > MAX_PIXELS:
        raise ImageRefused("pixels", f"{image.width} × {image.height}")
    if min(image.size) < MIN_SIDE:
        raise ImageRefused("small", f"{image.width} × {image.height}")
    return _stored(_upright(image))


def _opened(content: bytes) -> Any:
    """The head of a PNG or JPEG is read; its pixels are not."""
    from PIL import Image  # here, not above: the parent must not pay for it, and the limits come first

    Image.MAX_IMAGE_PIXELS = None  # counted by the caller, before anything is decoded
    try:
        return Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
    except (OSError, SyntaxError, ValueError):
        raise ImageRefused("format") from None


def _upright(image: Any) -> Any:
    """Decoded, turned as its camera said, in plain colours."""
    from PIL import ImageOps

    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
        has_holes = "A" in upright.getbands() or "transparency" in upright.info
        return upright.convert("RGBA" if has_holes else "RGB")
    except (OSError, SyntaxError, ValueError, EOFError):
        raise ImageRefused("broken") from None


def _stored(image: Any) -> tuple[dict[str, Any], bytes]:
    """As a PNG without any metadata, smaller until it is small enough."""
    from PIL import Image

    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    clean.thumbnail(BOX, Image.Resampling.LANCZOS)
    while True:
        out = io.BytesIO()
        clean.save(out, "PNG", optimize=True)
        if out.tell() <= MAX_STORED_BYTES:
            return {"width": clean.width, "height": clean.height}, out.getvalue()
        clean = clean.reduce(2)


def _raster_of(content: bytes) -> bytes:
    """A harmless SVG drawn as a PNG; fonts of the machine are not used, so the same file gives the same pixels."""
    import resvg_py

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImageRefused("xml") from None
    _look_through(text)
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=text, width=BOX[0], skip_system_fonts=True))
    except ValueError:
        raise ImageRefused("xml") from None


def _look_through(text: str) -> None:
    """Refuse whatever could run, reach outside or be drawn differently elsewhere."""
    parser = expat.ParserCreate("utf-8", namespace_separator="\x1f")
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition("\x1f")
        inside.append(local)
        if len(inside) == 1 and (space, local) != (SVG, "svg"):
            raise ImageRefused("format")
        _check_element(space, local)
        for key, value in attributes.items():
            _check_attribute(key.rpartition("\x1f")[2], value)

    def words(data: str) -> None:
        if inside and inside[-1] == "style":
            _check_style(data)

    def doctype(_name: str, _system: str | None, _public: str | None, has_internal_subset: bool) -> None:
        if has_internal_subset:
            raise ImageRefused("entity")

    def instruction(target: str, _data: str) -> None:
        raise ImageRefused("reference", f"<?{target[:40]}?>")

    parser.StartElementHandler, parser.CharacterDataHandler = start, words
    parser.EndElementHandler = lambda _name: inside.pop()
    parser.StartDoctypeDeclHandler, parser.ProcessingInstructionHandler = doctype, instruction
    parser.buffer_text = True
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        raise ImageRefused("xml") from None


def _check_element(space: str, local: str) -> None:
    if local.lower() == "script":
        raise ImageRefused("script", "<script>")
    if local in {"text", "tspan", "textPath"} and space == SVG:
        raise ImageRefused("text")
    if local in {"image", "feImage"}:
        raise ImageRefused("picture")
    if space == SVG and local not in DRAWN:
        raise ImageRefused("element", f"<{local[:40]}>")


def _check_attribute(name: str, value: str) -> None:
    if name.lower().startswith("on"):
        raise ImageRefused("script", name[:40])
    if name.lower() in {"href", "src"} and not value.strip().startswith("#"):
        raise ImageRefused("reference", value.strip()[:60])
    _check_style(value)


def _check_style(text: str) -> None:
    """No address but one of this file, in any spelling; an escape could spell one."""
    plain = "".join(text.lower().split())
    if "\\" in plain or "@import" in plain:
        raise ImageRefused("reference", text.strip()[:60])
    for rest in plain.split("url(")[1:]:
        if not rest.lstrip("'\"").startswith("#"):
            raise ImageRefused("reference", rest[:60])


if __name__ == "__main__":
    _draw_in_this_process()
