"""What `manage.py check` says about an installation."""

import sqlite3

import pytest
from django.db import connection

from core import checks


def test_mmap_size_is_an_error(settings):
    options = {"init_command": "PRAGMA journal_mode=WAL; PRAGMA mmap_size = 134217728;"}
    before = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = options
    try:
        (found,) = checks.check_sqlite_options()
    finally:
        connection.settings_dict["OPTIONS"] = before
    assert found.is_serious()
    assert "mmap_size" in found.msg


def test_shipped_database_options_are_fine():
    assert checks.check_sqlite_options() == []


@pytest.mark.parametrize(("version", "n_notes"), [((3, 40, 1), 1), ((3, 51, 3), 0), ((3, 60, 0), 0)])
def test_sqlite_with_the_wal_bug_is_noted(version, n_notes, monkeypatch):
    if connection.vendor != "sqlite":
        n_notes = 0
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    found = checks.check_sqlite_version()
    assert len(found) == n_notes
    assert not any(note.is_serious() for note in found)


def test_pdf_libraries_are_here():
    assert checks.check_pdf_libraries() == []


def test_missing_pdf_library_names_the_packages(monkeypatch):
    monkeypatch.setattr(checks, "PDF_LIBRARIES", ("libno-such-library.so.9",))
    (found,) = checks.check_pdf_libraries()
    assert "libno-such-library.so.9" in found.msg
    assert "apt-get install libpango-1.0-0" in found.hint


def test_repository_root_that_is_no_folder_is_named(settings, tmp_path):
    settings.REPOSITORY_ROOTS = [tmp_path, tmp_path / "gone"]
    (found,) = checks.check_repository_roots()
    assert str(tmp_path / "gone") in found.msg
