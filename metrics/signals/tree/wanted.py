"""Which files of a tree are worth reading: small, textual, and named by at least one signal.

`choose_texts` takes configuration and prose before source code, so a bound cuts what matters least.
"""

import re
from collections.abc import Iterable

from metrics.signals.paths import LOCK, is_foreign
from metrics.signals.types import TreeEntry

MAX_FILE_BYTES = 300_000
MAX_CODE_BYTES = 60_000
MAX_TOTAL_BYTES = 24_000_000
MAX_FILES = 12_000

_READABLE_MODES = frozenset({"100644", "100755", "120000"})
_RULES = re.compile(  # what says how the team works: pipelines, checks, owners, instructions
    r"^(\.github|\.gitlab|\.forgejo|\.gitea|\.circleci|\.buildkite|\.woodpecker|\.tekton|\.azure[^/]*|\.ci|\.husky"
    r"|\.claude|\.cursor|\.gemini|\.codex|\.specify|\.kiro|openspec|\.zuul\.d|\.pre-commit)/"
    r"|(^|/)(CODEOWNERS|OWNERS|MAINTAINERS|Jenkinsfile[^/]*|[Mm]akefile|GNUmakefile|[^/]*\.mk|[Jj]ustfile|Procfile"
    r"|Rakefile|Gemfile|go\.mod|Dockerfile[^/]*|Containerfile[^/]*|Dangerfile|dangerfile\.[jt]s|noxfile\.py|manage\.py"
    r"|package\.json|composer\.json|pom\.xml|build\.gradle(\.kts)?|setup\.py|requirements[^/]*\.txt"
    r"|AGENTS?\.md|CLAUDE\.md|GEMINI\.md|WARP\.md|\.importlinter|\.cursorrules|\.windsurfrules|\.clinerules|\.goosehints"
    r"|\.env[^/]*|\.[a-z]+ignore|\.aiexclude|[^/]+\.(ya?ml|toml|ini|cfg|conf|properties|tf|tfvars|rego|sh|bash|ps1|bat|pem|key|netrc|npmrc|pypirc"
    r"|mjs|cjs|csproj|sbt|gradle))$"
)
_SCRIPT = re.compile(r"(^|/)(scripts?|bin|ci|hack|tools|build|dev)/[^/.]+$")
_PROSE = re.compile(r"\.(md|mdx|mdc|markdown|rst|adoc|asciidoc|txt)$", re.IGNORECASE)
_CODE = re.compile(
    r"\.(py|js|jsx|ts|tsx|go|rb|java|kt|kts|scala|rs|php|cs|swift|c|cc|cpp|h|m|ex|exs|erl|pl|lua|r|groovy|clj|json|xml"
    r"|proto|graphqls?|avsc)$"
)
_MACHINE_MADE = re.compile(r"\.(min\.(js|css)|map|snap|pb\.go|svg|po|pot)$|_pb2(_grpc)?\.py$|(^|/)CHANGELOG[^/]*$")


def wants_text(entry: TreeEntry) -> bool:
    """Whether any tree signal would look into this file."""
    return _rank(entry) is not None


def choose_texts(entries: Iterable[TreeEntry]) -> tuple[TreeEntry, ...]:
    """The entries to read, most telling first, within MAX_FILES and MAX_TOTAL_BYTES."""
    ranked = sorted(
        ((rank, entry.path.count("/"), entry.path, entry) for entry in entries if (rank := _rank(entry)) is not None),
        key=lambda item: item[:3],
    )
    chosen: list[TreeEntry] = []
    left = MAX_TOTAL_BYTES
    for _, _, _, entry in ranked[:MAX_FILES]:
        if entry.size <= left:
            chosen.append(entry)
            left -= entry.size
    return tuple(chosen)


def _rank(entry: TreeEntry) -> int | None:
    if entry.mode not in _READABLE_MODES or not 0 <= entry.size <= MAX_FILE_BYTES:
        return None
    path = entry.path
    if is_foreign(path) or LOCK.search(path) or _MACHINE_MADE.search(path):
        return None
    if _RULES.search(path) or _SCRIPT.search(path) or _is_program(entry):
        return 0
    if _PROSE.search(path):
        return 1
    return 2 if _CODE.search(path) and entry.size <= MAX_CODE_BYTES else None


def _is_program(entry: TreeEntry) -> bool:
    """An executable without an extension: most often a script."""
    return entry.mode == "100755" and "." not in entry.path.rpartition("/")[2]
