"""The only door to segno: a text as a QR code."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, *, title: str) -> SafeString:
    """An inline SVG of paths alone: dark on light whatever the page's colours are, with the quiet zone readers need."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff", title=title, svgclass="qr", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308  # made of numbers by the library, the title escaped by it
