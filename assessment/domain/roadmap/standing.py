"""Where every practice stands, today and after the steps finished so far, and what an action needs there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assessment.domain.scoring.types import PracticeScore, ScoreCard
from assessment.maturity.schema import Action, MaturityModelFile, Practice

AGREED = 3  # the level from which a practice limits what flows into it
Levels = Mapping[str, int]


@dataclass(frozen=True)
class Requirement:
    """A practice at a level, asked for by a prerequisite or by a gate on the level an action leads to."""

    practice: str
    level: int

    def is_met(self, staged: Levels) -> bool:
        return staged.get(self.practice, 0) >= self.level


@dataclass(frozen=True)
class Ground:
    """What does not change while a roadmap is drawn up."""

    model: MaturityModelFile
    scores: Mapping[str, PracticeScore]
    practices: Mapping[str, Practice]
    actions: tuple[tuple[Practice, Action], ...]
    targets: Levels
    today: Levels  # own level of every practice that is known: staged, but before gates


@dataclass
class Progress:
    """Levels as the finished steps leave them, with the step that brought each."""

    ground: Ground
    own: dict[str, int] = field(init=False)
    staged: dict[str, int] = field(init=False)
    brought_by: dict[tuple[str, int], str] = field(default_factory=dict)  # (practice, staged level) -> step id

    def __post_init__(self) -> None:
        self.own = dict(self.ground.today)
        self.staged = gated(self.ground.model, self.own)

    def finish(self, step_id: str, practice: str, level: int) -> None:
        self.own[practice] = max(self.own[practice], level)
        before, self.staged = self.staged, gated(self.ground.model, self.own)
        for name, now in self.staged.items():
            for reached in range(before[name] + 1, now + 1):
                self.brought_by[name, reached] = step_id


def ground_of(model: MaturityModelFile, card: ScoreCard, targets: Levels) -> Ground:
    scores = {score.practice: score for score in card.practices}
    return Ground(
        model=model,
        scores=scores,
        practices={practice.id: practice for practice in model.practices()},
        actions=tuple((practice, action) for practice in model.practices() for action in practice.actions),
        targets=targets,
        today={name: s.ungated_level for name, s in scores.items() if s.ungated_level is not None},
    )


def gated(model: MaturityModelFile, own: Levels) -> dict[str, int]:
    """Levels with every gate applied; lowering one can close another gate, so repeat till rest."""
    staged = dict(own)
    changed = True
    while changed:
        changed = False
        for gate in model.gates:
            if all(staged.get(need.practice, 0) >= need.level for need in gate.needs):
                continue
            for practice in staged if gate.practice == "*" else (gate.practice,):
                if staged.get(practice, 0) >= gate.level:
                    staged[practice] = gate.level - 1
                    changed = True
    return staged


def requirements(
    model: MaturityModelFile, practice: Practice, action: Action, own_level: int
) -> tuple[Requirement, ...]:
    """Prerequisites, and what the gates ask for between the level now and the level the action leads to."""
    needs = [(need.practice, need.level) for need in action.prereqs]
    for gate in model.gates:
        if gate.practice in (practice.id, "*") and own_level < gate.level <= action.moves.to_level:
            needs += [(need.practice, need.level) for need in gate.needs]
    return tuple(Requirement(name, level) for name, level in dict.fromkeys(needs))


def covers(action: Action, level: int) -> bool:
    return action.moves.from_level <= level < action.moves.to_level


def unmet_by_practice(ground: Ground, progress: Progress, done: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """For each practice the levels others wait for, as (level, id of the action or gate that waits)."""
    waiting: dict[str, list[tuple[int, str]]] = {}
    past = set(done)
    for practice, action in ground.actions:
        own = progress.own.get(practice.id)
        if own is None or action.id in past or not covers(action, own):
            continue
        for need in requirements(ground.model, practice, action, own):
            if not need.is_met(progress.staged):
                waiting.setdefault(need.practice, []).append((need.level, action.id))
    for gate in ground.model.gates:
        held = [
            name
            for name, own in progress.own.items()
            if gate.practice in (name, "*") and own >= gate.level > progress.staged[name]
        ]
        for wanted in gate.needs:
            if progress.staged.get(wanted.practice, 0) < wanted.level:
                waiting.setdefault(wanted.practice, []).extend((wanted.level, f"{name}@{gate.level}") for name in held)
    return waiting
