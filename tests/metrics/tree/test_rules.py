import pytest

from metrics.signals.tree import rules
from tests.metrics.tree.building import context_of
from tests.metrics.tree.test_checks import workflow


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        ({"package.json": '{"devDependencies": {"dependency-cruiser": "1"}}'}, "none"),
        ({"node_modules/x/.dependency-cruiser.js": "x"}, "none"),
        ({".importlinter": "[importlinter]"}, "present_not_in_ci"),
        ({"pyproject.toml": "[tool.importlinter]\nroot_packages = ['a']\n"}, "present_not_in_ci"),
        ({"setup.cfg": "[importlinter]\n"}, "present_not_in_ci"),
        ({".dependency-cruiser.js": "x", **workflow("npx depcruise src || true")}, "present_not_in_ci"),
        ({".importlinter": "x", **workflow("pip install import-linter")}, "present_not_in_ci"),
        ({"deptrac.yaml": "x", **workflow("vendor/bin/deptrac analyse")}, "in_ci"),
        (workflow("uv run lint-imports"), "in_ci"),
        ({".golangci.yml": "linters: {enable: [depguard]}"}, "present_not_in_ci"),
        ({".golangci.yml": "linters: {enable: [depguard]}", **workflow("golangci-lint run")}, "in_ci"),
        ({".golangci.yml": "linters: {enable: [errcheck]}", **workflow("golangci-lint run")}, "none"),
        ({".eslintrc.json": '{"@nx/enforce-module-boundaries": 2}', **workflow("npx eslint .")}, "in_ci"),
        ({"pyproject.toml": "[tool.ruff.lint.flake8-tidy-imports.banned-api]\n", **workflow("ruff check")}, "in_ci"),
        ({"pom.xml": "<artifactId>archunit-junit5</artifactId>", **workflow("mvn verify")}, "in_ci"),
        ({"pom.xml": "<artifactId>archunit-junit5</artifactId>"}, "present_not_in_ci"),
        ({"tests/test_architecture.py": "import pytestarch", **workflow("pytest")}, "in_ci"),
        ({"tests/test_architecture.py": "def test(): ...", **workflow("pytest")}, "none"),
        ({"Dangerfile": "fail('x') if imports", **workflow("bundle exec danger")}, "in_ci"),
    ],
)
def test_arch_rules_grades(files, expected):
    assert rules.arch_rules(context_of(files)).grade == expected


@pytest.mark.parametrize(
    "makefile",
    [
        "check:\n\t$(MAKE) arch\narch:\n\tlint-imports\n",
        "check:\n\t+@${MAKE} --no-print-directory arch\narch:\n\tlint-imports\n",
        "check: ; $(MAKE) arch\narch:\n\tlint-imports\n",
        "check:\n\t$(MAKE) -C tools arch\n",
        "check:\n\tcd tools && $(MAKE) arch\n",
        "check:\n\t(cd tools; $(MAKE) arch)\n",
        "check:\n\tif true; then $(MAKE) arch; fi\narch:\n\tlint-imports\n",
        "TOOLS = $(MAKE) -C tools\ncheck:\n\t$(TOOLS) arch\n",
    ],
)
def test_arch_rules_are_followed_through_make_calling_itself(makefile):
    files = {"Makefile": makefile, "tools/Makefile": "arch:\n\tlint-imports\n", ".importlinter": "[importlinter]\n"}
    assert rules.arch_rules(context_of({**files, **workflow("make check")})).grade == "in_ci"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        (workflow("ruff check"), "none"),
        ({"policy/deny.rego": "package main"}, "present_not_in_ci"),
        ({"k8s/p.yaml": "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\n"}, "present_not_in_ci"),
        ({"commitlint.config.js": "x"}, "present_not_in_ci"),
        ({"policy/deny.rego": "x", **workflow("conftest test deploy || true")}, "present_not_in_ci"),
        ({"policy/deny.rego": "x", **workflow("conftest test deploy")}, "in_ci"),
        (workflow("uses bridgecrewio/checkov-action@v12"), "in_ci"),
        (workflow("./scripts/check-policy.sh"), "in_ci"),
        ({"tests/fixtures/deny.rego": "x"}, "none"),
    ],
)
def test_policy_code_grades(files, expected):
    assert rules.policy_code(context_of(files)).grade == expected
