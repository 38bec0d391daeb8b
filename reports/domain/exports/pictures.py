"""Figures in pixels: set by the door that prints them, then drawn. The one door to pypdfium2.

WeasyPrint sets each figure on a page of its own size with the bundled fonts, so a PNG is the picture the report prints.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pypdfium2  # type: ignore[import-untyped]  # pypdfium2 carries no types
from PIL.PngImagePlugin import PngInfo

from reports.letters import fonts_for
from reports.pdf import render_pdf

SCALE = 2  # pixels for each of the figure's own
POINTS = 0.75  # in one pixel of CSS
DPI = 96 * SCALE


class Drawable(Protocol):
    @property
    def svg(self) -> str: ...
    @property
    def says(self) -> str: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


@dataclass(frozen=True)
class Picture:
    png: bytes
    width: int
    height: int


def drawn(figures: Sequence[Drawable]) -> list[Picture]:
    """Each figure as a PNG on white, SCALE times its own size, its words inside as the description."""
    if not figures:
        return []
    pdf = pypdfium2.PdfDocument(render_pdf(_document(figures)).content)
    try:
        return [_picture(page, figure) for page, figure in zip(pdf, figures, strict=True)]
    finally:
        pdf.close()


def _document(figures: Sequence[Drawable]) -> str:
    pages = "".join(
        f"@page f{i} {{ size: {figure.width}px {figure.height}px; margin: 0 }} .f{i} {{ page: f{i} }}"
        for i, figure in enumerate(figures)
    )
    body = "".join(f'<div class="f{i}">{figure.svg}</div>' for i, figure in enumerate(figures))
    sheet = f"body, div {{ margin: 0; line-height: 0 }} svg {{ display: block }} {pages}"
    head = f'<meta charset="utf-8"><title>Figures</title><style>{fonts_for(body)}{sheet}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def _picture(page: "pypdfium2.PdfPage", figure: Drawable) -> Picture:
    image = page.render(scale=SCALE / POINTS).to_pil().convert("RGB")
    about = PngInfo()
    about.add_itxt("Description", figure.says)
    target = io.BytesIO()
    image.save(target, "PNG", pnginfo=about, dpi=(DPI, DPI), optimize=True)
    return Picture(target.getvalue(), image.width, image.height)
