"""Running many collections: log and cost, quotas, stepping back for others, and every week by itself."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from assessment.models import AssessmentState
from core.models import JobState
from core.refusals import Refused
from metrics.domain import schedule as weekly
from metrics.domain.account import MAX_LINES, accounted, note
from metrics.domain.collect import collect
from metrics.domain.quotas import SHARE_TAKEN, SLOW_TAKEN, reason_to_step_back
from metrics.domain.repositories import (
    WEEK,
    attach_repository,
    cancel_collection,
    request_collection,
    restart_collection,
    schedule_of,
)
from metrics.domain.schedule import JITTER_S, collect_due, next_after, set_schedule
from metrics.models import Collection, CollectionSchedule, HostConnection, RepositoryKind
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory

pytestmark = pytest.mark.django_db


def texts(row):
    row.refresh_from_db()
    return [line["text"] for line in row.log]


def test_a_run_keeps_a_log_of_its_steps_and_what_it_cost(waiting):
    row = waiting()
    collect(row.pk)
    said = texts(row)
    assert said[0] == "Opening service"
    assert "Reading 40 changes of the last 365 days" in said
    assert said[-1].endswith("could not be said.")
    assert row.busy_s > 0
    assert (row.n_calls, row.n_bytes) == (0, 0)  # a folder of this machine


def test_a_failed_run_says_so_in_its_log_and_a_second_attempt_adds_to_it(waiting, settings, tmp_path):
    row = waiting()
    settings.REPOSITORY_ROOTS, roots = [tmp_path / "elsewhere"], settings.REPOSITORY_ROOTS
    collect(row.pk)
    assert "REPOSITORY_ROOTS" in texts(row)[-1]
    settings.REPOSITORY_ROOTS, busy = roots, row.busy_s
    assert restart_collection(row)
    collect(row.pk)
    assert texts(row).count("Opening service") == 2
    assert (row.state, row.busy_s > busy) == (JobState.DONE, True)


def test_a_log_is_bounded_and_says_nothing_twice_in_a_row(db):
    row = CollectionFactory()
    for n in range(MAX_LINES + 5):
        note(row, f"step {n}")
        note(row, f"step {n}")
    said = texts(row)
    assert (len(said), said[0], said[-1]) == (MAX_LINES, "step 5", f"step {MAX_LINES + 4}")


def test_what_a_host_and_git_brought_is_counted_also_when_the_run_fails(db, tmp_path):
    row = CollectionFactory(repository__kind=RepositoryKind.HTTPS)
    host = HostConnection.objects.create(repository=row.repository, n_calls=10, n_bytes=1_000)

    def work():
        (tmp_path / "pack").write_bytes(b"x" * 300)
        HostConnection.objects.filter(pk=host.pk).update(n_calls=13, n_bytes=1_500)
        raise RuntimeError

    with pytest.raises(RuntimeError), accounted(row, tmp_path):
        work()
    row.refresh_from_db()
    assert (row.n_calls, row.n_bytes) == (3, 800)


def running(**fields):
    return CollectionFactory(state=JobState.RUNNING, heartbeat_at=timezone.now(), **fields)


def test_an_organization_has_only_its_share_of_workers(waiting, settings):
    settings.COLLECTIONS_AT_ONCE = 1
    row = waiting()
    other = running(assessment=AssessmentFactory(team__organization=row.assessment.team.organization))
    collect(row.pk)
    row.refresh_from_db()
    assert (row.state, row.progress_note, row.attempts) == (JobState.QUEUED, SHARE_TAKEN, 0)
    Collection.objects.filter(pk=other.pk).update(heartbeat_at=timezone.now() - dt.timedelta(hours=1))  # it died
    collect(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.DONE


def test_runs_of_other_organizations_take_no_share(settings):
    settings.COLLECTIONS_AT_ONCE = 1
    running()
    assert reason_to_step_back(running()) == ""


@pytest.mark.parametrize("history", [{"busy_s": 900.0}, {"busy_s": 1.0, "state": JobState.FAILED}])
def test_slow_and_failing_repositories_leave_a_worker_to_the_others(settings, history):
    settings.CELERY_WORKER_CONCURRENCY = 2
    bad, worse, good = (RepositoryFactory() for _ in range(3))
    for repository in (bad, worse):
        CollectionFactory(repository=repository, **{"state": JobState.DONE} | history)
    CollectionFactory(repository=good, state=JobState.DONE, busy_s=2)
    first = running(repository=bad)
    assert reason_to_step_back(first) == ""
    assert reason_to_step_back(running(repository=worse)) == SLOW_TAKEN
    assert reason_to_step_back(running(repository=good)) == ""
    settings.CELERY_WORKER_CONCURRENCY = 3
    Collection.objects.filter(repository=worse, state=JobState.RUNNING).delete()
    assert reason_to_step_back(running(repository=worse)) == ""


def test_an_organization_that_has_had_its_share_for_today_is_refused(settings):
    settings.COLLECTIONS_PER_DAY = 1
    row = CollectionFactory(state=JobState.DONE)
    with pytest.raises(Refused, match="COLLECTIONS_PER_DAY"):
        request_collection(row.assessment, row.repository)
    with pytest.raises(Refused, match="COLLECTIONS_PER_DAY"):
        restart_collection(row)
    elsewhere = AssessmentFactory()
    assert request_collection(elsewhere, RepositoryFactory(team=elsewhere.team)).state == JobState.QUEUED
    Collection.objects.filter(pk=row.pk).update(queued_at=timezone.now() - dt.timedelta(days=2))
    assert request_collection(row.assessment, row.repository).state == JobState.QUEUED


def test_an_organization_has_so_many_repositories(settings, root):
    settings.REPOSITORIES_PER_ORGANIZATION = 1
    one = RepositoryFactory()
    (root / "a").mkdir()
    with pytest.raises(Refused, match="REPOSITORIES_PER_ORGANIZATION"):
        attach_repository(one.team, location=str(root / "a"))


def due(team) -> CollectionSchedule:
    schedule = schedule_of(team)
    schedule.next_at = timezone.now() - dt.timedelta(minutes=1)
    schedule.save()
    return schedule


def test_a_due_team_is_measured_once_and_again_a_week_later():
    repository = RepositoryFactory()
    assessment = AssessmentFactory(team=repository.team, state=AssessmentState.OPEN)
    RepositoryFactory(team=repository.team, is_demo=True)
    schedule = due(repository.team)
    assert collect_due() == 1
    row = assessment.collections.get()
    assert (row.repository, row.is_scheduled, row.requested_by) == (repository, True, None)
    assert collect_due() == 0
    moved = CollectionSchedule.objects.get(pk=schedule.pk).next_at - schedule.next_at - WEEK
    assert abs(moved.total_seconds()) <= JITTER_S / 2


def test_what_has_nothing_new_to_say_or_nobody_wants_is_not_measured():
    repository = RepositoryFactory()
    over = AssessmentFactory(team=repository.team, state=AssessmentState.OPEN, period_end_on=dt.date(2026, 3, 31))
    CollectionFactory(assessment=over, repository=repository, state=JobState.DONE, until_on=over.period_end_on)
    AssessmentFactory(team=repository.team, state=AssessmentState.CLOSED)
    due(repository.team)
    assert collect_due() == 0
    off = RepositoryFactory()
    AssessmentFactory(team=off.team, state=AssessmentState.OPEN)
    CollectionSchedule.objects.filter(pk=due(off.team).pk).update(is_on=False)
    assert collect_due() == 0


def test_a_team_without_a_schedule_gets_one_within_the_week():
    team = RepositoryFactory().team
    collect_due()
    assert timezone.now() <= CollectionSchedule.objects.get(team=team).next_at <= timezone.now() + WEEK


def test_a_used_up_quota_puts_the_team_off_until_tomorrow(settings):
    settings.COLLECTIONS_PER_DAY = 0
    repository = RepositoryFactory()
    AssessmentFactory(team=repository.team, state=AssessmentState.OPEN)
    schedule = due(repository.team)
    assert collect_due() == 0
    schedule.refresh_from_db()
    assert dt.timedelta(hours=23) < schedule.next_at - timezone.now() <= dt.timedelta(days=1)


def test_weeks_slept_through_are_not_made_up_for(monkeypatch):
    monkeypatch.setattr(weekly.secrets, "randbelow", lambda _: JITTER_S // 2)
    last = dt.datetime(2026, 6, 1, 3, tzinfo=dt.UTC)
    assert next_after(last, last + dt.timedelta(minutes=1)) == last + WEEK
    assert next_after(last, last + 3 * WEEK + dt.timedelta(days=1)) == last + 4 * WEEK


def test_switching_the_weekly_measuring_is_noted_once(place):
    set_schedule(place.team, is_on=False, by=place.lead)
    set_schedule(place.team, is_on=False, by=place.lead)
    set_schedule(place.team, is_on=True, by=place.lead)
    verbs = AuditEvent.objects.filter(team=place.team, verb__startswith="collections.").order_by("at")
    assert list(verbs.values_list("verb", flat=True)) == ["collections.unscheduled", "collections.scheduled"]


def test_a_cancelled_run_can_be_asked_for_again(waiting):
    row = waiting()
    cancel_collection(row)
    row.refresh_from_db()
    assert row.state == JobState.CANCELLED
    assert restart_collection(row)
    collect(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.DONE
