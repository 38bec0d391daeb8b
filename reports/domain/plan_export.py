"""The roadmap to take along: rows, and the same as CSV, JSON and Markdown."""

import csv
import io
import json
from dataclasses import asdict, dataclass

from assessment.domain.roadmap.decisions import Decision
from assessment.domain.roadmap_types import RoadmapStep, StepKind
from assessment.domain.team_roadmap import TeamRoadmap
from core.language import gettext
from core.spreadsheet import harmless
from reports.domain.report_data.plan import STATUS
from reports.domain.roadmap_page import owner_names, parts_of, titles_of

KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "md": "text/markdown; charset=utf-8"}


@dataclass(frozen=True)
class PlanRow:
    id: str
    title: str
    outcome: str
    practice: str
    status: str
    reason: str
    part: str  # Now, Next or Later; empty when it is not in the plan
    starts_on: str
    ends_on: str
    due_on: str
    owner: str
    owner_role: str
    effort: str
    from_level: int | None
    to_level: int | None
    indicator: str
    watch: str
    waits_for: str
    why: str
    risks: str
    note: str


def plan_rows(plan: TeamRoadmap) -> list[PlanRow]:
    """The plan in its order, then what is left out by a person."""
    names = owner_names(plan)
    named = {step.id: name for name, _days, steps in parts_of(plan) for step in steps}
    planned = [_row(plan, step, names, named[step.id]) for step in plan.roadmap.steps]
    gone = [
        _left(plan, item.id, item.title, item.practice, item.why)
        for item in plan.roadmap.not_now
        if plan.decisions.of(item.id).reason
    ]
    return planned + gone


def as_csv(rows: list[PlanRow]) -> str:
    """With a byte order mark, so that a spreadsheet reads it as UTF-8, and no cell it could take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(PlanRow.__dataclass_fields__)
    writer.writerows(
        [[harmless("" if value is None else str(value)) for value in asdict(row).values()] for row in rows]
    )
    return "\ufeff" + out.getvalue()


def as_json(plan: TeamRoadmap, rows: list[PlanRow]) -> str:
    whole = {
        "team": str(plan.assessment.team),
        "assessment": plan.assessment.title,
        "begins_on": plan.decisions.begins_on.isoformat(),
        "revision": plan.number,
        "constraint": plan.roadmap.constraint_reason,
        "actions": [asdict(row) for row in rows],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def as_markdown(plan: TeamRoadmap, rows: list[PlanRow]) -> str:
    title = gettext("Roadmap of {team}, {title}").format(team=plan.assessment.team, title=plan.assessment.title)
    lines = [f"# {_plain(title)}", ""]
    if plan.roadmap.constraint_reason:
        lines += [_plain(plan.roadmap.constraint_reason), ""]
    for part in (name for name, _days, _steps in parts_of(plan)):
        lines += [f"## {part}", ""]
        lines += [line for row in rows if row.part == part for line in _markdown_of(row)] or [gettext("Nothing."), ""]
    if gone := [row for row in rows if not row.part]:
        lines += [f"## {gettext('Not taken')}", ""]
        lines += [f"- {_plain(row.title)}: {_plain(row.reason)}" for row in gone] + [""]
    return "\n".join(lines)


def ticket_body(row: PlanRow, *, address: str, mark: str) -> str:
    """What stands in a ticket; the last line is how it is found again."""
    watch = f"{row.indicator}. {row.watch}" if row.indicator else row.watch
    parts = [
        row.outcome,
        gettext("Watch: {watch}").format(watch=watch) if watch else "",
        _whole(row) if row.ends_on else ", ".join(_facts(row)),
        f"{address}\n{mark}",
    ]
    return "\n\n".join(part for part in parts if part)


def _whole(row: PlanRow) -> str:
    return gettext("{start} to {end}, {effort}, {owner}").format(
        start=row.starts_on, end=row.ends_on, effort=row.effort, owner=row.owner or row.owner_role
    )


def _facts(row: PlanRow) -> list[str]:
    """Who, how much and when, as far as it is known."""
    span = gettext("{start} to {end}").format(start=row.starts_on, end=row.ends_on) if row.ends_on else ""
    if row.starts_on and not row.ends_on:
        span = gettext("from {date}").format(date=row.starts_on)
    due = gettext("due {date}").format(date=row.due_on) if row.due_on and not row.ends_on else ""
    return [part for part in (row.owner or row.owner_role, row.effort, span, due) if part]


def _row(plan: TeamRoadmap, step: RoadmapStep, names: dict[str, str], part: str) -> PlanRow:
    decided = plan.decisions.of(step.id)
    signal = plan.model.signals.get(step.indicator_signal or "")
    roles = {role.id: role.name for role in plan.model.roles}
    titles = titles_of(plan)
    return PlanRow(
        id=step.id,
        title=step.title,
        outcome=step.outcome,
        practice=_practice(plan, step.practice),
        status=gettext(STATUS[decided.status]),
        reason=decided.reason,
        part=part,
        starts_on=_starts(plan, step, decided),
        ends_on=plan.decisions.on_day(step.ends_on_day).isoformat() if plan.is_ours else "",
        due_on=_due(decided),
        owner=names.get(decided.owner, ""),
        owner_role=roles.get(step.owner, step.owner),
        effort=gettext("half a day") if step.kind is StepKind.SETTLE else step.effort,
        from_level=step.from_level if plan.is_ours else None,
        to_level=step.to_level if plan.is_ours else None,
        indicator=signal.name if signal else "",
        watch=step.indicator_watch,
        waits_for="; ".join(titles[each] for each in step.waits_for if each in titles),
        why=step.placement,
        risks=" ".join(step.risks),
        note=decided.note,
    )


def _starts(plan: TeamRoadmap, step: RoadmapStep, decided: Decision) -> str:
    if plan.is_ours:
        return plan.decisions.on_day(step.starts_on_day).isoformat()
    return decided.starts_on.isoformat() if decided.starts_on else ""


def _left(plan: TeamRoadmap, action: str, title: str, practice: str, why: str) -> PlanRow:
    decided = plan.decisions.of(action)
    nothing = dict.fromkeys(PlanRow.__dataclass_fields__, "")
    known = {
        "id": action,
        "title": title,
        "practice": _practice(plan, practice),
        "status": gettext(STATUS[decided.status]),
        "reason": decided.reason,
        "due_on": _due(decided),
        "why": why,
        "note": decided.note,
        "from_level": None,
        "to_level": None,
    }
    return PlanRow(**(nothing | known))  # type: ignore[arg-type]  # every field has its kind of nothing


def _due(decided: Decision) -> str:
    return decided.due_on.isoformat() if decided.due_on else ""


def _practice(plan: TeamRoadmap, practice: str) -> str:
    return next((each.name for each in plan.model.practices() if each.id == practice), practice)


def _markdown_of(row: PlanRow) -> list[str]:
    facts = [row.status, *_facts(row)]
    told = [_plain(row.outcome), ""] if row.outcome else []
    lines = [f"### {_plain(row.title)}", "", *told, f"- {_plain(', '.join(facts))}"]
    lines += [f"- {_plain(text)}" for text in (row.watch, row.why, row.risks, row.note) if text]
    return [*lines, ""]


def _plain(text: str) -> str:
    """One line in which nothing is markup."""
    line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|" else sign for sign in line)
