"""The audit log: what an event says, and that the database keeps every one of them."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.domain.audit import record
from accounts.models import AuditEvent, Role
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

TABLE = "accounts_auditevent"


def event(**changes):
    place = MembershipFactory(role=Role.LEAD)
    given = {"by": place.user, "on": place.team, "team": place.team, "before": "Alpha", "after": "Beta"}
    return record("team.renamed", **(given | changes))


def execute(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_event_says_who_did_what_where_and_in_which_role():
    written = event()
    kept = AuditEvent.objects.get()
    assert (kept.who, kept.role) == (written.who, "lead")
    assert (kept.kind, kept.object_id, kept.label) == ("team", kept.team.public_id, kept.team.name)
    assert (kept.organization, kept.facts) == (kept.team.organization, {"before": "Alpha", "after": "Beta"})


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.ADMINISTRATOR, "administrator"), (Role.CONSULTANT, "consultant"), (None, "guest")]
)
def test_the_role_in_the_organization_counts(role, expected):
    team, user = TeamFactory(), UserFactory()
    if role:
        MembershipFactory(user=user, team=None, organization=team.organization, role=role)
    assert event(by=user, on=team, team=team).role == expected


def test_the_server_and_the_operator_are_named_as_such():
    assert event(by=None).role == "server"
    assert event(by=UserFactory(is_staff=True)).role == "operator"


def test_an_event_of_an_anonymous_survey_keeps_only_the_day():
    kept = event(by=None, day_only=True)
    assert (kept.who, kept.role) == (None, "participant")
    assert timezone.localtime(kept.at).time().isoformat() == "00:00:00"


def test_a_fact_that_is_not_listed_is_refused():
    with pytest.raises(ValueError, match="email"):
        event(email="ada@example.org")
    with pytest.raises(KeyError):
        record("team.painted", by=None, on=TeamFactory())


def test_a_place_is_labelled_without_the_person():
    place = MembershipFactory()
    kept = record("membership.added", by=None, on=place, team=place.team, about=place.user, role=place.role)
    assert place.user.name not in kept.label
    assert kept.about == place.user


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM {TABLE}",
        f"UPDATE {TABLE} SET label = 'another'",
        f"UPDATE {TABLE} SET at = '2020-01-01 00:00:00+00:00'",
        f"UPDATE {TABLE} SET facts = '{{}}', who_id = NULL",
        f"UPDATE {TABLE} SET about_id = who_id",
        f"UPDATE {TABLE} SET organization_id = NULL",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_event(statement):
    kept = event()
    with pytest.raises(IntegrityError, match="append-only"):
        execute(statement)
    assert AuditEvent.objects.values().get() == AuditEvent.objects.filter(pk=kept.pk).values().get()


def test_the_database_refuses_to_put_another_event_in_the_place_of_one():
    kept = event()
    other = {"sqlite": "INSERT OR REPLACE INTO", "postgresql": "INSERT INTO"}[connection.vendor]
    after = {"sqlite": "", "postgresql": "ON CONFLICT (id) DO UPDATE SET label = 'another'"}[connection.vendor]
    columns = "id, at, role, verb, kind, label, facts"
    with pytest.raises(IntegrityError, match="append-only"):
        execute(f"{other} {TABLE} ({columns}) SELECT {columns} FROM {TABLE} {after}")
    assert AuditEvent.objects.get().label == kept.label


def test_the_database_refuses_to_empty_the_table():
    event()
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE; deleting all rows is refused above.")
    connection.check_constraints()  # nothing deferred may be in the way
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"TRUNCATE {TABLE}")


def test_neither_row_nor_queryset_of_the_orm_gets_round_it():
    kept = event()
    kept.label = "another"
    for change in (
        kept.save,
        kept.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(verb="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_erasing_a_person_empties_the_two_keys_and_nothing_else():
    person = UserFactory()
    kept = event(by=person, about=person)
    before = AuditEvent.objects.values().get()
    person.delete()
    assert AuditEvent.objects.values().get() == before | {"who_id": None, "about_id": None}
    assert kept.role == "guest"


def test_the_events_of_a_deleted_organization_and_team_stay():
    kept = event()
    organization, team = kept.organization_id, kept.team_id
    kept.organization.delete()
    stays = AuditEvent.objects.get()
    assert (stays.organization_id, stays.team_id) == (organization, team)


@pytest.mark.parametrize("run", [1, 2])
def test_the_triggers_stand_again_after_a_test_that_commits(transactional_db, run):
    event()
    with pytest.raises(IntegrityError, match="append-only"):
        execute(f"DELETE FROM {TABLE}")
