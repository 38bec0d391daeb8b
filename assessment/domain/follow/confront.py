"""What the last roadmap promised against what the next assessment found. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assessment.domain.roadmap.decisions import GONE, Decisions, Status
from assessment.domain.roadmap_types import RoadmapStep, StepKind


class Came(StrEnum):
    REACHED = "reached"
    ON_THE_WAY = "on_the_way"  # risen, not as far as aimed at
    NOT_YET = "not_yet"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True)
class Confronted:
    """One action that was taken on: the level it aimed at, where its practice stood and where it stands."""

    action: str
    title: str
    practice: str
    status: Status
    aimed: int
    before: int | None
    now: int | None
    came: Came


def confront(
    steps: Iterable[RoadmapStep],
    decisions: Decisions,
    *,
    before: Mapping[str, int | None],
    now: Mapping[str, int | None],
) -> tuple[Confronted, ...]:
    """The actions that were accepted, in the order of the plan, against the new staged levels."""
    taken = [
        step
        for step in steps
        if step.kind is not StepKind.SETTLE
        and (status := decisions.of(step.id).status) is not Status.OPEN
        and status not in GONE
    ]
    return tuple(
        Confronted(
            action=step.id,
            title=step.title,
            practice=step.practice,
            status=decisions.of(step.id).status,
            aimed=step.to_level,
            before=before.get(step.practice),
            now=now.get(step.practice),
            came=_came(before.get(step.practice), now.get(step.practice), step.to_level),
        )
        for step in taken
    )


def _came(before: int | None, now: int | None, aimed: int) -> Came:
    if now is None:
        return Came.NOT_KNOWN
    if now >= aimed:
        return Came.REACHED
    return Came.ON_THE_WAY if before is not None and now > before else Came.NOT_YET
