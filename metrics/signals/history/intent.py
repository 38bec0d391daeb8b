"""Does the history show what a change was for?"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.signals.exclusions import counted_changes, counted_files, is_revert
from metrics.signals.history.reading import share, show_change
from metrics.signals.links import items_of, names_review
from metrics.signals.paths import is_source
from metrics.signals.specs import is_written_intent
from metrics.signals.types import Commit, History, Reading, Skipped

NOT_A_FEATURE = re.compile(
    r"^(fix|bug|hotfix|doc|docs|test|tests|chore|ci|build|style|refactor|perf|revert|bump|upgrade|update|deps|typo|"
    r"lint|format|clean|cleanup|remove|rename|move|release|backport|merge branch|correct|resolve)[a-z]*\b",
    re.IGNORECASE,
)
FEATURE = re.compile(r"^feat(ure)?(\([^)]*\))?!?:", re.IGNORECASE)
PULL_REQUEST = re.compile(r"^Merge pull request [#!]\d+ from \S+\s*$", re.IGNORECASE)
TRAILER_LINE = re.compile(r"^[A-Za-z][A-Za-z-]+: \S|^-+$")
MAX_HIDDEN = 0.2
FEATURE_MIN_ADDED = 20
BEFORE = dt.timedelta(days=30)
COMMON_WORD = re.compile(
    r"(specs?|specification|readme|index|template|design|proposal|decision|record|with|from|that|this|into|main|source"
    r"|tests?|docs|init|base|core|common|utils|types|models?|views|config)"
)


def spec_link_rate(history: History) -> Reading:
    """Share of merged changes whose title, text, branch name or trailers name an item or a specification.

    Window 90 days, mainline changes; bots, release commits and merges between long-lived branches left out. The
    number of the change's own review is not an item. A change that names its review and carries no text of its own
    is described on the host alone; where that hides more than a fifth of the changes, nothing is said.
    """
    changes = counted_changes(history, 90)
    if not changes:
        return Skipped("spec_link_rate", "No change was merged in the last 90 days.")
    linked = {c.sha for c in changes if items_of(c, history.branches.get(c.sha, ()))}
    hits = [c for c in changes if c.sha in linked]
    hidden = [c for c in changes if c.sha not in linked and _is_described_elsewhere(c, history)]
    if len(hidden) > MAX_HIDDEN * len(changes):
        return Skipped(
            "spec_link_rate",
            f"{len(hidden)} of {len(changes)} changes are described only on the hosting service, so their links need "
            "its API.",
        )
    missing = (show_change(c, "names no item") for c in changes if c.sha not in linked)
    return share("spec_link_rate", hits, changes, window_days=90, examples=missing)


def _is_described_elsewhere(change: Commit, history: History) -> bool:
    """Whether the change points to a review and brings no text but its title, trailers aside."""
    if not names_review(change):
        return False
    texts = [commit.body for commit in (change, *history.branches.get(change.sha, ()))]
    lines = [line for text in texts for line in text.splitlines() if line.strip() and not TRAILER_LINE.match(line)]
    own_title = title_of(change)
    return all(line.strip() == own_title for line in lines)


def spec_cochange(history: History) -> Reading:
    """Share of feature changes that came with a specification, decision or contract file, or within 30 days after one.

    Window 120 days. A feature change touches source files and says `feat`, or adds at least 20 source lines under a
    title that does not begin as a fix, chore, test, document or clean-up. An earlier specification counts when the
    two name the same item, or when a telling word of its file name occurs in the change's title or source paths. Bots,
    release commits, reverts and merges between long-lived branches left out. Unit: share. Source: history.
    """
    features = [c for c in counted_changes(history, 120) if is_feature(c)]
    if not features:
        return Skipped("spec_cochange", "No feature change was merged in the last 120 days.")
    written = [_Written.of(c, history) for c in history.changes_since(150) if _specifications(c)]
    hits = [c for c in features if _specifications(c) or _was_specified(c, written, history)]
    specified = {c.sha for c in hits}
    missing = (show_change(c, "no specification near it") for c in features if c.sha not in specified)
    return share("spec_cochange", hits, features, window_days=120, examples=missing)


def is_feature(change: Commit) -> bool:
    added = [file.added for file in counted_files(change) if is_source(file.path)]
    if not added or is_revert(change):
        return False
    title = title_of(change)
    return bool(FEATURE.match(title)) or (sum(added) >= FEATURE_MIN_ADDED and not NOT_A_FEATURE.match(title))


def title_of(change: Commit) -> str:
    """The title people gave the change; of a merge made by a button, the first line of its text."""
    if PULL_REQUEST.match(change.subject) or change.subject.startswith("Merge branch "):
        return change.body.partition("\n")[0].strip() or change.subject
    return change.subject


def _specifications(change: Commit) -> list[str]:
    return [file.path for file in change.files if is_written_intent(file.path)]


@dataclass(frozen=True)
class _Written:
    """A change that brought specifications, and what another is compared with."""

    change: Commit
    items: frozenset[str]
    words: frozenset[str]  # of the names of its files

    @classmethod
    def of(cls, change: Commit, history: History) -> "_Written":
        words = {word for path in _specifications(change) for word in _words(path.rpartition("/")[2])}
        return cls(change, frozenset(items_of(change, history.branches.get(change.sha, ()))), frozenset(words))


def _was_specified(change: Commit, written: Sequence[_Written], history: History) -> bool:
    start = change.committed_at - BEFORE
    earlier = [
        w for w in written if start <= w.change.committed_at <= change.committed_at and w.change.sha != change.sha
    ]
    if not earlier:
        return False
    items = items_of(change, history.branches.get(change.sha, ()))
    words = _words(title_of(change)) | {word for file in change.files for word in _words(file.path)}
    return any(items & other.items or words & other.words for other in earlier)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", text.lower()) if not COMMON_WORD.fullmatch(word)}
