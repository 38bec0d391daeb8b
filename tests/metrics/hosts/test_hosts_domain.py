"""A repository with a host, from the connection to the evidence, against a host on loopback."""

import datetime as dt
import json
import logging
import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.serializers import serialize
from django.db import connection as database
from django.utils import timezone

from accounts.models import AuditEvent
from core.models import JobState
from core.refusals import Invalid
from core.sealed import Lost, open_sealed, seal
from metrics.clients.hosts import HostKind as ClientKind
from metrics.clients.known import CLIENTS
from metrics.domain.collect import collect, git_login
from metrics.domain.host_records import hosted_of
from metrics.domain.hosts import connect_host, disconnect_host, read_host, try_host
from metrics.models import HostConnection, HostKind, HostRecord
from metrics.signals.changes.types import Part
from tests.factories.metrics import RepositoryFactory
from tests.metrics.hosts.server import TOKEN
from tests.metrics.hosts.story import NOW
from tests.metrics.repositories import Builder, days_ago

pytestmark = pytest.mark.django_db
PROJECTS = {"azure": "org/pay/service"}


@pytest.fixture
def connected(github):
    def make(repository=None, host=github, kind="github", **fields):
        repository = repository or RepositoryFactory()
        values = {"kind": kind, "base_url": host.url, "project": "org/service", "credential": TOKEN}
        return connect_host(repository, **values | fields)

    return make


def quiet(_step):
    """Nobody watches."""


def test_kinds_of_rows_and_clients_are_the_same():
    assert set(HostKind.values) == {kind.value for kind in ClientKind} == {kind.value for kind in CLIENTS}


def test_what_was_read_comes_back_from_the_rows(connected, github):
    row = connected()
    read_host(row, NOW, quiet)
    row.refresh_from_db()
    hosted = hosted_of(row, NOW)
    told = github.story.told
    assert {c.number for c in hosted.changes} == {c.number for c in told.changes}
    assert sum(len(c.remarks) for c in hosted.changes) == sum(len(c.remarks) for c in told.changes)
    assert set(hosted.items) == set(told.items)
    assert hosted.protection.required_checks == {"tests"}
    assert hosted.members["@org/pay"] == {hosted.person("ada"), hosted.person("ben")}
    assert hosted.unseen == {}
    assert hosted.since <= NOW - dt.timedelta(days=200)
    assert row.n_calls == len(github.asked)
    assert row.n_bytes > 10_000


def test_second_reading_takes_what_is_new_and_keeps_the_rest(connected, github):
    row = connected()
    read_host(row, NOW, quiet)
    before, rows = len(github.asked), HostRecord.objects.count()
    read_host(HostConnection.objects.get(pk=row.pk), NOW, quiet)
    assert len(github.asked) - before < before / 2
    assert HostRecord.objects.count() == rows


def test_reading_stopped_by_a_limit_goes_on_where_it_stood(connected, github):
    from metrics.clients.http import MustWait

    row = connected()
    github.limit(429, after=5, retry_after="300")
    with pytest.raises(MustWait):
        read_host(row, NOW, quiet)
    row.refresh_from_db()
    kept, asked = HostRecord.objects.count(), len(github.asked)
    assert kept
    assert row.cursor["step"]
    with pytest.raises(MustWait):  # too early: nothing is asked
        read_host(HostConnection.objects.get(pk=row.pk), NOW, quiet)
    assert len(github.asked) == asked
    HostConnection.objects.update(wait_until=timezone.now())
    read_host(HostConnection.objects.get(pk=row.pk), NOW, quiet)
    row.refresh_from_db()
    assert HostRecord.objects.count() > kept
    assert row.complete_since
    assert row.wait_until is None


def test_older_day_than_was_read_reads_everything_again(connected, github):
    row = connected()
    read_host(row, NOW, quiet)
    before = len(github.asked)
    read_host(HostConnection.objects.get(pk=row.pk), NOW - dt.timedelta(days=100), quiet)
    assert len(github.asked) - before > before / 2
    row.refresh_from_db()
    assert row.complete_since <= NOW - dt.timedelta(days=300)


