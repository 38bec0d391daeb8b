"""Adding people, changing what they are, and the link for a first password."""

import pytest

from accounts.domain.organizations import create_organization, create_team, delete_team, rename_team
from accounts.domain.people import (
    add_to_organization,
    add_to_team,
    change_place,
    may_have_password_link,
    password_link,
    remove_membership,
)
from accounts.models import AuditEvent, Membership, Role, User
from core.refusals import Invalid, Refused
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db


def test_maker_of_an_organization_administers_it():
    maker = UserFactory()
    organization = create_organization("Nordlicht", by=maker)
    assert organization.memberships.get().role == Role.ADMINISTRATOR
    assert organization.memberships.get().user == maker
    assert AuditEvent.objects.values_list("verb", "who", "organization").get() == (
        "organization.created",
        maker.pk,
        organization.pk,
    )


def test_two_teams_of_one_organization_cannot_share_a_name(place):
    with pytest.raises(Invalid, match="Payments"):
        create_team(place.organization, name="Payments", by=place.admin)


def test_team_cannot_be_renamed_to_a_taken_name(place):
    other = create_team(place.organization, name="Search", by=place.admin)
    with pytest.raises(Invalid, match="Payments"):
        rename_team(other, name="Payments", by=place.admin)


def test_team_with_an_assessment_is_not_deleted(place):
    AssessmentFactory(team=place.team)
    with pytest.raises(Refused, match="has assessments"):
        delete_team(place.team, by=place.admin)


def test_unknown_person_becomes_a_user_without_a_password(place):
    membership = add_to_team(place.team, email=" Dora@Example.org ", name="Dora", role=Role.MEMBER, by=place.admin)
    assert membership.user.email == "dora@example.org"
    assert not membership.user.has_usable_password()
    assert membership.organization == place.organization


def test_known_person_is_added_and_keeps_their_name(place):
    membership = add_to_team(
        place.team, email=place.stranger.email.upper(), name="Someone Else", role=Role.MEMBER, by=place.admin
    )
    assert membership.user == place.stranger
    assert membership.user.name == "Cleo"
    assert User.objects.filter(email__iexact=place.stranger.email).count() == 1


def test_person_is_in_a_team_once(place):
    with pytest.raises(Refused, match="already has a place"):
        add_to_team(place.team, email=place.member.email, name="", role=Role.LEAD, by=place.admin)


def test_person_has_one_role_in_an_organization(place):
    with pytest.raises(Refused, match="already has a place"):
        add_to_organization(place.organization, email=place.admin.email, name="", role=Role.CONSULTANT, by=place.admin)


def test_last_administrator_stays(place):
    membership = Membership.objects.get(user=place.admin)
    with pytest.raises(Refused, match="needs an administrator"):
        remove_membership(membership, by=place.admin)
    with pytest.raises(Refused, match="needs an administrator"):
        change_place(membership, role=Role.CONSULTANT, by=place.admin)


def test_administrator_may_go_when_another_stays(place):
    MembershipFactory(team=None, organization=place.organization, role=Role.ADMINISTRATOR)
    remove_membership(Membership.objects.get(user=place.admin), by=place.admin)
    assert not Membership.objects.filter(user=place.admin).exists()


def seat_of(user):
    return Membership.objects.get(user=user)


def test_password_link_for_somebody_with_a_password_is_made_by_an_administrator_alone(place):
    assert may_have_password_link(seat_of(place.member), by=place.admin)
    for other in (place.consultant, place.lead):
        assert not may_have_password_link(seat_of(place.member), by=other)
    with pytest.raises(Refused, match="You cannot make a link for Ben"):
        password_link(seat_of(place.member), by=place.lead)


@pytest.mark.parametrize("has_password", [True, False])
def test_password_link_never_reaches_into_another_organization(place, has_password):
    membership = add_to_team(place.team, email="dora@example.org", name="Dora", role=Role.MEMBER, by=place.admin)
    if has_password:
        membership.user.set_password("correct-horse-battery")
        membership.user.save()
    assert may_have_password_link(membership, by=place.admin)
    elsewhere = MembershipFactory(user=membership.user)
    assert not may_have_password_link(membership, by=place.admin)
    assert not may_have_password_link(membership, by=place.lead)
    MembershipFactory(user=place.admin, team=None, organization=elsewhere.organization, role=Role.ADMINISTRATOR)
    assert may_have_password_link(membership, by=User.objects.get(pk=place.admin.pk))


@pytest.mark.parametrize("more", ["is_staff", "is_superuser"])
def test_nobody_makes_a_password_link_for_those_who_run_the_installation(place, more):
    User.objects.filter(pk=place.member.pk).update(**{more: True})
    assert not may_have_password_link(seat_of(place.member), by=place.admin)


def test_nobody_makes_a_password_link_for_themselves(place):
    assert not may_have_password_link(seat_of(place.admin), by=place.admin)


def test_password_link_works_once(place, client):
    membership = add_to_team(place.team, email="dora@example.org", name="Dora", role=Role.MEMBER, by=place.admin)
    link = password_link(membership, by=place.lead)
    form = client.get(link, follow=True)
    new = "staple-battery-horse"
    response = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new, "action": ""})
    assert response.status_code == 302
    assert client.get("/").status_code == 200  # signed in
    client.logout()
    assert "This link no longer works." in client.get(link, follow=True).content.decode()
