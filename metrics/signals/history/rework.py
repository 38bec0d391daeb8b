"""What had to be done again."""

from metrics.signals.exclusions import counted_changes, is_revert
from metrics.signals.history.reading import share, show_change
from metrics.signals.links import reverted_shas, reverted_title, takes_back
from metrics.signals.types import Commit, History, Measured, Reading, Skipped, show_path


def rework_21d(history: History) -> Reading:
    """Lines deleted or replaced before they were 21 days old, per line added.

    Window 90 days, mainline changes against their first parent, so polishing inside an unmerged branch does not
    count; on a linear mainline it does. Generated, vendored, lock and snapshot files left out; whitespace-only
    changes count; renames followed. n is the number of added lines. Unit: share.
    """
    ages = history.ages
    if ages is None or not ages.added:
        return Skipped("rework_21d", "No lines were added in the last 90 days.")
    return Measured(
        "rework_21d",
        n=ages.added,
        value=min(1.0, ages.young_deleted / ages.added),
        window_days=ages.window_days,
        unit="share",
        examples=tuple(f"{show_path(path)} ({n} young lines)" for path, n in ages.young_by_path),
    )


def revert_rate(history: History) -> Reading:
    """Share of merged changes that were later reverted.

    Window 180 days. A revert names the change, or a commit it brought in, by id ("This reverts commit …") or by
    title; a revert that was itself reverted does not count. Reverts are not changes here; bots and release commits
    are left out. Unit: share. Source: history.
    """
    changes = [c for c in counted_changes(history, 180) if not is_revert(c)]
    if not changes:
        return Skipped("revert_rate", "No change was merged in the last 180 days.")
    shas, titles = _taken_back(history.commits)
    lengths = {len(sha) for sha in shas}  # a revert may name the first digits alone
    hits = [c for c in changes if _is_reverted(c, history, shas, titles, lengths)]
    return share("revert_rate", hits, changes, window_days=180, examples=(show_change(c, "reverted") for c in hits))


def released_rework(history: History) -> Reading:
    """Released changes followed within 30 days by a fix: needs to know releases and their linked fixes."""
    del history  # the history names neither: tags are not releases to users, and fixes are linked on the host
    return Skipped(
        "released_rework",
        "Which changes were released, and which fixes belong to them, needs the hosting service's API.",
    )


def _taken_back(commits: tuple[Commit, ...]) -> tuple[dict[str, Commit], dict[str, Commit]]:
    """Reverted ids and titles, each with a revert of them, of titles the one dated last; reverted reverts left out."""
    shas: dict[str, Commit] = {}
    titles: dict[str, Commit] = {}
    undone: set[str] = set()
    for commit in commits:  # newest first, so a revert of a revert is seen before it
        if not takes_back(commit) or commit.sha in undone or commit.subject in undone:
            continue
        named = reverted_shas(commit)
        title = reverted_title(commit)
        undone |= named | ({title} if title.startswith("Revert ") else set())
        shas |= dict.fromkeys(named, commit)
        if title and not named and not (title in titles and titles[title].committed_at >= commit.committed_at):
            titles[title] = commit
    return shas, titles


def _is_reverted(
    change: Commit, history: History, shas: dict[str, Commit], titles: dict[str, Commit], lengths: set[int]
) -> bool:
    for commit in (change, *history.branches.get(change.sha, ())):
        if any(commit.sha[:n] in shas for n in lengths):
            return True
        revert = titles.get(commit.subject)
        if revert and revert.sha != commit.sha and revert.committed_at >= commit.committed_at:
            return True
    return False
