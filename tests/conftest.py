"""Fixtures every test may use, and what a run says about itself."""

import gc
import shutil

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone, translation

from accounts.append_only import TABLE as AUDIT_EVENTS
from accounts.append_only import sqlite_triggers
from tests.installations import own_installation

# Properties are about results, never about time: on a busy machine an example may take as long as it needs.
hypothesis.settings.register_profile(
    "headwater", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("headwater")


SLOW = (
    "tests/house/test_access",
    "tests/browser/",
    "tests/surveys/test_hidden_",
    "tests/core/test_up",
    "tests/config/test_jobs_under_up",
    "tests/metrics/test_second_implementation",
)
SPEAKS = {"db", "transactional_db", "django_db_serialized_rollback", "django_db_reset_sequences", "live_server"}


def pytest_addoption(parser):
    parser.addoption("--services", action="store_true", help="only tests that speak to the database or the broker")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """On other services plain Python proves nothing it has not proven on the embedded ones, and neither does an
    installation of the embedded parts. Files whose tests take long come first, so that the workers end together.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))
    if config.getoption("--services"):
        kept = [item for item in items if speaks_to_services(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def pytest_collection_finish(session):
    """What is loaded by now stays: looking through it for garbage again and again takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def speaks_to_services(item):
    marks = {mark.name for mark in item.iter_markers()}
    if "embedded" in marks:
        return False
    return bool(marks & {"django_db", "worker", "browser"} or SPEAKS & set(item.fixturenames))


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.CLONE_DIR = tmp_path / "clones"


@pytest.fixture(autouse=True)
def _attempts_are_counted_anew():
    cache.clear()


@pytest.fixture
def still_clock(time_machine):
    """Time stands still: what is counted by windows of time falls into one, however long the requests take."""
    time_machine.move_to(timezone.now(), tick=False)


@pytest.fixture
def midday(time_machine):
    """Noon of today: the day that days are counted from does not end meanwhile."""
    time_machine.move_to(timezone.now().replace(hour=12, minute=0), tick=True)


@pytest.fixture(autouse=True)
def _everybody_begins_in_english():
    """A request leaves its language active in the thread until the next one; the next test has none of it."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _renderings_have_time():
    """They give way to everything else, and a busy machine lets them wait: minutes for what takes seconds."""
    from reports.pdf import render_pdf

    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(render_pdf.__kwdefaults__, "wall_limit_s", 800)
        yield


@pytest.fixture(scope="session", autouse=True)
def _emptying_between_tests_passes_the_audit_triggers():
    """A test that commits is cleaned up after by emptying all tables, which the triggers on audit events refuse."""
    operations = type(connection.ops)  # the class: a browser's event loop makes a connection of its own
    refused = operations.sql_flush

    def sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False):
        if tables and not reset_sequences and _may_silence_triggers():
            return _deletions(tables)
        statements = refused(self, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
        return _without_audit_triggers(statements)

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = refused


def _may_silence_triggers():
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        return cursor.fetchone() == ("on",)


def _deletions(tables):
    """PostgreSQL takes seconds to truncate a hundred tables, and milliseconds to delete the few rows of a test."""
    role = "SET LOCAL session_replication_role = {}"
    return [role.format("replica"), *(f'DELETE FROM "{table}"' for table in sorted(tables)), role.format("DEFAULT")]


def _without_audit_triggers(statements):
    if not statements:
        return []
    if connection.vendor == "postgresql":
        alter = f"ALTER TABLE {AUDIT_EVENTS} {{}} TRIGGER USER"
        return [alter.format("DISABLE"), *statements, alter.format("ENABLE")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        standing = {name: sql for name, sql in cursor.fetchall() if name in sqlite_triggers([])}
    return [f"DROP TRIGGER {name}" for name in standing] + [*statements] + list(standing.values())


@pytest.fixture
def own_environment(tmp_path, transactional_db):
    """The environment of an installation of its own, for tests that start real processes."""
    with own_installation(tmp_path) as environment:
        yield environment


def pytest_terminal_summary(terminalreporter):
    """Say what the run really ran on: a green run on the wrong database would prove nothing."""
    database = django_settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    broker = django_settings.CELERY_BROKER_URL.partition("://")[0]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    browser = f"browser tests on {chromium}" if chromium else "no browser tests (`make browser` installs one)"
    terminalreporter.write_line(f"Ran on {database}, real workers on {broker}, {browser}.")
