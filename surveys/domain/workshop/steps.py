"""What may follow what on one practice of a workshop. Pure: imports no Django and no model row.

waiting ── open ──► voting ── reveal ──► talking ── settle ──► settled
                      ▲                    │ again                │ reopen
                      └────────────────────┘◄─────────────────────┘
"""

from enum import StrEnum


class Stage(StrEnum):
    WAITING = "waiting"
    VOTING = "voting"
    TALKING = "talking"
    SETTLED = "settled"


class Step(StrEnum):
    OPEN = "open"  # the first secret vote
    REVEAL = "reveal"
    AGAIN = "again"  # another vote, which keeps the one before
    SETTLE = "settle"  # agreed, or agreed to disagree
    CONFIRM = "confirm"  # what everybody agrees on already, without a vote
    REOPEN = "reopen"  # back to talking; without a vote, back to waiting
    CANCEL = "cancel"  # an open vote is taken back


FOLLOWS: dict[tuple[Stage, Step], Stage] = {
    (Stage.WAITING, Step.OPEN): Stage.VOTING,
    (Stage.VOTING, Step.REVEAL): Stage.TALKING,
    (Stage.TALKING, Step.AGAIN): Stage.VOTING,
    (Stage.TALKING, Step.SETTLE): Stage.SETTLED,
    (Stage.WAITING, Step.CONFIRM): Stage.SETTLED,
    (Stage.SETTLED, Step.REOPEN): Stage.TALKING,
}


def stage_after(stage: Stage, step: Step, *, n_revealed: int) -> Stage | None:
    """The next stage; None where the step does not fit. `n_revealed` is the number of revealed rounds."""
    back = Stage.TALKING if n_revealed else Stage.WAITING
    if (stage, step) in {(Stage.SETTLED, Step.REOPEN), (Stage.VOTING, Step.CANCEL)}:
        return back
    return FOLLOWS.get((stage, step))
