"""A viewer reads results and reports of a team or of every team of an organization, and nothing else."""

import pytest

from accounts.models import Role
from assessment.models import Assessment
from core.refusals import Invalid
from surveys.domain.invite import invite
from surveys.models import Survey
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory
from tests.house.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture(params=["of the team", "of the organization"])
def viewer(world, request):
    if request.param == "of the team":
        return world.users["viewer"]
    organization = Assessment.objects.get().team.organization
    return MembershipFactory(team=None, organization=organization, role=Role.VIEWER).user


@pytest.mark.parametrize(
    "name", ["reports:result", "reports:practice", "reports:report-status", "reports:report-download"]
)
def test_a_viewer_reads_result_and_report(world, viewer, client, name):
    client.force_login(viewer)
    response = client.get(world.address(name))
    response.close()
    assert response.status_code == 200


@pytest.mark.parametrize(
    "name",
    ["surveys:answer-start", "surveys:participant-list", "surveys:comment-list", "metrics:repository-list"],
)
def test_a_viewer_sees_no_answers_comments_people_and_repositories(world, viewer, client, name):
    client.force_login(viewer)
    assert client.get(world.address(name)).status_code == 403


def test_a_viewer_reads_no_name_and_no_count_of_who_answers(world, viewer, client):
    client.force_login(viewer)
    names = ["assessment:assessment-list", "assessment:assessment-detail", "accounts:team-detail", "reports:result"]
    for name in names:
        page = client.get(world.address(name)).content.decode()
        assert world.users["member"].name not in page
        assert "Who is asked" not in page
        assert "finished" not in page or name == "reports:result"  # the result says on how many voices it rests


def test_a_viewer_of_one_team_sees_no_other(world, client):
    other = TeamFactory(organization=Assessment.objects.get().team.organization)
    client.force_login(world.users["viewer"])
    assert client.get(f"/teams/{other.public_id}/").status_code == 404


def test_a_viewer_is_never_asked_to_answer(world, client):
    survey = Survey.objects.select_related("assessment__team").get()
    with pytest.raises(Invalid):
        invite(survey, world.users["viewer"], roles=["engineer"])
    client.force_login(world.users["lead"])
    page = client.get(world.address("surveys:participant-list")).content.decode()
    assert world.users["viewer"].name not in page


def test_somebody_may_view_one_team_and_work_in_another(world, client):
    team = Assessment.objects.get().team
    person = UserFactory()
    MembershipFactory(user=person, team=team, role=Role.VIEWER)
    own = MembershipFactory(user=person, team=TeamFactory(organization=team.organization)).team
    assert person.has_perm("accounts.view_team_people", own)
    assert not person.has_perm("accounts.view_team_people", team)
