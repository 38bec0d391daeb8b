"""From a result on a maturity model of others to what its page and its report say."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.timezone import localtime

from assessment.domain.other_rules import joined_rows
from assessment.domain.roadmap.decisions import Decisions, Status
from assessment.domain.scored import plan_of
from assessment.domain.team_roadmap.others import roadmap_of_others, rows_by_action, titles_of_others
from assessment.maturity.foreign.types import Dimension, ForeignModel, Practice, Question
from assessment.maturity.loader import foreign_model_of
from assessment.models import AssessmentState, Result
from core.language import gettext, ngettext
from reports.domain.generator import generator
from reports.domain.other_report.rules import anchor_of, front_of, risk_text, value_of
from reports.domain.other_report.types import (
    DimensionPart,
    OtherReport,
    PracticeLine,
    QuestionLine,
    Row,
    Scope,
    Step,
)
from reports.domain.remarks import CLOSING, OPENING, ROADMAP, Remark, remarks_for, remarks_of
from reports.domain.report_data.appendix_types import Parameter
from reports.domain.report_data.plan import STATUS
from reports.domain.report_data.words import count_text, date_text, period_text
from reports.domain.report_data.workshop import workshop_section
from reports.domain.seal import issuer
from reports.models import Profile
from surveys.domain.joined_words import said_text, value_text
from surveys.domain.workshop.told import workshop_record
from surveys.models import Participant, ParticipantState, Survey

LICENCES = {"samm": "CC BY-SA 4.0", "dsomm": "GPL-3.0"}  # of what is published in these formats
EFFORTS = ("knowledge", "time", "resources")
UNCOUNTED = {"n": 0, "low": None, "high": None, "ticked": (), "n_dont_know": 0}  # of what the group says


def other_report(
    result: Result, profile: str = Profile.TEAM, *, remarks: Iterable[Remark] | None = None
) -> OtherReport:
    """In the active language; the texts of the model stay in that of its authors.

    Readers outside the team learn what the group says, not how many said it nor how far apart they are; they read only
    the texts meant for them. Without `remarks` those stand in it that are written now.
    """
    assessment = result.assessment
    model = foreign_model_of(assessment.maturity_model)
    is_for_team = profile == Profile.TEAM
    card, said = result.score["card"], joined_rows(result.inputs)
    if not is_for_team:
        said = {question: row | UNCOUNTED for question, row in said.items()}
    written = remarks_of(assessment) if remarks is None else remarks
    words = {remark.place: remark for remark in remarks_for(written, profile)}
    front = front_of(model, card)
    survey = Survey.objects.filter(assessment=assessment).first()
    steps, left = _steps(model, result)
    dimensions = tuple(_dimension(one, model, card, said) for one in model.dimensions)
    open_rows = tuple(_open_rows(model, said))
    return OtherReport(
        scope=_scope(result, survey),
        headline=front.headline,
        columns=front.columns,
        rows=tuple(replace(row, columns=front.columns) for row in front.rows),
        note=front.note,
        open_title=_open_title(model, said),
        open_rows=open_rows,
        dimensions=dimensions,
        now=tuple(one for one in steps if not one.waits_for),
        later=tuple(one for one in steps if one.waits_for),
        left=left,
        plan_title=_plan_title(model, steps),
        joined=joined_text(model),
        colophon=_colophon(result, model, survey),
        workshop=workshop_section(workshop_record(assessment)) if is_for_team else None,
        is_for_team=is_for_team,
        opening=words.get(OPENING),
        before_roadmap=words.get(ROADMAP),
        closing=words.get(CLOSING),
    )


def _scope(result: Result, survey: Survey | None) -> Scope:
    assessment, made = result.assessment, localtime(result.created_at).date()
    seats = Participant.objects.filter(survey__assessment=assessment)
    n_done, n_asked = seats.filter(state=ParticipantState.FINISHED).count(), seats.count()
    is_open = assessment.state != AssessmentState.CLOSED
    return Scope(
        assessment=str(assessment.public_id),
        organization=str(assessment.team.organization),
        team=assessment.team.name,
        title=assessment.title,
        period=period_text(assessment.period_start_on, assessment.period_end_on),
        made_on=date_text(made),
        made_on_iso=made.isoformat(),
        is_demo=assessment.is_demo,
        provisional=gettext("The assessment is still open, so all of this may move.") if is_open else "",
        people=_turnout(n_done, n_asked) if survey else "",
        model=str(assessment.maturity_model),
        digest=result.digest,
    )


def _turnout(n_done: int, n_asked: int) -> str:
    return gettext("{finished} of {count} finished").format(finished=n_done, count=count_text(n_asked, "person")) + "."


def _dimension(
    dimension: Dimension, model: ForeignModel, card: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]]
) -> DimensionPart:
    return DimensionPart(dimension.name, tuple(_practice(one, model, card, said) for one in dimension.practices))


def _practice(
    practice: Practice, model: ForeignModel, card: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]]
) -> PracticeLine:
    lines = tuple(_question(one, practice, said.get(one.id)) for one in practice.questions)
    n_open = sum(line.is_open for line in lines)
    answered = gettext("{n} of {all} answered").format(n=len(lines) - n_open, all=len(lines))
    return PracticeLine(
        anchor=anchor_of(practice.id),
        name=practice.name,
        value=_value(practice, model, card, said),
        answered=answered,
        questions=lines,
    )


def _value(
    practice: Practice, model: ForeignModel, card: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]]
) -> str:
    if any(said.get(one.id, {}).get("state") == "split" for one in practice.questions):
        return gettext("Undecided")
    return value_of(model, card, practice.id)


def _question(question: Question, practice: Practice, row: Mapping[str, Any] | None) -> QuestionLine:
    text = "" if question.text == practice.name else question.text
    if row is None:
        return QuestionLine(text, gettext("Not answered."), "", is_open=True)
    return QuestionLine(text, said_text(question, row), _spread(question, row), is_open=False)


def _spread(question: Question, row: Mapping[str, Any]) -> str:
    """How many answered, and how far apart they lie; only what the group is large enough for."""
    parts = [ngettext("{n} person", "{n} people", row["n"]).format(n=row["n"])] if row["n"] else []
    if row["low"] is not None and row["low"] != row["high"]:
        low, high = value_text(question, row["low"]), value_text(question, row["high"])
        parts.append(gettext("from “{low}” to “{high}”").format(low=low, high=high))
    names = {choice.id: choice.text for choice in question.choices}
    split = [(names[name], n) for name, n in row["ticked"] if n < row["n"]]
    parts += [gettext("“{choice}” by {n}").format(choice=text, n=n) for text, n in split]
    if row["n_dont_know"]:
        parts.append(gettext("{n} don’t know").format(n=row["n_dont_know"]))
    return ", ".join(parts)


def _open_rows(model: ForeignModel, said: Mapping[str, Any]) -> list[Row]:
    rows = []
    for practice in model.practices():
        n_open = sum(question.id not in said for question in practice.questions)
        if n_open:
            rows.append(Row(practice.name, (f"{n_open} / {len(practice.questions)}",)))
    return rows


def _open_title(model: ForeignModel, said: Mapping[str, Any]) -> str:
    everything = model.questions()
    n_open = sum(question.id not in said for question in everything)
    if not n_open:
        return gettext("Every question has an answer of the group.")
    text = ngettext("{n} of {all} questions has no answer.", "{n} of {all} questions have no answer.", n_open)
    return text.format(n=n_open, all=len(everything))


def _steps(model: ForeignModel, result: Result) -> tuple[list[Step], tuple[Step, ...]]:
    """The steps in the order of the model, or as people decided when the result was made; and what was left out."""
    rows = result.roadmap["steps"]
    decided, _before = plan_of(result.inputs)
    asked = {one.id: one.text for one in model.questions()}
    if decided is None:
        return [_step(model, row, _about(asked, row)) for row in rows], ()
    plan, known = roadmap_of_others(model, rows, decided), rows_by_action(model, rows)
    titles = titles_of_others(model)
    steps = [
        Step(
            title=step.title,
            text=step.outcome,
            url=known[step.id].get("url", "") if step.id in known else "",
            about=", ".join(
                filter(None, (_decided(decided, step.id), _about(asked, known[step.id]) if step.id in known else ""))
            ),
            waits_for=tuple(titles.get(one, one) for one in step.waits_for),
        )
        for step in plan.steps
    ]
    return steps, tuple(Step(one.title, one.why, "", "", ()) for one in plan.not_now)


def _decided(decided: Decisions, action: str) -> str:
    """What people decided about a step and the day they set for it; who does it is not for a report."""
    one = decided.of(action)
    status = "" if one.status is Status.OPEN else gettext(STATUS[one.status])
    starts = gettext("from {date}").format(date=date_text(one.starts_on)) if one.starts_on else ""
    return ", ".join(filter(None, (status, starts)))


def _step(model: ForeignModel, row: Mapping[str, Any], about: str) -> Step:
    names = {action.question: action.title for action in model.actions}
    return Step(
        title=row["title"],
        text=row["text"],
        url=row.get("url", ""),
        about=about,
        waits_for=tuple(names.get(one, one) for one in row["waits_for"]),
    )


def _about(asked: Mapping[str, str], row: Mapping[str, Any]) -> str:
    """Beside the title of a step; that of a lens is a choice, which says little without its question."""
    if "risk" in row:
        return ", ".join(filter(None, (risk_text(row["risk"]), asked.get(row["question"], ""))))
    parts = [gettext("level {level}").format(level=row["level"])] if row["level"] else []
    if row["effort"]:
        words = {"knowledge": gettext("knowledge"), "time": gettext("time"), "resources": gettext("resources")}
        parts += [f"{words[name]} {row['effort'][name]}" for name in EFFORTS if row["effort"].get(name)]
    if row["usefulness"]:
        parts.append(gettext("usefulness {n}").format(n=row["usefulness"]))
    return ", ".join(parts)


def _plan_title(model: ForeignModel, steps: list[Step]) -> str:
    if not steps:
        return gettext("There is nothing left to do by this model.")
    if model.rule == "risk-rules":
        return gettext("What to improve, the highest risk first.")
    return gettext("What to do next: what can begin now, and what waits for something else.")


def joined_text(model: ForeignModel) -> str:
    """How several people became one answer."""
    if model.rule == "risk-rules":
        return gettext(
            "A choice counts when more than half of those who ticked any ticked it. Who does not know is left out."
        )
    return gettext(
        "Of several people the middle answer counts, the lower one where two stand in the middle; the lowest and the "
        "highest stand beside it. Who does not know is left out."
    )


def _colophon(result: Result, model: ForeignModel, survey: Survey | None) -> tuple[Parameter, ...]:
    row = result.assessment.maturity_model
    smallest = survey.minimum_group if survey else 1
    rows = [
        Parameter(gettext("Made by"), generator()),
        Parameter(gettext("Issuing server"), issuer()),
        Parameter(gettext("Maturity model"), f"{row.title} {row.version}"),
        Parameter(gettext("Digest of the maturity model"), row.digest),
        Parameter(gettext("Scored by"), result.scorer_version),
        Parameter(gettext("Digest of answers and evidence"), result.digest),
        Parameter(gettext("Smallest group shown"), count_text(smallest, "person")),
    ]
    if model.text and model.format == "dsomm":
        rows.append(Parameter(gettext("Published by"), model.text[:300]))
    if licence := LICENCES.get(model.format):
        rows.append(Parameter(gettext("Usual licence of this format"), licence))
    return tuple(rows)
