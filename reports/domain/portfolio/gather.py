"""The last closed results of teams, in a fixed number of queries however many teams there are."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.models import Organization, Team
from assessment.domain.scored import stored_card
from assessment.domain.scoring.types import ScoreCard
from assessment.maturity.formats import OURS
from assessment.models import Assessment, AssessmentState, Result

Basis = list[
    list[int | None]
]  # for each team in the order shown: team, result, the result before, one by another's model


@dataclass(frozen=True)
class PortfolioTeam:
    team: Team
    result: Result | None
    before: Result | None
    is_assessing: bool  # an assessment is under way or planned
    other: Result | None = None  # by a maturity model of others, where there is none by ours

    @cached_property
    def card(self) -> ScoreCard | None:
        return stored_card(self.result) if self.result else None


def gather_teams(teams: Sequence[Team]) -> tuple[PortfolioTeam, ...]:
    """In the order given. Only closed assessments count: what an open one says still waits for those who are asked."""
    keys = [team.pk for team in teams]
    current = Result.objects.filter(assessment=OuterRef("pk")).order_by("-updated_at", "-pk").values("pk")[:1]
    rows = Assessment.objects.filter(team__in=keys).order_by("-period_end_on", "-created_at")
    told = rows.annotate(current=Subquery(current)).values_list("team_id", "state", "maturity_model__rule", "current")
    closed: dict[int, list[int]] = {}
    others: dict[int, int] = {}
    open_ones = set()
    for team, state, rule, result in told:
        if state != AssessmentState.CLOSED:
            open_ones.add(team)
        elif result and rule == OURS:
            closed.setdefault(team, []).append(result)
        elif result:
            others.setdefault(team, result)
    keys_of = {
        team.pk: closed.get(team.pk, [])[:2] or [others[team.pk]] for team in teams if team.pk in closed | others
    }
    results = _results(key for found in keys_of.values() for key in found)
    return tuple(
        _placed(team, [results[key] for key in keys_of.get(team.pk, [])], team.pk in open_ones) for team in teams
    )


def basis_of(teams: Iterable[PortfolioTeam]) -> Basis:
    """What a report of these teams rests on, so that it can be made later from the same results."""
    return [
        [one.team.pk, *(found.pk if found else None for found in (one.result, one.before, one.other))] for one in teams
    ]


def of_basis(organization: Organization, basis: Basis) -> tuple[PortfolioTeam, ...]:
    """The same teams again; one that was deleted since is left out."""
    teams = {team.pk: team for team in Team.objects.filter(organization=organization)}
    results = _results(key for row in basis for key in row[1:] if key)
    return tuple(
        _placed(teams[row[0]], [results[key] for key in row[1:] if key in results], is_assessing=False)
        for row in basis
        if row[0] in teams
    )


def made_at(teams: Iterable[PortfolioTeam]) -> dt.datetime:
    """The day of the latest result: the same results give the same bytes."""
    times = [found.created_at for one in teams if (found := one.result or one.other)]
    return max(times, default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))


def _results(keys: Iterable[int | None]) -> dict[int, Result]:
    wanted: list[Any] = [key for key in keys if key]
    rows = Result.objects.defer("inputs").select_related("assessment__maturity_model", "assessment__team__organization")
    return rows.in_bulk(wanted) if wanted else {}


def _placed(team: Team, results: Sequence[Result], is_assessing: bool) -> PortfolioTeam:
    ours = [result for result in results if result.assessment.maturity_model.rule == OURS]
    other = next((result for result in results if result not in ours), None)
    result, before = (*ours, None, None)[:2]
    return PortfolioTeam(team, result, before, is_assessing, other)
