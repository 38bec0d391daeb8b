"""The report as Markdown; whatever people or repositories wrote is escaped, so that it stays text."""

import re
from collections.abc import Iterable, Sequence

from core.language import gettext
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
    yield from _table(
        (gettext("Dimension"), gettext("Score"), gettext("Range"), gettext("Staged"), gettext("Held back")),
        [(s.name, s.score, s.range, s.level, s.held_back) for s in data.strips],
    )
    yield from (f"**{escaped(data.decision)}**", "")
    yield from _part(data.flow_today.title, data.flow_today.sentences)
    yield from _part(data.profile.title, data.profile.sentences)
    yield from _table(
        (gettext("Stage"), gettext("Today"), gettext("Target")),
        [(r.stage, r.today, r.target) for r in data.profile.rows],
    )
    yield from _part(data.voices_title, ())
    yield from _table(
        (gettext("Practice"), gettext("People"), gettext("Repo"), gettext("Plan"), gettext("Staged"), gettext("State")),
        [(r.name, r.said, r.shown, r.plan, r.level, r.state) for r in data.voices],
    )
    for finding in data.findings:
        yield from _finding(finding)
    yield from _part(data.roadmap.title, (data.roadmap.reason,))
    for column in data.roadmap.columns:
        yield from (f"### {escaped(f'{column.name}, {column.days}')}", "")
        for card in column.cards:
            yield from _card(card)
    yield from _part(gettext("Not now, and why"), ())
    yield from _items(f"{item.title}: {item.why}" for item in data.roadmap.not_now)
    yield from _part(gettext("What this plan costs and how it can go wrong."), ())
    yield from _items(f"{risk.title}. {risk.text}" for risk in data.risks)
    yield from _part(data.scorecard.title, (data.scorecard.missing,))
    yield from _table(
        (gettext("Number"), gettext("Today"), gettext("Observed"), gettext("Wanted")),
        [(r.name, r.baseline, r.observed, r.wanted) for r in data.scorecard.rows],
    )
    yield from _part(data.ledger.title, ())
    yield from _table(
        (gettext("Signal"), gettext("Value"), gettext("Window"), gettext("n")),
        [(r.name, r.value, r.window, str(r.n)) for r in data.ledger.rows],
    )
    yield from _part(gettext("About this file"), ())
    yield from _table((gettext("What"), gettext("Value")), [(row.name, row.value) for row in data.colophon])


def _finding(finding: DimensionFindings) -> Iterable[str]:
    yield from _part(finding.title, (finding.held_back,))
    strong = gettext("Strength: {name} ({score}, {level}). {text}")
    weak = gettext("Gap: {name} ({score}, {level}). {text}")
    named = [(strong, point) for point in finding.strengths] + [(weak, point) for point in finding.gaps]
    yield from _items(
        (
            *(text.format(name=p.name, score=p.score, level=p.level, text=p.text) for text, p in named),
            *(gettext("Fact: {fact}").format(fact=fact) for fact in finding.facts),
        )
    )


def _card(card: ActionCard) -> Iterable[str]:
    yield from (f"#### {escaped(card.title)}", "", escaped(card.outcome), "")
    yield from _items(
        (
            gettext("Owner: {owner}").format(owner=card.owner),
            gettext("Effort: {effort}, {days}").format(effort=card.effort, days=card.days),
            *(gettext("Needs: {need}").format(need=need.text) for need in card.prerequisites),
            gettext("Watch: {what}").format(what=" ".join(part for part in (card.indicator, card.target) if part)),
        )
    )


def _part(title: str, sentences: Iterable[str]) -> Iterable[str]:
    yield from (f"## {escaped(title)}", "")
    for sentence in sentences:
        if sentence:
            yield from (escaped(sentence), "")


def _items(texts: Iterable[str]) -> Iterable[str]:
    yield from (f"- {escaped(text)}" for text in texts)
    yield ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    if not rows:
        return
    yield f"| {' | '.join(escaped(cell) for cell in head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows)
    yield ""
