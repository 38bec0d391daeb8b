"""Which paths are somebody else's, made by a machine, or written only for tests."""

import re

_FOREIGN = re.compile(
    r"(^|/)(vendor|vendored|third[_-]?party|node_modules|bower_components|site-packages|external|extern|Godeps"
    r"|\.yarn|\.venv|venv|dist|\.next|__pycache__)/",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{\{|\}\}|(^|/)(cookiecutter|project_template|app_template|scaffold(ing)?|skeletons?)/")
_TRIAL = re.compile(
    r"(^|/)(tests?|testing|testdata|test[_-]data|__tests__|__fixtures__|__mocks__|fixtures?|spec|e2e|mocks?|snapshots"
    r"|testsuite|examples?|samples?|demos?|tutorials?)/|(^|/)(test_[^/]*|conftest\.py)$"
    r"|[._-](test|tests|spec|mock|fixture)s?\.[A-Za-z]+$|_test\.[a-z]+$|Tests?\.(java|kt|cs|php|swift|scala)$",
    re.IGNORECASE,
)


def is_foreign(path: str) -> bool:
    """Vendored code, installed packages, build output, and templates of other projects."""
    return bool(_FOREIGN.search(path) or _TEMPLATE.search(path))


def is_trial(path: str) -> bool:
    """Tests, fixtures, examples: what they contain does not speak for the product."""
    return bool(_TRIAL.search(path))


def folder_of(path: str) -> str:
    """The folder part of a path, empty for the root."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    return path.rpartition("/")[2]
