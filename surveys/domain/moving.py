"""From one version of a maturity model to another: what an assessment would look like there, and the way over.

An assessment never changes its model. Moving makes a new one beside it, with the answers that still hold; the old one
stays as it is. Only answers with names are taken along: those of a survey with a minimum were given for one summary.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

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
from assessment.maturity.foreign.asked import why_not_asked
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.loader import content_of, foreign_model_of, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, MaturityModel
from core.refusals import Refused
from surveys.domain.moving_others import preview_of_other
from surveys.domain.moving_types import Preview, SideBySide, side_by_side
from surveys.domain.moving_voices import carried_voices, counted
from surveys.domain.seat_counts import invited
from surveys.domain.summary import summarize
from surveys.models import Survey


def targets_to_move_to(assessment: Assessment) -> list[MaturityModel]:
    """The models this assessment could move to, versions of its own first, the newest before the older."""
    pinned = assessment.maturity_model
    usable = MaturityModel.objects.for_organization(assessment.team.organization).filter(rule=pinned.rule)
    rows = usable.exclude(digest=pinned.digest).order_by("-created_at", "-pk")
    if pinned.is_ours:
        found = list(rows.defer("content", "source"))
    else:
        found = [row for row in rows.defer("source") if not why_not_asked(foreign_model_of(row))]
    return sorted(found, key=lambda row: row.slug != pinned.slug)


def preview_of(assessment: Assessment, row: MaturityModel) -> Preview:
    """What would carry over, and both scores, each computed from what counts there."""
    before, after = both_models(assessment, row)
    carried = carry_over(before, after)
    if isinstance(before, ForeignModel) or isinstance(after, ForeignModel):
        return preview_of_other(assessment, row, carried)
    inputs = present_inputs(assessment)
    moved, dropped = moved_inputs(assessment, inputs, before, after, carried)
    counts = counted(Survey.objects.filter(assessment=assessment).first(), carried.carried)
    old, new = card_of(model_of(assessment.maturity_model), inputs), card_of(model_of(row), moved)
    return Preview(
        carried=carried,
        n_answers=counts[0],
        n_carried=counts[1],
        dropped_signals=dropped,
        n_caps_dropped=len(inputs["contested"]) - len(moved["contested"]),
        practices=_practices(old, new),
        dimensions=_dimensions(old, new),
        whole=(SideBySide("", gettext("Whole"), old.overall.score, new.overall.score),),
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


def _said_again(assessment: Assessment, rows: list[Row], after: MaturityModelFile, carried: Carried) -> list[Row]:
    """What people say: summed up anew from the answers that hold; with a minimum only what was published stands."""
    survey = Survey.objects.filter(assessment=assessment).first()
    if survey is None or survey.speaks_once:
        return [row for row in rows if row[0] == SURVEY and row[1] in carried.whole]
    voices = [voice for _, voice in carried_voices(survey, after, carried.carried)]
    seats = survey.participants.all()
    minimum = survey.minimum_role_group
    summaries = summarize(after, voices, invited=invited(after, seats), minimum_role_group=minimum)
    return [[SURVEY, one.practice, "", asdict(one)] for one in summaries if one.n or one.n_dont_know]


def both_models(
    assessment: Assessment, row: MaturityModel
) -> tuple[MaturityModelFile | ForeignModel, MaturityModelFile | ForeignModel]:
    """The model the assessment pins and the other one, both as their authors wrote them."""
    if assessment.maturity_model.rule != row.rule:
        raise Refused(gettext("An assessment can only move to a maturity model that is scored by the same rule."))
    return content_of(assessment.maturity_model), content_of(row)


def _practices(old: ScoreCard, new: ScoreCard) -> tuple[SideBySide, ...]:
    before = {one.practice: (one.name, one.planning_score) for one in old.practices}
    after = {one.practice: (one.name, one.planning_score) for one in new.practices}
    return side_by_side(before, after)


def _dimensions(old: ScoreCard, new: ScoreCard) -> tuple[SideBySide, ...]:
    before = {one.dimension: (one.name, one.score) for one in old.dimensions}
    after = {one.dimension: (one.name, one.score) for one in new.dimensions}
    return side_by_side(before, after)
