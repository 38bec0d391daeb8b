import pytest
from django.core.management import call_command
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from assessment.domain.evidence import rescore
from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.loader import load_foreign_model
from assessment.models import Assessment, AssessmentState
from tests.assessment.foreign.samples import lens, question, write_lens
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/assessments/"


def test_schema_is_valid_and_complete(capsys):
    call_command("spectacular", validate=True, fail_on_warn=True)
    assert "/api/v1/assessments/{assessment}/answers/" in capsys.readouterr().out


def test_token_from_a_password_opens_the_api(ada):
    given = APIClient().post(
        "/api/v1/token/", {"username": ada.email, "password": "correct-horse-battery"}, format="json"
    )
    assert given.status_code == 200
    client = APIClient(HTTP_AUTHORIZATION=f"Token {given.json()['token']}")
    assert client.get(LIST).json()["count"] == 0


def test_token_of_a_person_switched_off_is_refused(ada):
    token = Token.objects.create(user=ada)
    ada.is_active = False
    ada.save()
    assert APIClient(HTTP_AUTHORIZATION=f"Token {token.key}").get(LIST).status_code == 401


def test_list_holds_only_assessments_of_own_teams(api, ada, assessment):
    AssessmentFactory()
    assert [row["id"] for row in api(ada).get(LIST).json()["results"]] == [str(assessment.public_id)]


@pytest.mark.parametrize("n_rows", [1, 3])
def test_list_costs_the_same_queries_for_any_number_of_rows(api, ada, team, n_rows, django_assert_num_queries):
    AssessmentFactory.create_batch(n_rows, team=team)
    client = api(ada)
    with django_assert_num_queries(2):
        assert client.get(LIST).json()["count"] == n_rows


def new_assessment(team, **changes):
    fields = {
        "team": str(team.public_id),
        "title": "Q4 2026",
        "period_start_on": "2026-10-01",
        "period_end_on": "2026-12-31",
    }
    return fields | changes


def test_create_makes_a_draft_with_default_targets(api, ada, team):
    made = api(ada).post(LIST, new_assessment(team), format="json")
    assert made.status_code == 201
    assert made.json()["state"] == "draft"
    assert made.json()["target_profile"]["EN1"] == 4
    assert Assessment.objects.get(public_id=made.json()["id"]).created_by == ada


def test_create_by_a_member_is_refused_in_a_sentence(api, ben, team):
    answer = api(ben).post(LIST, new_assessment(team), format="json")
    assert answer.status_code == 403
    assert answer.json() == {"detail": "Your role does not allow this here."}


def test_create_for_a_strangers_team_finds_no_team(api, ada):
    answer = api(ada).post(LIST, new_assessment(TeamFactory()), format="json")
    assert answer.status_code == 400
    assert answer.json() == {"team": ["There is no such team among yours."]}


def test_create_with_a_period_that_ends_first_says_so(api, ada, team):
    answer = api(ada).post(LIST, new_assessment(team, period_end_on="2026-01-01"), format="json")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("The period ends before it starts.")
    assert not Assessment.objects.exists()


def test_create_with_an_incomplete_target_profile_leaves_nothing_behind(api, ada, team):
    answer = api(ada).post(LIST, new_assessment(team, target_profile={"EN1": 4}), format="json")
    assert answer.status_code == 422
    assert not Assessment.objects.exists()


def test_patch_changes_what_is_given_and_nothing_else(api, ada, assessment):
    answer = api(ada).patch(f"{LIST}{assessment.public_id}/", {"title": "Renamed"}, format="json")
    assert answer.status_code == 200
    assessment.refresh_from_db()
    assert assessment.title == "Renamed"
    assert assessment.state == AssessmentState.OPEN


def test_patch_cannot_move_an_assessment_to_another_team(api, ada, assessment):
    body = {"team": str(TeamFactory().public_id)}
    assert api(ada).patch(f"{LIST}{assessment.public_id}/", body, format="json").status_code == 400


def test_close_then_open_again(api, ada, assessment):
    client = api(ada)
    assert client.post(f"{LIST}{assessment.public_id}/close/").json()["state"] == "closed"
    again = client.post(f"{LIST}{assessment.public_id}/close/")
    assert again.status_code == 409
    assert "“Closed”" in again.json()["detail"]
    assert client.post(f"{LIST}{assessment.public_id}/open/").json()["state"] == "open"


def test_result_detail_holds_scores_with_reasons_and_the_roadmap(api, ben, assessment):
    result = rescore(assessment)
    answer = api(ben).get(f"/api/v1/results/{result.public_id}/").json()
    assert len(answer["score"]["practices"]) == 23
    assert "steps" in answer["roadmap"]


@pytest.fixture
def lens_row(tmp_path, team):
    model, _ = read_aws_lens(write_lens(tmp_path / "l.json", lens(question("one", [("default", "HIGH")]))), slug="ours")
    return load_foreign_model(model, organization=team.organization)


def test_an_assessment_starts_with_the_model_that_is_named_and_keeps_it(api, ada, team, lens_row):
    for name in ("ours", f"ours@{lens_row.version}"):
        made = api(ada).post(LIST, new_assessment(team, model=name), format="json")
        assert made.status_code == 201
        assessment = Assessment.objects.get(public_id=made.json()["id"])
        assert assessment.maturity_model == lens_row
        assert made.json()["maturity_model"] == str(lens_row)
    kept = api(ada).patch(f"{LIST}{assessment.public_id}/", {"model": "delivery"}, format="json")
    assert (kept.status_code, list(kept.json())) == (400, ["model"])


def test_a_model_of_others_or_none_starts_nothing(api, ada, team, lens_row):
    other = MembershipFactory(role="lead")
    for user, place, name in ((ada, team, "nothing"), (ada, team, "ours@9"), (other.user, other.team, "ours")):
        refused = api(user).post(LIST, new_assessment(place, model=name), format="json")
        assert 400 <= refused.status_code < 500
    assert not Assessment.objects.exists()
