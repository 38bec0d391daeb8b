import pytest

from metrics.signals.changes.settings import alert_age_p75, is_required, protection_tier, with_settings
from metrics.signals.changes.types import Alert, Part, Protection
from metrics.signals.tree import TREE_SIGNALS, TreeContext
from metrics.signals.tree.ci.command import Command
from metrics.signals.types import Skipped
from tests.metrics.changes.building import UNTIL, at, told
from tests.metrics.tree.building import tree_of

NO = Protection(False, 0, False, frozenset(), False, False, False, False, False)


@pytest.mark.parametrize(
    ("rules", "grade"),
    [
        (NO, "none"),
        (Protection(True, 0, False), "no_force_push"),
        (Protection(True, 1, False), "review_required"),
        (Protection(False, 2, True), "none"),  # a tier needs all before it
        (Protection(True, 1, True, requires_owners=False), "status_checks_required"),
        (Protection(True, 2, True, requires_owners=True, includes_admins=False), "owners_and_two_reviews"),
        (
            Protection(True, 2, True, requires_owners=True, includes_admins=True, dismisses_stale=True),
            "admins_included_stale_dismissed",
        ),
    ],
)
def test_tier_is_the_last_whose_rules_all_hold(rules, grade):
    assert protection_tier(told(protection=rules)).grade == grade


def test_tier_that_cannot_be_seen_is_said_beside_what_can():
    rules = Protection(True, 2, True, requires_owners=True)
    reading = protection_tier(told(protection=rules, unseen={Part.PROTECTION: "Give the token Administration: read."}))
    assert reading.grade == "owners_and_two_reviews"
    assert reading.examples[0] == "At least this: Give the token Administration: read."


def test_missing_permission_is_never_none():
    hidden = {Part.PROTECTION: "Give the token Administration: read."}
    assert protection_tier(told(unseen=hidden)) == Skipped("protection_tier", hidden[Part.PROTECTION])
    assert protection_tier(told(protection=NO, unseen=hidden)) == Skipped("protection_tier", hidden[Part.PROTECTION])
    assert isinstance(protection_tier(told()), Skipped)


def test_alert_age_counts_open_and_closed_serious_ones():
    alerts = (
        Alert("1", "high", at(days=100), at(days=90)),
        Alert("2", "critical", at(days=30)),
        Alert("3", "low", at(days=300)),
        Alert("4", "high", at(days=800), at(days=700)),
    )
    reading = alert_age_p75(told(alerts=alerts))
    assert (reading.n, reading.value) == (2, 25)  # 10 and 30 days


WORKFLOW = """
on: pull_request
jobs:
  tests: {runs-on: x, steps: [{run: pytest}]}
  style: {name: "Lint ${{ matrix.os }}", runs-on: x, steps: [{run: ruff check .}, {run: lint-imports}]}
  scan: {runs-on: x, steps: [{run: gitleaks detect}, {run: pip-audit}, {run: semgrep ci --config auto}]}
"""
TREE = {".github/workflows/ci.yml": WORKFLOW, "ruff.toml": "line-length = 9", ".importlinter": "[importlinter]"}


def settled(tree_files=TREE, **fields):
    tree = TreeContext(tree_of(tree_files), UNTIL)
    readings = {reading.signal: reading for reading in (signal(tree) for signal in TREE_SIGNALS)}
    return with_settings(readings, tree, told(**fields))


def test_check_is_required_when_its_job_is():
    raised = settled(protection=Protection(required_checks=frozenset({"Lint ubuntu"})))
    assert raised["static_checks"].grade == "in_ci_required"
    assert raised["arch_rules"].grade == "in_ci_required"
    other = settled(protection=Protection(required_checks=frozenset({"tests"})))
    assert (other["static_checks"].grade, other["arch_rules"].grade) == ("in_ci", "in_ci")


@pytest.mark.parametrize(
    ("signal", "command"),
    [
        ("arch_rules", "lint-imports"),
        ("static_checks", "ruff check ."),
        ("policy_code", "conftest test deploy"),
        ("contract_guard", "buf breaking --against x"),
        ("contract_tests", "schemathesis run x"),
    ],
)
def test_every_check_in_the_pipeline_is_raised_when_its_job_is_required(signal, command):
    workflow = f"on: pull_request\njobs:\n  gate: {{runs-on: x, steps: [{{run: {command}}}]}}"
    files = {**TREE, ".github/workflows/ci.yml": workflow, "policy/deny.rego": "package main"}
    assert settled(files)[signal].grade == "in_ci"
    raised = settled(files, protection=Protection(required_checks=frozenset({"gate"})))
    assert raised[signal].grade == "in_ci_required"


def test_whole_pipeline_required_makes_every_hard_job_required():
    files = {
        ".gitlab-ci.yml": "lint: {script: [ruff check .]}\nsoft: {script: [lint-imports], allow_failure: true}",
        **TREE,
    }
    del files[".github/workflows/ci.yml"]
    raised = settled(files, protection=Protection(requires_whole_pipeline=True))
    assert raised["static_checks"].grade == "in_ci_required"
    assert raised["arch_rules"].grade == "present_not_in_ci"


def test_unknown_rules_leave_the_grade():
    assert settled()["static_checks"].grade == "in_ci"


def test_scanning_blocks_when_all_three_families_are_required():
    assert settled()["security_scan"].grade == "three_families_on_changes"
    raised = settled(protection=Protection(required_checks=frozenset({"scan"})))
    assert raised["security_scan"].grade == "three_families_blocking"


def test_scanning_by_the_host_itself_counts():
    bare = {"a.py": "x"}
    assert settled(bare)["security_scan"].grade == "none"
    assert settled(bare, scanners=frozenset({"dependency"}))["security_scan"].grade == "dependency_alerts_only"
    assert settled(bare, scanners=frozenset({"secret"}))["security_scan"].grade == "one_scanner_on_changes"


def test_queue_is_required_when_the_host_says_so():
    assert settled()["merge_queue"].grade == "none"
    assert settled(protection=Protection(requires_queue=True))["merge_queue"].grade == "required"


@pytest.mark.parametrize(
    ("check", "job", "fits"),
    [
        ("tests", "tests", True),
        ("tests (3.12, linux)", "tests", True),
        ("CI / tests (3.12)", "tests", True),
        ("Lint on mac", "style\nLint on ${{ matrix.os }}", True),
        ("style", "style\nLint on ${{ matrix.os }}", True),
        ("tests-slow", "tests", False),
        ("lint", "tests", False),
        ("ab", "a${{ x }}b${{ y }}c", False),
        ("", "", False),
    ],
)
def test_required_name_fits_a_job(check, job, fits):
    run = Command("pytest", ".github/workflows/ci.yml", job=job)
    assert is_required(run, Protection(required_checks=frozenset({check}))) is fits
