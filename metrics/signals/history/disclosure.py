"""What the history declares about assistants and approvals."""

from metrics.signals.exclusions import counted_changes, is_bot
from metrics.signals.history.reading import MIN_PEOPLE, TOO_FEW_MADE, share, show_change
from metrics.signals.links import is_ai_marked
from metrics.signals.types import Commit, History, Reading, Skipped


def ai_marked_share(history: History) -> Reading:
    """Share of merged changes with an assistant as author or co-author, or with an assistant trailer or footer.

    Window 90 days; a merge counts when a commit it brought in is marked. Bots, release commits and merges between
    long-lived branches left out. It measures disclosure, not use: a lower bound, and context only. Not said where
    fewer than three people contributed. Unit: share. Source: history.
    """
    changes = counted_changes(history, 90)
    if not changes:
        return Skipped("ai_marked_share", "No change was merged in the last 90 days.")
    if n_people(history, changes) < MIN_PEOPLE:
        return Skipped("ai_marked_share", TOO_FEW_MADE)
    marked = [c for c in changes if is_declared(c, history)]
    return share("ai_marked_share", marked, changes, window_days=90, examples=(show_change(c) for c in marked))


def provenance_rate(history: History) -> Reading:
    """Changes with an item, a disclosure and a recorded human approver: the approver is on the host."""
    del history  # the history does not record approvals
    return Skipped("provenance_rate", "Who approved a change needs the hosting service's API.")


def is_declared(change: Commit, history: History) -> bool:
    """Whether a mainline change, or a commit it brought in, says that an assistant took part."""
    return any(is_ai_marked(commit) for commit in (change, *history.branches.get(change.sha, ())))


def n_people(history: History, changes: tuple[Commit, ...]) -> int:
    """How many people wrote the changes, told apart by author address; bots and assistants left out."""
    found: set[str] = set()
    for change in changes:
        for commit in (change, *history.branches.get(change.sha, ())):
            who = commit.author_email.lower()
            if who not in found and not (is_bot(commit) or is_ai_marked_author(commit)):
                found.add(who)
    return len(found)


def is_ai_marked_author(commit: Commit) -> bool:
    return "[bot]" in commit.author_email and is_ai_marked(commit)
