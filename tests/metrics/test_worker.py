"""A real worker on the embedded broker, killed with -9 in the middle of a collection."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.metrics.repositories import plain_history

pytestmark = [pytest.mark.worker, pytest.mark.embedded]

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300
SET_UP = """
import datetime as dt, json, sys
from accounts.models import Organization, Team
from assessment.maturity.loader import load_shipped_model
from assessment.models import Assessment
from metrics.domain.repositories import attach_repository, request_collection
day = dt.date(2026, 6, 30)
team = Team.objects.create(organization=Organization.objects.create(name="O"), name="T")
pks = []
for folder in {folders}:
    assessment = Assessment.objects.create(
        team=team, maturity_model=load_shipped_model(), title=folder, period_start_on=day, period_end_on=day
    )
    repository = attach_repository(team, location=folder)
    pks.append(request_collection(assessment, repository, until_on=day).pk)
print(json.dumps(pks))
"""


@pytest.fixture
def installation(tmp_path):
    """An installation in one folder, with two equal repositories and no worker."""
    data = tmp_path / "data"
    data.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SECRET_KEY": "test-only-key",
        "ALLOWED_HOSTS": "localhost",
        "DATA_DIR": str(data),
        "REPOSITORY_ROOTS": str(tmp_path / "repositories"),
        "JOB_STALE_S": "2",
        "JOB_SWEEP_S": "1",
        "SINGLE_WORKER": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
    }
    run(["migrate", "--verbosity", "0"], environment)
    for name in ("killed", "undisturbed"):
        plain_history().write(tmp_path / "repositories" / name)
    return environment


def run(args, environment):
    command = [sys.executable, "manage.py", *args]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start_worker(environment, log):
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "prefork", "-c", "1", "-B"]
    schedule = ["-s", f"{environment['DATA_DIR']}/schedule-{time.monotonic_ns()}", "--loglevel", "WARNING"]
    with log.open("ab") as out:
        return subprocess.Popen(
            [*command, *schedule], cwd=CHECKOUT, env=environment, stdout=out, stderr=out, start_new_session=True
        )


def ask(environment, query, *values):
    with closing(sqlite3.connect(f"{environment['DATA_DIR']}/headwater.sqlite3", timeout=20)) as database:
        return database.execute(query, values).fetchall()


def wait_for(condition, what, log):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {PATIENCE_S} s:\n{log.read_text()[-3000:]}")


def slow_git(tmp_path):
    """A folder with a `git` that waits before each run, so that there is a middle to be killed in."""
    folder = tmp_path / "slow"
    folder.mkdir()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\nsleep 0.4\nexec {shutil.which("git")} "$@"\n')
    script.chmod(0o755)
    return str(folder)


def measured(environment, pk):
    columns = "signal, value, grade, n, window_days, unit, skipped, examples"
    return ask(environment, f"select {columns} from metrics_measurement where collection_id = ? order by signal", pk)


def test_a_worker_killed_in_mid_collection_leaves_nothing_the_next_cannot_finish(installation, tmp_path):
    log = tmp_path / "worker.log"
    state = "select state, attempts, progress_done from metrics_collection where id = ?"
    folders = [str(tmp_path / "repositories" / name) for name in ("killed", "undisturbed")]
    killed = json.loads(run(["shell", "-v", "0", "-c", SET_UP.format(folders=folders[:1])], installation))[0]
    slow = start_worker(installation | {"PATH": f"{slow_git(tmp_path)}:{installation['PATH']}"}, log)
    try:
        wait_for(lambda: ask(installation, state, killed)[0][2] >= 15, "the middle of the collection", log)
    finally:
        os.killpg(slow.pid, signal.SIGKILL)
        slow.wait()
    assert ask(installation, state, killed)[0][:2] == ("running", 1)
    assert measured(installation, killed) == []

    undisturbed = json.loads(
        run(["shell", "-v", "0", "-c", SET_UP.format(folders=folders[1:]).replace('"O"', '"P"')], installation)
    )[0]
    worker = start_worker(installation, log)
    try:
        for pk in (undisturbed, killed):
            wait_for(lambda pk=pk: ask(installation, state, pk)[0][0] in {"done", "failed"}, f"the end of {pk}", log)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(PATIENCE_S)
    assert [ask(installation, state, pk)[0][:2] for pk in (killed, undisturbed)] == [("done", 2), ("done", 1)]
    assert len(measured(installation, killed)) > 50
    assert measured(installation, killed) == measured(installation, undisturbed)
    facts = [
        ask(installation, "select facts, head_commit from metrics_collection where id = ?", pk)
        for pk in (killed, undisturbed)
    ]
    assert facts[0] == facts[1]
