"""Everything a maturity model file can get wrong, found at once.

The checks read raw data, so they speak also about a file the types refuse. Imports neither Django nor any of our apps.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from assessment.maturity.problems import Node, Problem, near, type_problems
from assessment.maturity.reach import cycle_problems, reach_problems
from assessment.maturity.reading import UnreadableYaml, read_yaml
from core.language import gettext, gettext_noop

LEVELS = [1, 2, 3, 4, 5]
MOVES_NOTHING = "action-moves-nothing"
PRACTICE, ACTION, ROLE, SIGNAL = (
    gettext_noop("practice"),
    gettext_noop("action"),
    gettext_noop("role"),
    gettext_noop("signal"),
)
FACT = gettext_noop("fact")
SEED_ITEM, SEED_OR_SOURCE = gettext_noop("seed item"), gettext_noop("seed item or source")
THRESHOLD_LEVELS = [2, 3, 4, 5]


class UnusableModel(Exception):
    """A file that is no maturity model; the message lists everything wrong with it, one line each."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{path}: {problem}" for problem in self.problems))


def lint_file(path: Path) -> tuple[Problem, ...]:
    """All problems of the file, empty when it is a sound maturity model."""
    try:
        return lint(read_yaml(path))
    except UnreadableYaml as wrong:
        return (Problem("", str(wrong), "unreadable"),)


def lint(raw: object) -> tuple[Problem, ...]:
    """All problems of the content; where types and meaning complain about one place, meaning is told."""
    if not isinstance(raw, dict):
        text = gettext("the file must hold a mapping with the keys meta, scale, roles, … at its top.")
        return (Problem("", text, "not-this-format"),)
    root = Node(raw)
    meant = list(dict.fromkeys(_coded(problem, code) for code, check in CHECKS for problem in check(root)))
    # A prerequisite that is broken blocks others; what cannot be reached is told once the rest is sound.
    meant = meant or [_coded(problem, "unreachable-level") for problem in reach_problems(root)]
    places = {problem.path for problem in meant}
    return (*(problem for problem in type_problems(raw) if problem.path not in places), *meant)


def _coded(problem: Problem, code: str) -> Problem:
    return problem if problem.code else replace(problem, code=code)


class _Names:
    """The ids a file defines."""

    def __init__(self, root: Node) -> None:
        self.practices = [practice.at("id").text for practice in practices_of(root)]
        self.actions = [action.at("id").text for p in practices_of(root) for action in p.at("actions").each()]
        self.roles = [role.at("id").text for role in root.at("roles").each()]
        self.stages = [stage.at("id").text for stage in root.at("stages").each()]
        self.signals = [str(name) for name, _ in root.at("signals").named()]
        self.facts = [str(name) for name, _ in root.at("facts").named()]
        self.backing = [item.at("id").text for item in root.at("seed_items").each()]
        self.sources = [str(name) for name, _ in root.at("sources").named()]


def practices_of(root: Node) -> list[Node]:
    return [practice for dimension in root.at("dimensions").each() for practice in dimension.at("practices").each()]


def _duplicates(root: Node) -> Iterator[Problem]:
    practices = practices_of(root)
    groups = [
        root.at("roles").each(),
        root.at("stages").each(),
        root.at("dimensions").each(),
        root.at("seed_items").each(),
        practices,
        [question for practice in practices for question in practice.at("questions").each()],
        [action for practice in practices for action in practice.at("actions").each()],
    ]
    for group in groups:
        first: dict[str, str] = {}
        for node in group:
            name = node.at("id").text
            if name and name in first:
                yield node.at("id").wrong(
                    gettext("{name} is already the id of {other}; give each its own.").format(
                        name=repr(name), other=first[name]
                    )
                )
            first.setdefault(name, node.path)


def _references(root: Node) -> Iterator[Problem]:
    names = _Names(root)
    for gate in root.at("gates").each():
        yield from _known([gate.at("practice")], [*names.practices, "*"], PRACTICE)
        yield from _known((need.at("practice") for need in gate.at("needs").each()), names.practices, PRACTICE)
    for item in root.at("seed_items").each():
        yield from _known(item.at("practices").each(), names.practices, PRACTICE)
        yield from _known(item.at("actions").each(), names.actions, ACTION)
    for practice in practices_of(root):
        yield from _practice_references(practice, names)