def test_permission_given_later_shows_the_part(connected, github):
    row = connected()
    github.hide("/actions/runs")
    read_host(row, NOW, quiet)
    row.refresh_from_db()
    assert Part.RUNS in hosted_of(row, NOW).unseen
    github.hidden.clear()
    read_host(row, NOW, quiet)
    row.refresh_from_db()
    assert hosted_of(row, NOW).unseen == {}


def live_history(builder=None):
    builder = builder or Builder()
    for n in range(60):
        builder.commit(f"Change {n} (#{n})", {f"src/part{n % 4}.py": f"{n}\n" * 20}, at=days_ago(60 - n))
    return builder


def test_collection_measures_what_the_host_knows(waiting, connected, github):
    held = waiting(live_history())
    held.until_on = NOW.date()
    held.save()
    connected(held.repository)
    collect(held.pk)
    held.refresh_from_db()
    assert (held.state, held.error) == (JobState.DONE, "")
    rows = {row.signal: row for row in held.measurements.all()}
    assert rows["pickup_p75"].value is not None
    assert rows["unreviewed_rate"].n > 20
    assert rows["protection_tier"].grade == "status_checks_required"
    assert "#" in rows["size_p75"].examples[0]
    assert held.flow["changes_per_day"]["n"] > 10
    assert set(held.flow["time_in_review_days"]) == {"name", "value", "n", "window_days", "source", "p75"}
    evidence = held.assessment.evidence.filter(signal="pickup_p75")
    assert evidence.exists()


def test_limit_puts_the_collection_back_and_shows_the_wait(
    waiting, connected, github, django_capture_on_commit_callbacks, settings
):
    settings.TIME_ZONE = "Asia/Tokyo"
    held = waiting(live_history())
    connected(held.repository)
    github.limit(403, x_ratelimit_remaining="0", retry_after="1800")
    collect(held.pk)
    held.refresh_from_db()
    assert held.state == JobState.QUEUED
    assert "asks to wait" in held.progress_note
    assert held.progress_note.endswith(" JST.")
    assert held.queued_at > timezone.now() + dt.timedelta(seconds=1700)
    assert held.claim is None
    HostConnection.objects.update(wait_until=None)
    collect(held.pk)
    held.refresh_from_db()
    assert held.state == JobState.DONE


def test_host_that_refuses_leaves_the_clone_measured_and_says_why(waiting, connected, github):
    held = waiting(live_history())
    connected(held.repository, credential="wrong")
    collect(held.pk)
    held.refresh_from_db()
    assert held.state == JobState.DONE
    rows = {row.signal: row for row in held.measurements.all()}
    assert "does not accept the token" in rows["pickup_p75"].skipped
    assert rows["test_cochange"].skipped == "" or "token" not in rows["test_cochange"].skipped


def test_cancelled_collection_stops_between_pages(waiting, connected, github):
    held = waiting(live_history())
    connected(held.repository)
    type(held).objects.filter(pk=held.pk).update(cancel_requested_at=timezone.now())
    collect(held.pk)
    held.refresh_from_db()
    assert held.state == JobState.CANCELLED
    assert len(github.asked) < 4


def test_token_is_nowhere_but_sealed(waiting, connected, github, caplog):
    caplog.set_level(logging.DEBUG)
    held = waiting(live_history())
    row = connected(held.repository)
    github.limit(500, after=2)
    collect(held.pk)
    HostConnection.objects.update(wait_until=None)
    collect(held.pk)
    disconnected = RepositoryFactory()
    connected(disconnected)
    disconnect_host(disconnected)
    dumped = "".join(
        json.dumps([str(value) for value in each.values()])
        for table in database.introspection.table_names()
        for each in all_rows(table)
    )
    assert "org/service" in dumped
    assert TOKEN not in dumped
    assert TOKEN not in caplog.text
    assert TOKEN not in repr([row, row.__dict__])
    assert TOKEN not in serialize("json", HostConnection.objects.all())
    assert open_sealed(row.sealed_credential) == TOKEN
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"repository.host_connected", "repository.host_disconnected"} <= verbs


