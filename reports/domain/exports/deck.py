"""A deck of slides and what stands on one: titles, texts and tables, each with words for those who do not see it.

The one door to python-pptx. The same contents give the same bytes. Faces are Georgia and Arial, because a slide is
opened with the fonts of whoever opens it.
"""

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from core.language import gettext
from core.spoken import plain_language
from reports.domain.exports.figures import LONG_AGO

WIDE, HIGH, SIDE = 13.333, 7.5, 0.6  # inches
TITLE_ONLY = 5  # the default template's layout with nothing but a title
INK, SOFT, RIVER, CLAY, RULE = "1d2429", "55606a", "0f5e70", "a4471f", "c9c3b6"
SERIF, SANS = "Georgia", "Arial"
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no XML file may hold these
LONGEST = 260  # letters of one text; the report has the rest
STEPS_SHOWN = 6  # in one column
COLUMN_HEIGHT = 5.3  # of columns of steps, down to the foot
TITLE_HEIGHT, SMALLEST_TITLE = 1.0, 14
LETTER, LEADING, POINTS = 0.62, 1.2, 72  # a letter’s mean width of its size, also where another face stands in
Line = tuple[str, int, str]  # a text, its size in points and its colour
SHAPES = {"band": MSO_SHAPE.RECTANGLE, "triangle": MSO_SHAPE.ISOSCELES_TRIANGLE, "dot": MSO_SHAPE.OVAL}


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    def inches(self) -> tuple[Any, Any, Any, Any]:
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


class Scope(Protocol):
    """What the foot of every slide is made of."""

    @property
    def team(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def made_on(self) -> str: ...
    @property
    def is_demo(self) -> bool: ...


def foot_of(scope: Scope) -> str:
    demo = f" ({gettext('demonstration data')})" if scope.is_demo else ""
    return f"{scope.team}: {scope.title}, {scope.made_on}{demo}"


def left_out(n: int) -> str:
    return gettext("{n} more stand in the report.").format(n=n)


def new_deck() -> Any:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    return deck


def saved(deck: Any, *, title: str, subject: str, made_at: dt.datetime) -> bytes:
    about = deck.core_properties
    about.title, about.author = _fitting(title)[:250], "Headwater"
    about.subject = _fitting(subject)[:250]
    about.created = about.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None)
    about.last_modified_by, about.language = "Headwater", plain_language()
    target = io.BytesIO()
    deck.save(target)
    return _with_fixed_dates(target.getvalue())


