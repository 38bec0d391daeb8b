"""Signals read from a hosting service. Pure: a `HostContext` in, one reading out.

`types` is the small set every host is brought into; `context` says what counts; `timeline` follows one change;
`joining` ties changes to the history and to releases. Each signal states its definition, window, exclusions, unit and
source in its docstring. `HOST_SIGNALS` names the parts of the host each signal needs: where the token may not see one
of them, the signal is skipped and says which permission would show it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from metrics.signals.changes import content, delivery, joining, people, pipeline, review, settings
from metrics.signals.changes.context import HostContext
from metrics.signals.changes.types import Part
from metrics.signals.types import Reading, Skipped


@dataclass(frozen=True, slots=True)
class HostSignal:
    """How a signal is read, and what of the host it needs."""

    read: Callable[[HostContext], Reading]
    needs: tuple[Part, ...]
    days: int  # how far back the changes must be complete


_OF_CHANGES = {
    content.spec_link_rate: 90,
    content.size_p75: 90,
    content.description_rate: 90,
    content.provenance_rate: 90,
    content.branch_age_p75: 90,
    content.late_surprise_rate: 90,
    review.pickup_p75: 90,
    review.review_wait_p75: 90,
    review.queue_growth: 28,
    review.stale_share: 0,
    review.review_load_rho: 56,
    review.rounds_mean: 90,
    review.style_comment_share: 90,
    review.rubber_stamp_rate: 90,
    review.unreviewed_rate: 90,
    people.reviewer_concentration: 90,
    people.reviews_per_week_p80: 56,
    people.single_reviewer_areas: 180,
    people.wip_per_person: 28,
    people.owner_approval_rate: 180,
    joining.direct_push_rate: 90,
}
_OF_MORE = {
    pipeline.red_merge_rate: ((Part.CHANGES, Part.CHECKS), 90),
    pipeline.flaky_rate: ((Part.RUNS,), 60),
    pipeline.ci_p75: ((Part.RUNS,), 60),
    pipeline.main_break_rate: ((Part.CHANGES, Part.RUNS), 90),
    delivery.release_wait_p75: ((Part.CHANGES, Part.RELEASES), 90),
    delivery.lead_merge_release_p50: ((Part.CHANGES, Part.RELEASES), 90),
    delivery.request_ts_rate: ((Part.CHANGES, Part.ITEMS), 90),
    delivery.lead_request_merge_p50: ((Part.CHANGES, Part.ITEMS), 90),
    delivery.wait_share: ((Part.CHANGES, Part.ITEMS, Part.RELEASES), 90),
    delivery.released_rework: ((Part.CHANGES, Part.RELEASES), 120),
    settings.alert_age_p75: ((Part.ALERTS,), 0),
    settings.protection_tier: ((), 0),
}
HOST_SIGNALS: dict[str, HostSignal] = {
    **{read.__name__: HostSignal(read, (Part.CHANGES,), days) for read, days in _OF_CHANGES.items()},
    **{read.__name__: HostSignal(read, needs, days) for read, (needs, days) in _OF_MORE.items()},
}


def read_host(context: HostContext) -> Iterator[Reading]:
    """Every host signal: its reading, or why the host could not tell."""
    for name, signal in HOST_SIGNALS.items():
        if hidden := context.unseen(*signal.needs):
            yield Skipped(name, hidden)
        elif Part.CHANGES in signal.needs and context.hosted.since > context.start_of(signal.days):
            yield Skipped(
                name, f"The changes were read back to {context.hosted.since:%Y-%m-%d} only, which is too short."
            )
        else:
            yield signal.read(context)


__all__ = ["HOST_SIGNALS", "HostContext", "HostSignal", "read_host"]
