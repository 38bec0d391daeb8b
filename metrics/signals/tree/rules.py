"""Signals about rules a machine enforces: architecture rules and policy as code."""

import re

from metrics.signals.paths import is_foreign
from metrics.signals.tree import tools
from metrics.signals.tree.configured import hooks_matching, tool_tables
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.grading import Wiring, graded, wiring_of
from metrics.signals.types import Reading

_ARCHITECTURE_FILES = re.compile(
    r"(^|/)(\.importlinter|importlinter\.(ini|toml)|\.dependency-cruiser\.\w+|\.?deptrac[\w.-]*\.(ya?ml|php)"
    r"|tach\.(toml|domain\.toml)"
    r"|\.go-arch-lint\.ya?ml|arch-go\.ya?ml|packwerk\.yml|sheriff\.config\.ts|fence\.json|phparkitect\.php"
    r"|\.?steiger\.config\.\w+"
    r"|archunit\.properties)$"
)
# A rule inside the configuration of a general tool: the file, what it must say, and the command that then enforces it.
_EMBEDDED = (
    (
        re.compile(r"(^|/)(\.eslintrc[\w.]*|eslint\.config\.[mc]?[jt]s|biome\.jsonc?|package\.json)$"),
        re.compile(
            r"enforce-module-boundaries|boundaries/element-types|boundaries/dependencies|no-restricted-(imports|paths)"
        ),
        tools.starting_with(
            r"eslint  biome  oxlint  next lint  ng lint  (npm|pnpm|yarn|bun)( run)? lint[\w:-]*  nx .*\blint\S*"
        ),
    ),
    (
        re.compile(r"(^|/)\.golangci\.(ya?ml|toml|json)$"),
        re.compile(r"\b(depguard|gomodguard|importas|forbidigo)\b"),
        tools.either(tools.starting_with(r"golangci-lint( run)?"), tools.using(r"golangci/golangci-lint-action")),
    ),
    (
        re.compile(r"(^|/)(pyproject|\.?ruff)\.toml$"),
        re.compile(r"flake8-tidy-imports\.banned-api|banned-module-level-imports|\bbanned-api\b"),
        tools.starting_with(r"ruff(-check)?( check)?"),
    ),
    (
        re.compile(r"(^|/)(pom\.xml|build\.gradle(\.kts)?|[^/]+\.csproj|composer\.json|libs\.versions\.toml)$"),
        re.compile(r"archunit|konsist|NetArchTest|spring-modulith|jmolecules|phpat|jqassistant", re.IGNORECASE),
        tools.TESTS,
    ),
    (
        re.compile(
            r"(arch(itecture)?|layer|boundar|depend|import)[^/]*\.(py|[jt]sx?|java|kt|cs|go|rb|php|exs?)$", re.I
        ),
        re.compile(
            r"pytestarch|import ?linter|importlinter|com\.tngtech\.archunit|tsarch|ts-arch|archunit|NetArchTest"
            r"|konsist|grimp|ApplicationModules\.of|pytest_archon|packages\.Load"
        ),
        tools.TESTS,
    ),
    (
        re.compile(r"(^|/)[Dd]angerfile(\.\w+)?$"),
        re.compile(r"\b(imports?|dependenc(y|ies)|boundar(y|ies)|layers?)\b", re.IGNORECASE),
        tools.starting_with(r"danger(-js|-python|-swift|-kotlin)?( ci| pr| local)?  template \w+ \S*danger-review\S*"),
    ),
)


def arch_rules(context: TreeContext) -> Reading:
    """Executable architecture rules: none, present_not_in_ci or in_ci.

    Source: import-linter, dependency-cruiser, deptrac, tach, packwerk and similar; rules inside ESLint (module
    boundaries, restricted imports), golangci (depguard), ruff (banned-api); a dangerfile that speaks of dependencies;
    ArchUnit and its kin in tests or build files, which run with the tests. In CI means: on proposed changes, where a
    failure fails the job.
    """
    configured = [*context.paths_matching(_ARCHITECTURE_FILES), *hooks_matching(context, tools.ARCHITECTURE)]
    configured += [path for path, tables in tool_tables(context).items() if {"importlinter", "tach"} & set(tables)]
    configured += [path for path in ("setup.cfg",) if "[importlinter" in context.text(path)]
    wirings = [wiring_of(context, configured, tools.ARCHITECTURE), *_embedded(context)]
    return _grade_of_rules(context, "arch_rules", wirings)


def _embedded(context: TreeContext) -> list[Wiring]:
    """Rules kept in the configuration of general tools, or in tests (which are looked into here, not left out)."""
    wirings = []
    for place, says, command in _EMBEDDED:
        paths = (path for path in context.tree.where(place.search) if path in context.tree.texts)
        if holding := [path for path in paths if not is_foreign(path) and says.search(context.text(path))]:
            wirings.append(wiring_of(context, holding, command))
    return wirings


_POLICY_FILES = re.compile(
    r"(^|/)(conftest\.toml|\.?checkov\.ya?ml|sentinel\.hcl|[^/]+\.sentinel|\.kics\.(config|ya?ml)|\.tfsec/[^/]+"
    r"|\.kube-linter\.ya?ml"
    r"|dangerfile(\.[jt]s|\.py|\.swift|\.kts)?|commitlint\.config\.\w+|\.commitlintrc[\w.]*|\.gitlint"
    r"|\.conform\.ya?ml|repolint\.json"
    r"|\.ls-lint\.yml|allstar\.ya?ml|cfn-guard[^/]*|\.licenserc\.ya?ml|kyverno[^/]*\.ya?ml)$|\.rego$|(^|/)REUSE\.toml$",
    re.IGNORECASE,
)
_YAML = re.compile(r"\.ya?ml$")
_KYVERNO = re.compile(
    r"^apiVersion:\s*(kyverno\.io|templates\.gatekeeper\.sh|constraints\.gatekeeper\.sh)/", re.MULTILINE
)


def policy_code(context: TreeContext) -> Reading:
    """Policy as code: none, present_not_in_ci or in_ci.

    Source: Rego, conftest, Kyverno, Gatekeeper, Sentinel, checkov, danger, commit and licence rules, custom jobs
    named after a policy, and whether a pipeline runs them on proposed changes so that a failure fails the job.
    Whether the check is required is known to the host alone.
    """
    configured = [*context.paths_matching(_POLICY_FILES), *hooks_matching(context, tools.POLICY)]
    configured += [path for path in context.paths_matching(_YAML) if _KYVERNO.search(context.text(path))]
    return _grade_of_rules(context, "policy_code", [wiring_of(context, configured, tools.POLICY)])


def _grade_of_rules(context: TreeContext, signal: str, wirings: list[Wiring]) -> Reading:
    examples = tuple(dict.fromkeys(line for wiring in wirings for line in wiring.examples()))
    if any(wiring.counts for wiring in wirings):
        return graded(context, signal, "in_ci", examples)
    present = any(wiring.configured or wiring.runs for wiring in wirings)
    return graded(context, signal, "present_not_in_ci" if present else "none", examples)
