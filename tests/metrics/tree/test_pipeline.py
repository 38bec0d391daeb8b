import pytest

from metrics.signals.tree.ci.github import runs_on_changes
from metrics.signals.tree.ci.pipeline import read_pipeline
from tests.metrics.tree.building import tree_of

WORKFLOW = ".github/workflows/ci.yml"


def commands(files: dict[str, str]):
    return read_pipeline(tree_of(files)).commands


def found(files: dict[str, str], text: str):
    """How the command that starts with this text runs: (hard, on_changes), or nothing."""
    hits = {(c.hard, c.on_changes) for c in commands(files) if c.text.startswith(text)}
    assert len(hits) <= 1, hits
    return hits.pop() if hits else None


def job(steps: str, *, on: str = "pull_request", more: str = "") -> dict[str, str]:
    indented = "\n".join(f"      {line}" for line in steps.splitlines())
    return {WORKFLOW: f"on: {on}\njobs:\n  check:\n    runs-on: x\n{more}    steps:\n{indented}\n"}


@pytest.mark.parametrize(
    ("triggers", "answer"),
    [
        ("pull_request", True),
        (["push"], True),
        ({"merge_group": None}, True),
        ({"push": {"branches": ["main"]}}, False),
        ({"push": {"branches": ["release/*", "master"]}}, False),
        ({"push": {"branches": ["**"]}}, True),
        ({"push": {"branches": ["main", "feature/**"]}}, True),
        ({"push": {"tags": ["v*"]}}, False),
        ({"push": {"branches-ignore": ["gh-pages"]}}, True),
        ({"pull_request": {"types": ["closed"]}}, False),
        ({"pull_request": {"types": ["opened", "labeled"]}}, True),
        ({"schedule": [{"cron": "0 0 * * *"}], "workflow_dispatch": None}, False),
        (None, False),
    ],
)
def test_runs_on_changes_reads_the_triggers(triggers, answer):
    assert runs_on_changes(triggers) is answer


def test_github_step_is_hard_and_on_changes():
    assert found(job("- run: ruff check ."), "ruff") == (True, True)


@pytest.mark.parametrize(
    "files",
    [
        job("- run: ruff check .\n  continue-on-error: true"),
        job("- run: ruff check .", more="    continue-on-error: true\n"),
        job("- run: ruff check . || true"),
    ],
    ids=["step", "job", "shell"],
)
def test_github_forgiven_failure_is_soft(files):
    assert found(files, "ruff") == (False, True)


def test_github_forgiven_step_that_a_later_condition_asks_about_is_hard():
    steps = (
        "- id: lint\n  run: ruff check .\n  continue-on-error: true\n"
        "- if: steps.lint.outcome == 'failure'\n  run: exit 1"
    )
    assert found(job(steps), "ruff") == (True, True)


def test_github_matrix_expression_for_continue_on_error_does_not_make_soft():
    files = job("- run: pytest", more="    continue-on-error: ${{ matrix.experimental }}\n")
    assert found(files, "pytest") == (True, True)


def test_github_step_that_never_runs_is_left_out():
    assert found(job("- run: pytest\n  if: ${{ false }}"), "pytest") is None


def test_github_step_for_pushes_alone_is_not_on_changes():
    assert found(job("- run: pytest\n  if: github.event_name == 'push'"), "pytest") == (True, False)


def test_github_workflow_on_the_main_line_alone_is_not_on_changes():
    assert found(job("- run: pytest", on="{push: {branches: [main]}}"), "pytest") == (True, False)


def test_github_matrix_and_env_values_are_filled_in():
    more = "    env: {TOOL: cargo}\n    strategy:\n      matrix:\n        task: [lint, test]\n"
    files = job("- run: make ${{ matrix.task }}\n- run: ${{ env.TOOL }} clippy", more=more)
    files["Makefile"] = "lint:\n\truff check\ntest:\n\tpytest\n"
    assert found(files, "ruff") == found(files, "pytest") == found(files, "cargo clippy") == (True, True)


