"""Answers to SAMM in and out as `.samm` files: a file becomes one seat, what is exported is the group's answer.

Nothing is half imported: either everything of a file is stored, in one transaction, or every error is told.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import Team, User
from assessment.domain.evidence import current_result
from assessment.domain.lifecycle import create_assessment, open_assessment
from assessment.domain.other_rules import given_of, joined_rows
from assessment.domain.scoring_rules.samm_answers import RULE, read_answers
from assessment.maturity.foreign.asked import EVERYBODY, question_code
from assessment.maturity.foreign.samm_exchange import DONT_KNOW, NOT_APPLICABLE, Exchange, written
from assessment.maturity.foreign.types import Finding, ForeignModel
from assessment.maturity.loader import foreign_model_of
from assessment.models import Assessment, AssessmentState, MaturityModel
from core.refusals import Refused
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, AnswerExchange, AnswerKind, Participant, ParticipantState, Survey

KINDS = {DONT_KNOW: AnswerKind.DONT_KNOW, NOT_APPLICABLE: AnswerKind.NOT_APPLICABLE}
REASON = "As imported."  # why a question does not apply, which the format cannot say


@dataclass(frozen=True)
class Imported:
    assessment: Assessment
    n_answers: int
    n_remarks: int
    warnings: tuple[Finding, ...]


@transaction.atomic
def import_into_team(row: MaturityModel, text: str, *, team: Team, title: str = "", by: User | None = None) -> Imported:
    """A new open assessment of the team with the answers of the file. Raises UnusableAnswers."""
    exchange, _ = read_answers(foreign_model_of(row), text)
    day = dt.date.fromisoformat(exchange.about["date"])
    assessment = create_assessment(
        team,
        title=(title or f"{exchange.about['organization']}, {exchange.about['scope']}")[:120],
        period_start_on=day,
        period_end_on=day,
        scope_note=exchange.about["scope"],
        maturity_model=row,
        by=by,
    )
    open_assessment(assessment, by=by)
    return import_into(assessment, text, by=by)


@transaction.atomic
def import_into(assessment: Assessment, text: str, *, by: User | None = None) -> Imported:
    """The answers of the file as one more voice of the assessment, in place of an earlier import."""
    row = assessment.maturity_model
    exchange, findings = read_answers(foreign_model_of(row), text)
    survey, _ = Survey.objects.get_or_create(assessment=assessment)
    _check_takes_answers(assessment, survey)
    model = foreign_model_of(row)
    before = AnswerExchange.objects.filter(survey=survey).select_related("participant").first()
    if before is not None:
        before.participant.delete()
    seat = Participant.objects.create(
        survey=survey,
        label=exchange.about["organization"][:120],
        roles=[EVERYBODY],
        state=ParticipantState.FINISHED,
        finished_at=timezone.now(),
    )
    Answer.objects.bulk_create(_answers(seat, model, exchange))
    AnswerExchange.objects.create(survey=survey, participant=seat, content=_kept(exchange))
    summarize_survey(survey)
    n_remarks = sum(map(len, exchange.remarks.values()))
    record("survey.answers_imported", by=by, on=assessment, team=assessment.team, format=RULE, n=len(exchange.answers))
    return Imported(assessment, len(exchange.answers), n_remarks, tuple(findings.warnings))


@transaction.atomic
def export_answers(assessment: Assessment, *, by: User | None = None) -> str:
    """The group's answers as a file, with the remarks and extensions an import brought. Raises Refused without any."""
    row = assessment.maturity_model
    require_samm(assessment)
    model, result = foreign_model_of(row), current_result(assessment)
    given = given_of(model, joined_rows(result.inputs), {}).answers if result else {}
    answers: dict[str, float | str] = {code: said for code, said in given.items() if isinstance(said, float | str)}
    stored = AnswerExchange.objects.filter(survey__assessment=assessment).first()
    kept: dict[str, Any] = stored.content if stored else {}
    answers |= {code: DONT_KNOW for code in _not_known(assessment, model) if code not in answers}
    about = {
        "version": "1.0.0",
        "organization": assessment.team.organization.name,
        "scope": assessment.team.name,
        "date": assessment.period_end_on.isoformat(),
    } | kept.get("about", {})
    record("survey.answers_exported", by=by, on=assessment, team=assessment.team, format=RULE)
    found = Exchange(about, answers, kept.get("remarks", {}), kept.get("extensions", []), kept.get("kept", {}))
    return written(model, found)


def require_samm(assessment: Assessment) -> None:
    """Raises Refused for an assessment by any other model."""
    if assessment.maturity_model.rule != RULE:
        raise Refused(
            _("{name} is no assessment by SAMM; only those give and take answers in this format.").format(
                name=assessment
            )
        )


def _check_takes_answers(assessment: Assessment, survey: Survey) -> None:
    require_samm(assessment)
    if assessment.state != AssessmentState.OPEN:
        raise Refused(_("{name} is not open for answers.").format(name=assessment))
    if survey.is_anonymous or survey.speaks_once:
        said = _("{name} promises to sum up a group without names; a file cannot be one of its voices.")
        raise Refused(said.format(name=assessment))


def _answers(seat: Participant, model: ForeignModel, exchange: Exchange) -> list[Answer]:
    rows = []
    for question in model.questions():
        said = exchange.answers.get(question.id)
        if said is None:
            continue
        fields: dict[str, Any] = {"participant": seat, "question": question_code(question.id)}
        if isinstance(said, str):
            reason = REASON if said == NOT_APPLICABLE else ""
            rows.append(Answer(**fields, kind=KINDS[said], reason=reason))
        else:
            number = next(n for n, choice in enumerate(question.choices, start=1) if choice.value == said)
            rows.append(Answer(**fields, kind=AnswerKind.LEVEL, level=number))
    return rows


def _not_known(assessment: Assessment, model: ForeignModel) -> list[str]:
    """Questions the one imported voice answered with "I don't know"; of several people nobody's answer is told."""
    rows = Answer.objects.filter(participant__survey__assessment=assessment)
    if rows.values("participant").distinct().count() != 1:
        return []
    unknown = set(rows.filter(kind=AnswerKind.DONT_KNOW).values_list("question", flat=True))
    return [question.id for question in model.questions() if question_code(question.id) in unknown]


def _kept(exchange: Exchange) -> dict[str, Any]:
    return {
        "about": dict(exchange.about),
        "remarks": dict(exchange.remarks),
        "extensions": exchange.extensions,
        "kept": dict(exchange.kept),
    }
