"""The pages for organizations, teams and people, as each kind of person sees them."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import Membership, Organization, Role, Team
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory
from tests.factories.assessment import AssessmentFactory


def address(place, name):
    membership = Membership.objects.get(user=place.member, team=place.team)
    of_admin = Membership.objects.get(user=place.admin)
    arguments = {
        "organization": place.organization.public_id,
        "team": place.team.public_id,
        "membership": membership.public_id,
        "admin": of_admin.public_id,
    }
    name, _, kind = name.partition(" ")
    return reverse(f"accounts:{name}", args=[arguments[kind]] if kind else [])


EXPECTED = {  # address: admin, consultant, lead, member, stranger
    "organization-list": (200, 200, 200, 200, 200),
    "organization-create": (403, 403, 403, 403, 403),
    "organization-detail organization": (200, 200, 200, 200, 404),
    "organization-edit organization": (200, 403, 403, 403, 404),
    "organization-person-add organization": (200, 403, 403, 403, 404),
    "team-create organization": (200, 200, 403, 403, 404),
    "team-detail team": (200, 200, 200, 200, 404),
    "team-edit team": (200, 200, 200, 403, 404),
    "team-delete team": (200, 403, 403, 403, 404),
    "team-person-add team": (200, 200, 200, 403, 404),
    "membership-edit membership": (200, 200, 200, 403, 404),
    "membership-remove membership": (200, 200, 200, 403, 404),
    "membership-edit admin": (200, 403, 403, 403, 404),
    "membership-link membership": (405, 405, 405, 405, 405),
}
WHO = ("admin", "consultant", "lead", "member", "stranger")


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("who", WHO)
def test_page_opens_for_those_who_may(place, client, name, who):
    client.force_login(place.by_name(who))
    assert client.get(address(place, name)).status_code == EXPECTED[name][WHO.index(who)]


@pytest.mark.parametrize("name", EXPECTED)
def test_page_sends_the_anonymous_to_sign_in(place, client, name):
    assert client.get(address(place, name))["Location"].startswith("/accounts/login/")


def test_unknown_team_is_not_found(place, client):
    client.force_login(place.admin)
    assert client.get(f"/teams/{uuid.uuid4()}/").status_code == 404


def test_staff_names_an_organization_and_its_first_team(db, client):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    assert "Name your organization" in client.get("/organizations/").content.decode()
    client.post("/organizations/new/", {"name": "Nordlicht"})
    organization = Organization.objects.get()
    client.post(f"/organizations/{organization.public_id}/teams/new/", {"name": "Payments"})
    assert Team.objects.get().organization == organization


def test_new_person_gets_a_link_that_is_shown_once(place, client):
    client.force_login(place.lead)
    fields = {"name": "Dora", "email": "dora@example.org", "role": Role.MEMBER}
    page = client.post(f"/teams/{place.team.public_id}/people/new/", fields, follow=True).content.decode()
    assert "Give Dora this link" in page
    assert re.search(r"http://testserver/accounts/password/reset/key/\w+-\S+/", page)
    assert "Give Dora this link" not in client.get(f"/teams/{place.team.public_id}/").content.decode()


def test_new_link_can_be_made_while_no_password_is_set(place, client):
    membership = MembershipFactory(team=place.team, user=UserFactory(name="Dora", password=None))
    client.force_login(place.lead)
    url = reverse("accounts:membership-link", args=[membership.public_id])
    assert "Give Dora this link" in client.post(url, follow=True).content.decode()


def test_link_is_refused_to_a_lead_once_a_password_is_set(place, client):
    client.force_login(place.lead)
    assert "Set-password link" not in client.get(f"/teams/{place.team.public_id}/").content.decode()
    response = client.post(address(place, "membership-link membership"))
    assert response.status_code == 409
    assert "You cannot make a link for Ben" in response.content.decode()


def test_administrator_makes_a_link_for_somebody_with_a_password(place, client):
    client.force_login(place.admin)
    assert "Set-password link" in client.get(f"/teams/{place.team.public_id}/").content.decode()
    page = client.post(address(place, "membership-link membership"), follow=True).content.decode()
    assert "Give Ben this link" in page


def test_known_person_is_added_without_a_link_to_their_account(place, client):
    client.force_login(place.admin)
    fields = {"name": "Ben", "email": place.member.email, "role": Role.CONSULTANT}
    page = client.post(f"/organizations/{place.organization.public_id}/people/new/", fields, follow=True)
    assert "Ben is now in Nordlicht" in page.content.decode()
    assert "Give Ben this link" not in page.content.decode()


@pytest.mark.parametrize(("backend", "says"), [("dummy", "sends no e-mail"), ("smtp", "sends e-mail")])
def test_administrator_reads_whether_mail_is_sent(place, client, settings, backend, says):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    url = f"/organizations/{place.organization.public_id}/"
    client.force_login(place.admin)
    assert f"This installation {says}" in client.get(url).content.decode()
    client.force_login(place.lead)
    assert "This installation" not in client.get(url).content.decode()


def test_missing_address_is_named_beside_its_field(place, client):
    client.force_login(place.lead)
    response = client.post(f"/teams/{place.team.public_id}/people/new/", {"name": "Dora", "role": Role.MEMBER})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_email_error"' in page
    assert re.search(r'<input type="email"[^>]*aria-describedby="[^"]*id_email_error', page)


@pytest.mark.parametrize("role", ["administrator", "consultant", "owner"])
def test_team_place_takes_no_other_role(place, client, role):
    client.force_login(place.lead)
    response = client.post(address(place, "membership-edit membership"), {"role": role})
    assert response.status_code == 422
    assert Membership.objects.get(user=place.member, team=place.team).role == Role.MEMBER


def test_role_is_changed(place, client):
    client.force_login(place.lead)
    client.post(address(place, "membership-edit membership"), {"role": Role.LEAD})
    assert Membership.objects.get(user=place.member, team=place.team).role == Role.LEAD


def test_removing_asks_first_and_says_what_is_lost(place, client):
    client.force_login(place.lead)
    url = address(place, "membership-remove membership")
    assert "will no longer see Payments" in client.get(url).content.decode()
    assert Membership.objects.filter(user=place.member).exists()
    client.post(url)
    assert not Membership.objects.filter(user=place.member).exists()


def test_team_is_deleted_by_an_administrator(place, client):
    client.force_login(place.admin)
    client.post(address(place, "team-delete team"))
    assert not Team.objects.filter(pk=place.team.pk).exists()


def test_member_sees_no_button_that_would_be_refused(place, client):
    client.force_login(place.member)
    page = client.get(f"/teams/{place.team.public_id}/").content.decode()
    assert "Add a person" not in page
    assert "Remove" not in page
    assert place.lead.email not in page


@pytest.mark.parametrize("name", ["team-create organization", "team-edit team"])
def test_taken_team_name_is_said_beside_the_name(place, client, name):
    TeamFactory(organization=place.organization, name="Search")
    client.force_login(place.admin)
    response = client.post(address(place, name), {"name": "Search"})
    page = response.content.decode()
    assert response.status_code == 422
    assert re.search(r'id="id_name_error">.*already has a team called Search', page, re.S)
    assert 'value="Search"' in page
    assert "Rename Search" not in page


@pytest.mark.parametrize(
    ("name", "who", "says"),
    [
        ("team-person-add team", "member", "Ben already has a place in Payments."),
        ("organization-person-add organization", "admin", "Olga already has a place in Nordlicht."),
    ],
)
def test_person_added_twice_is_named_beside_the_address_and_the_form_is_kept(place, client, name, who, says):
    client.force_login(place.admin)
    role = Role.LEAD if who == "member" else Role.CONSULTANT
    fields = {"name": "Somebody", "email": place.by_name(who).email, "role": role}
    response = client.post(address(place, name), fields)
    page = response.content.decode()
    assert response.status_code == 422
    assert re.search(rf'id="id_email_error">.*{says}', page, re.S)
    assert 'value="Somebody"' in page
    assert f'value="{fields["email"]}"' in page
    assert re.search(rf'value="{role}"[^>]* checked', page)


def test_last_administrator_keeps_the_role_with_a_sentence_beside_it(place, client):
    client.force_login(place.admin)
    response = client.post(address(place, "membership-edit admin"), {"role": Role.CONSULTANT})
    assert response.status_code == 422
    assert "Nordlicht needs an administrator." in response.content.decode()


@pytest.mark.parametrize("who", ["admin", "lead", "member"])
def test_team_page_lists_the_assessments_of_the_team_newest_first(place, client, who):
    old = AssessmentFactory(team=place.team, title="Spring", period_end_on=dt.date(2026, 3, 31))
    new = AssessmentFactory(team=place.team, title="Summer", period_end_on=dt.date(2026, 6, 30))
    other = AssessmentFactory(team=TeamFactory(organization=place.organization), title="Elsewhere")
    client.force_login(place.by_name(who))
    page = client.get(f"/teams/{place.team.public_id}/").content.decode()
    links = [reverse("assessment:assessment-detail", args=[row.public_id]) for row in (new, old, other)]
    assert page.index(f'<a href="{links[0]}">Summer</a>') < page.index(f'<a href="{links[1]}">Spring</a>')
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (new.period_start_on, new.period_end_on))
    assert f"{first} to {last}" in page
    assert f'<span class="state {new.state}">{new.get_state_display()}</span>' in page
    assert links[2] not in page


@pytest.mark.parametrize("n_more", [0, 2])
def test_team_page_asks_the_database_the_same_for_any_size(place, client, n_more, django_assert_num_queries):
    MembershipFactory.create_batch(n_more, team=place.team)
    AssessmentFactory.create_batch(n_more, team=place.team)
    client.force_login(place.lead)
    with django_assert_num_queries(7):
        client.get(f"/teams/{place.team.public_id}/")


@pytest.mark.parametrize("n_more", [0, 2])
def test_list_of_teams_asks_the_database_the_same_for_any_size(place, client, n_more, django_assert_num_queries):
    TeamFactory.create_batch(n_more, organization=place.organization)
    client.force_login(place.admin)
    with django_assert_num_queries(7):
        client.get("/organizations/")


def test_demonstration_team_is_marked(place, client):
    Team.objects.filter(pk=place.team.pk).update(is_demo=True)
    client.force_login(place.member)
    assert "Demonstration" in client.get(f"/teams/{place.team.public_id}/").content.decode()


def test_new_assessment_is_the_next_step_once_somebody_is_in_the_team(place, client):
    client.force_login(place.admin)
    first = re.compile(r'class="button primary" href="[^"]*">([^<]+)')
    assert first.findall(client.get(f"/teams/{place.team.public_id}/").content.decode()) == ["New assessment"]
    empty = TeamFactory(organization=place.organization)
    assert first.findall(client.get(f"/teams/{empty.public_id}/").content.decode()) == ["Add a person"]
