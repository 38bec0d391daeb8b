"""The parts of a maturity model that are edited one by one: where each stands, and the values inside it.

Works on raw data, so that a draft with mistakes can be mended too. Pure: imports neither Django nor any of our apps.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from assessment.maturity.editing import CannotEdit, Path, at
from assessment.maturity.lint import practices_of
from assessment.maturity.problems import Node

Kind = Literal["general", "practice", "signal", "action"]
GENERAL = ("meta", "scale", "scoring", "gates", "roles", "effort_scale")
BESIDE = {"id", "seeds", "actions", "n"}  # what refers to other places, or has pages of its own
Scalar = str | int | float | bool | None
Value = Scalar | list[Scalar]


@dataclass(frozen=True)
class Leaf:
    """One value; `path` leads to it from the part, or from the whole model for the general part."""

    path: Path
    value: Value

    @property
    def name(self) -> str:
        return "/".join(map(str, self.path))


@dataclass(frozen=True)
class Outline:
    """A practice with its actions, by id and name, as a table of contents shows them."""

    id: str
    name: str
    actions: tuple[tuple[str, str], ...]


def place_of(data: Any, kind: Kind, name: str = "") -> Path:
    """Where the part stands now. Raises CannotEdit when there is none of that id."""
    if kind == "general":
        return ()
    if kind == "signal":
        at(data, ("signals", name))
        return ("signals", name)
    for dimension, practice in _practices(data):
        path: Path = ("dimensions", dimension, "practices", practice)
        here = at(data, path)
        if kind == "practice" and here.get("id") == name:
            return path
        for number, action in enumerate(_list(here.get("actions"))):
            if kind == "action" and isinstance(action, dict) and action.get("id") == name:
                return (*path, "actions", number)
    raise CannotEdit((kind, name))


def leaves_of(data: Any, kind: Kind, place: Path) -> tuple[Leaf, ...]:
    """The values of the part that a form shows: texts, numbers, and lists of either."""
    part = at(data, place)
    if kind == "general":
        return tuple(leaf for key in GENERAL if key in part for leaf in _leaves(part[key], (key,)))
    return tuple(_leaves(part, ()))


def mark_of_part(data: Any, kind: Kind, place: Path) -> str:
    """Changes with any value a form of the part shows."""
    shown = [[leaf.name, leaf.value] for leaf in leaves_of(data, kind, place)]
    return hashlib.sha256(json.dumps(shown, default=str).encode()).hexdigest()[:16]


def outline_of(data: Any) -> tuple[tuple[Outline, ...], tuple[tuple[str, str], ...]]:
    """Practices with their actions, and signals, each by id and name; what no address can name is left out."""
    root = Node(data)
    practices = tuple(
        Outline(
            practice.at("id").text,
            practice.at("name").text,
            tuple(
                (one.at("id").text, one.at("title").text)
                for one in practice.at("actions").each()
                if _is_name(one.at("id").text)
            ),
        )
        for practice in practices_of(root)
        if _is_name(practice.at("id").text)
    )
    named = root.at("signals").named()
    signals = tuple((name, node.at("name").text) for name, node in named if isinstance(name, str) and _is_name(name))
    return practices, signals


def inside_of(data: Any, name: str) -> dict[str, list[str]]:
    """What a practice holds that can be taken out, and the signals it has no evidence from yet."""
    practice = next(one for one in practices_of(Node(data)) if one.at("id").text == name)
    linked = [one.at("signal").text for one in practice.at("evidence").each()]
    return {
        "questions": [one.at("id").text for one in practice.at("questions").each() if _is_name(one.at("id").text)],
        "linked": [one for one in linked if _is_name(one)],
        "linkable": [str(one) for one, _ in Node(data).at("signals").named() if one not in linked],
    }


def _practices(data: Any) -> Iterator[tuple[int, int]]:
    for d, dimension in enumerate(_list(data.get("dimensions") if isinstance(data, dict) else None)):
        for p, practice in enumerate(_list(dimension.get("practices") if isinstance(dimension, dict) else None)):
            if isinstance(practice, dict):
                yield d, p


def _leaves(value: Any, path: Path) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in BESIDE:
                yield from _leaves(one, (*path, key))
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for number, one in enumerate(value):
            yield from _leaves(one, (*path, number))
    elif path:
        yield Leaf(path, value)


def _is_name(name: str) -> bool:
    return bool(name) and "/" not in name and name not in {".", ".."}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
