"""The rule of three: nothing that looks at a time is shown on fewer than three people. It stands here alone.

Whoever knows a team reads in the figures of one or two what one of them does. So a signal that looks at what was done
in a time is said only where three people or more made changes within its own window. What stands in the files or in
the settings now, a pipeline or a rule, says nothing of anybody's work and is not held back.
"""

from collections.abc import Set
from dataclasses import dataclass, field

from metrics.signals.changes.context import HostContext, n_people
from metrics.signals.changes.timeline import is_open_at
from metrics.signals.exclusions import counted_changes
from metrics.signals.history.disclosure import n_people as n_authors
from metrics.signals.history.reading import MIN_PEOPLE, TOO_FEW_MADE
from metrics.signals.types import History, Reading, Skipped

FLOW_DAYS = 90
OF_PEOPLE = frozenset({"pr", "issues"})


@dataclass(frozen=True)
class Behind:
    """Who made the changes of one repository, counted and never named.

    Of what the host measured of changes, the host's own account of them decides; of what it measured of runs, releases
    and alerts, whichever of clone and host sees more people. Of a change an assistant opened, whoever merged it counts.
    """

    history: History | None
    host: HostContext | None = None
    _in_clone: dict[int, int] = field(default_factory=dict, compare=False)  # by days

    def hold_back(self, reading: Reading, *, sources: Set[str], window_days: int, is_hosts: bool) -> Reading:
        """The reading, or in its place that too few people stand behind it. `is_hosts`: the host measured it."""
        of_changes = bool(sources & OF_PEOPLE)
        if isinstance(reading, Skipped) or not (window_days or of_changes):
            return reading
        n_here = 0 if is_hosts and of_changes else self._n_in_clone(window_days)
        n_there = n_behind(self.host, window_days) if self.host and is_hosts else 0
        return reading if max(n_here, n_there) >= MIN_PEOPLE else Skipped(reading.signal, TOO_FEW_MADE)

    @property
    def may_show_flow(self) -> bool:
        """Whether stage times and the like may be shown: they are of the changes the host tells of."""
        return self.host is not None and n_behind(self.host, FLOW_DAYS) >= MIN_PEOPLE

    def _n_in_clone(self, days: int) -> int:
        """Author addresses; bots and assistants are none."""
        if self.history is None or self.history.is_shallow:
            return 0
        if days not in self._in_clone:
            self._in_clone[days] = n_authors(self.history, counted_changes(self.history, days))
        return self._in_clone[days]


def n_behind(context: HostContext, days: int) -> int:
    """How many people opened the changes merged in the last so many days; without days, those open now."""
    changes = context.merged(days) if days else (c for c in context.counted if is_open_at(c, context.until))
    return n_people(c.author if c.author.is_person else c.merged_by or c.author for c in changes)
