"""Signals about machine-readable contracts: do units hold one, is a breaking change caught, are both sides tested?"""

import re
from collections.abc import Iterable

from metrics.signals.paths import is_foreign, is_trial
from metrics.signals.specs import is_contract
from metrics.signals.tree import tools
from metrics.signals.tree.configured import hooks_matching
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.grading import graded, wiring_of
from metrics.signals.types import Measured, Reading, Skipped, show_path
from metrics.signals.units import deployable_units

_CONTRACT_TEXT = re.compile(r"^\s{0,2}[\"']?(openapi|swagger|asyncapi)[\"']?\s*:\s*[\"']?\d", re.MULTILINE)
_CONTRACT_PLACE = re.compile(
    r"(^|/)([^/]*(api|contract|schema|event|spec)[^/]*/.*|[^/]*(api|contract|events?)[^/]*)\.(ya?ml|json)$"
)
_MANIFEST = re.compile(
    r"(^|/)(requirements[\w.-]*\.txt|requirements/[\w.-]+\.txt|pyproject\.toml|setup\.(py|cfg)|Pipfile|package\.json"
    r"|go\.mod|Cargo\.toml|pom\.xml"
    r"|build\.gradle(\.kts)?|Gemfile|composer\.json|mix\.exs|[^/]+\.csproj|build\.sbt|pubspec\.yaml|serverless\.ya?ml"
    r"|Dockerfile[\w.-]*|Containerfile)$"
)
_EXPOSES = re.compile(
    r"\b(flask|django|fastapi|starlette|aiohttp|tornado|sanic|bottle|falcon|litestar|grpcio|connexion|graphene"
    r"|strawberry-graphql|ariadne"
    r"|express|@?fastify|koa|@hapi/hapi|hapi|@nestjs/core|next|nuxt|apollo-server|@apollo/server|graphql-yoga"
    r"|@grpc/grpc-js|hono|restify"
    r"|gin-gonic/gin|labstack/echo|gofiber/fiber|go-chi/chi|gorilla/mux|google\.golang\.org/grpc"
    r"|connectrpc\.com/connect"
    r"|actix-web|axum|rocket|warp|tonic|poem|spring-boot-starter-(web|webflux|graphql|amqp)|spring-kafka"
    r"|quarkus-rest\w*|quarkus-resteasy\w*"
    r"|micronaut-http-server\w*|ktor-server\w*|vertx-web|rails|sinatra|grape|hanami|laravel/framework"
    r"|symfony/framework-bundle|slim/slim"
    r"|api-platform/\w+|phoenix|plug_cowboy|Microsoft\.NET\.Sdk\.Web|Microsoft\.AspNetCore\w*|http4s|akka-http|play"
    r"|tapir|celery|kafka-python"
    r"|confluent[-_]kafka|kafkajs|pika|amqplib|nats|aiokafka|sarama|kafka-go|functions-framework|firebase-functions)\b"
    r"|^[ \t]*EXPOSE[ \t]+\d|^[ \t]+-[ \t]+(http|httpApi|websocket):",
    re.MULTILINE,
)


def contract_coverage(context: TreeContext) -> Reading:
    """Share of deployable units exposing an API or event that hold a contract file.

    Source: the units of `metrics.signals.units`; a unit exposes something when one of its manifests names a web, RPC or
    messaging framework or its image opens a port. It holds a contract when one lies below it, or below a folder of
    contracts under the unit's name; a lone unit holds every contract of the tree. Units that expose nothing are left
    out. n is the number of exposing units. Unit: share.
    """
    units = deployable_units(context.tree)
    exposing = [unit for unit in units if _exposes(context, unit, units)]
    if not exposing:
        return Skipped("contract_coverage", "No deployable unit that exposes an API or event was found.")
    contracts = [path for path in context.tree.where(_may_be_contract) if _is_contract(context, path)]
    bare = [unit for unit in exposing if not any(_belongs(path, unit, units) for path in contracts)]
    return Measured(
        "contract_coverage",
        n=len(exposing),
        value=1 - len(bare) / len(exposing),
        unit="share",
        examples=tuple(f"no contract: {show_path(unit)}" for unit in bare[:12])
        or tuple(map(show_path, sorted(contracts)[:12])),
    )


def _may_be_contract(path: str) -> bool:
    return not (is_foreign(path) or is_trial(path)) and (is_contract(path) or bool(_CONTRACT_PLACE.search(path)))


def _is_contract(context: TreeContext, path: str) -> bool:
    return is_contract(path) or bool(_CONTRACT_TEXT.search(context.text(path)[:20_000]))


def _exposes(context: TreeContext, unit: str, units: Iterable[str]) -> bool:
    """Whether a manifest of the unit itself, not of a unit below it, names what serves or publishes."""
    manifests = (path for path in context.paths_matching(_MANIFEST) if _unit_of(path, units) == unit)
    return any(_EXPOSES.search(context.text(path)) for path, _ in zip(manifests, range(40), strict=False))


