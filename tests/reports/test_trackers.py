"""Tickets: made once however often it runs, taken over after a crash, read back, and never without being told to."""

import datetime as dt
import logging
from dataclasses import asdict

import pytest
from django.urls import reverse
from django.utils import timezone

from assessment.domain import team_roadmap as roadmap
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.team_roadmap import team_roadmap
from core.jobs import claim_job
from core.models import JobState
from core.refusals import Invalid
from reports.clients import trackers
from reports.domain.tickets import connect_tracker, drafts_of, read_daily, request_run, run_tracker
from reports.models import Tracker, TrackerKind, TrackerRun, TrackerTicket
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model
from tests.reports.tracker_server import MAIL, TOKEN, TrackerServer

pytestmark = pytest.mark.django_db
KINDS = {"github": ("acme/shop", ""), "gitlab": ("acme/shop", ""), "jira": ("SHOP", MAIL)}


@pytest.fixture
def server(settings):
    running = TrackerServer()
    settings.REPOSITORY_HTTP_HOSTS = [running.url.removeprefix("http://")]
    yield running
    running.close()


@pytest.fixture
def assessment():
    row = AssessmentFactory()
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    for practice in shipped_model().practices():
        content = asdict(make_summary(practice.id, 2.0))
        record_evidence(row, source="survey", practice=practice.id, content=content, n=5, observed_at=at)
    rescore(row)
    for step in team_roadmap(row).actions[:3]:
        roadmap.accept(row, step.id, by=None)
    return row


@pytest.fixture(params=KINDS)
def tracker(request, server, assessment):
    return connect(assessment, server, request.param)


@pytest.fixture
def github(server, assessment):
    return connect(assessment, server, "github")


def connect(assessment, server, kind, credential=TOKEN):
    project, account = KINDS[kind]
    place = {"kind": kind, "base_url": server.url, "project": project, "account": account}
    return connect_tracker(assessment, **place, credential=credential, by=None)


def run(tracker, assessment, **kwargs):
    asked = request_run(tracker, assessment, by=None, **kwargs)
    run_tracker(claim_job(TrackerRun, asked.pk))
    asked.refresh_from_db()
    return asked


def test_every_kind_has_its_client():
    assert set(TrackerKind.values) == {kind.value for kind in trackers.TrackerKind} == set(KINDS)


def test_dry_run_asks_nobody(tracker, server, assessment):
    planned = drafts_of(assessment, tracker)
    assert [one.is_new for one in planned] == [True] * 3
    assert all(one.draft.body.endswith(one.draft.mark) for one in planned)
    assert server.asked == []


def test_tickets_are_made_once_however_often_it_runs(tracker, server, assessment):
    for _ in range(3):
        assert run(tracker, assessment).state == JobState.DONE
    assert len(server.issues) == 3
    assert TrackerTicket.objects.exclude(key="").exclude(url="").count() == 3
    assert sum(command == "POST" for command, _ in server.asked) == 3


def test_ticket_whose_answer_was_lost_is_taken_over(tracker, server, assessment):
    server.lose_answers = 1
    first = run(tracker, assessment)
    assert first.state == JobState.QUEUED  # it waits and is tried again
    run_tracker(claim_job(TrackerRun, first.pk))
    assert len(server.issues) == 3
    assert TrackerTicket.objects.exclude(key="").count() == 3


def test_rows_lost_here_are_found_there(tracker, server, assessment):
    run(tracker, assessment)
    TrackerTicket.objects.all().delete()
    run(tracker, assessment)
    assert len(server.issues) == 3
    assert len(set(TrackerTicket.objects.values_list("key", flat=True))) == 3


def test_status_is_read_back_and_marks_nothing_as_done_here(tracker, server, assessment):
    run(tracker, assessment)
    row = server.issues[0]
    if tracker.kind == "jira":
        row["fields"]["status"] = {"name": "Shipped", "statusCategory": {"key": "done"}}
    else:
        row["state"] = "closed"
    run(tracker, assessment, makes=False)
    assert TrackerTicket.objects.filter(is_closed=True).count() == 1
    assert {one.status for one in team_roadmap(assessment).decisions.about.values()} == {"accepted"}


def test_ticket_that_is_gone_is_said_and_not_made_again(github, server, assessment):
    run(github, assessment)
    del server.issues[1]
    assert run(github, assessment).state == JobState.DONE
    assert len(server.issues) == 2
    assert TrackerTicket.objects.filter(state__startswith="gone").count() == 1


def test_wrong_token_fails_with_a_sentence_and_is_nowhere_to_be_read(server, assessment, caplog):
    caplog.set_level(logging.DEBUG)
    tracker = connect(assessment, server, "github", credential="wrong-and-secret")
    failed = run(tracker, assessment)
    assert failed.state == JobState.FAILED
    assert "does not accept the token" in failed.error
    assert "wrong-and-secret" not in caplog.text + failed.error + tracker.sealed_credential


@pytest.mark.parametrize("status", [429, 500, 503])
def test_tracker_in_trouble_is_asked_again_later(github, server, assessment, status):
    server.status = status
    assert run(github, assessment).state == JobState.QUEUED


def test_reading_runs_daily_for_what_is_open(github, server, assessment):
    run(github, assessment)
    assert read_daily() == 0
    TrackerTicket.objects.update(read_at=timezone.now() - dt.timedelta(days=2))
    assert read_daily() == 0  # a run of today
    TrackerRun.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    assert read_daily() == 1
    assert TrackerRun.objects.first().makes is False


def test_stored_token_never_goes_to_another_place(server, assessment, github):
    with pytest.raises(Invalid, match="never sent elsewhere"):
        connect_tracker(
            assessment, kind="github", base_url=server.url, project="evil/shop", account="", credential="", by=None
        )
    connect_tracker(
        assessment, kind="github", base_url=server.url, project="acme/shop", account="", credential="", by=None
    )
    assert Tracker.objects.get().pk == github.pk


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:1", "ftp://example.org", "https://user:word@example.org", "nowhere"]
)
def test_places_that_may_not_be_asked_are_refused(assessment, place):
    with pytest.raises(Invalid):
        connect_tracker(assessment, kind="gitlab", base_url=place, project="a/b", account="", credential="x", by=None)


def test_pages_connect_preview_send_and_disconnect(client, server, assessment):
    client.force_login(MembershipFactory(team=assessment.team, role="lead").user)
    there = reverse("reports:tracker", args=[assessment.public_id])
    place = {"kind": "github", "base_url": server.url, "project": "acme/shop", "account": "", "credential": TOKEN}
    assert client.post(there, place | {"project": ""}).status_code == 422
    assert client.post(there, place).status_code == 302
    page = client.get(there).content.decode()
    assert page.count("would be made") == 3
    assert TOKEN not in page
    client.post(reverse("reports:tracker-send", args=[assessment.public_id]))
    run_tracker(claim_job(TrackerRun, TrackerRun.objects.get().pk))
    page = client.get(there).content.decode()
    assert "https://github.example/acme/shop/issues/1" in page
    status = client.get(reverse("reports:tracker-run", args=[assessment.public_id]), headers={"HX-Request": "true"})
    assert status.status_code == 286
    gone = reverse("reports:tracker-remove", args=[assessment.public_id])
    assert "The tickets stay there." in client.get(gone).content.decode()
    client.post(gone)
    assert not Tracker.objects.exists()
