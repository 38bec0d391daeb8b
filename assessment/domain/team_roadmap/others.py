"""The plan of a maturity model of others: its own steps in their order, round what people decided.

Its authors give no duration, no worth and no role, so nothing is computed from them: no day but those a person set, no
limit to what is open at once. A step never stands before one it waits for, whatever order somebody chose.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assessment.domain.roadmap.decisions import GONE, Decisions, Status
from assessment.domain.roadmap_types import Deferred, Horizon, Roadmap, RoadmapStep, StepKind
from assessment.maturity.foreign.asked import practice_code, question_code
from assessment.maturity.foreign.types import Action, ForeignModel
from core.language import gettext


def titles_of_others(model: ForeignModel) -> dict[str, str]:
    """Every action of the model by the id it has in a plan."""
    return {_id_of(action): action.title or _id_of(action) for action in model.actions}


def roadmap_of_others(model: ForeignModel, rows: Iterable[Mapping[str, Any]], decided: Decisions) -> Roadmap:
    """`rows` are the steps of a result. What was accepted or done stays, also where the result no longer holds it."""
    homes = {question.id: practice_code(p.id) for p in model.practices() for question in p.questions}
    actions = {_id_of(action): action for action in model.actions}
    steps = {
        name: _step(name, row["title"], row["text"], homes[row["question"]], waits_for=_waits(model, row))
        for name, row in rows_by_action(model, rows).items()
    }
    for name, one in decided.about.items():
        if name in actions and name not in steps and one.status in (Status.ACCEPTED, Status.DONE):
            steps[name] = _step(name, actions[name].title, actions[name].text, homes.get(actions[name].question, ""))
    for own in decided.own:
        steps[own.id] = _step(own.id, own.title, own.outcome, own.practice, kind=StepKind.OWN)
    gone = {name for name, one in decided.about.items() if one.status in GONE}
    left = [_left(steps[name], decided) for name in steps if name in gone]
    kept = _in_order([step for name, step in steps.items() if name not in gone], decided.order)
    return Roadmap(constraint_practice=None, constraint_reason="", steps=tuple(kept), not_now=tuple(left))


def rows_by_action(model: ForeignModel, rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The steps of a result by the action each of them is."""
    offered: dict[str, list[Action]] = {}
    for action in model.actions:
        offered.setdefault(action.question, []).append(action)
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        known = offered.get(row["question"], [])
        named = [one for one in known if one.title == row["title"]] or known
        if named:
            found[_id_of(named[0])] = row
    return found


def _waits(model: ForeignModel, row: Mapping[str, Any]) -> tuple[str, ...]:
    firsts = {action.question: _id_of(action) for action in reversed(model.actions)}
    return tuple(firsts[need] for need in row["waits_for"] if need in firsts)


def _in_order(steps: Sequence[RoadmapStep], order: Sequence[str]) -> list[RoadmapStep]:
    """As somebody put them, the rest behind in the order of the model; each behind what it waits for."""
    places = {name: place for place, name in enumerate(order)}
    left = sorted(steps, key=lambda step: places.get(step.id, len(places)))
    placed: list[RoadmapStep] = []
    names: set[str] = set()
    waiting = {step.id for step in steps}
    while left:
        following = next((one for one in left if set(one.waits_for) & waiting <= names), left[0])
        left.remove(following)
        names.add(following.id)
        placed.append(following)
    return placed


def _step(
    name: str,
    title: str,
    text: str,
    practice: str,
    *,
    waits_for: tuple[str, ...] = (),
    kind: StepKind = StepKind.ACTION,
) -> RoadmapStep:
    """Days, worth and levels are not known: nobody reads them of such a step."""
    return RoadmapStep(
        id=name,
        kind=kind,
        practice=practice,
        title=title,
        outcome=text,
        horizon=Horizon.LATER if waits_for else Horizon.NOW,
        owner="",
        effort="",
        effort_days=0.0,
        starts_on_day=0,
        ends_on_day=0,
        value=0.0,
        priority=0.0,
        from_level=0,
        to_level=0,
        prerequisites=(),
        waits_for=waits_for,
        unlocks=(),
        clears_cap=False,
        on_constraint=False,
        indicator_signal=None,
        indicator_watch="",
        backing=(),
        why=(),
    )


def _left(step: RoadmapStep, decided: Decisions) -> Deferred:
    reason = decided.of(step.id).reason
    told = gettext("Not taken: {reason}.").format(reason=reason.rstrip(".")) if reason else ""
    return Deferred(step.id, step.practice, step.title, told)


def _id_of(action: Action) -> str:
    return question_code(action.id)
