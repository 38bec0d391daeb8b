"""A prepared question gives what the query set gives, with less work."""

import threading

import pytest
import time_machine
from django.db import connection
from django.db.models import DateTimeField, UUIDField
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Team
from core.prepared import Prepared, Slot, UserSlot
from tests.factories.accounts import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db


def teams_of():
    return Prepared(lambda: Team.objects.for_user(UserSlot()).select_related("organization"))


def test_prepared_rows_are_those_of_the_query_set_with_their_relations():
    place, _other = MembershipFactory(), MembershipFactory()
    TeamFactory()
    ask = teams_of()
    for user in (place.user, _other.user, place.user):
        with CaptureQueriesContext(connection) as queries:
            found = ask(user=user.pk)
            assert found == list(Team.objects.for_user(user))
            assert [team.organization.name for team in found] == [team.organization.name for team in found]
        assert len(queries) == 2  # the prepared one, with the organizations, and the plain one


def test_prepared_values_are_converted_as_the_query_set_converts_them():
    team = TeamFactory()
    rows = Team.objects.filter(public_id=Slot("team", UUIDField()), created_at__lte=Slot("now", DateTimeField()))
    ask = Prepared(lambda: rows.values_list("public_id", "created_at", "is_demo"))
    assert ask(team=team.public_id, now=timezone.now()) == [(team.public_id, team.created_at, False)]
    assert ask.first(team=team.public_id, now=team.created_at - timezone.timedelta(days=1)) is None


@pytest.mark.usefixtures("midday")
def test_prepared_question_that_holds_today_is_worked_out_anew_the_next_day():
    place = MembershipFactory(ends_on=timezone.localdate())
    ask = teams_of()
    assert ask(user=place.user_id) == [place.team]
    with time_machine.travel(timezone.now() + timezone.timedelta(days=1)):
        assert ask(user=place.user_id) == []
        assert not Membership.objects.filter(pk=place.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_get_each_their_own_answer():
    places, ask, wrong = [MembershipFactory() for _ in range(4)], teams_of(), []

    def keep_asking(place):
        for _ in range(50):
            if ask(user=place.user_id) != [place.team]:
                wrong.append(place)
        connection.close()

    threads = [threading.Thread(target=keep_asking, args=[place]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
