"""Scores, evidence and actions as plain tables; numbers stay numbers, and no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from core.language import gettext
from core.spreadsheet import harmless
from reports.domain.report_data.appendix_types import WorkshopRow, WorkshopSection
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import ReportData

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    id: str
    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables_of(gathered: Gathered, data: ReportData) -> tuple[Table, ...]:
    return _scores(gathered, data), _evidence(data), _actions(data), *workshop_tables(data.workshop)


def csv_of(table: Table) -> bytes:
    """UTF-8 with a byte order mark, because spreadsheets take it for another encoding without."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.head)
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Cell:
    return "" if cell is None else harmless(cell)


def _scores(gathered: Gathered, data: ReportData) -> Table:
    words = {row.practice: row for row in data.voices}
    dimensions = {strip.id: strip.name for strip in data.strips}
    return Table(
        id="scores",
        name=gettext("Scores"),
        head=(
            gettext("Practice"),
            gettext("Name"),
            gettext("Dimension"),
            gettext("People"),
            gettext("n"),
            gettext("Repository"),
            gettext("Planning score"),
            gettext("Range from"),
            gettext("Range to"),
            gettext("Staged level"),
            gettext("Level name"),
            gettext("State"),
            gettext("In words"),
        ),
        rows=tuple(
            (
                score.practice,
                score.name,
                dimensions.get(score.dimension, score.dimension),
                _number(score.self_report.value if score.self_report and not score.split else None),
                score.self_report.n if score.self_report else None,
                _number(score.evidence.value if score.evidence else None),
                _number(score.planning_score),
                _number(score.range[0] if score.range else None),
                _number(score.range[1] if score.range else None),
                score.staged_level,
                words[score.practice].level,
                words[score.practice].state,
                words[score.practice].sentence,
            )
            for score in gathered.card.practices
        ),
    )


def _evidence(data: ReportData) -> Table:
    return Table(
        id="evidence",
        name=gettext("Evidence"),
        head=(
            gettext("Signal"),
            gettext("Name"),
            gettext("Value"),
            gettext("Window"),
            gettext("n"),
            gettext("Source"),
            gettext("Practice"),
            gettext("Band"),
            gettext("Weight"),
            gettext("Used or dropped"),
        ),
        rows=tuple(_uses(data)),
    )


def _uses(data: ReportData) -> Iterable[tuple[Cell, ...]]:
    """One row for each use of a signal; a signal that is only reported has one without a practice."""
    for row in data.ledger.rows:
        about = (row.signal, row.name, row.value, row.window, row.n, row.source)
        for use in row.uses:
            yield (*about, use.practice_name, use.band, use.weight, use.verdict)
        if not row.uses:
            yield (*about, "", "", "", gettext("Reported, not scored"))


def _actions(data: ReportData) -> Table:
    return Table(
        id="actions",
        name=gettext("Actions"),
        head=(
            gettext("Step"),
            gettext("Title"),
            gettext("Outcome"),
            gettext("Practice"),
            gettext("When"),
            gettext("Days"),
            gettext("Owner"),
            gettext("Effort"),
            gettext("Needs"),
            gettext("Watch"),
            gettext("Today"),
            gettext("Target"),
            gettext("Why"),
        ),
        rows=tuple(
            (
                card.id,
                card.title,
                card.outcome,
                card.practice_name,
                column.name,
                card.days,
                card.owner,
                card.effort,
                "; ".join(need.text for need in card.prerequisites),
                card.indicator,
                card.baseline,
                card.target,
                " ".join(filter(None, (*card.why, card.unlocks))),
            )
            for column in data.roadmap.columns
            for card in column.cards
        ),
    )


def workshop_tables(section: WorkshopSection | None) -> tuple[Table, ...]:
    """One table, the same for every maturity model; none where there was no workshop."""
    if section is None:
        return ()
    head = (section.first_column, *workshop_columns())
    rows = tuple(workshop_cells(row) for row in section.rows)
    return (Table(id="workshop", name=gettext("Workshop"), head=head, rows=rows),)


def workshop_columns() -> tuple[str, ...]:
    return gettext("First vote"), gettext("Second vote"), gettext("Rule"), gettext("What came of it")


def workshop_cells(row: WorkshopRow) -> tuple[str, ...]:
    second = " ".join(filter(None, (row.second, row.shift)))
    return row.name, row.first, second, row.rule, " ".join(filter(None, (row.outcome, row.dissent, row.check)))


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
