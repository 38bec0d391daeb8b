"""Every variable and every command can be found out about."""

import ast
import json
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


ALL_HELP = """
import contextlib, io, json, os, sys
from config.local import set_local_defaults
from django.core.management import execute_from_command_line
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.base"
set_local_defaults(os.environ)
said = {}
for name in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            execute_from_command_line(["manage.py", name, "--help"])
        except SystemExit as end:
            assert not end.code, name
    said[name] = out.getvalue()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    """What each command says of itself where nothing is set, one after the other in one process."""
    run = subprocess.run(
        [sys.executable, "-c", ALL_HELP, *(path.stem for path in commands())],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path_factory.mktemp("data")), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", [path.stem for path in commands()])
def test_command_explains_itself(explained, name):
    assert explained[name].startswith(f"usage: manage.py {name}")
    words = explained[name].partition("options:")[0].split()
    assert len(words) > 10, f"{name} --help says too little"
