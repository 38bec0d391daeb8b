"""What a sound maturity model of ours may still get wrong: warnings, each with its place and what would be better.

Reads raw data, like lint.py; imports neither Django nor any of our apps.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from assessment.maturity.lint import practices_of
from assessment.maturity.problems import Node, Problem
from core.language import gettext

ALIKE = 0.95  # how alike two neighbouring anchors may be, as difflib counts it
LEAST_SHARE = 0.02  # of its dimension's weight, below which a practice moves nothing a reader sees
ANY = "*"


def weak_spots(raw: object) -> tuple[Problem, ...]:
    root = Node(raw)
    return tuple(replace(problem, code=code) for code, check in CHECKS for problem in check(root))


def _anchors(root: Node) -> Iterator[Problem]:
    for practice in practices_of(root):
        ladders = [sorted(practice.at("levels").named(), key=lambda pair: str(pair[0]))]
        for question in practice.at("questions").each():
            options = question.at("options").each()
            ladders.append([(option.at("level").value, option.at("text")) for option in options])
        for (low, one), (high, other) in (pair for ladder in ladders for pair in pairwise(ladder)):
            matcher = SequenceMatcher(None, one.text.lower(), other.text.lower(), autojunk=False)
            if one.text and matcher.real_quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                yield other.wrong(
                    gettext("says nearly the same as level {low}; say what one can see at level {high} only.").format(
                        low=low, high=high
                    )
                )


def _unanswerable(root: Node) -> Iterator[Problem]:
    for practice in practices_of(root):
        for question in practice.at("questions").each():
            roles = question.at("roles")
            if not roles.at("primary").each() and not roles.at("secondary").each():
                yield roles.wrong(gettext("names no role, so nobody is asked; name at least one."))


def _weights(root: Node) -> Iterator[Problem]:
    for dimension in root.at("dimensions").each():
        practices = dimension.at("practices").each()
        total = sum(one.at("weight").number or 0.0 for one in practices)
        for one in practices:
            weight = one.at("weight").number or 0.0
            if total and weight / total < LEAST_SHARE:
                share = f"{100 * weight / total:.1f} %"
                yield one.at("weight").wrong(
                    gettext("is {share} of its dimension, so the practice moves nothing; raise it or drop it.").format(
                        share=share
                    )
                )


def _gates(root: Node) -> Iterator[Problem]:
    """A gate that needs, over others, the level it guards."""
    gates = [
        (gate.at("practice").text, gate.at("level").number or 0, gate.at("needs").each())
        for gate in root.at("gates").each()
    ]
    names = [one.at("id").text for one in practices_of(root)]
    for place, (practice, level, _needs) in zip(root.at("gates").each(), gates, strict=True):
        guarded = names if practice == ANY else [practice]
        shut = [name for name in guarded if _needs_itself(name, level, gates)]
        if shut:
            yield place.wrong(
                gettext("can never be met by {shut}: what it needs needs that level first; lower one.").format(
                    shut=", ".join(shut)
                )
            )


def _needs_itself(practice: str, level: float, gates: list[tuple[str, float, list[Node]]]) -> bool:
    seen: set[tuple[str, float]] = set()
    open_ends = [(practice, level)]
    while open_ends:
        at, upto = open_ends.pop()
        for guarded, from_level, needs in gates:
            if guarded not in {at, ANY} or from_level > upto:
                continue
            for need in needs:
                step = (need.at("practice").text, need.at("level").number or 0)
                if step[0] == practice and step[1] >= level:
                    return True
                if step not in seen:
                    seen.add(step)
                    open_ends.append(step)
    return False


def _validity(root: Node) -> Iterator[Problem]:
    """A term shorter than the window of a reading: half of what is read is out of date on its first day."""
    windows = {name: node.at("window_days").number or 0.0 for name, node in root.at("signals").named()}
    for practice in practices_of(root):
        term = practice.at("valid_days")
        links = [link.at("signal").text for link in practice.at("evidence").each()]
        longest = max((windows.get(signal, 0.0) for signal in links), default=0.0)
        if term.number is not None and term.number < longest:
            yield term.wrong(
                gettext("is {number} days, but its evidence looks back {longest}; give at least {longest}.").format(
                    number=f"{term.number:g}", longest=f"{longest:g}"
                )
            )


CHECKS: tuple[tuple[str, Callable[[Node], Iterable[Problem]]], ...] = (
    ("indistinct-anchor", _anchors),
    ("unanswerable-question", _unanswerable),
    ("irrelevant-practice", _weights),
    ("impossible-gate", _gates),
    ("short-validity", _validity),
)
