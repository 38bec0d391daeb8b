"""The one summary of an anonymous survey, made when it closes, and how it compares with earlier ones of the team."""

from assessment.domain.flow.given import REPORTED_STAGES, Given, Origin
from assessment.domain.scoring.types import SurveySummary
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment
from surveys.domain.anonymity import (
    Comparison,
    Said,
    Wave,
    compare,
    levels_told,
    questions_shown,
    summarize_unnamed,
)
from surveys.domain.answer_store import mix
from surveys.domain.seat_counts import invited
from surveys.domain.spread import SurveySpread, spread_of
from surveys.models import AnonymousAnswer, Participant, ParticipantState, Survey


def unnamed_summaries(
    survey: Survey, assessment: Assessment, model: MaturityModelFile
) -> tuple[list[SurveySummary], list[Given], SurveySpread]:
    """What may be shown of each practice, of the questions about flow, and of how each question's answers lie."""
    mix(survey)
    rows = AnonymousAnswer.objects.filter(survey=survey).values_list("question", "kind", "level", "role_group")
    said = [Said(q, level if level is not None else kind, frozenset(roles.split())) for q, kind, level, roles in rows]
    minimum, comparison = survey.minimum_group, comparison_of(survey, assessment)
    asked = invited(model, survey.participants.all())
    shown = summarize_unnamed(model, said, minimum=minimum, invited=asked, comparison=comparison)
    told = levels_told(said, REPORTED_STAGES, minimum=minimum, comparison=comparison)
    flow = [Given(q, mean, Origin.SURVEY, n=n, source=q) for q, (mean, n) in told.items()]
    return list(shown), flow, _spread(said, minimum, comparison)


def _spread(said: list[Said], minimum: int, comparison: Comparison) -> SurveySpread:
    """Question by question only where earlier surveys of the team leave even totals nothing to be subtracted from."""
    shown = questions_shown(said, minimum) if comparison.totals else frozenset()
    levels: dict[str, list[int]] = {}
    for one in sorted(said, key=lambda one: one.question):
        if one.question in shown and isinstance(one.answer, int):
            levels.setdefault(one.question, []).append(one.answer)
    return spread_of(levels, minimum=minimum)


def comparison_of(survey: Survey, assessment: Assessment) -> Comparison:
    """Beside every other survey of the team whose summaries can be read."""
    others = Survey.objects.filter(assessment__team=assessment.team_id, summarized_at__isnull=False)
    earlier = [_wave(other) for other in others.exclude(pk=survey.pk)]
    return compare(_wave(survey), earlier, survey.minimum_group)


def _wave(survey: Survey) -> Wave:
    seats = survey.participants.exclude(state=ParticipantState.INVITED).select_related("user", "invitation")
    keys = [_key(seat) for seat in seats]
    shown = frozenset(survey.role_groups or []) if survey.is_anonymous else None
    roles = {
        key: frozenset(seat.roles) & shown if shown is not None else frozenset(seat.roles)
        for key, seat in zip(keys, seats, strict=True)
        if key
    }
    return Wave(roles, n_unknown=keys.count(""))


def _key(seat: Participant) -> str:
    """The person across surveys: their address, in an account or an invitation; empty when nobody knows."""
    if seat.user:
        return seat.user.email.lower()
    invitation = getattr(seat, "invitation", None)
    return invitation.email.lower() if invitation else ""
