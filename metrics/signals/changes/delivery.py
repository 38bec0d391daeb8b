"""From the request to the users: how long it takes, where it waits, and what comes back."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from metrics.signals.changes.content import items_of_change
from metrics.signals.changes.context import HostContext
from metrics.signals.changes.joining import first_releases
from metrics.signals.changes.reading import median_and_p75, quantile_of, share_of, show
from metrics.signals.changes.timeline import approved_at, waits_for_reviewers
from metrics.signals.changes.types import Change, Release, WorkItem
from metrics.signals.links import REVERTED, items_in
from metrics.signals.messages import readable
from metrics.signals.types import Measured, Reading, Skipped

PRODUCTION = re.compile(r"^(.*[-_/ ])?(prod(uction)?|prd|live|main-prod)([-_/ ].*)?$", re.IGNORECASE)
NOT_PRODUCTION = re.compile(r"(non|pre|not)[-_ ]?prod|preview|review|sandbox", re.IGNORECASE)
FIX = re.compile(
    r"^(hot-?fix|fix(e[sd]|up)?|bug-?fix|revert|roll-?back|regression)\b|^(fix|revert|hotfix)(\([^)]*\))?!?:", re.I
)
FIX_LABEL = re.compile(r"^(.*[/: ])?(bug|hot-?fix|regression|incident|defect|rollback)$", re.IGNORECASE)
REWORK_DAYS = 30
DAY_S, HOUR_S = 86_400, 3_600
NO_RELEASE = "No change of the last 90 days could be traced to a production deployment or a published release."


def production_releases(context: HostContext) -> tuple[Release, ...]:
    """Deployments to production; where the host records no deployment at all, published releases."""
    deployed = [r for r in context.hosted.releases if r.environment]
    live = [r for r in deployed if PRODUCTION.match(r.environment) and not NOT_PRODUCTION.search(r.environment)]
    return tuple(live) if deployed else context.hosted.releases


def release_wait_p75(context: HostContext) -> Reading:
    """75th percentile of the hours from merge to the first production deployment that holds the change.

    Window 90 days by merge; changes not deployed yet are not counted. A deployment holds every mainline commit up to
    its own. Where the host records no deployments, published releases stand in. Elapsed time. The approval wait, where
    the host records it, is the first example. Unit: hours. Source: ci, settings.
    """
    waits = list(_waits(context))
    reading = quantile_of(
        "release_wait_p75", [(hours, show(c, r.id)) for c, r, hours in waits], 0.75, window_days=90, unit="h",
        nothing_said=NO_RELEASE,
    )  # fmt: skip
    asked = [r.approval_wait_s for r in {r.id: r for _, r, _ in waits}.values() if r.approval_wait_s is not None]
    if not isinstance(reading, Measured) or not asked:
        return reading
    note = (
        f"of it waiting for approval: {sum(asked) / len(asked) / HOUR_S:.3g} h on average in {len(asked)} deployments"
    )
    return Measured(
        reading.signal,
        reading.n,
        reading.value,
        None,
        reading.window_days,
        reading.unit,
        (note, *reading.examples[:11]),
    )


def lead_merge_release_p50(context: HostContext) -> Reading:
    """Median hours from merge to the first production deployment that holds the change, with the 75th percentile
    beside.

    Window 90 days by merge, counted as for `release_wait_p75`; changes not deployed yet are left out. Unit: hours.
    Source: ci.
    """
    measured = [(hours, show(c, r.id)) for c, r, hours in _waits(context)]
    return median_and_p75("lead_merge_release_p50", measured, window_days=90, unit="h", nothing_said=NO_RELEASE)


def _waits(context: HostContext) -> Iterator[tuple[Change, Release, float]]:
    held = first_releases(context, production_releases(context))
    for change in context.merged(90):
        release = held.get(change.number)
        if release and change.merged_at and release.at >= change.merged_at:
            yield change, release, (release.at - change.merged_at).total_seconds() / HOUR_S


def requests_of(context: HostContext) -> Mapping[str, WorkItem]:
    """For each counted change, by its number, the earliest request it names that the host knows."""
    known = {item.id: item for item in context.hosted.items}
    found: dict[str, WorkItem] = {}
    for change in context.counted:
        named = [known[i] for i in items_of_change(change) if i in known]
        before = [item for item in named if change.merged_at is None or item.created_at <= change.merged_at]
        if before:
            found[change.number] = min(before, key=lambda item: (item.created_at, item.id))
    return found


def asked_at(item: WorkItem) -> dt.datetime:
    """When the request was committed to, else when it was written."""
    return item.started_at or item.created_at


def request_ts_rate(context: HostContext) -> Reading:
    """Share of merged changes for which the time of the request can be recovered.

    Window 90 days by merge. Recoverable: the change names an item of this host, written before the merge. Items kept
    elsewhere, such as in another tracker, cannot be. Changes by bots, of releases and between long-lived branches left
    out. Unit: share. Source: issues, pr.
    """
    known = requests_of(context)
    merged = context.merged(90)
    timed = [c for c in merged if c.number in known]
    return share_of("request_ts_rate", timed, merged, window_days=90, note="no request found", of_others=True)


def lead_request_merge_p50(context: HostContext) -> Reading:
    """Median days from the request to the merge of its last change, with the 75th percentile beside.

    Window 90 days by that merge. The request counts from when it was committed to, where the host records that, else
    from its creation. Items with a change still open are not over and not counted. n is the number of items. Elapsed
    time. Unit: days. Source: issues, pr.
    """
    by_item: dict[str, list[Change]] = defaultdict(list)
    items = {}
    for number, item in requests_of(context).items():
        items[item.id] = item
        by_item[item.id] += [c for c in context.counted if c.number == number]
    start = context.start_of(90)
    measured = []
    for key, changes in by_item.items():
        ends = [c.merged_at for c in changes if c.merged_at]
        is_over = not any(c.resolved_at is None or c.resolved_at > context.until for c in changes)
        if ends and is_over and start < max(ends) <= context.until:
            days = (max(ends) - asked_at(items[key])).total_seconds() / DAY_S
            if days >= 0:
                measured.append((days, f"{key} {items[key].title[:80]}"))
    return median_and_p75(
        "lead_request_merge_p50", measured, window_days=90, unit="days",
        nothing_said="No change merged in the last 90 days names a request this host knows.",
    )  # fmt: skip


def wait_share(context: HostContext) -> Reading:
    """Share of the time from request to release in which nobody acted, all counted changes together.

    Window 90 days by merge, changes with a known request and release. Nobody acts from the request to the first commit,
    while the change waits for reviewers, from the approval to the merge, and from the merge to the release; writing,
    reviewing and answering are acting. Elapsed time. Changes by bots, of releases and between long-lived branches left
    out. n is the number of changes. Unit: share. Source: issues, pr, ci.
    """
    requests = requests_of(context)
    rows = []
    for change, release, _ in _waits(context):
        item = requests.get(change.number)
        if item and change.merged_at and asked_at(item) < release.at:
            total_s = (release.at - asked_at(item)).total_seconds()
            rows.append((min(1.0, idle_s(change, asked_at(item), release.at) / total_s), total_s, change))
    if not rows:
        return Skipped("wait_share", "No change of the last 90 days has both a known request and a known release.")
    longest = sorted(rows, key=lambda row: (-row[1] * row[0], row[2].number))
    return Measured(
        "wait_share",
        n=len(rows),
        value=sum(share * total for share, total, _ in rows) / sum(total for _, total, _ in rows),
        window_days=90,
        unit="share",
        examples=tuple(show(c, f"{share:.0%} of {total / DAY_S:.1f} days") for share, total, c in longest[:12]),
    )


def idle_s(change: Change, requested_at: dt.datetime, released_at: dt.datetime) -> float:
    """Seconds between request and release in which nobody acted on the change."""
    merged = change.merged_at or released_at
    spans = list(waits_for_reviewers(change, merged))
    begun = change.first_commit_at or change.created_at
    spans += [(requested_at, begun), (merged, released_at)]
    if agreed := approved_at(change):
        spans.append((max([agreed, *(end for _, end in waits_for_reviewers(change, merged))]), merged))
    spans = sorted((max(a, requested_at), min(b, released_at)) for a, b in spans)
    total, reached = 0.0, requested_at
    for start, end in spans:  # spans may touch: no second counts twice
        if end > max(start, reached):
            total += (end - max(start, reached)).total_seconds()
            reached = end
    return total


def released_rework(context: HostContext) -> Reading:
    """Share of released changes followed within 30 days by a fix, a revert, a hotfix or an unplanned deployment.

    Window 90 days, which end 30 days before the measured day, so that each release had its 30 days. Changes by bots, of
    releases and between long-lived branches left out. A fix is a later
    merged change that says so in title or label and names the change or its item; a revert names its commit, number or
    title; an unplanned deployment is called hotfix or rollback and is the next one. Unit: share.
    Source: issues, history, ci.
    """
    releases = production_releases(context)
    held = first_releases(context, releases)
    first, last = context.start_of(90 + REWORK_DAYS), context.start_of(REWORK_DAYS)
    out = [(c, held[c.number]) for c in context.counted if c.number in held and first < held[c.number].at <= last]
    if not out:
        return Skipped("released_rework", "No change was released early enough to be followed for 30 days.")
    redone = [c for c, release in out if _came_back(c, release, releases, context)]
    return share_of("released_rework", redone, [c for c, _ in out], window_days=90, note="fixed or taken back soon")


def _came_back(change: Change, release: Release, releases: tuple[Release, ...], context: HostContext) -> bool:
    until = release.at + dt.timedelta(days=REWORK_DAYS)
    following = sorted((r for r in releases if r.at > release.at), key=lambda r: r.at)[:1]
    if any(r.is_unplanned and r.at <= until for r in following):
        return True
    later = [c for c in context.counted if c.merged_at and release.at < c.merged_at <= until]
    return any(_repairs(other, change) for other in later)


def _repairs(other: Change, change: Change) -> bool:
    texts = [other.title, other.body, *(f"{p.subject}\n{p.body}" for p in other.pushes)]
    shas = {sha for text in texts for sha in REVERTED.findall(readable(text))}
    own = [change.merge_commit, *(push.sha for push in change.pushes)]
    if any(commit.startswith(sha) for sha in shas for commit in own if commit):
        return True
    if other.title.startswith(f'Revert "{change.title}"'):
        return True
    is_fix = bool(FIX.search(other.title)) or any(FIX_LABEL.match(label) for label in other.labels)
    named = {item for text in texts for item in items_in(readable(text))} | set(other.closes)
    return is_fix and (change.number in named or bool(items_of_change(change) & items_of_change(other)))
