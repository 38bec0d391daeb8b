"""The report as Markdown; whatever people or repositories wrote is escaped, so that it stays text."""

import re
from collections.abc import Iterable, Sequence

from core.language import gettext
from reports.domain.exports.tables import workshop_cells, workshop_columns
from reports.domain.remarks import Remark
from reports.domain.report_data.appendix_types import ChangeSection, WorkshopSection
from reports.domain.report_data.types import ActionCard, DimensionFindings, ReportData

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def escaped(text: str) -> str:
    """One line whose every character stands for itself."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def markdown_of(data: ReportData) -> bytes:
    return ("\n".join(_lines(data)) + "\n").encode()


def _lines(data: ReportData) -> Iterable[str]:
    yield f"# {escaped(data.headline.title)}"
    yield ""
    about = f"{data.scope.organization}, {data.scope.team}: {data.scope.title}, {data.scope.period}"
    for text in (about, data.headline.lead, data.headline.reading, data.scope.provisional, *data.headline.unknowns):
        if text:
            yield from (escaped(text), "")
    yield from remark_of(data.opening)
    yield from table_of(
        (gettext("Dimension"), gettext("Score"), gettext("Range"), gettext("Staged"), gettext("Held back")),
        [(s.name, s.score, s.range, s.level, s.held_back) for s in data.strips],
    )
    yield from (f"**{escaped(data.decision)}**", "")
    yield from part_of(data.flow_today.title, data.flow_today.sentences)
    yield from part_of(data.profile.title, data.profile.sentences)
    yield from table_of(
        (gettext("Stage"), gettext("Today"), gettext("Target")),
        [(r.stage, r.today, r.target) for r in data.profile.rows],
    )
    yield from part_of(data.voices_title, ())
    yield from table_of(
        (gettext("Practice"), gettext("People"), gettext("Repo"), gettext("Plan"), gettext("Staged"), gettext("State")),
        [(r.name, r.said, r.shown, r.plan, r.level, r.state) for r in data.voices],
    )
    for finding in data.findings:
        yield from _finding(finding)
    yield from workshop_of(data.workshop)
    yield from part_of(data.roadmap.title, (data.roadmap.reason,))
    yield from remark_of(data.before_roadmap)
    for column in data.roadmap.columns:
        yield from (f"### {escaped(f'{column.name}, {column.days}')}", "")
        for card in column.cards:
            yield from _card(card)
    yield from part_of(gettext("Not now, and why"), ())
    yield from items_of(f"{item.title}: {item.why}" for item in data.roadmap.not_now)
    yield from part_of(gettext("What this plan costs and how it can go wrong."), ())
    yield from items_of(f"{risk.title}. {risk.text}" for risk in data.risks)
    yield from part_of(data.scorecard.title, (data.scorecard.missing,))
    yield from table_of(
        (gettext("Number"), gettext("Today"), gettext("Observed"), gettext("Wanted")),
        [(r.name, r.baseline, r.observed, r.wanted) for r in data.scorecard.rows],
    )
    yield from remark_of(data.closing)
    yield from part_of(data.ledger.title, ())
    yield from table_of(
        (gettext("Signal"), gettext("Value"), gettext("Window"), gettext("n")),
        [(r.name, r.value, r.window, str(r.n)) for r in data.ledger.rows],
    )
    if data.change:
        yield from _change(data.change)
    yield from part_of(gettext("About this file"), ())
    yield from table_of((gettext("What"), gettext("Value")), [(row.name, row.value) for row in data.colophon])


def _change(change: ChangeSection) -> Iterable[str]:
    yield from part_of(change.title, (change.since, *change.notes))
    yield from table_of(
        (gettext("Dimension or practice"), gettext("Then"), gettext("Now"), gettext("Staged"), gettext("In words")),
        [(r.name, r.before, r.after, r.level, r.word) for r in (*change.dimensions, *change.practices)],
    )
    yield from part_of(change.promises_title, ()) if change.promises else ()
    yield from table_of(
        (gettext("Action"), gettext("Was"), gettext("Level then"), gettext("Aimed at"), gettext("Outcome")),
        [(r.title, r.status, r.before, r.aimed, f"{r.now}: {r.came}") for r in change.promises],
    )


def _finding(finding: DimensionFindings) -> Iterable[str]:
    yield from part_of(finding.title, (finding.held_back,))
    strong = gettext("Strength: {name} ({score}, {level}). {text}")
    weak = gettext("Gap: {name} ({score}, {level}). {text}")
    named = [(strong, point) for point in finding.strengths] + [(weak, point) for point in finding.gaps]
    yield from items_of(
        (
            *(text.format(name=p.name, score=p.score, level=p.level, text=p.text) for text, p in named),
            *(gettext("Fact: {fact}").format(fact=fact) for fact in finding.facts),
        )
    )
    yield from remark_of(finding.remark)


def remark_of(remark: Remark | None) -> Iterable[str]:
    """As a quotation, without the marks it was written with."""
    if remark:
        yield from (f"> {escaped(line)}\n>" for line in (remark.label, *remark.lines))
        yield ""


def workshop_of(section: WorkshopSection | None) -> Iterable[str]:
    if section is None:
        return
    yield from part_of(section.title, (section.rule,))
    yield from table_of((section.first_column, *workshop_columns()), [workshop_cells(row) for row in section.rows])
    if section.notes:
        yield from items_of(section.notes)


def _card(card: ActionCard) -> Iterable[str]:
    yield from (f"#### {escaped(card.title)}", "", escaped(card.outcome), "")
    yield from items_of(
        (
            gettext("Owner: {owner}").format(owner=card.owner),
            gettext("Effort: {effort}, {days}").format(effort=card.effort, days=card.days),
            *(gettext("Needs: {need}").format(need=need.text) for need in card.prerequisites),
            gettext("Watch: {what}").format(what=" ".join(part for part in (card.indicator, card.target) if part)),
        )
    )


def part_of(title: str, sentences: Iterable[str]) -> Iterable[str]:
    yield from (f"## {escaped(title)}", "")
    for sentence in sentences:
        if sentence:
            yield from (escaped(sentence), "")


def items_of(texts: Iterable[str]) -> Iterable[str]:
    yield from (f"- {escaped(text)}" for text in texts)
    yield ""


def table_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    if not rows:
        return
    yield f"| {' | '.join(escaped(cell) for cell in head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows)
    yield ""
