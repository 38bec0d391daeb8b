"""Whole installations for tests: data folder, database and broker of their own, of the kind this run is about."""

import contextlib
import os
import sqlite3
import urllib.error
import urllib.request
import uuid

import psycopg
from django.conf import settings
from django.db import connection

from tests.processes import descendants, parent, wait_for

STARTING_S = 300  # every migration, every static file and the first page, on a machine that does much else


@contextlib.contextmanager
def own_installation(folder):
    """The environment `manage.py` needs to run an installation nobody else touches; its database is dropped after."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DATA_DIR": str(folder / "data"),
        "JOB_SWEEP_S": "1",
        "WORKERS": "1",
    }
    if not settings.CELERY_BROKER_URL.startswith("sqla+"):
        prefix = os.environ.get("BROKER_KEY_PREFIX", "headwater-test:")
        environment["CELERY_BROKER_URL"] = settings.CELERY_BROKER_URL
        environment["BROKER_KEY_PREFIX"] = f"{prefix}{uuid.uuid4().hex}:"
    if connection.vendor == "sqlite":
        yield environment
        return
    server = connection.settings_dict
    name = f"{server['NAME']}_up_{uuid.uuid4().hex[:12]}"
    _on_server(f'CREATE DATABASE "{name}"')
    address = f"{server['USER']}:{server['PASSWORD']}@{server['HOST'] or '127.0.0.1'}:{server['PORT'] or 5432}"
    try:
        yield environment | {"DATABASE_URL": f"postgres://{address}/{name}"}
    finally:
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(statement):
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def ask(environment, query):
    """What the database of an installation answers, without starting a program for each question."""
    if address := environment.get("DATABASE_URL"):
        with psycopg.connect(address) as database:
            return database.execute(query).fetchall()
    with contextlib.closing(sqlite3.connect(f"{environment['DATA_DIR']}/headwater.sqlite3", timeout=60)) as database:
        return database.execute(query).fetchall()


def get(url):
    """The status of the answer, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def ready(headwater, port):
    """Wait until the site answers, and has said all it says then: the data folder comes last."""
    wait_for(
        lambda: headwater.process.poll() is not None or "Data folder: " in headwater.said(),
        timeout_s=STARTING_S,
        why="the site never said it was ready",
    )
    assert headwater.process.poll() is None, headwater.said()
    assert get(f"http://127.0.0.1:{port}/health/") == 200
    assert get(f"http://127.0.0.1:{port}/accounts/login/") == 200


def named(headwater, words):
    """The process of one program: the one of the family whose command holds the words and whose parent's does not.

    Its forks carry the same command, and after the system's numbers have begun anew a fork has the lower one. None
    while there is no such program: a number that stands for "none" would be a signal to a whole group of processes.
    """
    found = {pid for pid, line in descendants(headwater.pid).items() if words in line}
    return next((pid for pid in found if parent(pid) not in {0, *found}), None)  # 0: it ended meanwhile
