"""Every variable and every command can be found out about."""

import ast
import os
import re
import subprocess
import sys

import pytest

from tests.house.files import ROOT, name_of, our_code, tracked

READERS = {"env", "env_list", "env_bool"}
MAKE_VARIABLES = {"PYTHON", "PORT", "HOST"}  # read by make and bin/setup, and documented with the others


def variables_read():
    """Names given to the readers of `config/settings`, to `os.environ`, and to the environment of `config.local`."""
    names = set()
    for path in our_code():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = ast.unparse(node.func)
                if function in READERS or function in {"os.environ.get", "os.getenv", "environ.get"}:
                    names.add(node.args[0].value)
    return names - {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PATH", "LD_LIBRARY_PATH", "HOME"}


def variables_documented():
    page = (ROOT / "docs/configure.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", page, re.M))


def commands():
    return sorted(path for path in tracked("*/management/commands/*.py") if path.stem != "__init__")


def test_every_variable_read_is_documented_and_every_documented_one_is_read():
    assert len(variables_read()) > 15
    assert variables_read() | MAKE_VARIABLES == variables_documented()


def test_only_settings_and_the_way_they_start_read_the_environment():
    hands_on = {"metrics/clients/git/process.py", "reports/pdf.py"}  # a child gets a few of the system, such as PATH
    allowed = {"config/local.py", "core/management/commands/up.py"} | hands_on
    readers = {
        name_of(path)
        for path in our_code()
        if re.search(r"os\.environ\[|os\.environ\.get|os\.getenv", path.read_text(encoding="utf-8"))
    }
    assert {name for name in readers if not name.startswith("config/settings/")} <= allowed


@pytest.mark.parametrize("path", commands(), ids=lambda path: path.stem)
def test_command_explains_itself(path, tmp_path):
    run = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), path.stem, "--help"],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    words = run.stdout.partition("options:")[0].split()
    assert len(words) > 10, f"{path.stem} --help says too little"
