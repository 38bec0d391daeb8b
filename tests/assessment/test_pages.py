"""The pages around an assessment, as each kind of person sees them."""

import pytest
from django.urls import reverse

from accounts.models import Team
from assessment.models import Assessment, AssessmentState
from surveys.models import ParticipantState
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.places import make_place
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
WHO = ("admin", "consultant", "lead", "member", "stranger")
GET = {  # of an open assessment: admin, consultant, lead, member, stranger
    "assessment-detail": (200, 200, 200, 200, 404),
    "assessment-edit": (200, 200, 200, 403, 404),
    "assessment-targets": (200, 200, 200, 403, 404),
    "assessment-close": (200, 200, 200, 403, 404),
    "assessment-delete": (200, 403, 403, 403, 404),
}
POST = {"assessment-open": AssessmentState.DRAFT, "assessment-reopen": AssessmentState.CLOSED}


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def assessment(place):
    return AssessmentFactory(team=place.team, title="Q4 2026")


def address(assessment, name):
    return reverse(f"assessment:{name}", args=[assessment.public_id])


@pytest.mark.parametrize("name", GET)
@pytest.mark.parametrize("who", WHO)
def test_page_opens_for_those_who_may(client, place, assessment, name, who):
    client.force_login(place.by_name(who))
    assert client.get(address(assessment, name)).status_code == GET[name][WHO.index(who)]


@pytest.mark.parametrize("name", POST)
@pytest.mark.parametrize("who", WHO)
def test_state_is_changed_by_those_who_may(client, place, assessment, name, who):
    Assessment.objects.update(state=POST[name])
    client.force_login(place.by_name(who))
    status = {"member": 403, "stranger": 404}.get(who, 302)
    assert client.post(address(assessment, name)).status_code == status
    assert (Assessment.objects.get().state == AssessmentState.OPEN) is (status == 302)


@pytest.mark.parametrize("name", POST)
def test_state_is_not_changed_by_following_a_link(client, place, assessment, name):
    client.force_login(place.lead)
    assert client.get(address(assessment, name)).status_code == 405


@pytest.mark.parametrize("name", [*GET, *POST])
def test_page_sends_the_anonymous_to_sign_in(client, assessment, name):
    assert client.post(address(assessment, name))["Location"].startswith("/accounts/login/")


def test_lead_makes_a_draft(client, place):
    client.force_login(place.lead)
    url = reverse("assessment:assessment-create", args=[place.team.public_id])
    assert "2026" in client.get(url).content.decode() or client.get(url).status_code == 200
    fields = {"title": "Q4", "period_start_on": "2026-08-01", "period_end_on": "2026-10-31", "scope_note": "Ledger"}
    response = client.post(url, fields)
    made = Assessment.objects.get()
    assert response["Location"] == address(made, "assessment-detail")
    assert (made.team, made.created_by, made.state) == (place.team, place.lead, AssessmentState.DRAFT)


def test_member_makes_none(client, place):
    client.force_login(place.member)
    url = reverse("assessment:assessment-create", args=[place.team.public_id])
    assert client.post(url, {"title": "Q4"}).status_code == 403


def test_period_backwards_is_said_beside_the_field(client, place):
    client.force_login(place.lead)
    url = reverse("assessment:assessment-create", args=[place.team.public_id])
    response = client.post(url, {"title": "Q4", "period_start_on": "2026-10-31", "period_end_on": "2026-08-01"})
    assert response.status_code == 422
    assert 'id="id_period_end_on_error"' in response.content.decode()
    assert not Assessment.objects.exists()


def test_edit_keeps_what_was_typed(client, place, assessment):
    client.force_login(place.lead)
    fields = {"title": "Autumn", "period_start_on": "2026-08-01", "period_end_on": "2026-10-31", "scope_note": "All"}
    client.post(address(assessment, "assessment-edit"), fields)
    assessment.refresh_from_db()
    assert (assessment.title, assessment.scope_note) == ("Autumn", "All")


def test_targets_are_set_for_every_practice(client, place, assessment):
    client.force_login(place.lead)
    page = client.get(address(assessment, "assessment-targets")).content.decode()
    names = [p["id"] for d in assessment.maturity_model.content["dimensions"] for p in d["practices"]]
    assert all(f'name="{name}"' in page for name in names)
    client.post(address(assessment, "assessment-targets"), dict.fromkeys(names, "5"))
    assessment.refresh_from_db()
    assert set(assessment.target_profile.values()) == {5}
    assert client.post(address(assessment, "assessment-targets"), {"SP1": "9"}).status_code == 422


def test_closing_asks_first(client, place, assessment):
    client.force_login(place.lead)
    assert "Nobody can answer" in client.get(address(assessment, "assessment-close")).content.decode()
    client.post(address(assessment, "assessment-close"))
    assessment.refresh_from_db()
    assert assessment.state == AssessmentState.CLOSED


def test_second_closing_says_that_it_is_closed(client, place, assessment):
    client.force_login(place.lead)
    client.post(address(assessment, "assessment-close"))
    response = client.post(address(assessment, "assessment-close"))
    assert response.status_code == 409
    assert "is now “Closed”" in response.content.decode()


