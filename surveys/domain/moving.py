"""From one version of a maturity model to another: what an assessment would look like there, and the way over.

An assessment never changes its model. Moving makes a new one beside it, with the answers that still hold; the old one
stays as it is. Only answers with names are taken along: those of a survey with a minimum were given for one summary.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.utils.translation import gettext

from assessment.domain.carried_inputs import (
    SURVEY,
    Row,
    carried_agreements,
    carried_caps,
    carried_measurements,
    carried_targets,
)
from assessment.domain.evidence import current_result
from assessment.domain.lifecycle import default_targets
from assessment.domain.scored import card_of, inputs_of
from assessment.domain.scoring.types import ScoreCard
from assessment.maturity.carrying import Carried, carry_over
from assessment.maturity.formats import OURS
from assessment.maturity.loader import content_of, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, MaturityModel
from core.refusals import Refused
from surveys.domain.seat_counts import invited
from surveys.domain.sections import sections_for
from surveys.domain.summary import Voice, summarize
from surveys.models import Participant, Survey


@dataclass(frozen=True)
class SideBySide:
    """One number in both versions; None where it has none or does not stand."""

    id: str
    name: str
    before: float | None
    after: float | None

    @property
    def moves(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Preview:
    """`n_carried` of `n_answers` single answers hold; both are None where answers stay with their assessment."""

    carried: Carried
    n_answers: int | None
    n_carried: int | None
    dropped_signals: tuple[str, ...]
    n_caps_dropped: int
    practices: tuple[SideBySide, ...]
    dimensions: tuple[SideBySide, ...]
    overall: SideBySide

    @property
    def n_questions(self) -> int:
        return len(self.carried.carried) + len(self.carried.asked_again)


def targets_to_move_to(assessment: Assessment) -> list[MaturityModel]:
    """The models this assessment could move to, versions of its own first, the newest before the older."""
    pinned = assessment.maturity_model
    if pinned.rule != OURS:
        return []
    usable = MaturityModel.objects.for_organization(assessment.team.organization).filter(rule=OURS)
    rows = usable.exclude(digest=pinned.digest).defer("content", "source")
    return sorted(rows.order_by("-created_at", "-pk"), key=lambda row: row.slug != pinned.slug)


def preview_of(assessment: Assessment, row: MaturityModel) -> Preview:
    """What would carry over, and both scores, each computed from what counts there."""
    before, after = both_models(assessment, row)
    carried = carry_over(before, after)
    inputs = present_inputs(assessment)
    moved, dropped = moved_inputs(assessment, inputs, before, after, carried)
    survey = Survey.objects.filter(assessment=assessment).first()
    counts = (None, None) if survey is None or survey.speaks_once else _counts(survey, carried)
    old, new = card_of(model_of(assessment.maturity_model), inputs), card_of(model_of(row), moved)
    return Preview(
        carried=carried,
        n_answers=counts[0],
        n_carried=counts[1],
        dropped_signals=dropped,
        n_caps_dropped=len(inputs["contested"]) - len(moved["contested"]),
        practices=_practices(old, new),
        dimensions=_dimensions(old, new),
        overall=SideBySide("", "", old.overall.score, new.overall.score),
    )


def present_inputs(assessment: Assessment) -> dict[str, Any]:
    """What the current result was computed from; what stands now where there is no result yet."""
    result = current_result(assessment)
    if result is not None and result.inputs:
        return dict(result.inputs)
    return inputs_of(assessment, assessment.evidence.all(), assessment.cap_contests.all())


def moved_inputs(
    assessment: Assessment,
    inputs: Mapping[str, Any],
    before: MaturityModelFile,
    after: MaturityModelFile,
    carried: Carried,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The same inputs as the other model would have them, and the signals whose readings fall away."""
    rows = inputs["evidence"]
    measured, dropped = carried_measurements(rows, before, after)
    notes = {(practice, cap): note for practice, cap, note in inputs["contested"]}
    caps = carried_caps(inputs["contested"], before, after)
    evidence = [*_said_again(assessment, rows, after, carried), *carried_agreements(rows, carried.whole), *measured]
    return {
        "evidence": evidence,
        "contested": [[practice, now, notes[practice, was]] for practice, was, now in caps],
        "targets": carried_targets(inputs["targets"], default_targets(after)),
    }, dropped


def carried_voices(survey: Survey, after: MaturityModelFile, carried: Carried) -> list[tuple[Participant, Voice]]:
    """Each seat of a survey with names and what it said that still holds, in the roles the other model has."""
    known, kept = {role.id for role in after.roles}, set(carried.carried)
    found = []
    for seat in survey.participants.order_by("pk").prefetch_related("answers"):
        roles = tuple(role for role in seat.roles if role in known)
        asked = {q.id for section in sections_for(after, roles=roles) for q in section.questions()} & kept
        said = {a.question: a.level if a.level is not None else a.kind for a in seat.answers.all()}
        found.append((seat, Voice(roles, {name: answer for name, answer in said.items() if name in asked})))
    return found


def _said_again(assessment: Assessment, rows: list[Row], after: MaturityModelFile, carried: Carried) -> list[Row]:
    """What people say: summed up anew from the answers that hold; with a minimum only what was published stands."""
    survey = Survey.objects.filter(assessment=assessment).first()
    if survey is None or survey.speaks_once:
        return [row for row in rows if row[0] == SURVEY and row[1] in carried.whole]
    voices = [voice for _, voice in carried_voices(survey, after, carried)]
    seats = survey.participants.all()
    minimum = survey.minimum_role_group
    summaries = summarize(after, voices, invited=invited(after, seats), minimum_role_group=minimum)
    return [[SURVEY, one.practice, "", asdict(one)] for one in summaries if one.n or one.n_dont_know]


def _counts(survey: Survey, carried: Carried) -> tuple[int, int]:
    rows = survey.participants.values_list("answers__question", flat=True).exclude(answers=None)
    questions, kept = list(rows), set(carried.carried)
    return len(questions), sum(question in kept for question in questions)


def both_models(assessment: Assessment, row: MaturityModel) -> tuple[MaturityModelFile, MaturityModelFile]:
    """The model the assessment pins and the other one, both as their authors wrote them."""
    if assessment.maturity_model.rule != OURS or row.rule != OURS:
        raise Refused(gettext("Only assessments of models in Headwater’s own format can move to another version."))
    both = (content_of(assessment.maturity_model), content_of(row))
    return cast(tuple[MaturityModelFile, MaturityModelFile], both)


def _practices(old: ScoreCard, new: ScoreCard) -> tuple[SideBySide, ...]:
    before = {one.practice: (one.name, one.planning_score) for one in old.practices}
    after = {one.practice: (one.name, one.planning_score) for one in new.practices}
    return _side_by_side(before, after)


def _dimensions(old: ScoreCard, new: ScoreCard) -> tuple[SideBySide, ...]:
    before = {one.dimension: (one.name, one.score) for one in old.dimensions}
    after = {one.dimension: (one.name, one.score) for one in new.dimensions}
    return _side_by_side(before, after)


def _side_by_side(
    before: Mapping[str, tuple[str, float | None]], after: Mapping[str, tuple[str, float | None]]
) -> tuple[SideBySide, ...]:
    """In the order of the other model, then what it no longer has."""
    nothing: tuple[str, float | None] = ("", None)
    return tuple(
        SideBySide(
            name,
            after.get(name, before.get(name, nothing))[0],
            before.get(name, nothing)[1],
            after.get(name, nothing)[1],
        )
        for name in [*after, *(name for name in before if name not in after)]
    )
