"""`bin/setup`: what it says on a machine where something is missing. Only the programs it asks are made up."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.house.files import ROOT

PYTHON_THAT_LACKS = """#!/bin/sh
case "$1" in
    -) printf '%s' '{libraries}' ;;
    -c) case "$2" in
            *ensurepip*) exit {no_venv} ;;
            *version_info*print* | *print*version_info*) echo 3.12 ;;
            *) exit 0 ;;
        esac ;;
    *) exit 1 ;;
esac
"""


@pytest.fixture
def machine(tmp_path):
    """A checkout with nothing installed, and a folder of programs that stands before the system's own."""
    checkout, programs = tmp_path / "checkout", tmp_path / "programs"
    (checkout / "bin").mkdir(parents=True)
    programs.mkdir()
    shutil.copy(ROOT / "bin/setup", checkout / "bin/setup")
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (checkout / lock).touch()
    put(programs / "id", "#!/bin/sh\necho 1000\n")
    put(programs / "apt-get", f'#!/bin/sh\necho "$@" >> {tmp_path}/apt.log\n')
    return tmp_path


def put(path, script):
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


def lacking(machine, *, libraries="", no_venv=0):
    return put(machine / "some-python", PYTHON_THAT_LACKS.format(libraries=libraries, no_venv=no_venv))


def set_up(machine, what="run", **variables):
    environment = {"PATH": f"{machine / 'programs'}:{os.environ['PATH']}", "HOME": str(machine), **variables}
    command = [str(machine / "checkout" / "bin" / "setup"), what]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_missing_library_is_named_with_its_package_in_one_line(machine):
    run = set_up(machine, PYTHON=lacking(machine, libraries="libpango-1.0-0 libharfbuzz-subset0"))
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert line.endswith("sudo apt-get install libpango-1.0-0 libharfbuzz-subset0")
    assert not (machine / "apt.log").exists()
    assert not (machine / "checkout" / ".venv").exists()


def test_missing_library_is_installed_by_root(machine):
    put(machine / "programs" / "id", "#!/bin/sh\necho 0\n")
    set_up(machine, PYTHON=lacking(machine, libraries="libpango-1.0-0", no_venv=1))
    calls = (machine / "apt.log").read_text().splitlines()
    assert calls == [
        "-qq update",
        "-qq install -y --no-install-recommends libpango-1.0-0",
        "-qq install -y --no-install-recommends python3.12-venv",
    ]


def test_python_without_venv_is_told_apart(machine):
    run = set_up(machine, PYTHON=lacking(machine, no_venv=1))
    assert run.returncode == 1
    assert "cannot make virtual environments" in run.stderr
    assert run.stderr.rstrip().endswith("sudo apt-get install python3.12-venv")


def test_python_that_is_too_old_or_absent_is_refused_by_name(machine):
    for python in (str(machine / "nowhere"), put(machine / "old", "#!/bin/sh\nexit 1\n")):
        run = set_up(machine, PYTHON=python)
        assert run.returncode == 1
        assert run.stderr == f"setup: PYTHON={python} is not a Python of at least 3.11\n"


def test_machine_without_a_usable_python_is_told_what_to_do(machine):
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        put(machine / "programs" / name, "#!/bin/sh\nexit 1\n")
    run = set_up(machine)
    assert run.returncode == 1
    assert "no Python 3.11, 3.12 or 3.13 found" in run.stderr
    assert "make up PYTHON=" in run.stderr


def test_unknown_word_is_refused(machine):
    assert "say run or dev, not fast" in set_up(machine, "fast").stderr


def test_linked_environment_is_never_emptied(machine):
    elsewhere = machine / "elsewhere"
    (elsewhere / "bin").mkdir(parents=True)
    put(elsewhere / "bin" / "python", "#!/bin/sh\nexit 1\n")
    (machine / "checkout" / ".venv").symlink_to(elsewhere)
    run = set_up(machine, PYTHON=sys.executable)
    assert run.returncode == 1
    assert ".venv is a link" in run.stderr
    assert (elsewhere / "bin" / "python").exists()


def test_environment_is_made_once_and_renewed_when_its_reason_changes(machine):
    """With empty lock files nothing is fetched; what is made is a real environment."""
    put(machine / "programs" / "uv", "#!/bin/sh\nexit 0\n")
    first = set_up(machine, "dev", PYTHON=sys.executable)
    assert first.returncode == 0, first.stderr
    assert "making .venv" in first.stdout

    for what in ("dev", "run"):
        again = set_up(machine, what)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")

    (machine / "checkout" / "requirements.txt").write_text("# changed\n")
    changed = set_up(machine)
    assert "installing the pinned packages" in changed.stdout
    assert "making .venv" not in changed.stdout

    (machine / "checkout").rename(machine / "moved")
    (machine / "checkout").symlink_to(machine / "moved")
    assert "making .venv" in set_up(machine).stdout
