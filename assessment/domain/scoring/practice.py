"""One practice: its numbers first, then the same arithmetic in words."""

from dataclasses import replace
from itertools import permutations

from assessment.domain.scoring.bands import bands_of, combine
from assessment.domain.scoring.caps import Facts, caps_of
from assessment.domain.scoring.reasons import reasons_of
from assessment.domain.scoring.self_report import self_report_of
from assessment.domain.scoring.staging import stage_of
from assessment.domain.scoring.types import PracticeScore, SelfReport, State, SurveySummary
from assessment.domain.scoring.verdict import Verdict, verdict_of
from assessment.domain.scoring.words import EPSILON
from assessment.maturity.schema import Dimension, MaturityModelFile, Practice, ScoringParameters

BLIND_FROM = 0.4  # share of don't-knows among the primary answers of a role above which the role is named


def score_practice(
    model: MaturityModelFile, dimension: Dimension, practice: Practice, summary: SurveySummary | None, facts: Facts
) -> PracticeScore:
    """The score of a practice before gates, with its reasons."""
    score = place_practice(model, dimension, practice, summary, facts)
    return replace(score, reasons=reasons_of(model, score, caps_of(model, practice, facts)))


def place_practice(
    model: MaturityModelFile, dimension: Dimension, practice: Practice, summary: SurveySummary | None, facts: Facts
) -> PracticeScore:
    """The same numbers without the sentences, which cost more than the numbers do."""
    report = self_report_of(summary, model.scoring) if summary else None
    bands = bands_of(model, practice, facts.readings, self_report=report.value if report else None)
    evidence = combine(bands, self_report=report.value) if report else None
    score = PracticeScore(
        practice=practice.id,
        name=practice.name,
        dimension=dimension.id,
        self_report=report,
        evidence=evidence,
        gap=report.value - evidence.value if report and evidence else None,
        state=_silence(summary, model.scoring) or State.NOT_ASKED,
        support="",
        split=_is_split(report, model.scoring),
        planning_score=None,
        standard_error=None,
        range=None,
        staged_level=None,
        held_back_by=(),
        bands=bands,
        reasons=(),
        role_gaps=_role_gaps(summary, model.scoring),
        blind_roles=_blind_roles(summary),
        summary=summary,
    )
    if report and not _silence(summary, model.scoring):
        return _with_verdict(model, practice, score, verdict_of(report, evidence, model.scoring), facts)
    return score


def _with_verdict(
    model: MaturityModelFile, practice: Practice, score: PracticeScore, verdict: Verdict, facts: Facts
) -> PracticeScore:
    staged = stage_of(score, verdict.planning_score, caps=caps_of(model, practice, facts), parameters=model.scoring)
    return replace(
        score,
        state=verdict.state,
        support=_support(verdict, score),
        planning_score=verdict.planning_score,
        standard_error=verdict.standard_error,
        range=verdict.range,
        staged_level=staged.level,
        ungated_level=staged.level,
        held_back_by=staged.held_back_by,
    )


def _silence(summary: SurveySummary | None, parameters: ScoringParameters) -> State | None:
    """Why a practice is not scored, when it is not."""
    if summary is None or not summary.n_answered + summary.n_dont_know:
        return State.NOT_ASKED
    return State.NOT_KNOWN if summary.coverage < parameters.coverage_min - EPSILON else None


def _support(verdict: Verdict, score: PracticeScore) -> str:
    if verdict.state is not State.ALIGNED:
        return ""
    return "supported" if score.evidence and score.evidence.supports else "not contradicted"


def _is_split(report: SelfReport | None, parameters: ScoringParameters) -> bool:
    apart = report.average_deviation if report else None
    return apart is not None and apart > parameters.agreement_ad_limit + EPSILON


def _role_gaps(summary: SurveySummary | None, parameters: ScoringParameters) -> tuple[tuple[str, str, float], ...]:
    """Pairs of roles whose means lie a level or more apart, widest first."""
    means = [(voice.role, voice.mean) for voice in summary.roles if voice.mean is not None] if summary else []
    gaps = [
        (high, low, above - below)
        for (high, above), (low, below) in permutations(means, 2)
        if above - below >= parameters.role_gap_limit - EPSILON
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap[2], gap[0], gap[1])))


def _blind_roles(summary: SurveySummary | None) -> tuple[tuple[str, float], ...]:
    voices = [voice for voice in summary.roles if voice.n_primary_answers] if summary else []
    shares = [(voice.role, voice.n_dont_know / voice.n_primary_answers) for voice in voices]
    return tuple((role, share) for role, share in shares if share > BLIND_FROM + EPSILON)
