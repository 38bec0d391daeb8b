"""A result on a maturity model of others as tables and as a text: what its page says, in its own words."""

from collections.abc import Iterable

from core.language import gettext
from reports.domain.exports.tables import Table, workshop_tables
from reports.domain.exports.text import escaped, items_of, part_of, remark_of, table_of, workshop_of
from reports.domain.other_report import OtherReport
from reports.domain.other_report.types import QuestionLine, Step


def other_tables(data: OtherReport) -> tuple[Table, ...]:
    return _scores(data), _answers(data), _steps(data), *workshop_tables(data.workshop)


def _scores(data: OtherReport) -> Table:
    return Table(
        id="scores",
        name=gettext("Scores"),
        head=(gettext("Part"), gettext("Practice"), gettext("Reading"), gettext("Answered")),
        rows=tuple(
            (part.name, one.name, one.value, one.answered) for part in data.dimensions for one in part.practices
        ),
    )


def _answers(data: OtherReport) -> Table:
    return Table(
        id="evidence",
        name=gettext("Answers"),
        head=(
            gettext("Part"),
            gettext("Practice"),
            gettext("Question"),
            gettext("What the group says"),
            gettext("How far apart"),
        ),
        rows=tuple(
            (part.name, one.name, line.text, line.said, line.spread)
            for part in data.dimensions
            for one in part.practices
            for line in one.questions
        ),
    )


def _steps(data: OtherReport) -> Table:
    groups = (
        (gettext("Now"), data.now),
        (gettext("Waits for something else"), data.later),
        (gettext("Not taken"), data.left),
    )
    return Table(
        id="actions",
        name=gettext("Actions"),
        head=(
            gettext("Title"),
            gettext("About"),
            gettext("Waits for"),
            gettext("Text"),
            gettext("Link"),
            gettext("State"),
        ),
        rows=tuple(
            (step.title, step.about, "; ".join(step.waits_for), step.text, step.url, state)
            for state, steps in groups
            for step in steps
        ),
    )


def other_markdown(data: OtherReport) -> bytes:
    return ("\n".join(_lines(data)) + "\n").encode()


def _lines(data: OtherReport) -> Iterable[str]:
    yield from (f"# {escaped(data.headline.title)}", "")
    about = f"{data.scope.organization}, {data.scope.team}: {data.scope.title}, {data.scope.period}"
    for text in (about, data.headline.lead, data.scope.provisional):
        if text:
            yield from (escaped(text), "")
    yield from remark_of(data.opening)
    yield from table_of((gettext("Part"), *data.columns), [(row.name, *row.cells) for row in data.rows])
    yield from (escaped(data.note), "")
    for part in data.dimensions:
        yield from part_of(part.name, ())
        for one in part.practices:
            yield from (f"### {escaped(one.name)}", "", escaped(f"{one.value}; {one.answered}"), "")
            yield from items_of(_said(line) for line in one.questions)
    yield from part_of(data.plan_title, ())
    yield from remark_of(data.before_roadmap)
    yield from items_of(_step(step) for step in (*data.now, *data.later))
    if data.left:
        yield from (f"### {escaped(gettext('Not taken'))}", "")
        yield from items_of(_step(step) for step in data.left)
    yield from remark_of(data.closing)
    yield from workshop_of(data.workshop)
    yield from part_of(data.open_title, ())
    yield from table_of((gettext("Practice"), gettext("Open")), [(row.name, *row.cells) for row in data.open_rows])
    yield from (escaped(data.joined), "")
    yield from part_of(gettext("About this file"), ())
    yield from table_of((gettext("What"), gettext("Value")), [(row.name, row.value) for row in data.colophon])


def _said(line: QuestionLine) -> str:
    return " ".join(part for part in (line.text, line.said, f"({line.spread})" if line.spread else "") if part)


def _step(step: Step) -> str:
    first = gettext("First: {names}").format(names="; ".join(step.waits_for)) if step.waits_for else ""
    return ". ".join(part for part in (step.title, step.about, step.text, first, step.url) if part)