def test_github_reusable_workflow_and_local_action_are_followed():
    files = {
        WORKFLOW: "on: pull_request\njobs:\n  a: {uses: ./.github/workflows/check.yml}\n",
        ".github/workflows/check.yml": "on: workflow_call\njobs:\n  b:\n    steps: [{uses: ./.github/actions/lint}]\n",
        ".github/actions/lint/action.yml": "runs:\n  steps:\n    - run: ruff check\n      shell: bash\n",
    }
    hits = {(c.where, c.on_changes) for c in commands(files) if c.text.startswith("ruff")}
    assert (WORKFLOW, True) in hits


def test_github_workflow_that_calls_itself_ends():
    assert commands({WORKFLOW: f"on: push\njobs:\n  a: {{uses: ./{WORKFLOW}}}\n"})


def test_github_unreadable_workflow_is_named():
    assert read_pipeline(tree_of({WORKFLOW: "jobs: ["})).unread == (WORKFLOW,)


INDIRECT = {
    "make": ("make check", {"Makefile": "PY = python\ncheck: lint\n\nlint:\n\t@$(PY) -m ruff check\n"}),
    "make include": ("make lint", {"Makefile": "include common.mk\n", "common.mk": "lint:\n\truff check\n"}),
    "make folder": ("make -C api lint", {"api/Makefile": "lint:\n\truff check\n"}),
    "make first target": ("make", {"Makefile": "all: lint\nlint:\n\truff check\n"}),
    "just": ("just lint", {"justfile": "lint: sync\n    ruff check\nsync:\n    uv sync\n"}),
    "task": ("task lint", {"Taskfile.yml": "tasks:\n  lint:\n    cmds: [ruff check]\n"}),
    "npm": ("npm run lint", {"package.json": '{"scripts": {"lint": "ruff check"}}'}),
    "npm nested": ("npm test", {"package.json": '{"scripts": {"test": "npm run lint:py", "lint:py": "ruff check"}}'}),
    "yarn": ("yarn lint", {"package.json": '{"scripts": {"lint": "ruff check"}}'}),
    "turbo": ("npx turbo run lint", {"packages/a/package.json": '{"scripts": {"lint": "ruff check"}}'}),
    "tox": ("tox -e lint", {"tox.ini": "[testenv:lint]\ncommands =\n    ruff check\n"}),
    "tox toml": ("tox run -e lint", {"pyproject.toml": '[tool.tox.env.lint]\ncommands = [["ruff", "check"]]\n'}),
    "nox": ("nox -s lint", {"noxfile.py": 'def lint(session):\n    session.run("ruff", "check")\n'}),
    "pre-commit": ("pre-commit run -a", {".pre-commit-config.yaml": "repos:\n- repo: x\n  hooks: [{id: ruff}]\n"}),
    "local hook": (
        "pre-commit run -a",
        {".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks: [{id: mine, entry: uv run ruff check}]\n"},
    ),
    "script": ("./scripts/lint.sh", {"scripts/lint.sh": "#!/usr/bin/env bash\nset -e\nruff check\n"}),
    "script by shell": ("bash scripts/lint", {"scripts/lint": "ruff check\n"}),
    ".ci/run": (".ci/run", {".ci/run": "#!/bin/sh\nmake lint\n", "Makefile": "lint:\n\truff check\n"}),
    "poe": ("poe lint", {"pyproject.toml": '[tool.poe.tasks]\nlint = "ruff check"\n'}),
    "hatch": ("hatch run dev:lint", {"pyproject.toml": '[tool.hatch.envs.dev.scripts]\nlint = "ruff check"\n'}),
    "composer": ("composer lint", {"composer.json": '{"scripts": {"lint": ["@cs"], "cs": "ruff check"}}'}),
}


@pytest.mark.parametrize("case", INDIRECT)
def test_a_command_behind_another_is_found(case):
    command, files = INDIRECT[case]
    hits = [
        c for c in commands({**job(f"- run: {command}"), **files}) if c.text.startswith("ruff") and c.where == WORKFLOW
    ]
    assert hits
    assert all(hit.hard and hit.on_changes for hit in hits)


def test_a_failure_that_make_ignores_is_soft():
    assert found({**job("- run: make lint"), "Makefile": "lint:\n\t-ruff check\n"}, "ruff") == (False, True)


def test_a_soft_caller_softens_what_it_calls():
    assert found({**job("- run: make lint || true"), "Makefile": "lint:\n\truff check\n"}, "ruff") == (False, True)


