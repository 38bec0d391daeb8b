"""A real worker, killed with -9 while it sets the pages of a report; the next one finishes it."""

import contextlib
import json
import os
import signal

import pytest

from tests.metrics.test_worker import PATIENCE_S, ask, run, start_worker, wait_for
from tests.metrics.test_worker import installation as installation
from tests.processes import descendants, is_alive, kill, parent, renderings_below

pytestmark = [pytest.mark.worker, pytest.mark.embedded]

SET_UP = """
import datetime as dt, json
from accounts.models import Organization, Team
from assessment.domain.evidence import rescore
from assessment.maturity.loader import load_shipped_model
from assessment.models import Assessment
from reports.domain.render import request_report
day = dt.date(2026, 6, 30)
team = Team.objects.create(organization=Organization.objects.create(name="O"), name="T")
assessment = Assessment.objects.create(
    team=team, maturity_model=load_shipped_model(), title="A", period_start_on=day, period_end_on=day
)
print(json.dumps(request_report(rescore(assessment), by=None).pk))
"""


@contextlib.contextmanager
def held(pids):
    """The processes stand still meanwhile; being killed ends them all the same."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def test_a_worker_killed_in_mid_render_leaves_no_process_and_a_report_the_next_finishes(installation, tmp_path):
    log = tmp_path / "worker.log"
    state = "select state, attempts, progress_note, file from reports_report where id = ?"
    pk = json.loads(run(["shell", "-v", "0", "-c", SET_UP], installation))
    worker = start_worker(installation, log)
    try:
        rendering = wait_for(lambda: renderings_below(worker.pid), "the rendering", log)
        assert worker.pid in {parent(parent(pid)) for pid in rendering}  # of the process the worker began with
        with held(rendering):  # else it might be done before the others are gone
            for pid in {worker.pid, *descendants(worker.pid)} - {*rendering}:
                kill(pid)
    finally:
        worker.kill()
        worker.wait()
    wait_for(lambda: not any(is_alive(pid) for pid in rendering), "the end of the rendering process", log)
    assert ask(installation, state, pk)[0][:2] == ("running", 1)
    following = start_worker(installation, log)
    try:
        wait_for(lambda: ask(installation, state, pk)[0][0] in {"done", "failed"}, "the end of the report", log)
    finally:
        following.send_signal(signal.SIGTERM)
        following.wait(PATIENCE_S)
    ended = ask(installation, state, pk)[0]
    assert ended[:2] == ("done", 2)
    assert (tmp_path / "data" / "files" / ended[3]).read_bytes().startswith(b"%PDF-")
