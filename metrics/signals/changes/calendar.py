"""When a team works: its time zone, its weekend and its working hours.

Two measures of a span. *Hours without weekends* is elapsed time less every part of it that falls on a weekend day of
the team's zone: nights count. *Working hours* is the part of it inside the working hours of working days. Holidays
are not known and count as working days.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass

HOUR_S = 3600


@dataclass(frozen=True)
class Calendar:
    """Monday is day 0; `opens` and `closes` are hours of the local day."""

    time_zone: str = "UTC"
    weekend: frozenset[int] = frozenset({5, 6})
    opens: int = 9
    closes: int = 17

    @property
    def workday_hours(self) -> int:
        return self.closes - self.opens

    def hours_without_weekends(self, start: dt.datetime, end: dt.datetime) -> float:
        """Elapsed hours from start to end less the weekend parts; 0 when end is not after start."""
        return sum(_hours(max(a, start), min(b, end)) for day, a, b in self._days(start, end) if self._works(day))

    def working_hours(self, start: dt.datetime, end: dt.datetime) -> float:
        """Hours of the span inside the working hours; 0 when end is not after start."""
        total = 0.0
        for day, _, _ in self._days(start, end):
            if self._works(day):
                opens, closes = self._at(day, self.opens), self._at(day, self.closes)
                total += max(0.0, _hours(max(opens, start), min(closes, end)))
        return total

    def working_days(self, start: dt.datetime, end: dt.datetime) -> float:
        """The span in working days of `workday_hours` each."""
        return self.working_hours(start, end) / self.workday_hours

    def n_working_days(self, start: dt.datetime, end: dt.datetime) -> int:
        """How many dates after the one of `start`, up to the one of `end`, are no weekend days."""
        zone = zoneinfo.ZoneInfo(self.time_zone)
        first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        return sum(self._works(first + dt.timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def _works(self, day: dt.date) -> bool:
        return day.weekday() not in self.weekend

    def _days(self, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.date, dt.datetime, dt.datetime]]:
        """Each local date the span touches, with the moments it begins and ends."""
        if end <= start:
            return
        zone = zoneinfo.ZoneInfo(self.time_zone)
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            following = day + dt.timedelta(days=1)
            yield day, self._at(day, 0), self._at(following, 0)
            day = following

    def _at(self, day: dt.date, hour: int) -> dt.datetime:
        """That hour of the local day as a moment; hour 24 is the next midnight."""
        moved = day + dt.timedelta(days=hour // 24)
        local = dt.datetime.combine(moved, dt.time(hour % 24), tzinfo=zoneinfo.ZoneInfo(self.time_zone))
        return local.astimezone(dt.UTC)


def _hours(start: dt.datetime, end: dt.datetime) -> float:
    return (end - start).total_seconds() / HOUR_S
