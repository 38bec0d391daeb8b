"""Which checks a repository has configured, whether or not anything runs them."""

import re

from metrics.signals.tree.ci.hooks import HOOK_CONFIG, hook_commands
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.structured import load_json, load_toml, table_at

_STATIC_FILES = re.compile(
    r"(^|/)(\.eslintrc(\.(js|cjs|json|ya?ml))?|eslint\.config\.[mc]?[jt]s|biome\.jsonc?|\.?oxlint(rc)?\.json|\.?ruff\.toml"
    r"|\.flake8|\.?pylintrc(\.toml)?|\.golangci\.(ya?ml|toml|json)|\.rubocop\.ya?ml|\.standard\.yml|\.credo\.exs"
    r"|(checkstyle|pmd|detekt|ktlint)[\w.-]*\.(xml|ya?ml)|\.clang-(tidy|format)|\.?(rustfmt|clippy)\.toml|\.stylelintrc[\w.]*"
    r"|stylelint\.config\.[mc]?js|\.prettierrc[\w.]*|prettier\.config\.\w+|\.sqlfluff|\.yamllint[\w.]*|\.markdownlint[\w.-]*"
    r"|\.shellcheckrc|\.hadolint\.ya?ml|\.php-cs-fixer(\.dist)?\.php|phpcs\.xml(\.dist)?|phpstan\.neon(\.dist)?|psalm\.xml"
    r"|\.?mypy\.ini|pyrightconfig\.json|pyrefly\.toml|ty\.toml|tsconfig[\w.-]*\.json|\.swiftlint\.yml|\.scalafmt\.conf"
    r"|\.luacheckrc|stylua\.toml|\.formatter\.exs|dprint\.json|tslint\.json|sorbet/config|analysis_options\.yaml)$"
)
_STATIC_TOML = (
    "ruff",
    "black",
    "isort",
    "mypy",
    "pylint",
    "pyright",
    "basedpyright",
    "flake8",
    "yapf",
    "ty",
    "pyrefly",
)
_STATIC_INI = re.compile(r"^\[(flake8|mypy|isort|pylint|pycodestyle|pydocstyle|tool:isort)\b", re.MULTILINE)
_INI_FILES = ("setup.cfg", "tox.ini")


def static_configuration(context: TreeContext) -> list[str]:
    """Files that configure a linter, a formatter or a type checker."""
    found = list(context.paths_matching(_STATIC_FILES))
    tables = tool_tables(context)
    found += [path for path, tools in tables.items() if any(name in tools for name in _STATIC_TOML)]
    found += [path for path in _INI_FILES if _STATIC_INI.search(context.text(path))]
    package = load_json(context.text("package.json"))
    if isinstance(package, dict) and ({"eslintConfig", "prettier", "stylelint", "xo"} & set(package)):
        found.append("package.json")
    return found


def tool_tables(context: TreeContext) -> dict[str, dict[str, object]]:
    """The `[tool]` table of every pyproject.toml of the product, by path."""
    paths = [path for path in context.own_paths if path.rpartition("/")[2] == "pyproject.toml"][:60]
    return {path: table_at(load_toml(context.text(path)), "tool") for path in paths}


def hooks_matching(context: TreeContext, pattern: re.Pattern[str]) -> list[str]:
    """The hook configuration, when one of its hooks runs such a tool."""
    text = context.text(HOOK_CONFIG)
    lines = (line for hook in hook_commands(text) for line in hook.splitlines()) if text else ()
    return [HOOK_CONFIG] if any(pattern.match(line) for line in lines) else []
