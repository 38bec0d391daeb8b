"""The team's last assessments before this one, as far as they can be laid beside it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from assessment.domain.scored import score_card_of
from assessment.domain.scoring.types import ScoreCard
from assessment.domain.team_roadmap import TeamRoadmap, team_roadmap
from assessment.maturity.formats import OURS
from assessment.models import Assessment, AssessmentState, MaturityModel, Result, RoadmapRevision

JUDGED_BY = ("questions", "evidence", "caps", "weight")


@dataclass(frozen=True)
class Since:
    """`alike` are the practices asked and measured in the same way both times."""

    assessment: Assessment
    card: ScoreCard
    plan: TeamRoadmap | None
    alike: frozenset[str]
    gone: frozenset[str]  # practices of the earlier version that this one has no more
    same_parameters: bool
    before_last: ScoreCard | None  # of the round before, where its maturity model is the same as now


def since(assessment: Assessment) -> Since | None:
    """The last closed assessment of the team with a result; None where there is none."""
    results = _earlier_results(assessment)
    if not results:
        return None
    last, *older = results
    old, new = last.assessment.maturity_model.content, assessment.maturity_model.content
    same_model = last.assessment.maturity_model.slug == assessment.maturity_model.slug
    has_plan = last.assessment.roadmap_revisions.exists()
    stayed = same_model and older and older[0].assessment.maturity_model_id == assessment.maturity_model_id
    return Since(
        assessment=last.assessment,
        card=score_card_of(last),
        plan=team_roadmap(last.assessment) if has_plan else None,
        alike=asked_alike(last.assessment.maturity_model, assessment.maturity_model),
        gone=frozenset(_practices(old)) - frozenset(_practices(new)),
        same_parameters=old.get("scoring") == new.get("scoring"),
        before_last=score_card_of(older[0]) if stayed else None,
    )


def asked_alike(before: MaturityModel, now: MaturityModel) -> frozenset[str]:
    """The practices that two versions of one maturity model ask and measure in the same way."""
    if before.slug != now.slug:
        return frozenset()
    earlier, later = _practices(before.content), _practices(now.content)
    return frozenset(practice for practice in later if _judged(later[practice]) == _judged(earlier.get(practice)))


def moved_after(assessment: Assessment, moment: dt.datetime) -> bool:
    """Whether an earlier assessment of the team was scored anew, or its roadmap decided about, after this moment."""
    earlier = Assessment.objects.filter(_before(assessment))
    results = Result.objects.filter(assessment__in=earlier, updated_at__gt=moment)
    return results.exists() or RoadmapRevision.objects.filter(assessment__in=earlier, created_at__gt=moment).exists()


def _before(assessment: Assessment) -> Q:
    ended = Q(period_end_on__lt=assessment.period_end_on) | Q(
        period_end_on=assessment.period_end_on, created_at__lt=assessment.created_at
    )
    return ended & Q(team=assessment.team_id, state=AssessmentState.CLOSED, maturity_model__rule=OURS)


def _earlier_results(assessment: Assessment) -> list[Result]:
    """The current results of the last two closed assessments, the later first."""
    current = Result.objects.filter(assessment=OuterRef("pk")).order_by("-updated_at", "-pk").values("pk")[:1]
    earlier = Assessment.objects.filter(_before(assessment))
    rows = earlier.annotate(current=Subquery(current)).filter(current__isnull=False)
    keys = list(rows.order_by("-period_end_on", "-created_at").values_list("current", flat=True)[:2])
    found = (
        Result.objects.select_related("assessment__maturity_model", "assessment__team").in_bulk(keys) if keys else {}
    )
    return [found[key] for key in keys]


def _practices(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {practice["id"]: practice for dimension in content["dimensions"] for practice in dimension["practices"]}


def _judged(practice: Mapping[str, Any] | None) -> list[Any] | None:
    return None if practice is None else [practice.get(part) for part in JUDGED_BY]
