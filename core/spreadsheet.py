"""Cells that a spreadsheet cannot take for a formula. Every table we write passes here."""

from typing import TypeVar

Cell = TypeVar("Cell", str, str | int | float | None)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: Cell) -> Cell:
    """A text that would be taken for a formula gets an apostrophe in front, which shows it as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
