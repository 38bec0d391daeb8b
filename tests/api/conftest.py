import pytest
from rest_framework.test import APIClient

from accounts.models import Role
from surveys.models import ParticipantState
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def ada(team):
    """The team's lead."""
    return MembershipFactory(team=team, role=Role.LEAD).user


@pytest.fixture
def ben(team):
    """A member of the team."""
    return MembershipFactory(team=team).user


@pytest.fixture
def assessment(team):
    return AssessmentFactory(team=team)


@pytest.fixture
def seat(assessment, ben):
    return ParticipantFactory(
        survey=SurveyFactory(assessment=assessment), user=ben, roles=["engineer"], state=ParticipantState.STARTED
    )


@pytest.fixture
def api():
    """A client signed in as the person given."""

    def sign_in(user) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in
