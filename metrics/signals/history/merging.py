"""How changes reach the mainline."""

from metrics.signals.exclusions import counted_changes, is_merge, made_by_bot
from metrics.signals.history.reading import MAX_EXAMPLES, percentile, share, show_change
from metrics.signals.links import names_review
from metrics.signals.types import Commit, History, Measured, MergeStyle, Reading, Skipped

MIN_COVERAGE = 0.8
DAY_S = 86_400


def merge_style(changes: tuple[Commit, ...]) -> MergeStyle:
    """What one mainline commit stands for, from the commits of the window.

    Merge commits when half of them are merges; squashed changes when half of them name their review; otherwise
    rebased or direct commits, which a history cannot tell apart.
    """
    if not changes:
        return MergeStyle.NONE
    if 2 * sum(is_merge(change) for change in changes) >= len(changes):
        return MergeStyle.MERGE
    if 2 * sum(names_review(change) for change in changes) >= len(changes):
        return MergeStyle.SQUASH
    return MergeStyle.LINEAR


def direct_push_rate(history: History) -> Reading:
    """Share of mainline commits that name no reviewed change.

    Window 90 days; bots, release commits and merges between long-lived branches left out. Said only where at least
    80 % of the mainline names its reviews: elsewhere a missing name proves nothing.
    """
    changes = counted_changes(history, 90)
    if not changes:
        return Skipped("direct_push_rate", "No change was merged in the last 90 days.")
    unnamed = [c for c in changes if not names_review(c)]
    coverage = 1 - len(unnamed) / len(changes)
    if coverage < MIN_COVERAGE:
        return Skipped(
            "direct_push_rate",
            f"Only {coverage:.0%} of mainline commits name their review (80% needed), so a direct push cannot be told "
            "from a reviewed one without the hosting service's API.",
        )
    examples = (show_change(c, "names no review") for c in unnamed)
    return share("direct_push_rate", unnamed, changes, window_days=90, examples=examples)


def conflict_rate(history: History) -> Reading:
    """Share of merges whose two parents conflict when they are merged again.

    Window 180 days, the newest two-parent merges anywhere in the history, up to the limit of
    `metrics.domain.sources`. Merges between long-lived branches count: that is where conflicts surface; those made by
    bots, and of more than two parents, are left out. Unit: share. Source: history.
    """
    if not history.replays:
        return Skipped("conflict_rate", "No merge of the last 180 days could be merged again.")
    conflicts = [replay for replay in history.replays if replay.conflicted]
    examples = (f"{replay.sha[:10]} {replay.subject[:90]} (conflicts)" for replay in conflicts)
    return share("conflict_rate", conflicts, history.replays, window_days=180, examples=examples)


def branch_age_p75(history: History) -> Reading:
    """75th percentile of the days from the first commit on a branch to its merge.

    Window 90 days, mainline merges; bots and merges between long-lived branches left out. The first commit is the
    earliest author date among the commits the merge brought in; a branch dated after its merge is not counted.
    Squashed and rebased branches leave no trace, so there it is not said.
    """
    if history.style is not MergeStyle.MERGE:
        return Skipped("branch_age_p75", f"Branches leave no trace here: the mainline holds {history.style}.")
    ages = [(age, c) for c in counted_changes(history, 90) if (age := _branch_age_days(history, c)) is not None]
    if not ages:
        return Skipped("branch_age_p75", "No branch was merged in the last 90 days.")
    oldest = sorted(ages, key=lambda pair: (-pair[0], pair[1].sha))[:MAX_EXAMPLES]
    return Measured(
        "branch_age_p75",
        n=len(ages),
        value=percentile([age for age, _ in ages], 0.75),
        window_days=90,
        unit="days",
        examples=tuple(show_change(change, f"{age:.1f} days") for age, change in oldest),
    )


def merges_to_replay(history: History, days: int, limit: int) -> list[Commit]:
    """The newest two-parent merges of the last `days` days that people made."""
    start = history.until.timestamp() - days * DAY_S
    merges = (c for c in history.commits if len(c.parents) == 2 and c.committed_at.timestamp() > start)
    chosen = sorted(merges, key=lambda c: (c.committed_at, c.sha), reverse=True)
    return [c for c in chosen if not made_by_bot(history, c)][:limit]


def _branch_age_days(history: History, change: Commit) -> float | None:
    brought = history.branches.get(change.sha, ())
    if not brought:
        return None
    age_s = (change.committed_at - min(c.authored_at for c in brought)).total_seconds()
    return age_s / DAY_S if age_s >= 0 else None


def branches_of(mainline: set[str], commits: list[Commit]) -> dict[str, tuple[Commit, ...]]:
    """For each mainline merge, the commits it brought in, oldest first; `commits` come children first."""
    by_sha = {commit.sha: commit for commit in commits}
    taken = set(mainline)
    branches: dict[str, tuple[Commit, ...]] = {}
    for merge in reversed([commit for commit in commits if commit.sha in mainline and len(commit.parents) > 1]):
        brought: list[Commit] = []
        waiting = list(merge.parents[1:])
        while waiting:
            sha = waiting.pop()
            if sha in taken or sha not in by_sha:
                continue
            taken.add(sha)
            brought.append(by_sha[sha])
            waiting.extend(by_sha[sha].parents)
        if brought:
            branches[merge.sha] = tuple(sorted(brought, key=lambda commit: (commit.committed_at, commit.sha)))
    return branches
