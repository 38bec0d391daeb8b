"""Which files of a tree are worth reading: small, textual, and named by at least one signal.

`choose_texts` takes configuration and prose before source code, so a bound cuts what matters least.
"""

import re
from collections.abc import Iterable, Sequence, Set

from metrics.signals.paths import LOCK, is_foreign
from metrics.signals.types import Places, TreeEntry

MAX_FILE_BYTES = 300_000
MAX_CODE_BYTES = 60_000
CODE_RANK = 2  # read last, and smaller files alone
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


def choose_texts(entries: Iterable[TreeEntry], places: Places | None = None) -> tuple[TreeEntry, ...]:
    """The entries to read, most telling first, within MAX_FILES and MAX_TOTAL_BYTES; `places` are those of the tree."""
    by_path = {entry.path: entry for entry in entries}
    places = places or Places()
    of_rank = {path: rank for rank in (2, 1, 0) for path in places.where(_OF_RANK[rank], by_path)}
    programs = {path for path in places.where(_may_be_program, by_path) if by_path[path].mode == "100755"}
    of_rank |= dict.fromkeys(programs, 0)
    ranks = {path: rank for path, rank in of_rank.items() if _fits(by_path[path], rank)}
    ranked = sorted((rank, path.count("/"), path, by_path[path]) for path, rank in ranks.items())
    chosen: list[TreeEntry] = []
    left = MAX_TOTAL_BYTES
    for _, _, _, entry in ranked[:MAX_FILES]:
        if entry.size <= left:
            chosen.append(entry)
            left -= entry.size
    return tuple(chosen)


def likely_texts(chosen: Sequence[TreeEntry], *, asked: Set[str], known: Set[str]) -> Sequence[TreeEntry]:
    """Of the chosen those whose text will be asked for, after what the last run asked for and remembers of files.

    New prose is asked for by few signals and then by name. Without a run before, everything may be asked for.
    """
    if not known:
        return chosen
    return [e for e in chosen if e.path in asked or (e.oid not in known and not _PROSE.search(e.path))]


def _is_left_out(path: str) -> bool:
    return is_foreign(path) or bool(LOCK.search(path) or _MACHINE_MADE.search(path))


def _says_how_to_work(path: str) -> bool:
    return bool(_RULES.search(path) or _SCRIPT.search(path)) and not _is_left_out(path)


def _is_prose(path: str) -> bool:
    return bool(_PROSE.search(path)) and not _is_left_out(path)


def _is_code(path: str) -> bool:
    return bool(_CODE.search(path)) and not _is_left_out(path)


def _may_be_program(path: str) -> bool:
    """Without an extension: where it is executable, most often a script."""
    return "." not in path.rpartition("/")[2] and not _is_left_out(path)


_OF_RANK = (_says_how_to_work, _is_prose, _is_code)


def _fits(entry: TreeEntry, rank: int) -> bool:
    limit = MAX_CODE_BYTES if rank == CODE_RANK else MAX_FILE_BYTES
    return entry.mode in _READABLE_MODES and 0 <= entry.size <= limit


def _rank(entry: TreeEntry) -> int | None:
    path = entry.path
    if entry.mode == "100755" and _may_be_program(path):
        return 0 if _fits(entry, 0) else None
    rank = next((rank for rank, rule in enumerate(_OF_RANK) if rule(path)), None)
    return rank if rank is not None and _fits(entry, rank) else None
