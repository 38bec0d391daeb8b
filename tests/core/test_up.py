"""`manage.py up`: the whole product in the foreground."""

import fcntl
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.management import CommandError
from django.db import connection

from core.management.commands import up
from tests.installations import get, named, ready
from tests.processes import PATIENCE_S, ROOT, ManagePy, descendants, free_port, is_alive, wait_for


def test_second_start_on_one_data_folder_is_refused_in_one_sentence(tmp_path):
    with up.only_one(tmp_path), pytest.raises(CommandError) as refusal, up.only_one(tmp_path):
        pass
    assert str(refusal.value).startswith(f"Headwater is already running on {tmp_path} (process {os.getpid()}).")
    assert refusal.value.returncode == 2


def test_data_folder_is_free_again_after_a_stop(tmp_path):
    for _ in range(2):
        with up.only_one(tmp_path), (tmp_path / "up.lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_port_in_use_is_refused_in_one_sentence():
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(
            CommandError, match=rf"^Port {port} on 127\.0\.0\.1 is in use\. Choose another: PORT={port + 1}$"
        ):
            up.require_free("127.0.0.1", port)
    up.require_free("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_port_that_cannot_be_is_refused(port):
    with pytest.raises(CommandError, match="is not a port"):
        up.require_free("127.0.0.1", port)


def test_address_of_another_machine_is_refused():
    with pytest.raises(CommandError, match=r"cannot be used|not an address"):
        up.require_free("192.0.2.1", free_port())


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("team.example", "team.example")]
)
def test_shown_host_can_be_typed_into_a_browser(host, shown):
    assert up.shown_host(host) == shown


def test_server_that_listens_everywhere_shows_the_name_of_the_machine():
    assert up.shown_host("0.0.0.0") == socket.gethostname().lower()
    assert up.reachable_host("0.0.0.0") == "127.0.0.1"


def test_web_server_writes_no_access_log():
    assert "--no-access-log" in up.commands("127.0.0.1", 8000)["web"]


def test_static_files_are_collected_again_only_when_one_changed(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    get_finder.cache_clear()
    try:
        assert [up.collect_static_files(), up.collect_static_files()] == [True, False]
        (source / "b.css").write_text("b {}")
        assert [up.collect_static_files(), up.collect_static_files()] == [True, False]
        assert (tmp_path / "collected" / "b.css").read_text() == "b {}"
    finally:
        get_finder.cache_clear()


def test_only_a_worker_on_an_embedded_database_is_the_only_one():
    assert up.child_environment("http://x")["SINGLE_WORKER"] == str(int(connection.vendor == "sqlite"))


@pytest.mark.worker
def test_up_serves_restarts_what_dies_stops_everything_and_keeps_its_data(own_environment, tmp_path):
    port = free_port()
    arguments = ["up", "--port", str(port)]
    with ManagePy(*arguments, environment=own_environment, output=tmp_path / "first.log") as headwater:
        ready(headwater, port)
        (link,) = re.findall(rf"http://127\.0\.0\.1:{port}/setup/[\w-]+/", headwater.said())
        assert get(link) == 200

        refused = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "up", "--port", str(free_port())],
            env=own_environment, capture_output=True, text=True,
        )  # fmt: skip
        assert refused.returncode == 2
        assert "already running" in refused.stderr

        for words in ("celery -A config --quiet worker", "granian"):
            killed = wait_for(lambda words=words: named(headwater, words))
            os.kill(killed, signal.SIGKILL)
            wait_for(lambda words=words, killed=killed: named(headwater, words) not in {None, killed})
        wait_for(lambda: get(f"http://127.0.0.1:{port}/health/") == 200)

        wait_for(lambda: len(descendants(headwater.pid)) >= 5)  # two of the web server and the worker, the scheduler
        family = [headwater.pid, *descendants(headwater.pid)]
        os.kill(headwater.pid, signal.SIGINT)
        headwater.process.wait(timeout=PATIENCE_S)
        wait_for(lambda: [pid for pid in family if is_alive(pid)] == [], why="a process outlived the stop")
        assert headwater.process.returncode == 0
        assert headwater.said().rstrip().endswith("Stopped.")

    key = (tmp_path / "data" / "secret_key").read_text()
    with ManagePy(*arguments, environment=own_environment, output=tmp_path / "second.log") as headwater:
        ready(headwater, port)
        assert get(link) == 410  # known, and replaced by the link of this start
        os.kill(headwater.pid, signal.SIGTERM)
        headwater.process.wait(timeout=PATIENCE_S)
    assert (tmp_path / "data" / "secret_key").read_text() == key
    if connection.vendor == "sqlite":
        with sqlite3.connect(tmp_path / "data" / "headwater.sqlite3") as database:
            assert database.execute("SELECT count(*) FROM assessment_maturitymodel").fetchone() == (1,)
        database.close()


@pytest.mark.worker
def test_nothing_survives_a_supervisor_that_is_killed(own_environment, tmp_path):
    port = free_port()
    with ManagePy("up", "--port", str(port), environment=own_environment, output=tmp_path / "up.log") as headwater:
        ready(headwater, port)
        wait_for(lambda: named(headwater, "celery -A config --quiet worker"))
        family = list(descendants(headwater.pid))
        os.kill(headwater.pid, signal.SIGKILL)
        headwater.process.wait()
        wait_for(lambda: [pid for pid in family if is_alive(pid)] == [], why="a process outlived it")
