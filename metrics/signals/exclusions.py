"""Which changes and which files count. Every history signal uses these rules and no others.

They are the built-in ones; a team adds its own to a repository (`metrics.signals.scope`), and its word goes first.

Files: generated, vendored, lock and snapshot files never count (`metrics.signals.paths.is_machine_made`).
Changes: left out are those of automation bots (coding assistants are not bots: their changes count), release
commits, reverts where a signal says so, and merges that only bring one long-lived branch into another.
"""

import re
from functools import lru_cache

from metrics.signals.paths import is_machine_made
from metrics.signals.types import Commit, FileChange, History

BOT = re.compile(
    r"\[bot\]|(^|[^a-z])(dependabot|renovate|greenkeeper|pyup|snyk|weblate|transifex|allcontributors|pre-commit-ci|"
    r"github-actions|mergify|bors|semantic-release|release-please|web-flow-bot|crowdin|imgbot|deepsource|codecov|"
    r"sourcery-ai|scala-steward|pontoon|localazy)([^a-z]|$)|(^|[-_ .+@])bot([-_ .@\[]|$)",
    re.IGNORECASE,
)
AGENT = re.compile(
    r"copilot|claude|anthropic|cursor|devin-ai|google-labs-jules|openai|codex|gemini-code-assist|amazon-q|openhands|"
    r"junie|aider|opencode|ampcode",
    re.IGNORECASE,
)
RELEASE = re.compile(
    r"^(chore(\([^)]*\))?: )?(release|publish|cut|bump version( to)?|version bump|set version( to)?|version) v?\d+\.\d+"
    r"|^chore\(?release\)?: |^(chore(\([^)]*\))?: )?prepare( for)?( the)?( next)? release\b"
    r"|^v?\d+\.\d+(\.\d+)?([-.+]?(a|b|rc|alpha|beta|dev|post)[-.]?\d*)?$|^\[maven-release-plugin\]"
    r"|^(start|begin|back to) (\S+ )?(development|dev)\b",
    re.IGNORECASE,
)
LONG_LIVED = (
    r"(main|master|trunk|dev|devel|develop|development|stable|next|staging|production|"
    r"(release|maint)[-/].*|v?\d+([.-]\w+)*)"
)
SYNC_MERGE = re.compile(
    rf"^Merge (remote-tracking )?branch(es)? '(\w+/)?{LONG_LIVED}'|^Merge branch '[^']*' of |^Merge tags? '|"
    rf"^Merge (\w+/)?{LONG_LIVED} (in)?to |^Merge pull request #\d+ from [^/\s]+/{LONG_LIVED}$",
    re.IGNORECASE,
)


def is_bot(commit: Commit) -> bool:
    """Whether an automation bot made the commit; coding assistants are not bots."""
    if commit.by_bot is not None:
        return commit.by_bot
    return _is_bot_name(f"{commit.author_name} {commit.author_email}")


@lru_cache(maxsize=4_096)
def _is_bot_name(who: str) -> bool:
    return bool(BOT.search(who)) and not AGENT.search(who)


def is_merge(commit: Commit) -> bool:
    return len(commit.parents) > 1


def is_revert(commit: Commit) -> bool:
    return commit.subject.startswith(("Revert ", "revert: ", "Reapply "))


def is_release(commit: Commit) -> bool:
    return commit.as_release if commit.as_release is not None else _is_release_title(commit.subject)


@lru_cache(maxsize=16_384)
def _is_release_title(subject: str) -> bool:
    return bool(RELEASE.search(subject))


def is_sync_merge(commit: Commit) -> bool:
    """A merge that brings one long-lived branch into another: its changes were merged before."""
    return is_merge(commit) and _is_sync_title(commit.subject)


@lru_cache(maxsize=16_384)
def _is_sync_title(subject: str) -> bool:
    return bool(SYNC_MERGE.search(subject))


def made_by_bot(history: History, change: Commit) -> bool:
    """Whether a bot wrote the change; of a merge, whether bots wrote everything it brought in."""
    brought = history.branches.get(change.sha, ())
    written = [commit for commit in brought if not is_merge(commit)]
    return all(is_bot(commit) for commit in written) if written else is_bot(change)


def counted_changes(history: History, days: int) -> tuple[Commit, ...]:
    """The mainline changes of the last `days` days that people or assistants made."""
    if days not in history.counted:
        history.counted[days] = tuple(
            change
            for change in history.changes_since(days)
            if not (is_release(change) or is_sync_merge(change) or made_by_bot(history, change))
        )
    return history.counted[days]


def counted_files(change: Commit) -> tuple[FileChange, ...]:
    return tuple([file for file in change.files if is_counted(file)])


def is_counted(file: FileChange) -> bool:
    """Whether people wrote the file by hand."""
    return file.counted if file.counted is not None else not is_machine_made(file.path)


def lines_of(files: tuple[FileChange, ...]) -> int:
    """Added plus deleted lines; binary files have none."""
    return sum(max(0, file.added) + max(0, file.deleted) for file in files)
