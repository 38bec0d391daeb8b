import pytest

from metrics.signals.tree import checks
from metrics.signals.types import Skipped
from tests.metrics.tree.building import context_of

WORKFLOW = ".github/workflows/ci.yml"


def workflow(*runs: str, on: str = "pull_request", head: str = "") -> dict[str, str]:
    steps = "".join(
        f"      - {'uses' if run.startswith('uses ') else 'run'}: {run.removeprefix('uses ')}\n" for run in runs
    )
    return {WORKFLOW: f"on: {on}\n{head}jobs:\n  a:\n    steps:\n{steps}"}


def grade(signal, files: dict[str, str]) -> str | None:
    return signal(context_of(files)).grade


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        (workflow("make docs"), "present_no_tests"),
        (workflow("pip install pytest"), "present_no_tests"),
        (workflow("test -z ''"), "present_no_tests"),
        (workflow("pytest || true"), "present_no_tests"),
        (workflow("pytest", on="{push: {branches: [main]}}"), "present_no_tests"),
        (workflow("python -m pytest -q"), "tests_on_changes"),
        (workflow("./gradlew build"), "tests_on_changes"),
        (workflow("go test ./..."), "tests_on_changes"),
        (workflow("./script/test"), "tests_on_changes"),
        (workflow("uses cypress-io/github-action@v6"), "tests_on_changes"),
    ],
)
def test_ci_present_grades(files, expected):
    assert grade(checks.ci_present, files) == expected


@pytest.mark.parametrize(
    "files",
    [
        {".zuul.yaml": "- project: {}"},
        {WORKFLOW: "jobs: ["},
        {WORKFLOW: "on: push\njobs:\n  a: {uses: org/shared/.github/workflows/test.yml@v1}\n"},
        {},
    ],
    ids=["opaque", "broken", "elsewhere", "empty"],
)
def test_ci_present_is_skipped_when_the_commands_cannot_be_seen(files):
    assert isinstance(checks.ci_present(context_of(files)), Skipped)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        ({".editorconfig": "root = true"}, "none"),
        ({"vendor/x/.eslintrc.json": "{}"}, "none"),
        ({"node_modules/x/tsconfig.json": "{}"}, "none"),
        ({"tests/fixtures/ruff.toml": ""}, "none"),
        ({"{{cookiecutter.name}}/.flake8": ""}, "none"),
        ({"package.json": '{"devDependencies": {"eslint": "9"}}'}, "none"),
        ({"ruff.toml": ""}, "configured_only"),
        ({"pyproject.toml": "[tool.mypy]\nstrict = true\n"}, "configured_only"),
        ({"setup.cfg": "[flake8]\nmax-line-length = 100\n"}, "configured_only"),
        ({".pre-commit-config.yaml": "repos:\n- repo: x\n  hooks: [{id: ruff-check}]\n"}, "configured_only"),
        (workflow("ruff check --exit-zero"), "configured_only"),
        (workflow("ruff check || true"), "configured_only"),
        (workflow("ruff check", on="{push: {branches: [main]}}"), "configured_only"),
        (workflow("ruff check"), "in_ci"),
        (workflow("npx tsc --noEmit"), "in_ci"),
        (workflow("uses golangci/golangci-lint-action@0123456789012345678901234567890123456789 # v6"), "in_ci"),
        (
            {**workflow("pre-commit run -a"), ".pre-commit-config.yaml": "repos:\n- repo: x\n  hooks: [{id: black}]\n"},
            "in_ci",
        ),
        (
            {**workflow("mvn -B verify"), "pom.xml": "<artifactId>maven-checkstyle-plugin</artifactId>"},
            "in_ci",
        ),
    ],
)
def test_static_checks_grades(files, expected):
    assert grade(checks.static_checks, files) == expected


def test_static_checks_says_why_a_run_does_not_count():
    reading = checks.static_checks(context_of(workflow("ruff check || true")))
    assert reading.examples == (f"{WORKFLOW}: ruff check, its failure is ignored",)


CODE, SECRET, DEPENDENCY = "uses github/codeql-action/analyze@v3", "gitleaks detect", "pip-audit"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        ({".github/workflows/zizmor.yaml": workflow("true")[WORKFLOW]}, "none"),
        ({".github/dependabot.yml": "version: 2"}, "dependency_alerts_only"),
        ({"renovate.json": "{}"}, "dependency_alerts_only"),
        (workflow(CODE, on="{schedule: [{cron: x}]}"), "dependency_alerts_only"),
        (workflow("bandit -r src || true"), "dependency_alerts_only"),
        (workflow(CODE), "one_scanner_on_changes"),
        (workflow(CODE, SECRET), "one_scanner_on_changes"),
        (workflow(CODE, SECRET, DEPENDENCY), "three_families_on_changes"),
        ({".gitlab-ci.yml": "include: [{template: Security/SAST.gitlab-ci.yml}]"}, "one_scanner_on_changes"),
        (
            {".gitlab-ci.yml": "include: [{template: SAST.gitlab-ci.yml}, {template: Secret-Detection.gitlab-ci.yml},"
             " {template: Dependency-Scanning.gitlab-ci.yml}]"},
            "three_families_on_changes",
        ),
    ],
)  # fmt: skip
def test_security_scan_grades(files, expected):
    assert grade(checks.security_scan, files) == expected


@pytest.mark.parametrize(
    ("head", "share"),
    [
        ("", 0),
        ("permissions: {}\n", 1),
        ("permissions: read-all\n", 1),
        ("permissions: {contents: read}\n", 1),
        ("permissions: {contents: write}\n", 0),
        ("permissions: write-all\n", 0),
    ],
)
def test_ci_token_scope_reads_the_top_of_a_workflow(head, share):
    assert checks.ci_token_scope(context_of(workflow("true", head=head))).value == share


def test_ci_token_scope_counts_a_workflow_whose_jobs_all_state_theirs():
    files = {
        WORKFLOW: "on: push\njobs:\n  a: {permissions: {contents: write}}\n  b: {permissions: {}}\n",
        ".github/workflows/b.yml": "on: push\njobs:\n  a: {permissions: {contents: read}}\n  b: {}\n",
    }
    reading = checks.ci_token_scope(context_of(files))
    assert (reading.value, reading.n, reading.examples) == (0.5, 2, ("not minimal: .github/workflows/b.yml",))


def test_ci_token_scope_is_skipped_without_workflows():
    assert isinstance(checks.ci_token_scope(context_of({".travis.yml": "script: pytest"})), Skipped)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (workflow("pytest"), "none"),
        ({"docs/merge_group.md": "merge_group"}, "none"),
        (workflow("echo merge_group"), "none"),
        (workflow("pytest", on="[pull_request, merge_group]"), "configured"),
        (workflow("pytest", on="{merge_group: {types: [checks_requested]}}"), "configured"),
        ({".mergify.yml": "queue_rules:\n  - name: default\n"}, "configured"),
        ({".mergify.yml": "pull_request_rules: []\n"}, "none"),
        ({"bors.toml": "status = ['ci']\n"}, "configured"),
        (
            {".gitlab-ci.yml": "a: {script: x, rules: [{if: $CI_MERGE_REQUEST_EVENT_TYPE == 'merge_train'}]}"},
            "configured",
        ),
    ],
)
def test_merge_queue_grades(files, expected):
    assert grade(checks.merge_queue, files) == expected
