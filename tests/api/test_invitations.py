"""Inviting over the API."""

import pytest
from rest_framework.test import APIClient

from surveys.models import Invitation, Participant
from tests.factories.assessment import AssessmentFactory
from tests.factories.places import make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    return make_place()


@pytest.fixture
def assessment(place):
    return AssessmentFactory(team=place.team)


@pytest.fixture
def lead(place):
    client = APIClient()
    client.force_authenticate(place.lead)
    return client


def address(assessment, more=""):
    return f"/api/v1/assessments/{assessment.public_id}/invitations/{more}"


DORA = {"email": "Dora@example.org", "name": "Dora", "roles": ["engineer"]}


def test_address_is_invited_and_its_link_given_once(lead, assessment, client):
    made = lead.post(address(assessment), DORA, format="json")
    assert made.status_code == 201
    path = made.data["link"].removeprefix("http://testserver")
    (row,) = lead.get(address(assessment)).data
    assert (row["email"], row["name"], row["roles"]) == ("dora@example.org", "Dora", ["engineer"])
    assert path.split("/")[2] not in str(row)
    assert client.post(path).status_code == 302


def test_address_is_invited_once(lead, assessment):
    lead.post(address(assessment), DORA, format="json")
    again = lead.post(address(assessment), DORA, format="json")
    assert again.status_code == 409
    assert again.data["detail"] == "dora@example.org is asked already."


def test_role_the_model_does_not_know_is_refused(lead, assessment):
    wrong = lead.post(address(assessment), {**DORA, "roles": ["wizard"]}, format="json")
    assert wrong.status_code == 422
    assert not Participant.objects.exists()


def test_new_link_replaces_the_old_and_revoking_ends_both(lead, assessment, client):
    made = lead.post(address(assessment), DORA, format="json").data
    new = lead.post(address(assessment, f"{made['id']}/"), format="json")
    assert new.status_code == 201
    assert client.get(made["link"]).status_code == 410
    assert client.get(new.data["link"]).status_code == 200
    assert lead.delete(address(assessment, f"{made['id']}/")).status_code == 204
    assert client.get(new.data["link"]).status_code == 410
    assert Invitation.objects.get().revoked_at


def test_seat_of_another_assessment_is_not_found(lead, assessment):
    made = lead.post(address(assessment), DORA, format="json").data
    other = AssessmentFactory(team=assessment.team)
    assert lead.delete(address(other, f"{made['id']}/")).status_code == 404