def test_targets_that_need_each_other_end():
    assert found({**job("- run: make a"), "Makefile": "a: b\nb: a\n\truff check\n"}, "ruff") == (True, True)


def test_another_tox_environment_is_not_run():
    files = {
        **job("- run: tox -e lint"),
        "tox.ini": "[testenv:docs]\ncommands = sphinx-build x\n[testenv:lint]\ncommands=ruff\n",
    }
    assert found(files, "sphinx-build") is None


def test_a_hook_kept_for_manual_runs_is_left_out():
    text = "repos:\n- repo: x\n  hooks: [{id: ruff, stages: [manual]}]\n"
    assert found({**job("- run: pre-commit run -a"), ".pre-commit-config.yaml": text}, "ruff") is None


def test_hooks_of_a_hosted_runner_are_on_changes():
    text = "ci: {autofix_prs: true}\nrepos:\n- repo: x\n  hooks: [{id: ruff}]\n"
    assert found({".pre-commit-config.yaml": text}, "ruff") == (True, True)


GITLAB = """
include:
  - local: /ci/lint.yml
  - template: Security/SAST.gitlab-ci.yml
default:
  before_script: [pip install ruff]
.base:
  script: [pytest]
unit: {extends: .base}
loose: {script: [mypy .], allow_failure: true}
late: {script: [cypress run], when: manual}
tagged: {script: [jest], rules: [{if: $CI_COMMIT_TAG}]}
"""


def test_gitlab_jobs_includes_and_templates_are_read():
    files = {".gitlab-ci.yml": GITLAB, "ci/lint.yml": "lint:\n  script:\n    - ruff check\n"}
    assert found(files, "ruff") == found(files, "pytest") == (True, True)
    assert found(files, "template template Security/SAST") == (True, True)
    assert found(files, "mypy") == (False, True)
    assert found(files, "cypress") == found(files, "jest") == (True, False)


OTHERS = {
    ".circleci/config.yml": "jobs:\n  a:\n    steps:\n    - run: pytest\n    - run: {command: ruff check}\n",
    "azure-pipelines.yml": "steps:\n- script: pytest\n- bash: ruff check\n",
    ".travis.yml": "script:\n  - pytest\n  - ruff check\n",
    "bitbucket-pipelines.yml": "pipelines:\n  default:\n    - step: {script: [pytest, ruff check]}\n",
    ".buildkite/pipeline.yml": "steps:\n  - command: pytest\n  - commands: [ruff check]\n",
    ".woodpecker.yml": "steps:\n  a: {image: x, commands: [pytest, ruff check]}\n",
    ".drone.yml": "steps:\n- name: a\n  commands: [pytest]\n---\nsteps:\n- commands: [ruff check]\n",
    ".cirrus.yml": "task:\n  test_script: pytest\n  lint_script: ruff check\n",
    ".forgejo/workflows/ci.yml": job("- run: pytest\n- run: ruff check")[WORKFLOW],
    "Jenkinsfile": "pipeline { stages { stage('t') { steps { sh 'pytest'\n sh(script: \"ruff check\") } } } }",
    ".ci/run": "#!/bin/sh\nset -e\npytest\nruff check\n",
}


@pytest.mark.parametrize("path", OTHERS)
def test_other_pipelines_are_read(path):
    assert found({path: OTHERS[path]}, "pytest") == found({path: OTHERS[path]}, "ruff") == (True, True)


@pytest.mark.parametrize(
    "files",
    [
        {"azure-pipelines.yml": "steps:\n- script: pytest\n  continueOnError: true\n"},
        {".buildkite/pipeline.yml": "steps:\n  - command: pytest\n    soft_fail: true\n"},
        {".woodpecker.yml": "steps:\n  a: {commands: [pytest], failure: ignore}\n"},
        {"Jenkinsfile": "sh(script: 'pytest', returnStatus: true)"},
    ],
    ids=["azure", "buildkite", "woodpecker", "jenkins"],
)
def test_other_pipelines_forgive_in_their_own_words(files):
    assert found(files, "pytest") == (False, True)


def test_a_drone_pipeline_for_tags_is_not_on_changes():
    assert found({".drone.yml": "steps:\n- commands: [pytest]\n  when: {event: [tag]}\n"}, "pytest") == (True, False)
