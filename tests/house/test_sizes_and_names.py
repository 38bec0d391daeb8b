"""Nothing grows past what one can hold in the head, and names say what is inside."""

import ast

from tests.house.files import APPS, name_of, our_code, our_python, tracked

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
TASKS_LINES_MAX = 80
TEMPLATE_LINES_MAX = 120
SCRIPT_LINES_MAX = 360  # docs/decisions/local-queue.md and workshop-votes.md say why it is more than 200
BANNED_MODULES = {"utils", "util", "helpers", "helper", "manager", "managers", "service", "services", "misc", "common"}


def n_lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def test_there_is_something_to_measure():
    assert len(our_code()) > 50
    assert len(tracked("templates/*.html")) > 10
    assert {name_of(path).split("/")[0] for path in our_code()} == set(APPS)


def test_python_file_stays_short():
    assert {name_of(path): n for path in our_python() if (n := n_lines(path)) > FILE_LINES_MAX} == {}


def test_function_stays_short():
    long = {
        f"{name_of(path)}:{function}": n
        for path in our_python()
        for function, n in functions(path)
        if n > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_tasks_only_fetch_and_call():
    assert {name_of(path): n for path in tracked("*/tasks.py") if (n := n_lines(path)) > TASKS_LINES_MAX} == {}


def test_template_stays_short():
    templates = tracked("templates/*.html", "templates/*.svg")
    assert {name_of(path): n for path in templates if (n := n_lines(path)) > TEMPLATE_LINES_MAX} == {}


def test_our_script_stays_small():
    assert sum(n_lines(path) for path in tracked("static/js/*.js")) <= SCRIPT_LINES_MAX


def test_module_name_says_what_is_inside():
    named = {
        name_of(path) for path in our_python() if path.stem in BANNED_MODULES or path.parent.name in BANNED_MODULES
    }
    assert named == set()
