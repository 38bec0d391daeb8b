"""What holds for every tree signal, whatever the tree."""

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.maturity.loader import SHIPPED, read_model
from metrics.signals.tree import TREE_SIGNALS
from metrics.signals.types import Measured, Skipped
from tests.effort import processor_s
from tests.metrics.tree.building import commit_of, context_of

NAMES = sorted(signal.__name__ for signal in TREE_SIGNALS)
ELSEWHERE = {"cross_area_share"}  # read from history with the owners of the tree
SHARES = {"spec_sections", "spec_limits", "adr_before_code", "owner_map", "ci_token_scope", "contract_coverage"}


@cache
def definitions():
    return read_model(SHIPPED).signals


def test_every_signal_with_the_tree_among_its_sources_is_measured():
    of_tree = {name for name, definition in definitions().items() if "tree" in definition.sources}
    assert of_tree - ELSEWHERE <= set(NAMES)
    assert set(NAMES) <= set(definitions())


def check(reading) -> None:
    definition = definitions()[reading.signal]
    if isinstance(reading, Skipped):
        assert reading.reason.endswith(".")
        return
    assert isinstance(reading, Measured)
    assert reading.n > 0
    assert len(reading.examples) <= 12
    assert (reading.grade is None) == (definition.kind != "grades")
    if reading.grade is not None:
        assert reading.grade in definition.grades
    else:
        assert reading.value >= 0
        assert reading.value <= 1 or reading.signal not in SHARES
        assert reading.unit == definition.unit
        assert reading.window_days == definition.window_days


PATHS = [
    ".github/workflows/ci.yml",
    ".github/workflows/b.yaml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "Jenkinsfile",
    "Makefile",
    "package.json",
    "tox.ini",
    "noxfile.py",
    "pyproject.toml",
    ".pre-commit-config.yaml",
    "CODEOWNERS",
    "AGENTS.md",
    "CLAUDE.md",
    ".claude/settings.json",
    ".env",
    ".claude/commands/a.md",
    ".github/ISSUE_TEMPLATE/a.yml",
    "docs/adr/0001-x.md",
    "specs/a.md",
    "openapi.yaml",
    "Dockerfile",
    "src/a.py",
    "scripts/run.sh",
    ".eslintrc.json",
    "buf.yaml",
    "a/OWNERS",
    "\udcff/\udcfe.md",
]
PIECES = [
    "on: pull_request\n",
    "jobs:\n  a:\n    steps:\n      - run: pytest\n",
    "- uses: a/b@v1\n",
    "permissions: {}\n",
    "* @a\n",
    "[x]\n",
    "lint:\n\truff check\n",
    "{",
    "}",
    '"scripts": {"a": "npm run a"}',
    "repos:\n- hooks: [{id: ruff}]\n",
    "# Goals\ntext\n",
    "TODO fast\n",
    "AKIA" + "Q7XK2M4P6R3T5V2W",
    "-----BEGIN PRIVATE KEY-----\n",
    "openapi: 3.0.0\n",
    "EXPOSE 80\n",
    "&a [*a]\n",
    "<<: *a\n",
    "\x00",
    "ADR-1",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=30), max_size=6).map("".join)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(st.sampled_from(PATHS), TEXTS),
    st.lists(st.tuples(st.sampled_from(PATHS), st.integers(0, 400), st.integers(-1, 3)), max_size=8),
)
def test_any_tree_gives_valid_readings(files, touches):
    commits = [commit_of(path, days_ago=days, added=added, subject="ADR-1 x") for path, days, added in touches]
    context = context_of(files, *sorted(commits, key=lambda commit: commit.committed_at, reverse=True))
    for signal in TREE_SIGNALS:
        check(signal(context))


def test_an_empty_tree_says_nothing():
    assert all(isinstance(signal(context_of({})), Skipped) for signal in TREE_SIGNALS)


def test_the_order_of_the_files_never_matters():
    files = {path: "".join(PIECES[:4]) for path in PATHS}
    turned = dict(reversed(files.items()))
    assert [s(context_of(files)) for s in TREE_SIGNALS] == [s(context_of(turned)) for s in TREE_SIGNALS]


@pytest.mark.parametrize("shape", ["wide", "deep"])
def test_a_tree_of_a_hundred_thousand_files_is_graded_in_seconds(shape):
    middle = "pkg/" if shape == "wide" else "/".join("abcdefghij") + "/"
    files = {f"{middle}{n % 300}/module_{n}.py": "" for n in range(100_000)}
    context = context_of(files, commit_of(*list(files)[:2_000]))
    assert processor_s(lambda: [check(signal(context)) for signal in TREE_SIGNALS]) < 15  # measured: about 3 s
