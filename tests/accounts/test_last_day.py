"""Access with a last day: who may set it, who sees it, and that it ends everywhere at once."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.domain.people import add_to_organization, add_to_team, change_place
from accounts.models import AuditEvent, Membership, Organization, Role, Team
from core.refusals import Invalid, Refused
from tests.factories.accounts import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

LAST_DAY = dt.date(2026, 10, 1)
NOON = dt.time(12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(dt.datetime.combine(LAST_DAY, NOON))
    return time_machine


@pytest.fixture
def of_consultant(place):
    membership = Membership.objects.get(user=place.consultant)
    change_place(membership, role=Role.CONSULTANT, ends_on=LAST_DAY, by=place.admin)
    return membership


def day_after(clock):
    clock.move_to(dt.datetime.combine(LAST_DAY + dt.timedelta(days=1), dt.time(0, 1, tzinfo=dt.UTC)))


def edit(client, membership, **fields):
    return client.post(reverse("accounts:membership-edit", args=[membership.public_id]), fields)


def test_everything_is_there_on_the_last_day_and_nothing_on_the_next(place, of_consultant, clock):
    for rows in (Organization, Team, Membership):
        assert rows.objects.for_user(place.consultant).exists()
    day_after(clock)
    for rows in (Organization, Team, Membership):
        assert not rows.objects.for_user(place.consultant).exists()
    assert not place.consultant.has_perm("accounts.edit_team", place.team)


def test_a_consultant_keeps_the_other_organization(place, of_consultant, clock):
    other = MembershipFactory(
        user=place.consultant, team=None, organization=MembershipFactory().organization, role=Role.CONSULTANT
    )
    day_after(clock)
    assert list(Organization.objects.for_user(place.consultant)) == [other.organization]


def test_an_administrator_extends_an_access_also_after_its_end(place, of_consultant, clock, client):
    day_after(clock)
    client.force_login(place.admin)
    assert "Access ended 1 Oct 2026" in client.get(f"/organizations/{place.organization.public_id}/").content.decode()
    assert edit(client, of_consultant, role="consultant", ends_on="2026-12-31").status_code == 302
    assert Organization.objects.for_user(place.consultant).exists()
    event = AuditEvent.objects.filter(verb="membership.changed").first()
    assert (event.who, event.about, event.facts["ends_on"]) == (place.admin, place.consultant, "2026-12-31")


def test_a_consultant_cannot_extend_the_own_access(place, of_consultant, client):
    client.force_login(place.consultant)
    assert edit(client, of_consultant, role="consultant", ends_on="").status_code == 403
    with pytest.raises(Refused, match="Only an administrator"):
        add_to_team(place.team, email=place.consultant.email, name="", role=Role.LEAD, by=place.consultant)


def test_a_lead_cannot_lengthen_the_own_place_in_the_team(place, client):
    own = Membership.objects.get(user=place.lead)
    client.force_login(place.lead)
    assert edit(client, own, role="lead", ends_on="").status_code == 403


def test_who_came_back_gets_the_old_place_with_a_new_day(place, of_consultant, clock):
    day_after(clock)
    again = add_to_organization(
        place.organization, email=place.consultant.email, name="", role=Role.VIEWER, by=place.admin
    )
    assert (again.pk, again.role, again.ends_on) == (of_consultant.pk, Role.VIEWER, None)


def test_a_last_day_that_is_over_says_nothing_of_removing_who_is_not_there_yet(place, client):
    client.force_login(place.admin)
    given = {"name": "Mia", "email": "mia@nordlicht.example", "role": Role.MEMBER, "ends_on": "2026-09-30"}
    answer = client.post(reverse("accounts:team-person-add", args=[place.team.public_id]), given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This day is over. Choose today or a later day." in page
    assert "remove the person" not in page
    membership = Membership.objects.get(user=place.member, team=place.team)
    page = edit(client, membership, role=Role.MEMBER, ends_on="2026-09-30").content.decode()
    assert "or remove the person" in page


@pytest.mark.parametrize(
    ("role", "day", "says"),
    [(Role.ADMINISTRATOR, LAST_DAY, "has no end"), (Role.VIEWER, dt.date(2026, 9, 30), "is over")],
)
def test_a_last_day_that_cannot_be_is_refused_beside_the_field(place, client, role, day, says):
    with pytest.raises(Invalid, match=says):
        add_to_organization(place.organization, email="d@example.org", name="", role=role, ends_on=day, by=place.admin)
    client.force_login(place.admin)
    fields = {"name": "Dora", "email": "d@example.org", "role": role, "ends_on": day}
    response = client.post(f"/organizations/{place.organization.public_id}/people/new/", fields)
    assert response.status_code == 422
    assert says in response.content.decode()


def test_the_database_gives_no_administrator_an_end(place):
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        Membership.objects.filter(user=place.admin).update(ends_on=LAST_DAY)


@pytest.mark.parametrize(("days", "reminded"), [(0, True), (14, True), (15, False)])
def test_a_person_is_reminded_from_two_weeks_before_the_end(place, client, clock, days, reminded):
    MembershipFactory(
        user=place.stranger, team=place.team, role=Role.VIEWER, ends_on=LAST_DAY + dt.timedelta(days=days)
    )
    client.force_login(place.stranger)
    for address in ("/", "/organizations/"):
        page = client.get(address).content.decode()
        assert ("Your access to Payments ends after" in page) is reminded


def test_a_member_sees_no_ended_place(place, client, clock):
    MembershipFactory(user=UserFactory(name="Vera"), team=place.team, role=Role.VIEWER, ends_on=LAST_DAY)
    day_after(clock)
    address = f"/teams/{place.team.public_id}/"
    seen = {}
    for who in ("member", "lead"):
        client.force_login(place.by_name(who))
        seen[who] = "Vera" in client.get(address).content.decode()
    assert seen == {"member": False, "lead": True}


def test_the_list_of_places_to_end_asks_once(place, client, django_assert_num_queries):
    for _ in range(3):
        MembershipFactory(user=place.stranger, role=Role.VIEWER, ends_on=LAST_DAY)
    client.force_login(place.stranger)
    with django_assert_num_queries(9):
        client.get("/organizations/")
