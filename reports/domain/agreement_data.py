"""Level against agreement: what to fix, what to talk about first, and the figures behind it, question by question."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from assessment.domain.evidence import current_result
from assessment.domain.scored import score_card_of
from assessment.domain.scoring.types import PracticeScore
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile, Practice
from assessment.models import Assessment
from core.figures import percent_text, range_text
from reports.charts.quadrant import Point, Quadrant, quadrant
from surveys.domain.agreement import a_wg_words, alpha_words, r_wg_words
from surveys.domain.spread import QuestionSpread, SurveySpread
from surveys.domain.summarize import spread_of_survey
from surveys.models import Survey

LOW_BELOW = 3.0  # the level "Agreed": below it there is no one way yet
TOO_FEW = 2  # voices without which nothing can agree or differ


@dataclass(frozen=True)
class PracticeRow:
    id: str
    name: str
    n: int
    level: float
    interval: str
    average_deviation: float | None  # None where how far people agree is not told
    is_split: bool
    coverage: str
    dont_know: tuple[tuple[str, str], ...]  # role, share of don't-knows among its own questions
    gaps: tuple[tuple[str, str, float], ...]  # higher role, lower role, levels apart
    questions: tuple["QuestionRow", ...]


@dataclass(frozen=True)
class QuestionRow:
    text: str
    spread: QuestionSpread
    interval: str
    r_wg_words: str
    a_wg_words: str


@dataclass(frozen=True)
class AgreementData:
    """The four corners of level against agreement; `alone` are practices with a single voice."""

    low_agreed: tuple[PracticeRow, ...]
    low_split: tuple[PracticeRow, ...]
    high_split: tuple[PracticeRow, ...]
    high_agreed: tuple[PracticeRow, ...]
    alone: tuple[PracticeRow, ...]
    limit: float  # average deviation from which opinions count as split
    spread: SurveySpread
    alpha_words: str
    interval: str
    figure: Quadrant
    is_coarse: bool  # how far people agree is not told, and the lists are empty

    @property
    def rows(self) -> tuple[PracticeRow, ...]:
        return (*self.low_agreed, *self.low_split, *self.high_split, *self.high_agreed, *self.alone)


def agreement_data(assessment: Assessment) -> AgreementData | None:
    """None while nothing may be shown: nobody answered, too few did, or the survey has not spoken yet."""
    result = current_result(assessment)
    survey = Survey.objects.filter(assessment=assessment).first()
    if result is None or survey is None:
        return None
    model, spread = model_of(assessment.maturity_model), spread_of_survey(survey) or SurveySpread()
    rows = list(_rows(model, score_card_of(result).practices, spread))
    if not rows:
        return None
    limit = model.scoring.agreement_ad_limit
    is_coarse = any(score.summary and score.summary.is_coarse for score in score_card_of(result).practices)
    several = [] if is_coarse else [row for row in rows if row.n >= TOO_FEW]
    low = [row for row in several if row.level < LOW_BELOW]
    high = [row for row in several if row.level >= LOW_BELOW]
    return AgreementData(
        low_agreed=tuple(row for row in low if not row.is_split),
        low_split=tuple(row for row in low if row.is_split),
        high_split=tuple(row for row in high if row.is_split),
        high_agreed=tuple(row for row in high if not row.is_split),
        alone=tuple(row for row in rows if row.n < TOO_FEW),
        limit=limit,
        spread=spread,
        alpha_words=alpha_words(spread.alpha) or "",
        interval=range_text(spread.interval),
        figure=_figure(several, limit),
        is_coarse=is_coarse,
    )


def _figure(rows: Iterable[PracticeRow], limit: float) -> Quadrant:
    points = [Point(row.id, row.level, row.average_deviation) for row in rows if row.average_deviation is not None]
    corners = (
        gettext("High and agreed: keep it"),
        gettext("High and split: find out for whom"),
        gettext("Low and agreed: fix it"),
        gettext("Low and split: talk first"),
    )
    ends = (gettext("people agree"), gettext("opinions are split"))
    message = gettext("Level against agreement: each dot is a practice; the lists below say the same in words.")
    return quadrant(points, limit=limit, middle=LOW_BELOW, corners=corners, ends=ends, message=message)


def _rows(model: MaturityModelFile, scores: Iterable[PracticeScore], spread: SurveySpread) -> Iterable[PracticeRow]:
    practices = {practice.id: practice for practice in model.practices()}
    names = {role.id: role.name for role in model.roles}
    by_question = {told.question: told for told in spread.questions}
    for score in scores:
        summary, report = score.summary, score.self_report
        if summary is None or report is None or summary.value is None:
            continue
        apart = summary.average_deviation
        yield PracticeRow(
            id=score.practice,
            name=score.name,
            n=summary.n,
            level=summary.value,
            interval=range_text((report.low, report.high)),
            average_deviation=apart,
            is_split=apart is not None and apart >= model.scoring.agreement_ad_limit,
            coverage=percent_text(summary.coverage),
            dont_know=tuple(
                (names.get(role.role, role.role), percent_text(role.n_dont_know / role.n_primary_answers))
                for role in summary.roles
                if role.n_primary_answers
            ),
            gaps=tuple((names.get(high, high), names.get(low, low), gap) for high, low, gap in score.role_gaps),
            questions=tuple(_questions(practices[score.practice], by_question)),
        )


def _questions(practice: Practice, by_question: dict[str, QuestionSpread]) -> Iterable[QuestionRow]:
    for question in practice.questions:
        if told := by_question.get(question.id):
            words = r_wg_words(told.r_wg) or "", a_wg_words(told.a_wg) or ""
            yield QuestionRow(question.text, told, range_text(told.interval), *words)
