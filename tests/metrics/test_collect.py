"""One run over one repository, whatever happens to it."""

import uuid

import pytest
from django.db import connection

from assessment.models import Evidence, EvidenceSource
from core.jobs import request_cancel
from core.models import JobState
from metrics.clients.git import process, tree
from metrics.clients.git.process import GitError
from metrics.domain import account
from metrics.domain import collect as collecting
from metrics.domain.collect import collect
from metrics.models import Collection, Measurement
from metrics.tasks import sweep
from tests.metrics.repositories import Builder, days_ago, git, lines, plain_history


def rows_of(collection):
    return sorted(
        collection.measurements.values_list("signal", "value", "grade", "n", "window_days", "unit", "skipped"), key=str
    )


def test_collect_measures_stores_and_finishes(waiting):
    row = waiting()
    collect(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error, row.progress_percent) == (JobState.DONE, "", 100)
    assert len(row.head_commit) == 40
    assert row.facts["merged_changes_180d"] == 40
    size = row.measurements.get(signal="size_p75")
    assert (size.value, size.n, size.window_days, size.unit, size.skipped) == (42.0, 40, 90, "lines", "")
    assert len(size.examples) == 12
    assert row.measurements.get(signal="pickup_p75").skipped == "It needs the hosting service's API."


def test_collect_turns_measurements_into_evidence(waiting):
    row = waiting()
    collect(row.pk)
    evidence = Evidence.objects.filter(assessment=row.assessment, source=EvidenceSource.METRIC)
    size = evidence.filter(signal="size_p75").first()
    assert (size.content["value"], size.content["unit"], size.n) == (42.0, "lines", 40)
    assert size.observed_at.date() == row.until_on
    assert evidence.get(signal="merged_changes_180d").content == {"value": 40}


def test_collect_twice_changes_nothing(waiting):
    row = waiting()
    collect(row.pk)
    before = rows_of(row)
    collect(row.pk)
    assert rows_of(row) == before
    Collection.objects.filter(pk=row.pk).update(state=JobState.QUEUED)
    collect(row.pk)
    assert rows_of(row) == before


def test_collect_of_a_row_that_is_gone_or_held_does_nothing(waiting):
    collect(10**9)
    row = waiting(state=JobState.RUNNING, claim=uuid.uuid4())
    collect(row.pk)
    assert not row.measurements.exists()


def test_collect_says_what_it_is_doing(waiting, monkeypatch):
    notes = []
    original = account.beat
    monkeypatch.setattr(
        account, "beat", lambda job, **fields: (notes.append(fields.get("note")), original(job, **fields))
    )
    collect(waiting().pk)
    said = [note for note in notes if note]
    assert said[0] == "Opening service"
    assert "Reading 40 changes of the last 365 days" in said


