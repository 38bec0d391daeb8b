"""Organizations, teams and places over the API: the same gates and sentences as the pages."""

import datetime as dt

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Membership, Role
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.places import make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_place()


def as_(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def url(name, **arguments):
    return reverse(f"api:{name}", kwargs=arguments)


def test_lists_hold_only_what_the_person_may_see(place):
    MembershipFactory()
    TeamFactory(organization=place.organization)
    mine = as_(place.member).get(url("organization-list")).json()["results"]
    assert [row["name"] for row in mine] == ["Nordlicht"]
    teams = as_(place.member).get(url("team-list", organization=place.organization.public_id)).json()["results"]
    assert [row["name"] for row in teams] == ["Payments"]


def test_addresses_are_told_to_those_alone_who_may_change_the_place(place):
    address = url("team-people", team=place.team.public_id)
    assert {row["email"] for row in as_(place.member).get(address).json()["results"]} == {""}
    seen = {row["name"]: row["email"] for row in as_(place.lead).get(address).json()["results"]}
    assert (seen["Ben"], seen["Ada"]) == (place.member.email, "")


def test_a_viewer_with_a_last_day_is_added_and_extended(place):
    body = {"email": "v@example.org", "name": "Vera", "role": "viewer", "ends_on": "2099-01-31"}
    made = as_(place.lead).post(url("team-people", team=place.team.public_id), body, format="json")
    assert (made.status_code, made.json()["ends_on"]) == (201, "2099-01-31")
    one = url("membership-detail", membership=made.json()["id"])
    assert as_(place.lead).patch(one, {"ends_on": "2099-02-28"}, format="json").status_code == 200
    assert Membership.objects.get(user__name="Vera").ends_on == dt.date(2099, 2, 28)


def test_an_empty_last_day_takes_the_end_away(place):
    row = MembershipFactory(team=place.team, role=Role.VIEWER, ends_on="2099-01-31")
    one = url("membership-detail", membership=row.public_id)
    assert as_(place.admin).patch(one, {"ends_on": None}, format="json").json()["ends_on"] is None


@pytest.mark.parametrize(("role", "says"), [("administrator", "does not belong here"), ("painter", "valid choice")])
def test_a_role_of_another_kind_is_refused_with_a_sentence(place, role, says):
    body = {"email": "v@example.org", "name": "Vera", "role": role}
    refused = as_(place.lead).post(url("team-people", team=place.team.public_id), body, format="json")
    assert refused.status_code in {400, 422}
    assert says in refused.content.decode()


def test_the_audit_log_is_for_administrators(place):
    as_(place.lead).patch(url("team-detail", team=place.team.public_id), {"name": "Billing"}, format="json")
    address = url("audit-list", organization=place.organization.public_id)
    event = as_(place.admin).get(address).json()["results"][0]
    assert (event["verb"], event["who"], event["facts"]["after"]) == ("team.renamed", "Ada", "Billing")
    assert as_(place.consultant).get(address).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_lists_of_people_ask_the_same_for_any_size(place, n, django_assert_num_queries):
    MembershipFactory.create_batch(n, team=place.team)
    client = as_(place.lead)
    with django_assert_num_queries(4):
        client.get(url("team-people", team=place.team.public_id))
