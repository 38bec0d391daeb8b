import pytest

from metrics.signals.tree import contracts
from metrics.signals.types import Skipped
from tests.metrics.tree.building import context_of
from tests.metrics.tree.test_checks import workflow

WEB = {"pay/Dockerfile": "FROM x\nEXPOSE 80\n", "find/Dockerfile": "FROM x\n", "find/requirements.txt": "flask==3\n"}


@pytest.mark.parametrize(
    ("files", "value", "n"),
    [
        (WEB, 0, 2),
        ({**WEB, "pay/openapi.yaml": "openapi: 3.1.0"}, 0.5, 2),
        ({**WEB, "pay/openapi.yaml": "openapi: 3.1.0", "contracts/find/events.proto": "x"}, 1, 2),
        ({**WEB, "vendor/x.proto": "x", "pay/tests/y.proto": "x"}, 0, 2),
        ({**WEB, "pay/docs/api.yaml": "openapi: 3.1.0\ninfo: {}\n"}, 0.5, 2),
        ({**WEB, "pay/docs/api.yaml": "name: api\n"}, 0, 2),
        ({"Dockerfile": "EXPOSE 80", "docs/x/schema.graphql": "type A"}, 1, 1),
        ({**WEB, "shut/Dockerfile": "FROM x\n"}, 0, 2),
    ],
)
def test_contract_coverage_is_the_share_of_exposing_units(files, value, n):
    reading = contracts.contract_coverage(context_of(files))
    assert (reading.value, reading.n) == (value, n)


@pytest.mark.parametrize("files", [{"setup.py": "flask"}, {"Dockerfile": "FROM x\n"}], ids=["library", "closed"])
def test_contract_coverage_needs_a_unit_that_exposes_something(files):
    assert isinstance(contracts.contract_coverage(context_of(files)), Skipped)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        ({"openapi.yaml": "openapi: 3.0.0"}, "none"),
        ({".github/workflows/buf.yml": workflow("true")[".github/workflows/ci.yml"]}, "none"),
        ({"buf.yaml": "version: v2"}, "lint_only"),
        (workflow("npx spectral lint openapi.yaml"), "lint_only"),
        (workflow("buf breaking --against x || true"), "lint_only"),
        (workflow("buf breaking --against x", on="{push: {tags: [v1]}}"), "lint_only"),
        (workflow("buf breaking --against x"), "in_ci"),
        (workflow("docker run --rm -v .:/x tufin/oasdiff breaking a b"), "in_ci"),
        (workflow("uses graphql-hive/graphql-inspector@v5"), "in_ci"),
        (workflow("cargo semver-checks"), "in_ci"),
    ],
)
def test_contract_guard_grades(files, expected):
    assert contracts.contract_guard(context_of(files)).grade == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        ({"src/business-impact-analysis.test.ts": "it()", **workflow("npm test")}, "none"),
        ({"package.json": '{"devDependencies": {"@pact-foundation/pact": "1"}}', **workflow("npm test")}, "none"),
        ({"tests/test_a.py": "TEXT = \"import '@pact-foundation/pact'\"", **workflow("pytest")}, "none"),
        ({"tests/test_a.py": "import schemathesis\n", **workflow("pytest")}, "in_ci"),
        (workflow("uses pact-foundation/.github/.github/workflows/label.yml@v1"), "none"),
        ({"pacts/web-api.json": "{}"}, "present_not_in_ci"),
        ({"tests/api.test.ts": "import '@pact-foundation/pact'"}, "present_not_in_ci"),
        ({"tests/api.test.ts": "import '@pact-foundation/pact'", **workflow("npx jest")}, "in_ci"),
        ({"tests/api.test.ts": "import '@pact-foundation/pact'", **workflow("npx jest || true")}, "present_not_in_ci"),
        ({"test/OrderContractTest.java": "x", **workflow("./mvnw verify")}, "in_ci"),
        (workflow("schemathesis run http://127.0.0.1/openapi.json"), "in_ci"),
        (workflow("schemathesis run x", on="{schedule: [{cron: x}]}"), "present_not_in_ci"),
    ],
)
def test_contract_tests_grades(files, expected):
    assert contracts.contract_tests(context_of(files)).grade == expected
