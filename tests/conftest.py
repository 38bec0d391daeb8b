"""Fixtures every test may use, and what a run says about itself."""

import shutil

import pytest
from django.conf import settings as django_settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_CHROMIUM = "Chromium is not here; `make browser` installs it"


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.CLONE_DIR = tmp_path / "clones"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Playwright drives the system's Chromium, also as root in a container with little shared memory."""
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


def pytest_collection_modifyitems(items):
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter):
    """Say what the run really ran on: a green run on the wrong database would prove nothing."""
    database = django_settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    broker = django_settings.CELERY_BROKER_URL.partition("://")[0]
    browser = f"browser tests on {CHROMIUM}" if CHROMIUM else f"no browser tests: {NO_CHROMIUM}"
    terminalreporter.write_line(f"Ran on {database}, real workers on {broker}, {browser}.")