def all_rows(table):
    with database.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_no_account_name_stands_in_any_row(connected, github):
    row = connected()
    read_host(row, NOW, quiet)
    values = json.dumps([*HostRecord.objects.values_list("value", flat=True), HostConnection.objects.get().found])
    assert not re.findall(r"\b(ada|cleo|finn|dependabot)\b", values)


def test_another_place_forgets_everything_of_the_first(connected, github):
    row = connected()
    read_host(row, NOW, quiet)
    again = connected(row.repository, project="org/other", credential="")
    assert again.sealed_credential == ""
    assert again.salt != row.salt
    assert HostRecord.objects.count() == 0


def test_same_place_without_a_token_keeps_the_stored_one(connected, github):
    row = connected()
    read_host(row, NOW, quiet)
    again = connected(row.repository, credential="", time_zone="Asia/Tokyo")
    assert open_sealed(again.sealed_credential) == TOKEN
    assert again.cursor
    assert again.time_zone == "Asia/Tokyo"


def test_stored_token_is_tried_at_its_own_place_only(connected, github, gitlab, settings):
    settings.REPOSITORY_HTTP_HOSTS = [host.url.removeprefix("http://") for host in (github, gitlab)]
    row = connected()
    values = {"kind": "github", "base_url": github.url, "project": "org/service", "credential": "", "stored": row}
    assert try_host(**values).project == "org/service"
    with pytest.raises(Invalid):
        try_host(**values | {"kind": "gitlab", "base_url": gitlab.url})
    assert not any(TOKEN in str(asked.headers) for asked in gitlab.asked)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"base_url": "http://git.example.org"}, "https"),
        ({"base_url": "", "kind": "gitea"}, "enter the address"),
        ({"base_url": "https://127.0.0.1"}, "this machine"),
        ({"base_url": "https://user:pw@git.example.org"}, "password"),
        ({"time_zone": "Mars/Olympus"}, "time zone"),
    ],
)
def test_wrong_connection_is_refused_with_a_sentence(connected, fields, word):
    with pytest.raises(Invalid, match=word):
        connected(**fields)
    assert not HostConnection.objects.exists()


def test_git_gets_the_token_for_the_very_host_and_no_other(connected, github):
    here = RepositoryFactory(kind="https", location=f"{github.url}/org/service.git")
    other = RepositoryFactory(kind="https", location="https://elsewhere.example/org/service.git")
    connected(here)
    connected(other)
    login = git_login(here)
    assert (login.user, login.secret) == ("x-access-token", TOKEN)
    assert TOKEN not in repr(login)
    assert git_login(other) is None


def test_keys_rotate_without_losing_a_token(connected, github, settings, capsys):
    row = connected()
    old = settings.SECRETS_KEYS
    settings.SECRETS_KEYS = ["new", *old]
    call_command("reseal")
    settings.SECRETS_KEYS = ["new"]
    row.refresh_from_db()
    assert open_sealed(row.sealed_credential) == TOKEN
    settings.SECRETS_KEYS = old
    with pytest.raises(Lost):
        open_sealed(row.sealed_credential)


def test_token_without_its_key_is_said_and_others_are_resealed(connected, github, settings, capsys):
    lost, kept = connected(), connected(project="org/second", repository=RepositoryFactory())
    settings.SECRETS_KEYS = ["third"]
    HostConnection.objects.filter(pk=kept.pk).update(sealed_credential=seal("x"))
    call_command("reseal")
    assert f"No key opens the token of {lost}" in capsys.readouterr().out


