"""Whether the actions of a maturity model lead anywhere: no circles, and every keystone can be raised."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessment.maturity.problems import Node, Problem
from core.language import gettext

GOAL = 4  # the level every keystone must be able to reach
Levels = dict[str, int]


@dataclass(frozen=True)
class _Step:
    id: str
    path: str
    practice: str
    start: int
    end: int
    needs: tuple[tuple[str, int], ...]

    def brings(self, practice: str, level: int) -> bool:
        return self.practice == practice and self.start < level <= self.end


def cycle_problems(root: Node) -> Iterator[Problem]:
    """Circles of actions that wait for each other, each action told in one circle, at the first in the file."""
    steps = _steps(root)
    # By place in the file, not by id: a doubled id must neither make up a circle nor hide one.
    waits = {s.path: [o.path for need in s.needs for o in steps if o.brings(*need)] for s in steps}
    names = {s.path: s.id for s in steps}
    told: set[str] = set()
    for step in steps:
        circle = _circle_through(step.path, waits)
        if circle and not told & set(circle):
            told |= set(circle)
            chain = f" {gettext('needs')} ".join(names[path] for path in [*circle, circle[0]])
            yield Problem(
                f"{step.path}.prereqs",
                gettext("the prerequisites run in a circle ({chain}); break it.").format(chain=chain),
            )


def _circle_through(start: str, waits: dict[str, list[str]]) -> list[str]:
    """The shortest chain of actions from `start` back to itself, empty when there is none."""
    chains = [[start]]
    seen: set[str] = set()
    while chains:
        chain = chains.pop(0)
        for following in waits.get(chain[-1], []):
            if following == start:
                return chain
            if following not in seen:
                seen.add(following)
                chains.append([*chain, following])
    return []


def reach_problems(root: Node) -> Iterator[Problem]:
    """Keystones that the actions cannot take from level 1 to the level a keystone is expected to reach."""
    reached = reachable_levels(_steps(root), _gates(root))
    for dimension in root.at("dimensions").each():
        for practice in dimension.at("practices").each():
            level = reached.get(practice.at("id").text, 1)
            if practice.at("keystone").value is True and level < GOAL:
                text = gettext(
                    "its actions lead from level 1 only to {level}; a keystone must be able to reach {goal}."
                ).format(level=level, goal=GOAL)
                yield practice.at("actions").wrong(text)


def reachable_levels(steps: list[_Step], gates: list[_Step]) -> Levels:
    """How far every practice gets from level 1 when every action is done as soon as it can be."""
    levels: Levels = {step.practice: 1 for step in steps}
    changed = True
    while changed:
        changed = False
        for step in steps:
            end = _gated(step, gates, levels)
            if levels[step.practice] < end and step.start <= levels[step.practice] and _is_ready(step, levels):
                levels[step.practice] = end
                changed = True
    return levels


def _is_ready(step: _Step, levels: Levels) -> bool:
    return all(levels.get(practice, 1) >= level for practice, level in step.needs)


def _gated(step: _Step, gates: list[_Step], levels: Levels) -> int:
    closed = [g.end - 1 for g in gates if g.practice in (step.practice, "*") and not _is_ready(g, levels)]
    return min([step.end, *closed])


def _steps(root: Node) -> list[_Step]:
    return [
        _Step(
            id=action.at("id").text,
            path=action.path,
            practice=practice.at("id").text,
            start=_level(action.at("moves").at("from")),
            end=_level(action.at("moves").at("to")),
            needs=_needs(action.at("prereqs")),
        )
        for dimension in root.at("dimensions").each()
        for practice in dimension.at("practices").each()
        for action in practice.at("actions").each()
    ]


def _gates(root: Node) -> list[_Step]:
    return [
        _Step("", gate.path, gate.at("practice").text, 1, _level(gate.at("level")), _needs(gate.at("needs")))
        for gate in root.at("gates").each()
    ]


def _needs(nodes: Node) -> tuple[tuple[str, int], ...]:
    return tuple((need.at("practice").text, _level(need.at("level"))) for need in nodes.each())


def _level(node: Node) -> int:
    return int(node.number or 1)
