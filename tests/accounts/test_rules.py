import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import rules
from accounts.models import ORGANIZATION_ROLES, TEAM_ROLES, Role
from tests.factories.accounts import MembershipFactory, TeamFactory


def test_rules_spell_the_roles_as_the_rows_do():
    assert frozenset(ORGANIZATION_ROLES) == rules.ADVISES | rules.VIEWS
    assert frozenset(TEAM_ROLES) == rules.WORKS | rules.VIEWS
    assert frozenset({Role.ADMINISTRATOR}) == rules.RUNS


def test_nobody_signed_in_may_nothing(place):
    assert not rules.sees_team(AnonymousUser(), place.team)


def test_inactive_person_may_nothing(place):
    place.lead.is_active = False
    assert not rules.sees_team(place.lead, place.team)


@pytest.mark.parametrize(
    ("who", "sees", "staffs", "runs"),
    [
        ("admin", True, True, True),
        ("consultant", True, True, False),
        ("lead", True, True, False),
        ("member", True, False, False),
        ("stranger", False, False, False),
    ],
)
def test_predicates_tell_the_roles_apart(place, who, sees, staffs, runs):
    user = place.by_name(who)
    assert rules.sees_team(user, place.team) is sees
    assert rules.staffs_team(user, place.team) is staffs
    assert rules.runs_organization_of_team(user, place.team) is runs


def test_lead_of_one_team_is_nothing_in_the_next(place):
    assert not rules.sees_team(place.lead, TeamFactory(organization=place.organization))


def test_asking_often_costs_one_query(place, django_assert_num_queries):
    MembershipFactory.create_batch(2, user=place.lead)
    with django_assert_num_queries(1):
        for _ in range(5):
            rules.staffs_team(place.lead, place.team)