def test_sealed_text_differs_each_time_and_holds_no_part_of_the_secret():
    assert seal(TOKEN) != seal(TOKEN)
    assert TOKEN not in seal(TOKEN)
    assert seal("") == ""


@pytest.fixture
def folder(tmp_path):
    return live_history().write(tmp_path / "source")


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    return path


def test_measure_asks_a_live_host(github, folder, key_file, capsys):
    options = ["--host", "github", "--host-url", github.url, "--project", "org/service", "--token-file", str(key_file)]
    call_command("measure", str(folder), *options, "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["signals"]["pickup_p75"]["n"] > 10
    assert printed["signals"]["protection_tier"]["grade"] == "status_checks_required"
    assert not HostRecord.objects.exists()


@pytest.mark.parametrize("kind", ["gitlab", "gitea", "bitbucket", "azure"])
def test_measure_asks_the_other_hosts_as_well(kind, request, folder, key_file, capsys):
    host = request.getfixturevalue(kind)
    project = PROJECTS.get(kind, "org/service")
    options = ["--host", kind, "--host-url", host.url, "--project", project, "--token-file", str(key_file)]
    call_command("measure", str(folder), *options, "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["signals"]["pickup_p75"]["n"] > 10
    assert kind == "gitlab" or "security alerts" in printed["skipped"]["alert_age_p75"]


@pytest.mark.parametrize("kind", ["gitlab", "gitea", "bitbucket", "azure"])
def test_every_host_is_kept_and_comes_back_from_the_rows(kind, request, connected):
    host = request.getfixturevalue(kind)
    row = connected(host=host, kind=kind, project=PROJECTS.get(kind, "org/service"))
    read_host(row, NOW, quiet)
    row.refresh_from_db()
    hosted = hosted_of(row, NOW)
    assert len(hosted.changes) == len(host.story.told.changes)
    assert set(hosted.items) == set(host.story.told.items)
    assert row.n_calls == len(host.asked)
    kept = json.dumps([r.value for r in row.records.all()])
    assert not re.findall(r"\b(ada|cleo|finn)\b", kept)  # as words: "ada" also stands in one id of many, by chance


def test_measure_explains_one_signal(github, folder, key_file, capsys):
    options = ["--host", "github", "--host-url", github.url, "--project", "org/service", "--token-file", str(key_file)]
    call_command("measure", str(folder), *options, "--explain", "pickup_p75")
    out = capsys.readouterr().out
    assert out.startswith("pickup_p75: ")
    assert "Weekends of the team's time zone are removed" in " ".join(out.split())
    assert "level 2 from 48 or less" in " ".join(out.split())
    assert "Examples:\n  #" in out


def test_measure_explains_why_a_signal_is_not_said(folder, capsys):
    call_command("measure", str(folder), "--explain", "pickup_p75")
    assert capsys.readouterr().out.startswith("pickup_p75 is not said: It needs the hosting service's API.")


@pytest.mark.parametrize(
    ("options", "status", "word"),
    [
        (["--explain", "nonsense"], 2, "no signal nonsense"),
        (["--host", "github", "--host-url", "http://git.example.org", "--project", "a/b"], 2, "https"),
        (["--host", "github", "--project", "a"], 2, "owner/name"),
        (["--host", "github", "--project", "a/b", "--token-file", "/nowhere"], 2, "cannot be read"),
        (["--host", "gitea", "--project", "a/b"], 2, "enter the address of the host"),
    ],
)
def test_measure_refuses_with_one_line(folder, options, status, word):
    with pytest.raises(CommandError, match=word) as refused:
        call_command("measure", str(folder), *options)
    assert refused.value.returncode == status


def test_measure_says_how_long_to_wait(github, folder, key_file):
    github.limit(429, retry_after="90")
    options = ["--host", "github", "--host-url", github.url, "--project", "org/service", "--token-file", str(key_file)]
    with pytest.raises(CommandError, match="Try again in 90 seconds") as refused:
        call_command("measure", str(folder), *options)
    assert refused.value.returncode == 3
