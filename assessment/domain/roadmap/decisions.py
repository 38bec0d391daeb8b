"""What people decided about a roadmap, as dates, and what it means for the planner. Pure.

A decision is never changed by planning: it is turned into `Wishes`, which planning goes round.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from assessment.domain.roadmap.schedule import HORIZON_DAYS
from assessment.domain.roadmap.wishes import USUAL, Capacity, OwnAction, Wishes
from assessment.domain.roadmap_types import RoadmapStep, StepKind


class Status(StrEnum):
    OPEN = "open"  # left to the plan
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DONE = "done"
    STOPPED = "stopped"


GONE = (Status.REJECTED, Status.STOPPED)


@dataclass(frozen=True)
class Decision:
    """What is decided about one action. `owner` is the key of a person; `since` the day of the status."""

    status: Status = Status.OPEN
    reason: str = ""
    starts_on: dt.date | None = None
    due_on: dt.date | None = None
    owner: str = ""
    note: str = ""
    since: dt.date | None = None


UNDECIDED = Decision()


@dataclass(frozen=True)
class Decisions:
    """All decisions about one roadmap, which begins on a day of its own and reaches 180 days from there."""

    begins_on: dt.date
    about: Mapping[str, Decision] = field(default_factory=dict)  # action id -> decision
    order: tuple[str, ...] = ()
    own: tuple[OwnAction, ...] = ()
    capacity: Capacity = USUAL

    @property
    def ends_on(self) -> dt.date:
        return self.begins_on + dt.timedelta(days=HORIZON_DAYS - 1)

    def of(self, action: str) -> Decision:
        return self.about.get(action, UNDECIDED)

    def with_decision(self, action: str, **fields: object) -> Self:
        decided = replace(self.of(action), **fields)  # type: ignore[arg-type]  # checked where it is called
        return replace(self, about={**self.about, action: decided})

    def on_day(self, day: int) -> dt.date:
        return self.begins_on + dt.timedelta(days=day)

    def wishes(self) -> Wishes:
        """What the planner goes round. A start before the plan begins counts as its first day."""
        return Wishes(
            rejected={name: _why_gone(one) for name, one in self.about.items() if one.status in GONE},
            starts={
                name: max(0, (one.starts_on - self.begins_on).days)
                for name, one in self.about.items()
                if one.starts_on and one.status not in GONE
            },
            order=self.order,
            own=self.own,
            capacity=self.capacity,
        )

    def overdue(self, step: RoadmapStep) -> int:
        """How many days after its due date a step would end; 0 when it has none or keeps it."""
        due = self.of(step.id).due_on
        return max(0, (self.on_day(step.ends_on_day) - due).days) if due else 0


def moved(steps: tuple[RoadmapStep, ...], action: str, *, before: str | None) -> tuple[str, ...]:
    """The order of the plan's actions with one put before another, or last; KeyError when one is not planned."""
    names = [step.id for step in steps if step.kind is not StepKind.SETTLE]
    if action not in names or (before is not None and before not in names):
        raise KeyError(action)
    names.remove(action)
    names.insert(len(names) if before is None else names.index(before), action)
    return tuple(names)


def _why_gone(decision: Decision) -> str:
    return decision.reason or decision.status.value