def _practice_references(practice: Node, names: _Names) -> Iterator[Problem]:
    stages = practice.at("stages").named()
    if not stages:
        yield practice.at("stages").wrong(gettext("names no stage; give at least one stage with its share."))
    for name, node in stages:
        if name not in names.stages:
            yield node.wrong(
                gettext("there is no stage {name}; {near}").format(name=repr(name), near=near(name, names.stages))
            )
    yield from _known(practice.at("seeds").each(), names.backing, SEED_ITEM)
    for question in practice.at("questions").each():
        for kind in ("primary", "secondary"):
            yield from _known(question.at("roles").at(kind).each(), names.roles, ROLE)
    links = [link.at("signal") for link in practice.at("evidence").each()]
    yield from _known(links, names.signals, SIGNAL)
    yield from _repeated(links)
    for action in practice.at("actions").each():
        yield from _action_references(action, names)


def _action_references(action: Node, names: _Names) -> Iterator[Problem]:
    needs = action.at("prereqs").each()
    yield from _known([action.at("owner")], names.roles, ROLE)
    yield from _known((need.at("practice") for need in needs), names.practices, PRACTICE)
    yield from _known(action.at("raises_inflow_of").each(), names.practices, PRACTICE)
    yield from _known([action.at("indicator").at("signal")], names.signals, SIGNAL)
    yield from _stop_rule(action.at("indicator").at("stop"), names)
    yield from _known(action.at("backing").each(), [*names.backing, *names.sources], SEED_OR_SOURCE)
    start, end = action.at("moves").at("from").number, action.at("moves").at("to").number
    if start is not None and end is not None and start >= end:
        yield action.at("moves").wrong(
            gettext("goes from {start} to {end}; an action must lead to a higher level.").format(
                start=f"{start:g}", end=f"{end:g}"
            ),
            MOVES_NOTHING,
        )


def _stop_rule(rule: Node, names: _Names) -> Iterator[Problem]:
    worse = rule.at("worse").each()
    yield from _known(worse, names.signals, SIGNAL)
    if rule.value is not None and not worse and not rule.at("asks").text:
        yield rule.wrong(gettext("says when to look and not at what; name signals under worse, or ask something."))


def _known(nodes: Iterable[Node], known: list[str], kind: str) -> Iterator[Problem]:
    for node in nodes:
        if node.text and node.text not in known:
            yield node.wrong(
                gettext("there is no {kind} {text}; {near}").format(
                    kind=gettext(kind), text=repr(node.text), near=near(node.text, known)
                )
            )


def _repeated(nodes: list[Node]) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in nodes:
        if node.text in seen:
            yield node.wrong(gettext("{text} is listed twice; list it once.").format(text=repr(node.text)))
        seen.add(node.text)


def _ladders(root: Node) -> Iterator[Problem]:
    yield from _five(root.at("scale").at("levels"), "n")
    for practice in practices_of(root):
        described = [level for level, _ in practice.at("levels").named()]
        if practice.at("levels").value is not None and sorted(map(str, described)) != [str(n) for n in LEVELS]:
            yield practice.at("levels").wrong(
                gettext("describes {described}; describe each of the levels 1 to 5 once.").format(
                    described=_list(described)
                )
            )
        for question in practice.at("questions").each():
            yield from _five(question.at("options"), "level")


def _five(options: Node, key: str) -> Iterator[Problem]:
    levels = [option.at(key).value for option in options.each()]
    if options.value is not None and levels != LEVELS:
        yield options.wrong(
            gettext("has the levels {levels}; give five, one for each level from 1 to 5 in order.").format(
                levels=_list(levels)
            )
        )


def _list(values: Iterable[object]) -> str:
    return ", ".join(map(str, values)) or "none"


def _signals(root: Node) -> Iterator[Problem]:
    for _, signal in root.at("signals").named():
        kind = signal.at("kind").text
        if kind == "grades" and not signal.at("grades").named():
            yield signal.at("grades").wrong(
                gettext("is empty; a signal of kind grades needs its grades with their bands.")
            )
        if kind == "threshold" or signal.at("thresholds").named():
            yield from _thresholds(signal)
        if signal.at("grades").named() and signal.at("thresholds").named():
            yield signal.wrong(gettext("has thresholds and grades; keep one of them."))
        for _, band in signal.at("grades").named():
            ends = [node.number for node in band.each()]
            if len(ends) == 2 and ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
                yield band.wrong(
                    gettext("the band runs from {low} to {high}; put the lower level first.").format(
                        low=f"{ends[0]:g}", high=f"{ends[1]:g}"
                    )
                )


