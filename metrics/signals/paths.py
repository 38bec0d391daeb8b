"""What a path is: source, test, documentation, made by a machine, somebody else's, or only there for trying things.

Every rule looks at the path alone. What is a specification, decision or contract is in `metrics.signals.specs`.
"""

import re
from functools import lru_cache

SOURCE = re.compile(
    r"\.(py|pyx|rb|go|rs|java|kts?|scala|groovy|cljs?|c|h|cc|cpp|cxx|hpp|hh|mm?|swift|cs|fs|vb|[cm]?[jt]s|[jt]sx|vue|svelte"
    r"|php|pl|pm|exs?|erl|hrl|hs|elm|mli?|dart|lua|r|jl|sql|sh|bash|ps1|zig|nim|sol|html?|jinja2?|j2|hbs|css|s[ac]ss|less)$"
)
LOCK = re.compile(
    r"(^|/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|go(\.work)?\.sum|pipfile\.lock"
    r"|gradle\.lockfile|packages\.lock\.json|package\.resolved|\.terraform\.lock\.hcl|requirements[^/]*\.lock|[^/]+\.lock)$"
)
FOREIGN = re.compile(
    r"(^|/)(vendor|vendored|third[_-]?party|node_modules|bower_components|site-packages|external|extern|Godeps"
    r"|\.yarn|\.venv|venv|dist|\.next|__pycache__)/",
    re.IGNORECASE,
)
TEMPLATE = re.compile(r"\{\{|\}\}|(^|/)(cookiecutter|project_template|app_template|scaffold(ing)?|skeletons?)/")
TRIAL = re.compile(
    r"(^|/)(tests?|testing|testdata|test[_-]data|__tests__|__fixtures__|__mocks__|fixtures?|spec|e2e|mocks?|snapshots"
    r"|testsuite|examples?|samples?|demos?|tutorials?)/|(^|/)(test_[^/]*|conftest\.py)$"
    r"|[._-](test|tests|spec|mock|fixture)s?\.[A-Za-z]+$|_test\.[a-z]+$|Tests?\.(java|kt|cs|php|swift|scala)$",
    re.IGNORECASE,
)
VENDORED = re.compile(r"(^|/)(vendor|vendored|_vendor|third[-_]?party|node_modules|bower_components|external)/")
GENERATED = re.compile(
    r"(^|/)(dist|generated|__generated__|_generated)/"
    r"|\.min\.(js|css)$|\.map$|\.pb\.go$|_pb2(_grpc)?\.pyi?$|\.pb\.(cc|h)$|\.g\.(dart|cs)$|\.designer\.cs$"
    r"|[._-]generated\.[a-z]+$|(^|/)zz_generated|\.po$|\.pot$|\.svg$|\.ipynb$"
)
SNAPSHOT = re.compile(
    r"(^|/)(__snapshots__|__image_snapshots__|snapshots|cassettes|golden|goldens|testdata)/"
    r"|\.(snap|ambr|approved\.[a-z]+|golden|cassette)$"
)
TEST = re.compile(
    r"(^|/)(tests?|testing|spec|specs|__tests__|e2e|integration[-_]tests?|cypress|playwright)/.+\.[a-z]+$"
    r"|(^|/)t/(.+/)?[^/]+\.(sh|p[lm]|c|h|py)$|\.t$"  # as Perl has it, and what is built like it
    r"|(^|/)(test_[^/]+|conftest)\.py$|_tests?\.(py|go|rs|exs?|c|cc|cpp|rb|dart)$"
    r"|[.-](test|spec|cy)\.[cm]?[jt]sx?$|(tests?|spec|it)\.(java|kt|kts|scala|cs|fs|swift|php|groovy)$|_spec\.rb$"
)
TEST_CAMEL = re.compile(r"(Tests?|Spec|IT)\.(java|kt|kts|scala|cs|fs|swift|php|groovy)$")


@lru_cache(maxsize=65_536)
def is_machine_made(path: str) -> bool:
    """Generated, vendored, lock or snapshot file: its lines were not written by the people of this repository."""
    low = path.lower()
    return any(rule.search(low) for rule in (LOCK, VENDORED, GENERATED, SNAPSHOT))


@lru_cache(maxsize=65_536)
def is_test(path: str) -> bool:
    low = path.lower()
    name = low.rpartition("/")[2]
    if name.endswith((".java", ".kt", ".kts", ".scala", ".cs", ".fs", ".swift", ".php", ".groovy")):
        in_folder = re.search(r"(^|/)(tests?|spec|specs|e2e)/", low)
        return bool(in_folder or TEST_CAMEL.search(path))
    return bool(TEST.search(low)) and not is_document(path)


@lru_cache(maxsize=65_536)
def is_source(path: str) -> bool:
    """Code that decides behaviour: by suffix; not tests, not documentation folders, not machine-made."""
    low = path.lower()
    if not SOURCE.search(low) or is_machine_made(path) or is_test(path):
        return False
    return not re.search(r"(^|/)(docs?|documentation|\.github|\.gitlab|\.circleci|ci)/", low)


def is_document(path: str) -> bool:
    return path.lower().rpartition(".")[2] in {"md", "mdx", "rst", "adoc", "txt", "asciidoc"}


@lru_cache(maxsize=65_536)
def is_foreign(path: str) -> bool:
    """Vendored code, installed packages, build output, and templates of other projects."""
    return bool(FOREIGN.search(path) or TEMPLATE.search(path))


@lru_cache(maxsize=65_536)
def is_trial(path: str) -> bool:
    """Tests, fixtures, examples: what they contain does not speak for the product."""
    return bool(TRIAL.search(path))


def folder_of(path: str) -> str:
    """The folder part of a path, empty for the root."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    return path.rpartition("/")[2]
