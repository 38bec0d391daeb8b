"""Which mainline commit came from which change, and which release brought a commit to its users.

The same answer for every way of merging: a mainline commit belongs to a change when it is the change's merge commit;
when it is one of the change's commits, fast-forwarded or brought in by a merge of theirs; or, rebased, when it carries
one's title and author date, which rebasing keeps.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from metrics.signals.changes.context import HostContext
from metrics.signals.changes.types import Change, Release
from metrics.signals.exclusions import counted_changes
from metrics.signals.history.reading import share, show_change
from metrics.signals.types import Commit, History, Reading, Skipped


def changes_of(history: History, changes: Iterable[Change]) -> Mapping[str, Change]:
    """For each mainline commit, by its id, the merged change it came from."""
    by_sha: dict[str, Change] = {}
    by_origin: dict[tuple[str, dt.datetime], Change] = {}
    for change in changes:
        if change.merged_at is None:
            continue
        by_sha.update({push.sha: change for push in change.pushes})
        by_origin.update({(push.subject, push.authored_at): change for push in change.pushes})
        if change.merge_commit:
            by_sha[change.merge_commit] = change
    found = {}
    for commit in history.changes:
        brought = (commit, *history.branches.get(commit.sha, ()))
        if origin := _origin(brought, by_sha, by_origin):
            found[commit.sha] = origin
    return found


def _origin(
    brought: tuple[Commit, ...], by_sha: Mapping[str, Change], by_origin: Mapping[tuple[str, dt.datetime], Change]
) -> Change | None:
    named = (by_sha.get(c.sha) or by_origin.get((c.subject, c.authored_at)) for c in brought)
    return next(filter(None, named), None)


def direct_push_rate(context: HostContext) -> Reading:
    """Share of mainline commits that came from no proposed change, by the host's own record.

    Window 90 days; bots, release commits and merges between long-lived branches left out. How a commit is traced to its
    change: `metrics.signals.changes.joining`. Unit: share. Source: history, pr.
    """
    if context.history is None or context.history.is_shallow:
        return Skipped("direct_push_rate", "The history cannot be read.")
    commits = counted_changes(context.history, 90)
    if not commits:
        return Skipped("direct_push_rate", "No change was merged in the last 90 days.")
    known = changes_of(context.history, context.hosted.changes)
    direct = [commit for commit in commits if commit.sha not in known]
    lines = (show_change(commit, "from no proposed change") for commit in direct)
    return share("direct_push_rate", direct, commits, window_days=90, examples=lines)


def first_releases(context: HostContext, releases: Iterable[Release]) -> Mapping[str, Release]:
    """For each merged change, by its number, the first release that holds it.

    A release holds every commit of the mainline up to its own. Releases of commits outside the mainline of the last
    year are passed over.
    """
    if context.history is None:
        return {}
    oldest_first = list(reversed(context.history.changes))
    place = {commit.sha: n for n, commit in enumerate(oldest_first)}
    by_sha = changes_of(context.history, context.counted)
    where: dict[str, int] = {}
    for sha, change in by_sha.items():
        where[change.number] = max(where.get(change.number, 0), place[sha])  # whole with its last commit
    dated = sorted((r for r in releases if r.commit in place and r.at <= context.until), key=lambda r: (r.at, r.id))
    found: dict[str, Release] = {}
    for number, at in where.items():
        holding = next((release for release in dated if place[release.commit] >= at), None)
        if holding:
            found[number] = holding
    return found
