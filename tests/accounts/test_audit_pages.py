"""The audit log as its readers see it: page, filters, and the copies to take away."""

import csv
import datetime as dt
import json

import pytest
from django.urls import reverse

from accounts.domain.audit import record
from accounts.domain.organizations import delete_team
from accounts.models import AuditEvent, Membership
from tests.factories.accounts import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(place, client):
    client.force_login(place.admin)
    return client


def address(place, name="audit-list", *more):
    return reverse(f"accounts:{name}", args=[place.organization.public_id, *more])


def renamed(place, by, after):
    return record("team.renamed", by=by, on=place.team, team=place.team, before="Payments", after=after)


def copy(client, place, form, **asked):
    return b"".join(client.get(address(place, "audit-export", form), asked)).decode()


def test_the_page_tells_each_event_in_words(place, signed_in):
    renamed(place, place.lead, "Billing")
    page = signed_in.get(address(place)).content.decode()
    for words in ("Team renamed", "Ada", "Team lead", "before: Payments", "after: Billing"):
        assert words in page


def test_only_events_of_the_own_organization_are_there(place, signed_in):
    elsewhere = TeamFactory()
    record("team.created", by=None, on=elsewhere, team=elsewhere)
    assert "0 events" in signed_in.get(address(place)).content.decode()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"By Ada", "By Ben", "About Ada"}),
        ({"person": "Ada"}, {"By Ada", "About Ada"}),
        ({"verb": "team.renamed"}, {"By Ada", "By Ben"}),
        ({"since": "2026-10-02"}, {"By Ben", "About Ada"}),
        ({"until": "2026-10-01"}, {"By Ada"}),
        ({"since": "2026-10-01", "until": "2026-10-01", "person": "Ada"}, {"By Ada"}),
        ({"since": "no day"}, {"By Ada", "By Ben", "About Ada"}),
    ],
)
def test_filters_by_person_verb_and_day(place, signed_in, time_machine, asked, expected):
    time_machine.move_to(dt.datetime(2026, 10, 1, 23, 30, tzinfo=dt.UTC), tick=False)
    renamed(place, place.lead, "By Ada")
    time_machine.move_to(dt.datetime(2026, 10, 2, 12, tzinfo=dt.UTC), tick=False)
    renamed(place, place.member, "By Ben")
    record("team.created", by=place.admin, on=place.team, team=place.team, about=place.lead)
    signed_in.force_login(place.admin)
    if "person" in asked:
        asked = asked | {"person": Membership.objects.get(user=place.lead).public_id}
    page = signed_in.get(address(place), asked).content.decode()
    events = page.partition('id="events"')[2]
    found = {words for words in ("By Ada", "By Ben") if words in events}
    assert found | ({"About Ada"} if "Team created: Ada" in events else set()) == expected


def test_htmx_gets_the_list_alone(place, signed_in):
    part = signed_in.get(address(place), headers={"HX-Request": "true"}).content.decode()
    assert 'id="events"' in part
    assert "<html" not in part


def test_long_logs_are_paged_and_keep_the_filter(place, signed_in):
    for n in range(60):
        renamed(place, place.lead, f"Name {n:02}.")
    page = signed_in.get(address(place), {"verb": "team.renamed"}).content.decode()
    assert "Page 1 of 2" in page
    assert "verb=team.renamed&amp;page=2" in page
    assert "after: Name 00." in signed_in.get(address(place), {"verb": "team.renamed", "page": "2"}).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_asks_the_database_the_same_for_any_length(place, signed_in, django_assert_num_queries, n):
    for number in range(n):
        renamed(place, place.lead, f"Name {number}")
    with django_assert_num_queries(7):
        signed_in.get(address(place))


def test_a_copy_as_csv_runs_no_formula(place, signed_in):
    place.team.name = "=HYPERLINK(1)"
    renamed(place, place.lead, "x")
    rows = list(csv.DictReader(copy(signed_in, place, "csv").splitlines()))
    assert (rows[1]["label"], rows[1]["who"], rows[1]["verb"]) == ("'=HYPERLINK(1)", "Ada", "team.renamed")
    assert rows[0]["verb"] == "audit.exported"


def test_a_copy_as_json_lines_holds_what_was_asked_for(place, signed_in):
    renamed(place, place.lead, "x")
    lines = [json.loads(line) for line in copy(signed_in, place, "jsonl", verb="team.renamed").splitlines()]
    assert [line["verb"] for line in lines] == ["team.renamed"]
    assert json.loads(lines[0]["facts"]) == {"before": "Payments", "after": "x"}


def test_a_copy_of_another_kind_is_not_found(place, signed_in):
    assert signed_in.get(address(place, "audit-export", "exe")).status_code == 404


def test_a_copy_is_streamed_with_bounded_queries(place, signed_in, django_assert_num_queries):
    for number in range(600):
        renamed(place, place.lead, f"Name {number}")
    with django_assert_num_queries(9):
        assert len(copy(signed_in, place, "jsonl").splitlines()) == 601


def test_events_of_a_deleted_team_and_of_nobody_are_shown(place, signed_in):
    team = TeamFactory(organization=place.organization, name="Search")
    delete_team(team, by=place.admin)
    assert "Team deleted" in signed_in.get(address(place)).content.decode()
    assert "Search" in copy(signed_in, place, "jsonl")
    assert AuditEvent.objects.get(verb="team.deleted").team_id is not None
