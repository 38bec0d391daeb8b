"""What the pages read about assessments."""

from accounts.models import Organization, Team, User
from assessment.models import Assessment, AssessmentQuerySet


def assessments_of(user: User) -> AssessmentQuerySet:
    """The person's assessments, team by team, the latest period first, ready to show."""
    rows = Assessment.objects.for_user(user).with_model("team__organization")
    return rows.order_by("team__organization__name", "team__name", "team_id", "-period_end_on", "-pk")


def teams_without_assessment(user: User) -> list[Team]:
    """Teams that only wait for their first assessment."""
    teams = Team.objects.for_user(user).filter(assessments=None).select_related("organization")
    return [team for team in teams if user.has_perm("assessment.add_assessment", team)]


def organizations_without_team(user: User) -> list[Organization]:
    """Organizations that wait for their first team, which this person may make."""
    waiting = Organization.objects.for_user(user).filter(teams=None)
    return [organization for organization in waiting if user.has_perm("accounts.add_team", organization)]
