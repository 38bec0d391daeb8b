"""The plan as it stands: worked out from the current result and the newest revision."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from pydantic import TypeAdapter

from accounts.models import Membership, Team
from assessment.domain.evidence import current_result
from assessment.domain.flow_reading import flow_reading_of
from assessment.domain.roadmap.decisions import Decisions
from assessment.domain.roadmap.expected import Expected, expected_levels
from assessment.domain.roadmap_types import Roadmap, RoadmapStep, StepKind
from assessment.domain.scored import planned, score_card_of
from assessment.domain.team_roadmap.others import roadmap_of_others, titles_of_others
from assessment.maturity.loader import asked_model_of, foreign_model_of, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, Result, RoadmapRevision
from core.language import gettext
from core.refusals import Refused

STORED = TypeAdapter(Decisions)


@dataclass(frozen=True)
class TeamRoadmap:
    """The plan as it stands, with what it rests on.

    `model` is read for names; of one of others it is what the pages of asking read, and there is no score card.
    `titles` has every action the model knows, `plannable` the practices on which an own one can be planned.
    """

    assessment: Assessment
    result: Result
    model: MaturityModelFile
    titles: Mapping[str, str]
    plannable: frozenset[str]
    decisions: Decisions
    roadmap: Roadmap
    expected: tuple[Expected, ...]
    revision: RoadmapRevision | None

    @property
    def is_ours(self) -> bool:
        """Whether days, worth and levels are known: of models of others they are not."""
        return self.assessment.maturity_model.is_ours

    @property
    def number(self) -> int:
        return self.revision.number if self.revision else 0

    @property
    def actions(self) -> list[RoadmapStep]:
        return [step for step in self.roadmap.steps if step.kind is not StepKind.SETTLE]

    def step(self, action: str) -> RoadmapStep | None:
        return next((step for step in self.roadmap.steps if step.id == action), None)


def team_roadmap(assessment: Assessment) -> TeamRoadmap | None:
    """None while there is no result."""
    result = current_result(assessment)
    return drawn(assessment, result, assessment.roadmap_revisions.first()) if result else None


def drawn(
    assessment: Assessment, result: Result, revision: RoadmapRevision | None, decisions: Decisions | None = None
) -> TeamRoadmap:
    decided = decisions or decisions_of(revision)
    if not assessment.maturity_model.is_ours:
        return _drawn_of_others(assessment, result, revision, decided)
    model, card = model_of(assessment.maturity_model), score_card_of(result)
    before = revision.starts if revision else {}
    inputs = result.inputs or {"targets": assessment.target_profile}
    roadmap = planned(model, card, inputs, flow_reading_of(result), (decided, before))
    expected = expected_levels(model, card, roadmap)
    titles = {each.id: each.title for practice in model.practices() for each in practice.actions}
    plannable = frozenset(score.practice for score in card.practices if score.ungated_level is not None)
    return TeamRoadmap(assessment, result, model, titles, plannable, decided, roadmap, expected, revision)


def _drawn_of_others(
    assessment: Assessment, result: Result, revision: RoadmapRevision | None, decided: Decisions
) -> TeamRoadmap:
    asked, model = asked_model_of(assessment.maturity_model), foreign_model_of(assessment.maturity_model)
    roadmap = roadmap_of_others(model, result.roadmap["steps"], decided)
    plannable = frozenset(practice.id for practice in asked.practices())
    return TeamRoadmap(assessment, result, asked, titles_of_others(model), plannable, decided, roadmap, (), revision)


def decisions_of(revision: RoadmapRevision | None) -> Decisions:
    """Of the revision; before anybody decided anything the plan begins today."""
    return STORED.validate_python(revision.content) if revision else Decisions(timezone.localdate())


def people_of(team: Team) -> list[tuple[str, str]]:
    """Who may own an action: the people of the team and those who advise it, as (id, name)."""
    places = Membership.objects.filter(organization=team.organization_id).exclude(role="viewer")
    rows = places.filter(team=team) | places.filter(team=None)
    people = {str(place.user_id): str(place.user) for place in rows.select_related("user")}
    return sorted(people.items(), key=lambda one: one[1].casefold())


def ids_of(plan: TeamRoadmap) -> list[str]:
    return [step.id for step in plan.actions]


def known_action(plan: TeamRoadmap, action: str) -> None:
    if action not in plan.titles.keys() | {own.id for own in plan.decisions.own}:
        raise Refused(gettext("There is no such action."))


def planned_step(plan: TeamRoadmap, action: str) -> RoadmapStep:
    known_action(plan, action)
    if (step := plan.step(action)) is None:
        raise Refused(gettext("The plan does not hold this action now; give it a start to take it on."))
    return step
