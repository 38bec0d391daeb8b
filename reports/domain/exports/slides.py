"""The summary pages of the report as slides: native text and tables, strips of real shapes, figures as pictures."""

import datetime as dt
from typing import Any

from core.language import gettext
from reports.charts.strip import Strip
from reports.domain.exports.deck import (
    CLAY,
    COLUMN_HEIGHT,
    INK,
    RIVER,
    SIDE,
    SOFT,
    WIDE,
    Box,
    Line,
    add_group,
    add_picture,
    add_rule,
    add_shape,
    add_table,
    add_text,
    column_of,
    foot_of,
    new_deck,
    new_slide,
    saved,
)
from reports.domain.exports.figures import figures_of
from reports.domain.exports.pictures import drawn
from reports.domain.report_data.types import DimensionStrip, ReportData, RoadmapColumn


def slides_of(data: ReportData, *, made_at: dt.datetime) -> bytes:
    deck = new_deck()
    _answer(deck, data)
    _strips(deck, data)
    _asked(deck, data)
    _pictures(deck, data)
    _roadmap(deck, data)
    return saved(deck, title=data.headline.title, subject=data.scope.title, made_at=made_at)


def _answer(deck: Any, data: ReportData) -> None:
    slide = _slide(deck, data, data.headline.title, size=34, top=1.7, height=1.8)
    scope = f"{data.scope.organization}, {data.scope.team}: {data.scope.title}, {data.scope.period}"
    add_text(slide, Box(SIDE, 0.7, WIDE - 2 * SIDE, 0.6), [(scope, 14, SOFT)])
    said = [(data.headline.lead, 20, INK), (data.headline.reading, 14, SOFT)]
    unknown = " ".join(filter(None, (data.scope.provisional, *data.headline.unknowns)))
    said += [(unknown, 14, CLAY)] if unknown else []
    people = f"{data.scope.people} {data.scope.repositories} {data.scope.model}, {data.scope.made_on}."
    add_text(slide, Box(SIDE, 3.6, 10.5, 2.7), [*said, (people, 12, SOFT)])


def _strips(deck: Any, data: ReportData) -> None:
    title = gettext("{n} readings, with what holds each back").format(n=len(data.strips))
    slide = _slide(deck, data, title)
    head = (gettext("Dimension"), gettext("From 1 to 5"), gettext("Score and range"), gettext("Staged"), gettext("Why"))
    rows = [(s.name, "", f"{s.score}\n{s.range}", s.level, s.held_back) for s in data.strips]
    top, head_height, height = 1.5, 0.4, 0.98
    widths = (1.9, 3.2, 1.5, 1.3, WIDE - 2 * SIDE - 7.9)
    add_table(slide, head, rows, widths=widths, top=top, heights=(head_height, height), says=title)
    legend = gettext("Dot: planning score. Band: its range. Triangle: staged level.")
    add_text(slide, Box(SIDE, 6.7, WIDE - 2 * SIDE, 0.3), [(legend, 11, SOFT)])
    for line, strip in enumerate(data.strips):
        place = Box(SIDE + widths[0] + 0.1, top + head_height + height * line, widths[1] - 0.2, height)
        _strip(slide, strip, place)


def _asked(deck: Any, data: ReportData) -> None:
    slide = _slide(deck, data, data.decision)
    cards = data.roadmap.now[:3]
    if not cards:
        add_text(slide, Box(SIDE, 2.0, 10.0, 1.0), [(data.roadmap.columns[0].empty, 18, INK)])
        return
    head = (gettext("Now, in the next 30 days"), gettext("Owner"), gettext("Effort"), gettext("Watch"))
    rows = [
        (f"{c.title}\n{c.outcome}", c.owner, c.effort_short, " ".join(filter(None, (c.indicator, c.target))))
        for c in cards
    ]
    widths = (5.0, 1.9, 1.6, WIDE - 2 * SIDE - 8.5)
    add_table(slide, head, rows, widths=widths, top=2.0, heights=(0.4, 1.35), says=gettext("Now, in the next 30 days"))


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
        figure = figures[name]
        size = (figure.width, figure.height)
        add_picture(slide, pictures[name].png, size=size, room=room, name=figure.name, says=figure.says)
        add_text(slide, Box(SIDE, 6.4, WIDE - 2 * SIDE, 0.5), [(_legend(name), 11, SOFT)])
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
    add_text(slide, Box(8.3, 1.6, 4.4, 0.5), [(title, 14, INK)])
    widths, heights = (1.6, 1.4, 1.4), (0.4, 0.38)
    add_table(slide, head, rows[:10], widths=widths, left=8.3, top=2.2, heights=heights, says=title)


def _roadmap(deck: Any, data: ReportData) -> None:
    slide = _slide(deck, data, data.roadmap.title)
    width = (WIDE - 2 * SIDE - 0.8) / 3
    for place, column in enumerate(data.roadmap.columns):
        add_text(slide, Box(SIDE + place * (width + 0.4), 1.6, width, COLUMN_HEIGHT), _column(column, width))


def _column(column: RoadmapColumn, width: float) -> list[Line]:
    head = (f"{column.name}, {column.days}", 16, RIVER)
    if not column.cards:
        return [head, (column.empty, 12, SOFT)]
    steps = [((card.title, 13, INK), (f"{card.owner}, {card.effort_short}", 11, SOFT)) for card in column.cards]
    return column_of(head, steps, width=width, height=COLUMN_HEIGHT)


def _slide(deck: Any, data: ReportData, title: str, **where: Any) -> Any:
    return new_slide(deck, title, foot=foot_of(data.scope), **where)


def _strip(slide: Any, strip: DimensionStrip, place: Box) -> None:
    """The figure of the page as shapes in one group: the axis, the range, the score and the staged level."""
    chart = strip.chart
    group = add_group(slide, name=strip.name, says=chart.message)
    scale = place.width / chart.width
    middle = place.top + place.height / 2

    def x(value: float) -> float:
        return place.left + value * scale

    add_rule(group, (x(chart.start), middle), (x(chart.end), middle))
    for tick in chart.ticks:
        add_rule(group, (x(tick), middle - 0.08), (x(tick), middle + 0.08))
    _marks(group, chart, x, middle)


def _marks(group: Any, chart: Strip, x: Any, middle: float) -> None:
    if chart.range:
        width = x(chart.range.width) - x(0)
        add_shape(group, "band", Box(x(chart.range.x), middle - 0.07, width, 0.14), fill="e3eff1", line=RIVER)
    if chart.conflict:
        width = x(chart.conflict.width) - x(0)
        add_shape(group, "band", Box(x(chart.conflict.x), middle - 0.06, width, 0.12), fill=CLAY, line=CLAY)
    if chart.staged:
        add_shape(group, "triangle", Box(x(chart.staged) - 0.07, middle + 0.12, 0.14, 0.11), fill=INK, line=INK)
    if chart.dot:
        add_shape(group, "dot", Box(x(chart.dot) - 0.08, middle - 0.08, 0.16, 0.16), fill=RIVER, line=RIVER)