def test_deleting_asks_first_and_says_what_is_lost(client, place, assessment):
    client.force_login(place.admin)
    assert "gone for good" in client.get(address(assessment, "assessment-delete")).content.decode()
    client.post(address(assessment, "assessment-delete"))
    assert not Assessment.objects.exists()


def test_lead_may_delete_a_draft(client, place):
    draft = AssessmentFactory(team=place.team, state=AssessmentState.DRAFT)
    client.force_login(place.lead)
    assert client.post(address(draft, "assessment-delete")).status_code == 302


def test_empty_home_offers_one_thing_to_do(client, place):
    client.force_login(place.lead)
    page = client.get("/").content.decode()
    assert page.count("button primary") == 1
    assert "Start one for Payments" in page


def test_empty_home_of_a_member_says_what_will_come(client, place):
    client.force_login(place.member)
    assert "once your team lead starts one" in client.get("/").content.decode()


def test_home_of_a_newcomer_without_a_team(client):
    client.force_login(UserFactory(is_staff=True))
    assert "Set up a team" in client.get("/").content.decode()


def test_home_groups_by_team_and_says_the_next_step(client, place, assessment):
    ParticipantFactory(survey=SurveyFactory(assessment=assessment), user=place.member)
    AssessmentFactory()  # of a team that is none of Ben's business
    client.force_login(place.member)
    page = client.get("/").content.decode()
    assert page.count('<h2><a href="/teams/') == 1
    assert "Open for answers" in page
    assert reverse("surveys:answer-start", args=[assessment.public_id]) in page


@pytest.mark.parametrize("n", [1, 3])
def test_home_asks_the_database_the_same_for_any_size(client, place, n, django_assert_num_queries):
    for _ in range(n):
        survey = SurveyFactory(assessment=AssessmentFactory(team=TeamFactory(organization=place.organization)))
        ParticipantFactory.create_batch(n, survey=survey)
    client.force_login(place.admin)
    client.get("/")
    with django_assert_num_queries(8):
        client.get("/")


@pytest.mark.parametrize("n", [1, 3])
def test_overview_asks_the_database_the_same_for_any_size(client, place, assessment, n, django_assert_num_queries):
    ParticipantFactory.create_batch(n, survey=SurveyFactory(assessment=assessment))
    client.force_login(place.lead)
    with django_assert_num_queries(6):
        client.get(address(assessment, "assessment-detail"))


def test_overview_counts_by_role_and_names_nobody(client, place, assessment):
    survey = SurveyFactory(assessment=assessment)
    member = MembershipFactory(team=place.team, user=UserFactory(name="Dora Unseen")).user
    ParticipantFactory(survey=survey, user=member, roles=["quality"], state=ParticipantState.FINISHED)
    client.force_login(place.lead)
    page = client.get(address(assessment, "assessment-detail")).content.decode()
    assert "Quality and test" in page
    assert "Dora" not in page


def test_member_sees_no_button_that_would_be_refused(client, place, assessment):
    client.force_login(place.member)
    page = client.get(address(assessment, "assessment-detail")).content.decode()
    for name in ("assessment-edit", "assessment-close", "assessment-delete", "assessment-targets"):
        assert address(assessment, name) not in page


@pytest.mark.parametrize(("who", "is_led_there"), [("lead", True), ("consultant", True), ("member", False)])
def test_whoever_may_lead_a_workshop_finds_it_from_every_page(client, place, assessment, who, is_led_there):
    client.force_login(getattr(place, who))
    page = client.get(address(assessment, "assessment-detail")).content.decode()
    assert (reverse("surveys:workshop-lead", args=[assessment.public_id]) in page) is is_led_there


def test_demonstration_is_marked_on_home_and_overview(client, place):
    Team.objects.update(is_demo=True)
    demo = AssessmentFactory(team=Team.objects.get(pk=place.team.pk), is_demo=True)
    client.force_login(place.member)
    assert "Demonstration" in client.get("/").content.decode()
    assert "are made up" in client.get(address(demo, "assessment-detail")).content.decode()


def test_home_of_an_administrator_without_a_team_leads_to_the_first(client, place):
    Team.objects.filter(organization=place.organization).delete()
    client.force_login(place.admin)
    page = client.get("/").content.decode()
    assert "Start with the first team of Nordlicht." in page
    assert f"/organizations/{place.organization.public_id}/teams/new/" in page


@pytest.mark.parametrize(("state", "warned"), [("invited", True), ("started", True), ("finished", False)])
def test_overview_asks_for_answers_before_the_result_is_read(client, place, assessment, state, warned):
    ParticipantFactory(survey=SurveyFactory(assessment=assessment), user=place.member, state=state)
    client.force_login(place.member)
    page = client.get(address(assessment, "assessment-detail")).content.decode()
    assert ("before you look at the result" in page) is warned


def test_the_shipped_model_is_named_in_the_readers_language(client, place, assessment):
    client.force_login(place.lead)
    page = client.get(address(assessment, "assessment-detail"), headers={"Accept-Language": "de"}).content.decode()
    assert "Reifegradmodell für vorgelagerte Qualitätskontrolle" in page
    assert "Upstream Quality Control" not in page
