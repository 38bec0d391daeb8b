"""What a change says and holds: its size, explanation, item and disclosure, and whether it began anew."""

import re

from metrics.signals.changes.context import HostContext, counted_files, counted_lines, reviews_of
from metrics.signals.changes.reading import nothing, quantile_of, share_of, show, too_little_seen
from metrics.signals.changes.timeline import approvers, first_response_at
from metrics.signals.changes.types import Change
from metrics.signals.changes.wording import discloses_ai, is_explained, replaced_numbers
from metrics.signals.links import BRANCH_ITEM, BRANCH_KEY, NOT_KEYS, has_disclosure, items_in
from metrics.signals.messages import readable
from metrics.signals.types import Reading, Skipped

REDESIGN = re.compile(r"^(.*[/: ])?(needs?[-_ ])?re-?(design|think|architect\w*)(ed|ing)?$", re.IGNORECASE)
DAY_S = 86_400


def size_p75(context: HostContext) -> Reading:
    """75th percentile of added plus deleted lines per merged change.

    Window 90 days by merge. Generated, vendored, lock and snapshot files left out; a change with nothing left is not
    counted. Lines are those of the whole change against its base, so squash, rebase and merge commits read the same.
    Unit: lines. Source: pr.
    """
    merged = context.merged(90)
    seen = [(lines, c) for c in merged if (lines := counted_lines(c)) is not None]
    if refusal := too_little_seen("size_p75", len(seen), len(merged), "show their files"):
        return refusal
    measured = [(float(lines), show(c)) for lines, c in seen if counted_files(c)]
    return quantile_of("size_p75", measured, 0.75, window_days=90, unit="lines", nothing_said=nothing(90))


def description_rate(context: HostContext) -> Reading:
    """Share of merged changes that are explained: 40 words of the author's own, or every required template part filled.

    Window 90 days by merge. Words of the template, code, quotes, tables, addresses, hidden comments and trailers do not
    count. A template part is a heading of the repository's template that does not call itself optional. Changes by
    bots, of releases and between long-lived branches left out. Unit: share. Source: pr.
    """
    merged = context.merged(90)
    told = [c for c in merged if is_explained(c.body, context.template)]
    return share_of("description_rate", told, merged, window_days=90, note="not explained", of_others=True)


def spec_link_rate(context: HostContext) -> Reading:
    """Share of merged changes whose title, description, branch, commits or host links name an item or a specification.

    Window 90 days by merge. The change's own number is no item. Unit: share. Source: pr.
    """
    merged = context.merged(90)
    linked = [c for c in merged if items_of_change(c)]
    return share_of("spec_link_rate", linked, merged, window_days=90, note="names no item", of_others=True)


def provenance_rate(context: HostContext) -> Reading:
    """Share of merged changes with all three: an item, a disclosure about assistants, and a person's approval.

    Window 90 days by merge. The disclosure is a trailer of one of its commits, or an answered line or ticked box of the
    description, also when the answer is "none". Changes by bots, of releases and between long-lived branches left out.
    Unit: share. Source: pr, history.
    """
    merged = context.merged(90)
    whole = [c for c in merged if items_of_change(c) and discloses(c) and approvers(c)]
    return share_of(
        "provenance_rate", whole, merged, window_days=90, note="one of the three is missing", of_others=True
    )


def branch_age_p75(context: HostContext) -> Reading:
    """75th percentile of the days from the first commit of a change to its merge.

    Window 90 days by merge. The first commit is the earliest author date among the change's commits as they stood at
    the end; a change dated after its merge is not counted. Unit: days. Source: pr.
    """
    merged = context.merged(90)
    seen = [(c.merged_at, begun, c) for c in merged if c.merged_at and (begun := c.first_commit_at)]
    if refusal := too_little_seen("branch_age_p75", len(seen), len(merged), "show their commits"):
        return refusal
    measured = [((end - begun).total_seconds() / DAY_S, show(c)) for end, begun, c in seen if end >= begun]
    return quantile_of("branch_age_p75", measured, 0.75, window_days=90, unit="days", nothing_said=nothing(90))


def late_surprise_rate(context: HostContext) -> Reading:
    """Share of reviewed changes that were redesigned during review.

    Window 90 days by merge or close, changes on which a person acted. Redesigned is: labelled so; closed in favour of a
    replacement; or commits first written after the first review hold more than half of all lines of the change's
    commits. Amended commits keep their first date, so this is a lower bound. Changes by bots, of releases and between
    long-lived branches left out. Unit: share. Source: pr.
    """
    start = context.start_of(90)
    over = [c for c in context.counted if c.resolved_at and start < c.resolved_at <= context.until]
    reviewed = [c for c in over if first_response_at(c)]
    if not reviewed:
        return Skipped("late_surprise_rate", "No change resolved in the last 90 days was reviewed.")
    judged = [c for c in reviewed if all(push.lines is not None for push in c.pushes)]
    if refusal := too_little_seen("late_surprise_rate", len(judged), len(reviewed), "show the size of their commits"):
        return refusal
    replaced = frozenset(number for c in context.counted for number in replaced_numbers(c.body))
    hits = [c for c in judged if _is_redesigned(c, replaced)]
    return share_of("late_surprise_rate", hits, judged, window_days=90, note="begun anew during review")


def _is_redesigned(change: Change, replaced: frozenset[str]) -> bool:
    if any(REDESIGN.match(label) for label in change.labels):
        return True
    if not change.merged_at and (change.was_replaced or change.number in replaced):
        return True
    begun = min((review.at for review in reviews_of(change)), default=None) or first_response_at(change)
    total = sum(push.lines or 0 for push in change.pushes)
    late = sum(push.lines or 0 for push in change.pushes if begun and push.authored_at > begun)
    return bool(total) and late > total / 2


def items_of_change(change: Change) -> frozenset[str]:
    """The items a change names anywhere; its own number is none."""
    found = set(change.closes)
    for text in (change.title, change.body, *(f"{p.subject}\n{p.body}" for p in change.pushes)):
        found |= items_in(readable(text))
    keys = {key.upper() for key in BRANCH_KEY.findall(change.source_branch)}
    found |= {key for key in keys if not NOT_KEYS.match(key)}
    found |= {f"#{number}" for number in BRANCH_ITEM.findall(change.source_branch)}
    own = {change.number} if change.number.startswith("#") else set()
    return frozenset(found - own)


def discloses(change: Change) -> bool:
    return discloses_ai(change.body) or any(has_disclosure(push.body) for push in change.pushes)


__all__ = [
    "branch_age_p75", "description_rate", "discloses", "items_of_change", "late_surprise_rate", "provenance_rate",
    "size_p75", "spec_link_rate",
]  # fmt: skip
