"""Signals read from the history alone. Pure: a `History` in, one reading out.

Every signal states its definition, window, exclusions and unit in its docstring; what counts at all is decided in
`metrics.signals.exclusions`. Nothing is said per person.
"""

from collections.abc import Callable

from metrics.signals.history.disclosure import ai_marked_share, provenance_rate
from metrics.signals.history.intent import spec_cochange, spec_link_rate
from metrics.signals.history.merging import branch_age_p75, conflict_rate, direct_push_rate
from metrics.signals.history.rework import released_rework, revert_rate, rework_21d
from metrics.signals.history.shape import cross_area_share, size_p75, test_cochange
from metrics.signals.types import History, Reading

HISTORY_SIGNALS: dict[str, Callable[[History], Reading]] = {
    "spec_link_rate": spec_link_rate,
    "spec_cochange": spec_cochange,
    "size_p75": size_p75,
    "direct_push_rate": direct_push_rate,
    "test_cochange": test_cochange,
    "conflict_rate": conflict_rate,
    "branch_age_p75": branch_age_p75,
    "rework_21d": rework_21d,
    "released_rework": released_rework,
    "revert_rate": revert_rate,
    "ai_marked_share": ai_marked_share,
    "provenance_rate": provenance_rate,
}

__all__ = ["HISTORY_SIGNALS", "cross_area_share"]