def test_collect_outside_the_roots_fails_with_a_sentence(waiting, settings, tmp_path):
    row = waiting()
    settings.REPOSITORY_ROOTS = [tmp_path / "elsewhere"]
    collect(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.FAILED
    assert "REPOSITORY_ROOTS" in row.error
    assert "\n" not in row.error


def test_collect_over_the_time_limit_fails_with_a_sentence(waiting, settings):
    row = waiting()
    settings.COLLECTION_TIME_LIMIT_S = -1
    collect(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (
        JobState.FAILED,
        "Reading the repository took longer than the time limit allows.",
    )


def test_collect_stops_when_a_person_asks(waiting, monkeypatch):
    row = waiting()
    monkeypatch.setattr(collecting, "open_copy", lambda *args: _cancel_and_go_on(row, *args))
    collect(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.CANCELLED
    assert not row.measurements.exists()


def test_collect_that_lost_its_row_writes_nothing(waiting, monkeypatch):
    row = waiting()
    monkeypatch.setattr(collecting, "open_copy", lambda *args: _lose_and_go_on(row, *args))
    collect(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.RUNNING
    assert not row.measurements.exists()


@pytest.mark.parametrize("n_worth_keeping", [1, 1_000])  # files, from which on git is asked only what changed
def test_collect_of_a_damaged_repository_fails_and_keeps_the_earlier_evidence(
    waiting, root, monkeypatch, n_worth_keeping
):
    monkeypatch.setattr(tree, "WORTH_KEEPING", n_worth_keeping)
    row = waiting()
    collect(row.pk)
    for part in (root / "service" / "objects").glob("??/*"):
        part.chmod(0o644)
        part.write_bytes(b"broken")
    Collection.objects.filter(pk=row.pk).update(state=JobState.QUEUED)
    collect(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.FAILED
    assert row.error == "The repository is damaged or incomplete: git cannot read one of its objects."
    assert Evidence.objects.filter(signal="size_p75").exists()


def test_collect_of_a_repository_that_lacks_an_old_commit_fails_with_a_sentence(waiting, root):
    row = waiting()
    folder = root / "service"
    old = git(folder, "rev-parse", "main~30")
    (folder / "objects" / old[:2] / old[2:]).unlink()
    collect(row.pk)
    row.refresh_from_db()
    assert row.error == "The repository is damaged or incomplete: git cannot read one of its objects."


def test_an_unexpected_error_is_logged_and_said_in_general_words(waiting, monkeypatch, caplog):
    def fail(*args, **options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(collecting, "measure", fail)
    row = waiting()
    collect(row.pk)
    row.refresh_from_db()
    assert row.error == collecting.UNEXPECTED
    assert "secret detail" in caplog.text


def test_git_never_runs_inside_a_transaction(waiting, monkeypatch, transactional_db):
    seen = []
    original = process.subprocess.Popen

    def watch(*args, **options):
        seen.append(connection.in_atomic_block)
        return original(*args, **options)

    monkeypatch.setattr(process.subprocess, "Popen", watch)
    collect(waiting().pk)
    assert seen
    assert not any(seen)


def test_heartbeat_beats_now_and_then(waiting, monkeypatch):
    beats = []
    monkeypatch.setattr(collecting, "beat", lambda job: beats.append(job))
    now = [100.0]
    monkeypatch.setattr(collecting.time, "monotonic", lambda: now[0])
    tick = collecting.heartbeat(waiting())
    for now[0] in (100.5, 101.0, 103.5, 104.0, 107.0):
        tick()
    assert len(beats) == 2


def test_collect_refreshes_when_the_repository_moved_on(waiting, root):
    row = waiting(plain_history(20))
    collect(row.pk)
    builder = plain_history(20)
    builder.commit("Another", {"z.py": lines(500)}, at=days_ago(1))
    folder = root / "service"
    folder.rename(folder.with_name("old"))
    builder.write(folder)
    Collection.objects.filter(pk=row.pk).update(state=JobState.QUEUED)
    collect(row.pk)
    assert row.measurements.get(signal="size_p75").n == 21


def test_an_empty_repository_is_collected(waiting):
    row = waiting(Builder())
    collect(row.pk)
    row.refresh_from_db()
    assert (row.state, row.head_commit) == (JobState.DONE, "")
    assert not Measurement.objects.filter(skipped="").exists()


def test_sweep_wakes_a_collection_whose_worker_died(waiting, settings, transactional_db):
    settings.JOB_STALE_S = 0
    row = waiting(state=JobState.RUNNING, claim=uuid.uuid4(), attempts=1)
    Collection.objects.update(heartbeat_at=row.created_at, queued_at=row.created_at)
    sweep()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.DONE, 2)


def test_git_errors_are_one_sentence():
    error = GitError("There is no git repository at this place.")
    assert str(error) == error.sentence


def _cancel_and_go_on(row, *args):
    request_cancel(row)
    return _original_open_copy(*args)


def _lose_and_go_on(row, *args):
    Collection.objects.filter(pk=row.pk).update(claim=uuid.uuid4())
    return _original_open_copy(*args)


_original_open_copy = collecting.open_copy
