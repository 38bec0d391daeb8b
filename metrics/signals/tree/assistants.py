"""Signals about coding assistants: what they are told, and what prompts the team shares.

Places are matched by exact case and whole name: `baselines/gemini.md` instructs nobody.
"""

import datetime as dt
import re
from collections.abc import Iterable

from metrics.signals.owners import read_owners
from metrics.signals.paths import folder_of, is_foreign, is_trial, name_of
from metrics.signals.specs import is_contract, is_decision, is_prompt, is_specification
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.grading import graded
from metrics.signals.types import Reading, Tree, show_path

FRESH_DAYS = 180
MANY_CHANGES = 50  # instructions nobody touched while this many changes went by are stale
LONG_LINES = 20  # an instruction file this long says something of its own
SAME_SHARE = 0.5

_INSTRUCTIONS = re.compile(
    r"(^|/)(AGENTS?(\.override)?\.md|CLAUDE\.md|GEMINI\.md|QWEN\.md|WARP\.md)$"
    r"|^\.github/(copilot-instructions\.md|instructions/.*\.instructions\.md)$"
    r"|^(\.claude/(CLAUDE\.md|rules/.+\.md)|\.cursorrules|\.cursor/rules/.+\.mdc?|\.windsurfrules"
    r"|\.windsurf/rules/.+\.md"
    r"|\.clinerules(/.+\.md)?|\.roo/rules.*/.+|\.roorules|\.junie/guidelines\.md|\.goosehints|\.augment/.+\.md"
    r"|\.amazonq/rules/.+\.md|\.kiro/steering/.+\.md|\.openhands/microagents/.+\.md|\.continue/rules/.+\.md"
    r"|\.devin/.+\.md|CONVENTIONS\.md|\.rules)$"
)
_WHOLE_REPOSITORY = re.compile(
    r"^(AGENTS?\.md|CLAUDE\.md|GEMINI\.md|QWEN\.md|WARP\.md|\.github/copilot-instructions\.md|\.claude/CLAUDE\.md"
    r"|\.cursorrules|\.windsurfrules|\.clinerules|\.goosehints|\.junie/guidelines\.md)$"
)
_PATH_LIKE = re.compile(r"[\w.@-]+(?:/[\w.@-]+)*/?")
_ARCHITECTURE = re.compile(r"(^|/)(architecture|design)[\w.-]*\.(md|rst|adoc)$", re.IGNORECASE)


def agent_context(context: TreeContext) -> Reading:
    """Shared assistant context: none, stale_or_conflicting, present_fresh or fresh_and_linked.

    Source: instruction files known to assistants, and the changes of the last 365 days. Stale: none of them changed in
    180 days while 50 or more changes were merged. Conflicting: two files for the whole repository, neither naming the
    other, with less than half of the shorter one's lines in common. Linked: one names an existing decision record,
    specification, contract or architecture page, or a folder of them. A symbolic link or a short pointer is no
    instruction of its own.
    """
    paths = [path for path in context.tree.where(_INSTRUCTIONS.search) if not (is_foreign(path) or is_trial(path))]
    if not paths:
        return graded(context, "agent_context", "none")
    stale, conflicts = _is_stale(context, paths), _conflicts(context, paths)
    if stale or conflicts:
        why = [f"unchanged while {MANY_CHANGES} changes or more were merged"] if stale else []
        why += [f"differ without naming each other: {show_path(a)}, {show_path(b)}" for a, b in conflicts]
        return graded(context, "agent_context", "stale_or_conflicting", [*why, *map(show_path, paths)])
    places = _places_of_intent(context.tree)
    links = sorted({link for path in paths for link in _named_in(context, path) & places})
    examples = [*map(show_path, paths[:6]), *(f"points to {show_path(link)}" for link in links[:6])]
    return graded(context, "agent_context", "fresh_and_linked" if links else "present_fresh", examples)


def _is_stale(context: TreeContext, paths: Iterable[str]) -> bool:
    known = set(paths)
    start = context.until - dt.timedelta(days=FRESH_DAYS)
    for n_since, commit in enumerate(context.commits):
        if any(change.path in known for change in commit.files):
            return commit.committed_at < start and n_since >= MANY_CHANGES
    return len(context.commits) >= MANY_CHANGES


def _conflicts(context: TreeContext, paths: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of instruction files for the whole repository that go their own ways."""
    texts = {path: _own_lines(context, path) for path in paths if _WHOLE_REPOSITORY.match(path)}
    long_ones = [path for path, lines in texts.items() if len(lines) >= LONG_LINES]
    pairs = [(a, b) for at, a in enumerate(long_ones) for b in long_ones[at + 1 :]]
    return [(a, b) for a, b in pairs if not _agree(context, a, b, texts[a], texts[b])]


def _own_lines(context: TreeContext, path: str) -> frozenset[str]:
    if context.by_path[path].mode == "120000":
        return frozenset()
    return frozenset(line.strip() for line in context.text(path).splitlines() if len(line.strip()) > 3)


def _agree(context: TreeContext, a: str, b: str, lines_a: frozenset[str], lines_b: frozenset[str]) -> bool:
    names = name_of(b) in context.text(a) or name_of(a) in context.text(b)
    return names or len(lines_a & lines_b) >= SAME_SHARE * min(len(lines_a), len(lines_b))


def _named_in(context: TreeContext, path: str) -> set[str]:
    """What looks like a path in a text, read from the root and from the file's own folder."""
    folder = folder_of(path)
    named = {token.rstrip("/.").removeprefix("./") for token in _PATH_LIKE.findall(context.text(path)[:100_000])}
    return named | ({f"{folder}/{token}" for token in named} if folder else set())


def _places_of_intent(tree: Tree) -> frozenset[str]:
    """The written intents of a tree, the folders that hold them, and its architecture pages."""
    files = {path for rule in (is_decision, is_specification, is_contract) for path in tree.where(rule)}
    pages = {path for path in tree.where(_ARCHITECTURE.search) if not is_foreign(path)}
    return frozenset(files | pages | {folder_of(path) for path in files} - {""})


def prompt_library(context: TreeContext) -> Reading:
    """Shared prompts: none, present or present_reviewed.

    Source: prompt, command and skill folders known to assistants, and `prompts/` at the root or below docs or tools.
    Reviewed means that an ownership rule gives every one of them to somebody; whether the owner's approval is required
    is known to the host alone.
    """
    paths = [path for path in context.tree.where(is_prompt) if not is_foreign(path)]
    owners = read_owners(context.tree)
    reviewed = bool(paths) and owners is not None and all(owners.owners_of(path) for path in paths)
    grade = "present_reviewed" if reviewed else "present" if paths else "none"
    return graded(context, "prompt_library", grade, map(show_path, paths))