def height_of(lines: Sequence[Line], width: float) -> float:
    """What paragraphs take in a box of this width, in inches; an estimate that errs upwards."""
    return sum(_rows(text, size, width) * size * LEADING + size // 3 for text, size, _ in lines) / POINTS


def _rows(text: str, size: int, width: float) -> int:
    return max(1, math.ceil(len(_fitting(text)) * size * LETTER / (width * POINTS)))


def title_size(title: str, size: int, height: float) -> int:
    """The size itself, or the next smaller one at which a long title stays in its box."""
    while size > SMALLEST_TITLE and _rows(title, size, WIDE - 2 * SIDE) * size * LEADING > height * POINTS:
        size -= 2
    return size


def column_of(head: Line, steps: Sequence[Sequence[Line]], *, width: float, height: float) -> list[Line]:
    """As many steps below their heading as the box has room for, and how many are left to the report."""
    for n in range(min(len(steps), STEPS_SHOWN), 0, -1):
        rest = len(steps) - n
        more = [(left_out(rest), 11, SOFT)] if rest else []
        shown = [head, *(line for step in steps[:n] for line in step), *more]
        if n == 1 or height_of(shown, width) <= height:
            return shown
    return [head]


def new_slide(
    deck: Any, title: str, *, foot: str, size: int = 26, top: float = 0.45, height: float = TITLE_HEIGHT
) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = Box(SIDE, top, WIDE - 2 * SIDE, height).inches()
    _write(shape.text_frame, [(title, title_size(title, size, height), INK)], face=SERIF)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    shape.text_frame.margin_left = 0
    add_text(slide, Box(SIDE, HIGH - 0.5, WIDE - 2 * SIDE, 0.35), [(foot, 10, SOFT)])
    return slide


def add_text(slide: Any, box: Box, lines: Sequence[Line]) -> None:
    frame = slide.shapes.add_textbox(*box.inches()).text_frame
    frame.margin_left = frame.margin_right = 0
    _write(frame, lines)


def _write(frame: Any, lines: Sequence[Line], *, face: str = SANS) -> None:
    """Paragraphs of (text, size, colour); a text that is too long for a slide is cut with an ellipsis."""
    frame.word_wrap = True
    for place, (text, size, colour) in enumerate(lines):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        paragraph.alignment = 1
        paragraph.space_after = Pt(size // 3)
        run = paragraph.add_run()
        run.text = _fitting(text)
        run.font.size, run.font.name = Pt(size), face
        run.font.color.rgb = _colour(colour)
        run._r.get_or_add_rPr().set("lang", plain_language())


def _fitting(text: str) -> str:
    text = NO_XML.sub(" ", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def add_table(
    slide: Any,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float],
    top: float,
    heights: tuple[float, float],
    says: str,
    left: float = SIDE,
) -> None:
    box = Box(left, top, sum(widths), heights[0] + heights[1] * len(rows))
    shape = slide.shapes.add_table(len(rows) + 1, len(head), *box.inches())
    _describe(shape, says)
    table = shape.table
    table.first_row, table.horz_banding = True, False
    for column, width in enumerate(widths):
        table.columns[column].width = Inches(width)
    for line, row in enumerate([head, *rows]):
        table.rows[line].height = Inches(heights[min(line, 1)])
        for column, text in enumerate(row):
            _cell(table.cell(line, column), text, is_head=not line, is_first=not column)


def _cell(cell: Any, text: str, *, is_head: bool, is_first: bool) -> None:
    cell.fill.background()
    cell.margin_left, cell.margin_right = Inches(0.08), Inches(0.08)
    cell.margin_top = cell.margin_bottom = Inches(0.04)
    first, *rest = text.split("\n")
    size = 11 if is_head else 13 if is_first else 11
    _write(cell.text_frame, [(first, size, SOFT if is_head else INK), *((more, 10, SOFT) for more in rest if more)])


def add_group(slide: Any, *, name: str, says: str) -> Any:
    group = slide.shapes.add_group_shape()
    group.name = NO_XML.sub(" ", name)
    _describe(group, says)
    return group


def add_rule(group: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    ends = [Inches(value) for value in (*start, *end)]
    line = group.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    line.line.color.rgb = _colour(RULE)


def add_shape(group: Any, kind: str, box: Box, *, fill: str, line: str) -> None:
    """A band, a triangle or a dot."""
    shape = group.shapes.add_shape(SHAPES[kind], *box.inches())
    shape.fill.solid()
    shape.fill.fore_color.rgb = _colour(fill)
    shape.line.color.rgb = _colour(line)
    shape.line.width = Pt(0.75)
    shape.shadow.inherit = False


def add_picture(slide: Any, png: bytes, *, size: tuple[float, float], room: Box, name: str, says: str) -> None:
    """As large as the room allows, its proportions kept."""
    width, height = size
    scale = min(room.width / width, room.height / height)
    sides = [Emu(int(Inches(side * scale))) for side in size]
    shape = slide.shapes.add_picture(io.BytesIO(png), Inches(room.left), Inches(room.top), *sides)
    shape.name = name
    _describe(shape, says)


def _describe(shape: Any, says: str) -> None:
    """Alternative text; python-pptx has no name for it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", NO_XML.sub(" ", says))


def _colour(code: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(code))  # type: ignore[no-untyped-call]  # typed only in part


def _with_fixed_dates(deck: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(deck)) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            fixed.writestr(zipfile.ZipInfo(name, LONG_AGO), made.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()
