"""Who owns which path: CODEOWNERS as GitHub, GitLab, Gitea and Bitbucket read it, or an OWNERS file per folder.

In a CODEOWNERS file the last matching rule wins; each of GitLab's sections has a last match and their owners add up.
Patterns are matched segment by segment in linear steps, so no pattern of a stranger's repository can hang a worker.
"""

import re
from dataclasses import dataclass

from metrics.signals.types import Tree

# GitHub looks in .github first, GitLab in the root first; the first file found is the only one read.
_CODEOWNERS_PLACES = (
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    ".forgejo/CODEOWNERS",
    ".bitbucket/CODEOWNERS",
)
_SECTION = re.compile(r"^\^?\[([^\[\]]+)\](?:\[\d+\])?\s*(.*)$")
_MAX_RULES = 5_000
_OWNERS_FILE = re.compile(r"(?:^|/)OWNERS\Z").search


@dataclass(frozen=True)
class OwnerRule:
    """One line: a path pattern, who owns what it matches, and whether it takes paths out of its section."""

    pattern: str
    owners: tuple[str, ...]
    section: str = ""
    excludes: bool = False


@dataclass(frozen=True)
class Owners:
    """The ownership rules of a tree; `source` is the path that states them."""

    source: str
    rules: tuple[OwnerRule, ...]
    folders: frozenset[str] = frozenset()

    def owners_of(self, path: str) -> tuple[str, ...]:
        """Everybody named for a path, in a stable order; nobody when no rule or a rule without owners is the last."""
        if self.folders:
            folder = self._nearest_folder(path)
            return () if folder is None else (f"{folder or '.'}/OWNERS",)
        last = self._last_by_section(path)
        return tuple(sorted({owner for rule in last.values() if not rule.excludes for owner in rule.owners}))

    def area_of(self, path: str) -> str | None:
        """The owned area of a path: paths with the same owners are one area."""
        return " ".join(self.owners_of(path)) or None

    def _last_by_section(self, path: str) -> dict[str, OwnerRule]:
        """The last matching rule of each section; an exclusion is final within its section."""
        last: dict[str, OwnerRule] = {}
        for rule in self.rules:
            held = last.get(rule.section)
            if not (held and held.excludes) and matches(rule.pattern, path):
                last[rule.section] = rule
        return last

    def _nearest_folder(self, path: str) -> str | None:
        folder = path.rpartition("/")[0]
        while folder and folder not in self.folders:
            folder = folder.rpartition("/")[0]
        return folder if folder in self.folders else None


def read_owners(tree: Tree) -> Owners | None:
    """The ownership rules of a tree, or nothing when it states none."""
    for place in _CODEOWNERS_PLACES:
        if place in tree.texts:
            return Owners(place, parse_codeowners(tree.texts[place]))
    folders = frozenset(path.rpartition("/")[0] for path in tree.where(_OWNERS_FILE))
    return Owners("OWNERS", (), folders) if folders else None


def parse_codeowners(text: str) -> tuple[OwnerRule, ...]:
    """The rules of a CODEOWNERS file, in order; lines that are no rule are passed over as the hosts do."""
    rules: list[OwnerRule] = []
    section, section_owners = "", ()  # type: tuple[str, tuple[str, ...]]
    for raw in text.splitlines()[: _MAX_RULES * 4]:
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if header := _SECTION.match(line):
            section, section_owners = header[1].strip().casefold(), _owners_in(header[2].split())
            continue
        words = _words(line)
        owners = _owners_in(words[1:]) or (section_owners if len(words) == 1 else ())
        excludes = words[0].startswith("!")
        rules.append(OwnerRule(words[0].removeprefix("!"), owners, section, excludes))
    return tuple(rules[:_MAX_RULES])


def matches(pattern: str, path: str) -> bool:
    """Whether a CODEOWNERS pattern covers a path: gitignore's rules, except that `docs/*` stays in its folder."""
    body = pattern.strip("/")
    if not body:
        return False
    if body == "*":
        return pattern.startswith("/") is False or "/" not in path
    wanted = body.split("/")
    if "/" not in pattern.rstrip("/"):
        wanted.insert(0, "**")
    parts = path.split("/")
    if pattern.endswith("/"):  # only a folder: something must lie below it
        return _match_segments([*wanted, "*", "**"], parts)
    return _match_segments(wanted, parts) or (wanted[-1] != "*" and _match_segments([*wanted, "*", "**"], parts))


def _match_segments(wanted: list[str], parts: list[str]) -> bool:
    """Match folder by folder; `**` stands for any number of folders, also none."""
    reached = {0}
    for segment in wanted:
        if segment == "**":
            reached = set(range(min(reached), len(parts) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(parts) and _match_name(segment, parts[at])}
        if not reached:
            return False
    return len(parts) in reached


def _match_name(pattern: str, name: str) -> bool:
    """Match one name against `*` and `?` by the two-pointer method: never more than pattern times name steps."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == name
    p = n = 0
    star, retry = -1, 0
    while n < len(name):
        if p < len(pattern) and pattern[p] == "*":
            star, retry = p, n
            p += 1
        elif p < len(pattern) and pattern[p] in ("?", name[n]):
            p, n = p + 1, n + 1
        elif star >= 0:
            retry += 1
            p, n = star + 1, retry
        else:
            return False
    return not pattern[p:].strip("*")


def _words(line: str) -> list[str]:
    """Split at blanks that no backslash protects, and stop at a comment."""
    words = [word.replace("\\ ", " ").replace("\\#", "#") for word in re.split(r"(?<!\\)\s+", line)]
    comment = next((at for at, word in enumerate(words) if at and word.startswith("#")), len(words))
    return words[:comment]


def _owners_in(words: list[str]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words if "@" in word)
