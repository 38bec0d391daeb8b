"""What the flow model can take from measurements: each figure with its n, its window and where it comes from.

The names are those of `manage.py flow`. Days are the team's working days (`metrics.signals.changes.calendar`), shares
lie between 0 and 1. A figure that cannot be measured is left out, never guessed; nothing here is said per person.
Formulas follow the flow model: passes, send-backs, squared coefficients of variation, Little's law.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from metrics.signals.changes.context import HostContext, counted_lines
from metrics.signals.changes.delivery import asked_at, production_releases, requests_of
from metrics.signals.changes.joining import first_releases
from metrics.signals.changes.pipeline import ci_p75, main_break_rate
from metrics.signals.changes.reading import MIN_PEOPLE, percentile
from metrics.signals.changes.review import LOAD_DAYS, review_load_rho
from metrics.signals.changes.timeline import approved_at, first_response_at, is_open_at, n_rounds, passes
from metrics.signals.changes.types import Change, Part
from metrics.signals.types import Measured

STAGE_DAYS = 90
MIN_N = 8  # below this a figure says more about chance than about the team
SCV_RANGE = (0.5, 4.0)  # squared coefficients of variation are held in this range


@dataclass(frozen=True, slots=True)
class FlowInput:
    """One measured input. `p75` is set where the value is a median of durations."""

    name: str
    value: float
    n: int
    window_days: int
    source: str
    p75: float | None = None


def flow_inputs(context: HostContext) -> dict[str, FlowInput]:
    """Every input that can be measured, by name."""
    found: list[FlowInput] = []
    for reader, needs in _READERS:
        if not context.unseen(*needs):
            found += reader(context)
    return {each.name: each for each in found if each.n >= MIN_N or each.name in _COUNTS_OF_FEW}


def _arrivals(context: HostContext) -> Iterator[FlowInput]:
    """`changes_per_day`: changes made ready per working day. `ca2`: squared variation of the gaps between them."""
    ready = _ready_times(context)
    days = context.hosted.calendar.n_working_days(context.start_of(LOAD_DAYS), context.until)
    if ready and days:
        yield FlowInput("changes_per_day", len(ready) / days, len(ready), LOAD_DAYS, "changes made ready")
    calendar = context.hosted.calendar
    gaps = [calendar.working_hours(a, b) for a, b in itertools.pairwise(ready)]
    yield from _variation("ca2", gaps, "gaps between changes made ready, working time")


def _ready_times(context: HostContext) -> list[dt.datetime]:
    start = context.start_of(LOAD_DAYS)
    return sorted(c.ready_at for c in context.counted if c.ready_at and start < c.ready_at <= context.until)


def _reviewing(context: HostContext) -> Iterator[FlowInput]:
    """`cs2` from the lines reviewed, `reviewers`, `review_utilization`, `p_sendback` and `passes_per_change`."""
    merged = context.merged(STAGE_DAYS)
    approved = [c for c in merged if approved_at(c)]
    sizes = [float(lines) for c in approved if (lines := counted_lines(c))]
    yield from _variation("cs2", sizes, "lines of the changes reviewed")
    rounds = [n_rounds(c) for c in approved]
    if rounds:
        source = "review rounds of approved changes"
        yield FlowInput("p_sendback", 1 - len(rounds) / sum(rounds), len(rounds), STAGE_DAYS, source)
        yield FlowInput("passes_per_change", sum(rounds) / len(rounds), len(rounds), STAGE_DAYS, source)
    start = context.start_of(LOAD_DAYS)
    people = {actor.id for c in context.counted for actor, at in passes(c) if start < at <= context.until}
    if len(people) >= MIN_PEOPLE:
        yield FlowInput("reviewers", len(people), len(people), LOAD_DAYS, "people who reviewed")
    load = review_load_rho(context)
    if isinstance(load, Measured) and load.value is not None:
        yield FlowInput("review_utilization", load.value, load.n, LOAD_DAYS, "review passes and hours taken as given")


def _stages(context: HostContext) -> Iterator[FlowInput]:
    """The median and 75th percentile of each stage, in working days, by the merge of the change."""
    merged = context.merged(STAGE_DAYS)
    requests = requests_of(context)
    released = first_releases(context, production_releases(context))
    spans: dict[str, Callable[[Change], tuple[dt.datetime | None, dt.datetime | None]]] = {
        "definition_days": lambda c: (
            asked_at(requests[c.number]) if c.number in requests else None,
            c.first_commit_at,
        ),
        "build_days": lambda c: (c.first_commit_at, c.ready_at),
        "pickup_days": lambda c: (c.ready_at, first_response_at(c)),
        "review_days": lambda c: (first_response_at(c), approved_at(c)),
        "merge_wait_days": lambda c: (approved_at(c), c.merged_at),
        "time_in_review_days": lambda c: (c.ready_at, c.merged_at),
        "release_wait_days": lambda c: (c.merged_at, released[c.number].at if c.number in released else None),
    }
    for name, ends in spans.items():
        days = [
            context.hosted.calendar.working_days(begin, end)
            for begin, end in map(ends, merged)
            if begin and end and begin <= end
        ]
        yield from _middle(name, days, STAGE_DAYS, "times of merged changes")


def _pipelines(context: HostContext) -> Iterator[FlowInput]:
    """`ci_days`: the 75th percentile of a pipeline, as a part of a working day. Machines do not keep working hours."""
    reading = ci_p75(context)
    if isinstance(reading, Measured) and reading.value is not None:
        hours = context.hosted.calendar.workday_hours
        yield FlowInput("ci_days", reading.value / 60 / hours, reading.n, 60, "75th percentile of pipelines")


def _integrating(context: HostContext) -> Iterator[FlowInput]:
    """`p_integration_fail`: merges that broke the default branch."""
    reading = main_break_rate(context)
    if isinstance(reading, Measured) and reading.value is not None:
        yield FlowInput("p_integration_fail", reading.value, reading.n, 90, "default branch failing after a merge")


def _collisions(context: HostContext) -> Iterator[FlowInput]:
    """`collision_rate`: past merges that conflict when merged again, and `open_changes`, the mean number in flight."""
    replays = context.history.replays if context.history else ()
    if replays:
        conflicts = sum(replay.conflicted for replay in replays)
        yield FlowInput("collision_rate", conflicts / len(replays), len(replays), 180, "merges done again")
    open_by_day = [sum(is_open_at(c, context.start_of(day)) for c in context.counted) for day in range(LOAD_DAYS)]
    if any(open_by_day):
        yield FlowInput("open_changes", sum(open_by_day) / LOAD_DAYS, LOAD_DAYS, LOAD_DAYS, "open changes each day")


def _steadiness(context: HostContext) -> Iterator[FlowInput]:
    """Whether the system was steady: `time_in_review_mean_days` from ready to resolved (Little's law is about means),
    and it and `changes_per_day` in each half of the eight weeks.
    """
    calendar = context.hosted.calendar
    start, middle = context.start_of(LOAD_DAYS), context.start_of(LOAD_DAYS // 2)
    stays = [
        (c.resolved_at, calendar.working_days(c.ready_at, c.resolved_at))
        for c in context.counted
        if c.ready_at and c.resolved_at and start < c.resolved_at <= context.until
    ]
    yield from _mean("time_in_review_mean_days", [days for _, days in stays], LOAD_DAYS)
    ready = _ready_times(context)
    for half, begin, end in (("first_half", start, middle), ("second_half", middle, context.until)):
        inside = [days for at, days in stays if begin < at <= end]
        yield from _mean(f"time_in_review_mean_days_{half}", inside, LOAD_DAYS // 2)
        n, days = sum(begin < at <= end for at in ready), calendar.n_working_days(begin, end)
        if days:
            yield FlowInput(f"changes_per_day_{half}", n / days, n, LOAD_DAYS // 2, "changes made ready")


def _mean(name: str, values: Sequence[float], window_days: int) -> Iterator[FlowInput]:
    if values:
        yield FlowInput(name, sum(values) / len(values), len(values), window_days, "times of resolved changes")


def _releasing(context: HostContext) -> Iterator[FlowInput]:
    """`release_period_days` between production releases, and `approval_days` they waited for consent."""
    start = context.start_of(STAGE_DAYS)
    found = sorted((r for r in production_releases(context) if start < r.at <= context.until), key=lambda r: r.at)
    calendar = context.hosted.calendar
    gaps = [calendar.working_days(a.at, b.at) for a, b in itertools.pairwise(found)]
    if gaps:
        source = "gaps between production releases"
        yield FlowInput("release_period_days", sum(gaps) / len(gaps), len(gaps), STAGE_DAYS, source)
        if sum(gaps):
            wait = sum(gap * gap for gap in gaps) / (2 * sum(gaps))  # irregular gaps: E[T^2] / (2 E[T])
            yield FlowInput("release_window_wait_days", wait, len(gaps), STAGE_DAYS, source)
    waits = [
        calendar.working_days(r.at - dt.timedelta(seconds=r.approval_wait_s), r.at)
        for r in found
        if r.approval_wait_s is not None
    ]
    yield from _middle("approval_days", waits, STAGE_DAYS, "approvals of deployments")


def _middle(name: str, values: Sequence[float], window_days: int, source: str) -> Iterator[FlowInput]:
    if values:
        yield FlowInput(name, percentile(values, 0.5), len(values), window_days, source, percentile(values, 0.75))


def _variation(name: str, values: Sequence[float], source: str) -> Iterator[FlowInput]:
    """The squared coefficient of variation, held between 0.5 and 4."""
    if len(values) < 2 or not (mean := sum(values) / len(values)):
        return
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    low, high = SCV_RANGE
    yield FlowInput(name, min(high, max(low, variance / mean**2)), len(values), LOAD_DAYS, source)


_COUNTS_OF_FEW = frozenset({"reviewers", "release_period_days", "release_window_wait_days"})
_READERS: tuple[tuple[Callable[[HostContext], Iterator[FlowInput]], tuple[Part, ...]], ...] = (
    (_arrivals, (Part.CHANGES,)),
    (_reviewing, (Part.CHANGES,)),
    (_stages, (Part.CHANGES,)),
    (_collisions, (Part.CHANGES,)),
    (_steadiness, (Part.CHANGES,)),
    (_pipelines, (Part.RUNS,)),
    (_integrating, (Part.CHANGES, Part.RUNS)),
    (_releasing, (Part.RELEASES,)),
)
