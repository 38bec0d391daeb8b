"""How reviewing is spread. People are counted and never named, and nothing is said on fewer than three."""

import datetime as dt
import math
import os.path
from collections import Counter, defaultdict
from collections.abc import Iterable

from metrics.signals.changes.context import HostContext, counted_files, remarks_of, reviews_of
from metrics.signals.changes.reading import MIN_PEOPLE, TOO_FEW, first, percentile, share_of, show, too_little_seen
from metrics.signals.changes.timeline import approvers, is_open_at
from metrics.signals.changes.types import Change, Part
from metrics.signals.owners import Owners
from metrics.signals.types import Measured, Reading, Skipped

MIN_REVIEWERS = 5
MIN_APPROVALS = 5  # of an area: with fewer, one person giving four of five says nothing
CATCH_ALL = frozenset({"*", "/*", "**", "/**", "/"})
NO_OWNERS = "The repository names no owners, so it has no owned areas."
UNKNOWN_OWNERS = (
    "Who belongs to the teams that own the code cannot be seen; allow the token to read organization members."
)


def reviewer_concentration(context: HostContext) -> Reading:
    """Share of reviews done by the busiest fifth of the people who reviewed.

    Window 90 days by the time of the review; a review is a person and a change, however often they looked. Said for
    five reviewers or more; a fifth is rounded up. Bots, and changes by bots, of releases and between long-lived
    branches left out. n is the number of reviews. Unit: share. Source: pr.
    """
    start = context.start_of(90)
    done = _reviewers_by_change(context, start)
    per_person = Counter(person for people in done.values() for person in people)
    if len(per_person) < MIN_REVIEWERS:
        return Skipped("reviewer_concentration", "Fewer than five people reviewed in the last 90 days.")
    busiest = sorted(per_person.values(), reverse=True)[: math.ceil(len(per_person) / 5)]
    return Measured(
        "reviewer_concentration",
        n=per_person.total(),
        value=sum(busiest) / per_person.total(),
        window_days=90,
        unit="share",
        examples=(f"{len(busiest)} of {len(per_person)} reviewers did {sum(busiest)} of {per_person.total()} reviews",),
    )


def reviews_per_week_p80(context: HostContext) -> Reading:
    """80th percentile over reviewers of the reviews each did in a week.

    Window 56 days by the time of the review; a review is a person and a change. A reviewer has at least one. n is the
    number of reviewers; said for three or more. Bots, and changes by bots, of releases and between long-lived branches
    left out. Unit: per week. Source: pr.
    """
    done = _reviewers_by_change(context, context.start_of(56))
    per_person = Counter(person for people in done.values() for person in people)
    if not per_person:
        return Skipped("reviews_per_week_p80", "Nobody reviewed in the last 56 days.")
    if len(per_person) < MIN_PEOPLE:
        return Skipped("reviews_per_week_p80", TOO_FEW)
    return Measured(
        "reviews_per_week_p80",
        n=len(per_person),
        value=percentile([count / 8 for count in per_person.values()], 0.8),
        window_days=56,
        unit="per week",
        examples=(f"{per_person.total()} reviews in eight weeks by {len(per_person)} people",),
    )


def _reviewers_by_change(context: HostContext, start: dt.datetime) -> dict[str, set[str]]:
    """Who reviewed or commented on which change between start and the end."""
    done: dict[str, set[str]] = {}
    for change in context.counted:
        acts = [(r.actor, r.at) for r in reviews_of(change)] + [(r.actor, r.at) for r in remarks_of(change)]
        people = {actor.id for actor, at in acts if start < at <= context.until}
        if people:
            done[change.number] = people
    return done


def single_reviewer_areas(context: HostContext) -> Reading:
    """Share of owned areas in which one person gave at least 80 % of the approvals.

    Window 180 days by merge; an area is the paths with the same owners, and counts with five approvals or more. n is
    the number of such areas. Said where three people or more approved. Examples name folders, not people. Changes by
    bots, of releases and between long-lived branches left out. Unit: share. Source: tree, pr.
    """
    if context.owners is None:
        return Skipped("single_reviewer_areas", NO_OWNERS)
    given: dict[str, Counter[str]] = defaultdict(Counter)
    paths: dict[str, set[str]] = defaultdict(set)
    for change in context.merged(180):
        touched = {area: f.path for f in counted_files(change) if (area := context.owners.area_of(f.path))}
        for area, path in touched.items():
            given[area].update({actor.id for actor in approvers(change)})
            paths[area].add(path)
    areas = {area: people for area, people in given.items() if people.total() >= MIN_APPROVALS}
    if not areas:
        return Skipped("single_reviewer_areas", "No owned area had five approvals in the last 180 days.")
    if len({person for people in areas.values() for person in people}) < MIN_PEOPLE:
        return Skipped("single_reviewer_areas", TOO_FEW)
    single = [area for area, people in areas.items() if max(people.values()) >= 0.8 * people.total()]
    return Measured(
        "single_reviewer_areas",
        n=len(areas),
        value=len(single) / len(areas),
        window_days=180,
        unit="share",
        examples=first(sorted(f"{_folder(paths[area])} ({areas[area].total()} approvals)" for area in single)),
    )


