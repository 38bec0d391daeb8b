"""An uploaded logo is drawn anew or refused, and nothing is read or fetched on the way."""

import io
import struct
import zlib

import pytest
from PIL import Image

from core.images import BOX, MAX_STORED_BYTES, ImageRefused, picture_of

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
MARK = '<path d="M10 80 L50 10 L90 80 Z" fill="#0b2a6b"/>'


def svg(inside, more=""):
    return f'<svg {NAMES} viewBox="0 0 300 90"{more}>{inside}</svg>'.encode()


def saved(form, size=(400, 200), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, 60).save(out, form, **options)
    return out.getvalue()


def why(content):
    with pytest.raises(ImageRefused) as refused:
        picture_of(content)
    return refused.value.why


def head_of(width, height):
    """A PNG of that size as its head tells it, with hardly any pixels behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    packed = (struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGB"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "CMYK")])
def test_picture_becomes_a_png_that_fits_the_box(form, mode):
    picture = picture_of(saved(form, (3000, 2000), mode))
    drawn = Image.open(io.BytesIO(picture.png))
    assert (drawn.format, drawn.size) == ("PNG", (900, 600))
    assert (picture.width, picture.height) == drawn.size
    assert len(picture.png) <= MAX_STORED_BYTES


def test_what_is_hidden_in_or_after_a_picture_does_not_come_along():
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    content = saved("JPEG", exif=exif) + b"PK\x03\x04<script>alert(1)</script>"
    picture = picture_of(content)
    assert b"secret" not in picture.png
    assert b"script" not in picture.png
    assert picture.png.endswith(b"IEND\xaeB`\x82")


def test_same_svg_gives_the_same_pixels_and_keeps_its_holes():
    first, second = picture_of(svg(MARK)), picture_of(svg(MARK))
    drawn = Image.open(io.BytesIO(first.png))
    assert first == second
    assert drawn.width == BOX[0]
    assert drawn.getpixel((0, 0))[3] == 0
    assert drawn.getpixel((200, 200)) == (11, 42, 107, 255)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hello", "format"),
        (b"GIF89a" + b"\0" * 40, "format"),
        (b"<html><body/></html>", "format"),
        (saved("PNG")[:-60], "broken"),
        (saved("PNG", (8, 8)), "small"),
        (b"\x89PNG" + b"\0" * 2_000_000, "bytes"),
        (svg("<path"), "xml"),
        (svg("<script>alert(1)</script>"), "script"),
        (svg(MARK, ' onload="alert(1)"'), "script"),
        (svg('<image xlink:href="file:///etc/passwd"/>'), "picture"),
        (svg('<image href="http://127.0.0.1/x.png"/>'), "picture"),
        (svg('<use xlink:href="http://127.0.0.1/x.svg#a"/>'), "reference"),
        (svg('<path fill="url(http://127.0.0.1/x.svg#a)"/>'), "reference"),
        (svg("<style>@import 'x.css';</style>"), "reference"),
        (svg('<path style="fill: u\\72l(http://127.0.0.1/)"/>'), "reference"),
        (svg("<foreignObject/>"), "element"),
        (svg("<text>Nordlicht</text>"), "text"),
        (b'<?xml-stylesheet href="http://127.0.0.1/x.css"?>' + svg(MARK), "reference"),
        (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("<desc>&x;</desc>"), "entity"),
    ],
)
def test_what_is_no_harmless_picture_is_refused_with_its_reason(content, reason):
    assert why(content) == reason


def test_forty_megapixels_are_refused_before_a_pixel_is_decoded():
    """The file holds no pixels to decode: had decoding begun, it would be called broken."""
    with pytest.raises(ImageRefused) as refused:
        picture_of(head_of(8000, 5000))
    assert (refused.value.why, refused.value.found) == ("pixels", "8000 × 5000")


def test_svg_that_never_ends_to_draw_is_stopped():
    deep = "".join(f'<g id="a{i}">' + f'<use href="#a{i - 1}"/>' * 10 + "</g>" for i in range(1, 7))
    bomb = svg(f'<defs><g id="a0"><rect width="1" height="1"/></g>{deep}</defs><use href="#a6"/>')
    assert why(bomb) in {"xml", "costly"}
    assert why(f'<svg {NAMES} viewBox="0 0 1 9000">{MARK}</svg>'.encode()) == "costly"
