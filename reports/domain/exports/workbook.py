"""The tables as an XLSX workbook. The one door to XlsxWriter."""

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter  # type: ignore[import-untyped]  # XlsxWriter carries no types

from core.spreadsheet import harmless
from reports.domain.exports.tables import Cell, Table

WIDEST, NARROWEST = 60, 8


def xlsx_of(tables: Sequence[Table], *, about: Sequence[tuple[str, str]], made_at: dt.datetime) -> bytes:
    """A sheet for each table and one that says where they come from; the same result gives the same bytes."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": made_at.astimezone(dt.UTC).replace(tzinfo=None), "author": "Headwater"})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for table in tables:
            sheet = book.add_worksheet(table.name[:31])
            sheet.freeze_panes(1, 2)
            for column, title in enumerate(table.head):
                sheet.write_string(0, column, title, head)
                sheet.set_column(column, column, _width(title, [row[column] for row in table.rows]))
            for line, row in enumerate(table.rows, start=1):
                for column, cell in enumerate(row):
                    _write(sheet, line, column, cell, body)
            sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.head) - 1)
        sheet = book.add_worksheet("Headwater")
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 80)
        for line, (name, value) in enumerate(about):
            _write(sheet, line, 0, name, head)
            _write(sheet, line, 1, value, body)
    return target.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", line: int, column: int, cell: Cell, form: object) -> None:
    """Texts are written as texts, never as formulas or links."""
    if isinstance(cell, str):
        sheet.write_string(line, column, str(harmless(cell)), form)
    elif cell is not None:
        sheet.write_number(line, column, cell, form)


def _width(title: str, cells: Sequence[Cell]) -> float:
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(max(longest, len(title), NARROWEST) + 1, WIDEST)
