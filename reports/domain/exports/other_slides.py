"""The summary of a report on a maturity model of others as slides: its finding, its table part by part, its steps."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from core.language import gettext
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
    add_table,
    add_text,
    column_of,
    foot_of,
    new_deck,
    new_slide,
    saved,
)
from reports.domain.other_report import OtherReport
from reports.domain.other_report.types import Step

ROWS_SHOWN = 10  # on one slide
NAME_SHARE = 0.4  # of the table's width; the columns share the rest


def other_slides(data: OtherReport, *, made_at: dt.datetime) -> bytes:
    deck = new_deck()
    _answer(deck, data)
    _parts(deck, data)
    _steps(deck, data)
    return saved(deck, title=data.headline.title, subject=data.scope.title, made_at=made_at)


def _answer(deck: Any, data: OtherReport) -> None:
    scope = data.scope
    slide = new_slide(deck, data.headline.title, foot=foot_of(scope), size=34, top=1.7, height=1.8)
    about = f"{scope.organization}, {scope.team}: {scope.title}, {scope.period}"
    add_text(slide, Box(SIDE, 0.7, WIDE - 2 * SIDE, 0.6), [(about, 14, SOFT)])
    unknown = [(text, 14, CLAY) for text in (scope.provisional, data.open_title) if text]
    said = [(data.headline.lead, 20, INK), *unknown, (f"{scope.people} {scope.model}, {scope.made_on}.", 12, SOFT)]
    add_text(slide, Box(SIDE, 3.6, 10.5, 2.7), said)


def _parts(deck: Any, data: OtherReport) -> None:
    """As many slides as the rows need."""
    room = WIDE - 2 * SIDE
    name = NAME_SHARE * room
    widths = (name, *[(room - name) / len(data.columns)] * len(data.columns))
    says = gettext("Part by part")
    for start in range(0, len(data.rows), ROWS_SHOWN):
        slide = new_slide(deck, says, foot=foot_of(data.scope))
        cells = [(row.name, *row.cells) for row in data.rows[start : start + ROWS_SHOWN]]
        head = (gettext("Part"), *data.columns)
        add_table(slide, head, cells, widths=widths, top=1.5, heights=(0.4, 0.42), says=says)
        add_text(slide, Box(SIDE, 6.3, room, 0.6), [(data.note, 11, SOFT)])


def _steps(deck: Any, data: OtherReport) -> None:
    slide = new_slide(deck, data.plan_title, foot=foot_of(data.scope))
    columns = ((gettext("Now"), data.now), (gettext("Later"), data.later))
    width = (WIDE - 2 * SIDE - 0.6) / len(columns)
    for place, (name, steps) in enumerate(columns):
        if steps:
            add_text(slide, Box(SIDE + place * (width + 0.6), 1.6, width, COLUMN_HEIGHT), _column(name, steps, width))


def _column(name: str, steps: Sequence[Step], width: float) -> list[Line]:
    told = [[line for line in ((step.title, 13, INK), (step.about, 11, SOFT)) if line[0]] for step in steps]
    return column_of((name, 16, RIVER), told, width=width, height=COLUMN_HEIGHT)
