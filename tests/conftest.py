"""Fixtures every test may use, and what a run says about itself."""

import shutil

import hypothesis
import pytest
from django.conf import settings as django_settings

from tests.installations import own_installation

# Properties are about results, never about time: on a busy machine an example may take as long as it needs.
hypothesis.settings.register_profile(
    "headwater", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("headwater")


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.CLONE_DIR = tmp_path / "clones"


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