def _folder(paths: Iterable[str]) -> str:
    return os.path.commonpath([path.rpartition("/")[0] or "." for path in paths]) or "several folders"


def owner_approval_rate(context: HostContext) -> Reading:
    """Share of changes to declared paths that a listed owner of each such path approved.

    Window 180 days by merge. A path is declared by an owner rule other than one for everything. An owner approves as a
    person or as a member of a listed team; the author's own approval is none. A change whose owners are teams the token
    cannot see into is not judged. Unit: share. Source: pr.
    """
    owners = declared(context.owners)
    if owners is None:
        return Skipped("owner_approval_rate", "The repository names no owners for particular paths.")
    merged = context.merged(180)
    if refusal := too_little_seen(
        "owner_approval_rate", sum(c.files is not None for c in merged), len(merged), "show their files"
    ):
        return refusal
    touching = [(c, wanted) for c in merged if (wanted := _wanted(c, owners))]
    known = [(c, wanted) for c, wanted in touching if all(_is_known(group, context) for group in wanted)]
    if len(known) < 0.8 * len(touching):
        return Skipped("owner_approval_rate", context.unseen(Part.MEMBERS) or UNKNOWN_OWNERS)
    approved = [c for c, wanted in known if _is_approved(c, wanted, context)]
    if not known:
        return Skipped("owner_approval_rate", "No change of the last 180 days touched a path with named owners.")
    return share_of(
        "owner_approval_rate", approved, [c for c, _ in known], window_days=180,
        note="no owner approved", of_others=True,
    )  # fmt: skip


def declared(owners: Owners | None) -> Owners | None:
    """The ownership rules without those for everything; none when nothing else is left."""
    if owners is None or owners.folders:
        return None  # OWNERS files name no accounts here: only their places were read
    rules = tuple(rule for rule in owners.rules if rule.pattern not in CATCH_ALL)
    return Owners(owners.source, rules) if any(rule.owners for rule in rules) else None


def _wanted(change: Change, owners: Owners) -> frozenset[tuple[str, ...]]:
    """The groups of owners of which each must have approved."""
    return frozenset(group for file in counted_files(change) if (group := owners.owners_of(file.path)))


def _is_known(group: tuple[str, ...], context: HostContext) -> bool:
    return all(owner.casefold() in context.hosted.members for owner in group)


def _is_approved(change: Change, wanted: frozenset[tuple[str, ...]], context: HostContext) -> bool:
    gave = {actor.id for actor in approvers(change)}
    members = context.hosted.members
    return all(any(gave & members[owner.casefold()] for owner in group) for group in wanted)


def wip_per_person(context: HostContext) -> Reading:
    """Mean number of open changes per active author, looked at every day.

    Window 28 days, at the end of each. Open: ready and neither merged nor closed. Active authors are the people who
    opened, committed to or merged a change of their own in the window; an assistant's changes count, the assistant is
    no author. Changes by bots, of releases and between long-lived branches left out. n is the number of authors; said
    for three or more. Unit: changes. Source: pr.
    """
    start = context.start_of(28)
    authors = {c.author.id for c in context.counted if c.author.is_person and _was_active(c, start, context.until)}
    if not authors:
        return Skipped("wip_per_person", "Nobody worked on a change in the last 28 days.")
    if len(authors) < MIN_PEOPLE:
        return Skipped("wip_per_person", TOO_FEW)
    open_by_day = [sum(is_open_at(c, context.start_of(day)) for c in context.counted) for day in range(28)]
    waiting = [c for c in context.counted if is_open_at(c, context.until)]
    return Measured(
        "wip_per_person",
        n=len(authors),
        value=sum(open_by_day) / 28 / len(authors),
        window_days=28,
        unit="changes",
        examples=first(show(c, "open") for c in waiting),
    )


def _was_active(change: Change, start: dt.datetime, until: dt.datetime) -> bool:
    acts = [change.created_at, *(push.committed_at for push in change.pushes)]
    acts += [change.merged_at] if change.merged_at else []
    return any(start < at <= until for at in acts)


__all__ = [
    "declared", "owner_approval_rate", "reviewer_concentration", "reviews_per_week_p80", "single_reviewer_areas",
    "wip_per_person",
]  # fmt: skip
