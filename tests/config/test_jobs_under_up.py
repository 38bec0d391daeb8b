"""A job the site sent is done by a worker under `manage.py up`, and by the next worker when the first one dies."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.installations import ask, named, ready
from tests.metrics.repositories import plain_history
from tests.processes import ROOT, ManagePy, free_port, wait_for

pytestmark = pytest.mark.worker

REQUEST = """
import datetime as dt
from accounts.models import Organization, Team
from assessment.maturity.loader import load_shipped_model
from assessment.models import Assessment
from metrics.domain.repositories import attach_repository, request_collection
day = dt.date(2026, 6, 30)
team = Team.objects.create(organization=Organization.objects.create(name="O"), name="T")
assessment = Assessment.objects.create(
    team=team, maturity_model=load_shipped_model(), title="Q2", period_start_on=day, period_end_on=day
)
print(request_collection(assessment, attach_repository(team, location={folder!r}), until_on=day).pk)
"""
LOOK = """
select state, attempts, progress_done, (select count(*) from metrics_measurement) from metrics_collection
"""


def shell(code, environment):
    run = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "-v", "0", "-c", code],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


def the_collection(environment):
    """State, attempts, steps done and measurements of the only one."""
    (row,) = ask(environment, LOOK)
    return row


def slow_git(folder):
    """A folder whose `git` waits before each run as long as its file `slow` is there."""
    folder.mkdir()
    (folder / "slow").touch()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\n[ ! -e {folder}/slow ] || sleep 0.5\nexec {shutil.which("git")} "$@"\n')
    script.chmod(0o755)
    return folder


def test_collection_a_killed_worker_left_is_finished_by_the_next(own_environment, tmp_path):
    git = slow_git(tmp_path / "bin")
    environment = own_environment | {
        "PATH": f"{git}:{own_environment['PATH']}",
        "REPOSITORY_ROOTS": str(tmp_path),
        "SINGLE_WORKER": "1",
        "JOB_STALE_S": "3600",  # so that only the start of the worker can have found the job
    }
    plain_history().write(tmp_path / "service")
    port = free_port()
    with ManagePy("up", "--port", str(port), environment=environment, output=tmp_path / "up.log") as headwater:
        ready(headwater, port)
        shell(REQUEST.format(folder=str(tmp_path / "service")), environment)
        seen = wait_for(
            lambda: (row := the_collection(environment))[0] != "queued" and row[2] > 2 and row, timeout_s=300
        )
        assert seen[:2] == ("running", 1), seen
        os.kill(wait_for(lambda: named(headwater, "celery -A config --quiet worker")), signal.SIGKILL)
        (git / "slow").unlink()
        done = wait_for(lambda: (row := the_collection(environment))[0] in {"done", "failed"} and row, timeout_s=300)
    assert done[:2] == ("done", 2), headwater.said()
    assert done[3] > 50