def _unit_of(path: str, units: Iterable[str]) -> str | None:
    """The innermost unit a path lies in."""
    holding = [unit for unit in units if unit == "." or path.startswith(f"{unit}/")]
    return max(holding, key=lambda unit: 0 if unit == "." else len(unit), default=None)


def _belongs(path: str, unit: str, units: tuple[str, ...]) -> bool:
    if len(units) == 1 or _unit_of(path, units) == unit:
        return True
    name = unit.rpartition("/")[2].lower()
    return len(name) > 2 and name in re.split(r"[/._-]", path.lower())


_GUARD_FILES = re.compile(
    r"(^|/)(buf(\.work|\.gen)?\.ya?ml|\.?oasdiff[\w.-]*|optic\.ya?ml|\.optic/[^/]+|api-extractor\.json)$"
)


def contract_guard(context: TreeContext) -> Reading:
    """Compatibility check on contracts: none, lint_only or in_ci.

    Source: pipeline commands such as buf breaking, oasdiff, graphql-inspector, schema registry compatibility, and for
    libraries semver checks of the public interface. A linter of contracts, or a guard that runs on nothing or cannot
    fail, is lint_only.
    """
    guard = wiring_of(context, [], tools.CONTRACT_BREAKING)
    configured = [*context.paths_matching(_GUARD_FILES), *hooks_matching(context, tools.CONTRACT_LINT)]
    lint = wiring_of(context, configured, tools.CONTRACT_LINT)
    examples = [*guard.examples(), *lint.examples()]
    if guard.counts:
        return graded(context, "contract_guard", "in_ci", examples)
    return graded(context, "contract_guard", "lint_only" if examples else "none", examples)


_CONTRACT_TEST_FILES = re.compile(
    r"(^|/)pacts?/[^/]+\.json$|[._-]pact[._-](test|spec)\.[jt]sx?$|(^|/)pact[._-]?(test|spec)?s?\.[jt]sx?$|(^"
    r"|/)test_[\w]*pact[\w]*\.py$"
    r"|(Contract|Pact)\w{0,30}Tests?\.(java|kt|cs|groovy|php)$|_pact_spec\.rb$|(^|/)\.?schemathesis\.(toml|ya?ml)$|(^"
    r"|/)specmatic\.(ya?ml|json)$"
    r"|(^|/)dredd\.yml$|(^|/)contracts?/[^/]+\.(groovy|contract\.ya?ml)$"
    r"|(^|/)(contract[-_]tests?|tests?/contracts?|pact[-_]tests?)/.+\.(py|[jt]sx?|java|kt|go|rb|cs|php)$"
)
_CONTRACT_TEST_TEXT = re.compile(  # an import at the start of a line, or a build dependency; a mention is none
    r"^[ \t]*(import|from|using|use|require|const|let|var)\b[^\n]{0,200}(@pact-foundation/|\bpact\b|pact_ffi"
    r"|\.dius\.pact|PactNet"
    r"|pact-go|schemathesis|specmatic|pact_consumer|pact/consumer)|<artifactId>spring-cloud-(starter-)?contract",
    re.MULTILINE,
)
_CONTRACT_TEST_HINTS = ("pact", "Pact", "contract", "schemathesis", "specmatic", "dredd")
_TEST_SOURCE = re.compile(r"\.(py|[jt]sx?|java|kt|go|rb|cs|php|gradle|kts)$|(^|/)(pom\.xml|package\.json)$")


def contract_tests(context: TreeContext) -> Reading:
    """Consumer or provider contract tests: none, present_not_in_ci or in_ci.

    Source: files of Pact, Spring Cloud Contract, Specmatic, Schemathesis, Dredd and folders of contract tests; they
    run in CI when a pipeline calls their own tool, or when they are test files and it runs the tests. A name that
    only contains "pact" (impact) is none, and a dependency alone is none.
    """
    own = [path for path in context.tree.where(_may_be_contract_test) if _is_contract_test(context, path)]
    direct = wiring_of(context, own, tools.CONTRACT_TEST)
    if direct.counts or (own and wiring_of(context, [], tools.TESTS).counts):
        return graded(context, "contract_tests", "in_ci", direct.examples())
    return graded(context, "contract_tests", "present_not_in_ci" if direct.examples() else "none", direct.examples())


def _may_be_contract_test(path: str) -> bool:
    return not is_foreign(path) and (_is_named_so(path) or bool(_TEST_SOURCE.search(path) and is_trial(path)))


def _is_named_so(path: str) -> bool:
    low = path.lower()
    return any(hint in low for hint in _CONTRACT_TEST_HINTS) and bool(_CONTRACT_TEST_FILES.search(path))


def _is_contract_test(context: TreeContext, path: str) -> bool:
    """By its place or name, or as a test that uses a contract testing library."""
    return _is_named_so(path) or bool(context.scan("contract tests", path, _uses_of_contract_tests))


def _uses_of_contract_tests(path: str, text: str) -> list[str]:
    hinted = any(hint in text for hint in _CONTRACT_TEST_HINTS)
    return [path] if hinted and _CONTRACT_TEST_TEXT.search(text) else []
