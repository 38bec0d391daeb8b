"""The summary pages of the report as slides: native text and tables, strips of real shapes, figures as pictures.

The one door to python-pptx. Slides have titles, tables a head, pictures and shapes words for those who do not see them;
the same result gives the same bytes. Faces are Georgia and Arial, because a slide is opened with the fonts of whoever
opens it.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from core.language import gettext
from reports.charts.strip import Strip
from reports.domain.exports.figures import LONG_AGO, Figure, figures_of
from reports.domain.exports.pictures import drawn
from reports.domain.report_data.types import DimensionStrip, ReportData, RoadmapColumn

WIDE, HIGH, SIDE = 13.333, 7.5, 0.6  # inches
TITLE_ONLY = 5  # the default template's layout with nothing but a title
INK, SOFT, RIVER, CLAY, RULE = "1d2429", "55606a", "0f5e70", "a4471f", "c9c3b6"
SERIF, SANS = "Georgia", "Arial"
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no XML file may hold these
LONGEST = 260  # letters of one text; the report has the rest
STEPS_SHOWN = 6  # of a column of the roadmap


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    def inches(self) -> tuple[Any, Any, Any, Any]:
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


def slides_of(data: ReportData, *, made_at: dt.datetime) -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    _answer(deck, data)
    _strips(deck, data)
    _asked(deck, data)
    _pictures(deck, data)
    _roadmap(deck, data)
    about = deck.core_properties
    about.title, about.author = _fitting(data.headline.title)[:250], "Headwater"
    about.subject = _fitting(data.scope.title)[:250]
    about.created = about.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None)
    about.last_modified_by, about.language = "Headwater", _language()
    target = io.BytesIO()
    deck.save(target)
    return _with_fixed_dates(target.getvalue())


def _answer(deck: Any, data: ReportData) -> None:
    slide = _slide(deck, data, data.headline.title, size=34, top=1.7)
    scope = f"{data.scope.organization}, {data.scope.team}: {data.scope.title}, {data.scope.period}"
    _text(slide, Box(SIDE, 0.7, WIDE - 2 * SIDE, 0.6), [(scope, 14, SOFT)])
    said = [(data.headline.lead, 20, INK), (data.headline.reading, 14, SOFT)]
    unknown = " ".join(filter(None, (data.scope.provisional, *data.headline.unknowns)))
    said += [(unknown, 14, CLAY)] if unknown else []
    people = f"{data.scope.people} {data.scope.repositories} {data.scope.model}, {data.scope.made_on}."
    _text(slide, Box(SIDE, 3.6, 10.5, 2.7), [*said, (people, 12, SOFT)])


def _strips(deck: Any, data: ReportData) -> None:
    title = gettext("{n} readings, with what holds each back").format(n=len(data.strips))
    slide = _slide(deck, data, title)
    head = (gettext("Dimension"), gettext("From 1 to 5"), gettext("Score and range"), gettext("Staged"), gettext("Why"))
    rows = [(s.name, "", f"{s.score}\n{s.range}", s.level, s.held_back) for s in data.strips]
    top, head_height, height = 1.5, 0.4, 0.98
    widths = (1.9, 3.7, 1.6, 1.3, WIDE - 2 * SIDE - 8.5)
    _table(slide, head, rows, widths=widths, top=top, heights=(head_height, height), says=title)
    legend = gettext("Dot: planning score. Band: its range. Triangle: staged level.")
    _text(slide, Box(SIDE, 6.7, WIDE - 2 * SIDE, 0.3), [(legend, 11, SOFT)])
    for line, strip in enumerate(data.strips):
        place = Box(SIDE + widths[0] + 0.1, top + head_height + height * line, widths[1] - 0.2, height)
        _strip(slide, strip, place)


def _asked(deck: Any, data: ReportData) -> None:
    slide = _slide(deck, data, data.decision)
    cards = data.roadmap.now[:3]
    if not cards:
        _text(slide, Box(SIDE, 2.0, 10.0, 1.0), [(data.roadmap.columns[0].empty, 18, INK)])
        return
    head = (gettext("Now, in the next 30 days"), gettext("Owner"), gettext("Effort"), gettext("Watch"))
    rows = [
        (f"{c.title}\n{c.outcome}", c.owner, c.effort_short, " ".join(filter(None, (c.indicator, c.target))))
        for c in cards
    ]
    widths = (5.0, 1.9, 1.6, WIDE - 2 * SIDE - 8.5)
    _table(slide, head, rows, widths=widths, top=2.0, heights=(0.4, 1.35), says=gettext("Now, in the next 30 days"))


def _pictures(deck: Any, data: ReportData) -> None:
    """The figures that carry the argument, each under its sentence; a table of the break-even beside the last."""
    wanted = {"control-profile": data.profile.title}
    if data.flow_today.chart:
        wanted = {"value-stream": data.flow_today.title, **wanted}
    if data.flow:
        wanted["ai-volume"] = data.flow.breakeven
    figures = {figure.name: figure for figure in figures_of(data) if figure.name in wanted}
    pictures = dict(zip(figures, drawn(list(figures.values())), strict=True))
    for name, title in wanted.items():
        slide = _slide(deck, data, title)
        is_split = name == "ai-volume"
        room = Box(SIDE, 1.6, 7.4 if is_split else WIDE - 2 * SIDE, 4.7)
        _picture(slide, figures[name], pictures[name].png, room)
        _text(slide, Box(SIDE, 6.4, WIDE - 2 * SIDE, 0.5), [(_legend(name), 11, SOFT)])
        if is_split:
            _breakeven(slide, data)


def _legend(name: str) -> str:
    """How to read a figure, as the report says it."""
    legends = {
        "value-stream": gettext(
            "Dark: working days on a change. Pale: days it waits. Means of the flow model; arrows lead back to where "
            "work is done again."
        ),
        "control-profile": gettext("Bar: control today, as a share of full control. Dashed line: target."),
        "ai-volume": gettext("Dark: work. Pale: waiting. Working days, means. Coding 1.4 times as fast but for today."),
    }
    return legends[name]


def _breakeven(slide: Any, data: ReportData) -> None:
    if data.flow is None:
        return
    title = gettext("How much volume a coding gain can pay for")
    head = (gettext("Reviewers are busy"), gettext("uses up the gain"), gettext("never clears"))
    rows = [
        (f"{row.utilization} {gettext('today') if row.is_own else ''}".strip(), row.growth, row.limit)
        for row in data.flow.breakeven_rows
    ]
    _text(slide, Box(8.3, 1.6, 4.4, 0.5), [(title, 14, INK)])
    widths, heights = (1.6, 1.4, 1.4), (0.4, 0.38)
    _table(slide, head, rows[:10], widths=widths, left=8.3, top=2.2, heights=heights, says=title)


def _roadmap(deck: Any, data: ReportData) -> None:
    slide = _slide(deck, data, data.roadmap.title)
    width = (WIDE - 2 * SIDE - 0.8) / 3
    for place, column in enumerate(data.roadmap.columns):
        _text(slide, Box(SIDE + place * (width + 0.4), 1.6, width, 5.2), _column(column))


def _column(column: RoadmapColumn) -> list[tuple[str, int, str]]:
    head = (f"{column.name}, {column.days}", 16, RIVER)
    if not column.cards:
        return [head, (column.empty, 12, SOFT)]
    shown = [
        part
        for card in column.cards[:STEPS_SHOWN]
        for part in ((card.title, 13, INK), (f"{card.owner}, {card.effort_short}", 11, SOFT))
    ]
    rest = len(column.cards) - STEPS_SHOWN
    more = [(gettext("{n} more stand in the report.").format(n=rest), 11, SOFT)] if rest > 0 else []
    return [head, *shown, *more]


def _slide(deck: Any, data: ReportData, title: str, *, size: int = 26, top: float = 0.45) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = Box(SIDE, top, WIDE - 2 * SIDE, 1.0).inches()
    _write(shape.text_frame, [(title, size, INK)], face=SERIF)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    shape.text_frame.margin_left = 0
    foot = f"{data.scope.team}: {data.scope.title}, {data.scope.made_on}"
    demo = f" ({gettext('demonstration data')})" if data.scope.is_demo else ""
    _text(slide, Box(SIDE, HIGH - 0.5, WIDE - 2 * SIDE, 0.35), [(foot + demo, 10, SOFT)])
    return slide


def _text(slide: Any, box: Box, lines: Sequence[tuple[str, int, str]]) -> None:
    frame = slide.shapes.add_textbox(*box.inches()).text_frame
    frame.margin_left = frame.margin_right = 0
    _write(frame, lines)


def _write(frame: Any, lines: Sequence[tuple[str, int, str]], *, face: str = SANS) -> None:
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
        run._r.get_or_add_rPr().set("lang", _language())


def _fitting(text: str) -> str:
    text = NO_XML.sub(" ", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _table(
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


def _strip(slide: Any, strip: DimensionStrip, place: Box) -> None:
    """The figure of the page as shapes in one group: the axis, the range, the score and the staged level."""
    chart = strip.chart
    group = slide.shapes.add_group_shape()
    group.name = NO_XML.sub(" ", strip.name)
    _describe(group, chart.message)
    scale = place.width / chart.width
    middle = place.top + place.height / 2

    def x(value: float) -> float:
        return place.left + value * scale

    axis = group.shapes.add_connector(
        MSO_CONNECTOR.STRAIGHT, Inches(x(chart.start)), Inches(middle), Inches(x(chart.end)), Inches(middle)
    )
    axis.line.color.rgb = _colour(RULE)
    for tick in chart.ticks:
        mark = group.shapes.add_connector(
            MSO_CONNECTOR.STRAIGHT, Inches(x(tick)), Inches(middle - 0.08), Inches(x(tick)), Inches(middle + 0.08)
        )
        mark.line.color.rgb = _colour(RULE)
    _marks(group, chart, x, middle)


def _marks(group: Any, chart: Strip, x: Any, middle: float) -> None:
    if chart.range:
        width = x(chart.range.width) - x(0)
        bar = Box(x(chart.range.x), middle - 0.07, width, 0.14)
        _shape(group, MSO_SHAPE.RECTANGLE, bar, fill="e3eff1", line=RIVER)
    if chart.conflict:
        width = x(chart.conflict.width) - x(0)
        _shape(group, MSO_SHAPE.RECTANGLE, Box(x(chart.conflict.x), middle - 0.06, width, 0.12), fill=CLAY, line=CLAY)
    if chart.staged:
        _shape(
            group,
            MSO_SHAPE.ISOSCELES_TRIANGLE,
            Box(x(chart.staged) - 0.07, middle + 0.12, 0.14, 0.11),
            fill=INK,
            line=INK,
        )
    if chart.dot:
        _shape(group, MSO_SHAPE.OVAL, Box(x(chart.dot) - 0.08, middle - 0.08, 0.16, 0.16), fill=RIVER, line=RIVER)


def _shape(group: Any, kind: Any, box: Box, *, fill: str, line: str) -> None:
    shape = group.shapes.add_shape(kind, *box.inches())
    shape.fill.solid()
    shape.fill.fore_color.rgb = _colour(fill)
    shape.line.color.rgb = _colour(line)
    shape.line.width = Pt(0.75)
    shape.shadow.inherit = False


def _picture(slide: Any, figure: Figure, png: bytes, room: Box) -> None:
    """As large as the room allows, its proportions kept."""
    scale = min(room.width / figure.width, room.height / figure.height)
    shape = slide.shapes.add_picture(
        io.BytesIO(png),
        Inches(room.left),
        Inches(room.top),
        Emu(int(Inches(figure.width * scale))),
        Emu(int(Inches(figure.height * scale))),
    )
    shape.name = figure.name
    _describe(shape, figure.says)


def _describe(shape: Any, says: str) -> None:
    """Alternative text; python-pptx has no name for it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", NO_XML.sub(" ", says))


def _colour(code: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(code))  # type: ignore[no-untyped-call]  # typed only in part


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _with_fixed_dates(deck: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(deck)) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            fixed.writestr(zipfile.ZipInfo(name, LONG_AGO), made.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()
