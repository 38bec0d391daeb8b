"""What a fresh checkout runs with when nobody configured anything."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.local import keep_secret_key, set_local_defaults

ROOT = Path(__file__).resolve().parent.parent.parent


def test_local_defaults_live_in_the_data_folder(tmp_path):
    environ = {"DATA_DIR": str(tmp_path / "new" / "data")}
    set_local_defaults(environ)
    assert environ["SECRET_KEY_FILE"] == str(tmp_path / "new" / "data" / "secret_key")
    assert environ["REPOSITORY_ROOTS"] == f"{ROOT},{tmp_path / 'new' / 'data' / 'repositories'}"
    assert {"localhost", "127.0.0.1"} <= set(environ["ALLOWED_HOSTS"].split(","))
    assert (tmp_path / "new" / "data" / "repositories").is_dir()


def test_local_defaults_keep_what_is_set(tmp_path):
    environ = {"DATA_DIR": str(tmp_path), "REPOSITORY_ROOTS": "/srv/git", "ALLOWED_HOSTS": "team.example"}
    set_local_defaults(environ)
    assert environ["REPOSITORY_ROOTS"] == "/srv/git"
    assert environ["ALLOWED_HOSTS"] == "team.example"


@pytest.mark.parametrize("variable", ["SECRET_KEY", "SECRET_KEY_FILE"])
def test_local_defaults_leave_a_configured_server_alone(variable, tmp_path):
    environ = {variable: "something", "DATA_DIR": str(tmp_path / "data")}
    set_local_defaults(environ)
    assert set(environ) == {variable, "DATA_DIR"}
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("host", "allowed"), [("", False), ("0.0.0.0", False), ("192.0.2.7", True)])
def test_local_defaults_allow_the_address_listened_on(host, allowed, tmp_path):
    environ = {"DATA_DIR": str(tmp_path), "HOST": host}
    set_local_defaults(environ)
    assert (host in environ["ALLOWED_HOSTS"].split(",")) is allowed


def test_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = keep_secret_key(tmp_path).read_text()
    assert keep_secret_key(tmp_path).read_text() == first
    assert len(first) > 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["repositories", "secret_key"]


def test_secret_key_differs_between_data_folders(tmp_path):
    assert keep_secret_key(tmp_path / "a").read_text() != keep_secret_key(tmp_path / "b").read_text()


def test_data_folder_that_cannot_be_made_is_named_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"Cannot write to .*/file/data: Not a directory\. Set DATA_DIR"):
        keep_secret_key(tmp_path / "file" / "data")


def test_manage_runs_in_a_fresh_checkout_with_nothing_configured(tmp_path):
    bare = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")}
    run = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check"], env=bare, cwd=tmp_path, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout.strip()) == (0, "System check identified no issues (0 silenced).")