def _thresholds(signal: Node) -> Iterator[Problem]:
    node, better = signal.at("thresholds"), signal.at("better").text
    values = {level: value.number for level, value in node.named()}
    if list(values) != THRESHOLD_LEVELS:
        yield node.wrong(
            gettext("has levels {values}; give one value for each of the levels 2, 3, 4 and 5 in order.").format(
                values=_list(values)
            )
        )
    if better not in {"higher", "lower"}:
        yield signal.at("better").wrong(gettext('is missing; say whether "higher" or "lower" values are better.'))
        return
    known = [value for value in values.values() if value is not None]
    rises = all(low < high for low, high in pairwise(known))
    falls = all(low > high for low, high in pairwise(known))
    if not (rises if better == "higher" else falls):
        wanted = (
            gettext("is {known}; values must rise from level to level where higher is better.")
            if better == "higher"
            else gettext("is {known}; values must fall from level to level where lower is better.")
        )
        yield node.wrong(wanted.format(known=_list(known)))


def _caps(root: Node) -> Iterator[Problem]:
    names = _Names(root)
    for practice in practices_of(root):
        for cap in practice.at("caps").each():
            for condition in cap.at("when").each():
                yield from _condition(root, condition, names)


def _condition(root: Node, condition: Node, names: _Names) -> Iterator[Problem]:
    signal, fact = condition.at("signal"), condition.at("fact")
    if bool(signal.text) == bool(fact.text):
        yield condition.wrong(gettext("name either a signal or a fact, not both and not none."))
    yield from _known([signal], names.signals, SIGNAL)
    yield from _known([fact], names.facts, FACT)
    value, op = condition.at("value"), condition.at("op").text
    grades = [str(name) for name, _ in root.at("signals").at(signal.text).at("grades").named()]
    if grades:
        wanted = value.each() if isinstance(value.value, list) else [value]
        if op not in {"==", "in"}:
            yield condition.at("op").wrong(
                gettext("is {op}; grades have no order, compare with == or in.").format(op=repr(op))
            )
        for node in wanted:
            if node.value not in grades:
                yield node.wrong(
                    gettext("{text} has no grade {value}; {near}").format(
                        text=signal.text, value=repr(node.value), near=near(node.value, grades)
                    )
                )
    elif value.number is None and (fact.text or signal.text in names.signals):
        yield value.wrong(
            gettext("is {value}; this is measured as a number, so compare it with one.").format(value=repr(value.value))
        )


def _parameters(root: Node) -> Iterator[Problem]:
    complete = {
        "question_weights": ("mechanism", "reach", "experience"),
        "role_weights": ("primary", "secondary"),
        "evidence_validity_sd": ("direct", "proxy", "weak"),
        "gap_states": ("aligned", "tension"),
    }
    for name, keys in complete.items():
        node = root.at("scoring").at(name)
        for key in keys:
            if isinstance(node.value, dict) and key not in node.value:
                yield node.at(key).wrong(gettext("is missing; add it."))
    aligned, tension = (root.at("scoring").at("gap_states").at(key).number for key in complete["gap_states"])
    if aligned is not None and tension is not None and aligned >= tension:
        yield (
            root.at("scoring")
            .at("gap_states")
            .wrong(gettext("aligned must be the smaller gap, tension the larger one."))
        )
    for size in ("S", "M", "L"):
        if root.at("effort_scale").at(size).value is None:
            yield root.at("effort_scale").at(size).wrong(gettext("is missing; describe the sizes S, M and L."))


CHECKS: tuple[tuple[str, Callable[[Node], Iterable[Problem]]], ...] = (
    ("duplicate-id", _duplicates),
    ("dangling-reference", _references),
    ("incomplete-ladder", _ladders),
    ("thresholds-not-monotone", _signals),
    ("bad-cap", _caps),
    ("bad-parameter", _parameters),
    ("cycle", cycle_problems),
)
