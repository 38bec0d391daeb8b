"""Fixtures every test may use."""

import pytest


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.CLONE_DIR = tmp_path / "clones"
