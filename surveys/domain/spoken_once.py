"""The one summary of a survey with a minimum, made when it closes, and how it compares with earlier ones of the team.

With names or without, the same arithmetic: only what can be said of answers nobody could tie to each other.
"""

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
    summarize_apart,
)
from surveys.domain.answer_store import mix
from surveys.domain.seat_counts import invited
from surveys.domain.spread import SurveySpread, spread_of
from surveys.domain.summary import Voice, roles_shown
from surveys.models import AnonymousAnswer, Participant, ParticipantState, Survey

Summed = tuple[list[SurveySummary], list[Given], SurveySpread]


def unnamed_summaries(survey: Survey, assessment: Assessment, model: MaturityModelFile) -> Summed:
    """What may be shown of each practice, of the questions about flow, and of how each question's answers lie."""
    mix(survey)
    rows = AnonymousAnswer.objects.filter(survey=survey).values_list("question", "kind", "level", "role_group")
    said = [Said(q, level if level is not None else kind, frozenset(roles.split())) for q, kind, level, roles in rows]
    return _sum_up(survey, assessment, model, said)


def named_summaries_of_groups(
    survey: Survey, assessment: Assessment, model: MaturityModelFile, voices: list[Voice]
) -> Summed:
    """The same of a survey with names; an answer carries the roles that enough people were asked in."""
    carried = survey.role_groups
    if carried is None:  # begun before roles were kept with the promise
        asked = [frozenset(roles) for roles in survey.participants.values_list("roles", flat=True)]
        carried = list(roles_shown(asked, _role_minimum(survey)))
    said = [
        Said(question, answer, frozenset(voice.roles) & frozenset(carried))
        for voice in voices
        for question, answer in voice.answers.items()
        if answer is not None
    ]
    return _sum_up(survey, assessment, model, said, voices)


def _sum_up(
    survey: Survey,
    assessment: Assessment,
    model: MaturityModelFile,
    said: list[Said],
    voices: list[Voice] | None = None,
) -> Summed:
    minimum, comparison = survey.minimum_group, comparison_of(survey, assessment)
    shown = summarize_apart(
        model,
        said,
        minimum=minimum,
        role_minimum=_role_minimum(survey),
        invited=invited(model, survey.participants.all()),
        comparison=comparison,
    )
    told = levels_told(said, REPORTED_STAGES, minimum=minimum, comparison=comparison)
    flow = [Given(q, mean, Origin.SURVEY, n=n, source=q) for q, (mean, n) in told.items()]
    return list(shown), flow, _spread(said, voices or [], minimum, comparison)


def _role_minimum(survey: Survey) -> int:
    return max(survey.minimum_group, survey.minimum_role_group)


def _spread(said: list[Said], voices: list[Voice], minimum: int, comparison: Comparison) -> SurveySpread:
    """Question by question only where earlier surveys of the team leave even totals nothing to be subtracted from.

    What needs to know whose answers belong together is told of the questions that everybody answered: then a mean of
    people is a mean of questions, and says nothing new of anybody.
    """
    shown = questions_shown(said, minimum) if comparison.totals else frozenset()
    levels: dict[str, list[int]] = {}
    for one in sorted(said, key=lambda one: one.question):
        if one.question in shown and isinstance(one.answer, int):
            levels.setdefault(one.question, []).append(one.answer)
    people = [{q: a for q, a in voice.answers.items() if q in levels and isinstance(a, int)} for voice in voices]
    people = [person for person in people if person]
    complete = [question for question in levels if people and all(question in person for person in people)]
    return spread_of(levels, minimum=minimum, voices=[{q: person[q] for q in complete} for person in people])


def comparison_of(survey: Survey, assessment: Assessment) -> Comparison:
    """Beside every other survey of the team whose summaries can be read."""
    others = Survey.objects.filter(assessment__team=assessment.team_id, summarized_at__isnull=False)
    earlier = [_wave(other) for other in others.exclude(pk=survey.pk)]
    return compare(_wave(survey), earlier, survey.minimum_group)


def _wave(survey: Survey) -> Wave:
    seats = survey.participants.exclude(state=ParticipantState.INVITED).select_related("user", "invitation")
    keys = [_key(seat) for seat in seats]
    shown = None if survey.role_groups is None else frozenset(survey.role_groups)
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
