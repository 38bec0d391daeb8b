"""Which questions of two maturity models speak of the same thing, and what an answer to one suggests for the other.

Two links are known: the codes a DSOMM activity names under `references` (`samm2: [I-SB-A-2]`), and a source of our own
format whose `where` begins with the slug of another model (`where: "samm: I-SB-A-2, I-SB-A-3"`), for every practice an
action of which is backed by it. Imports neither Django nor any of our apps.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from assessment.maturity.foreign.asked import SHARES, question_code
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.foreign.types import Question as ForeignQuestion
from assessment.maturity.schema import MaturityModelFile, Practice

NAMED_MODEL = re.compile(r"([a-z0-9][a-z0-9-]*):\s*(\S.*)")
FAMILIES = {"samm2": "samm"}  # the key of a reference, and the format whose codes it names
SLACK = 1e-9


@dataclass(frozen=True)
class Item:
    """One question. `values` says what each of its answers stands for from 0 to 1, in the order in which they are
    offered; `names` are codes by which others point at it, `points_at` codes of others by family."""

    id: str
    text: str
    values: tuple[float, ...]
    names: frozenset[str]
    points_at: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """A maturity model as a crosswalk reads it; `families` are the names by which others call it."""

    slug: str
    families: frozenset[str]
    items: tuple[Item, ...]

    @property
    def points_anywhere(self) -> bool:
        return any(item.points_at for item in self.items)


@dataclass(frozen=True)
class Suggested:
    """The place of an answer, counted from 1, and the items whose answers speak for it."""

    level: int
    because: tuple[str, ...]


def sheet_of_other(model: ForeignModel) -> Sheet:
    """Questions with several choices stand for no one value and are left out."""
    asked = [question for question in model.questions() if question.kind != "multiple"]
    return Sheet(model.slug, frozenset({model.slug, model.format}), tuple(_item(question) for question in asked))


def _item(question: ForeignQuestion) -> Item:
    values = SHARES if question.kind == "coverage" else tuple(choice.value or 0.0 for choice in question.choices)
    pointed = ((FAMILIES[key], code) for key, codes in question.references.items() if key in FAMILIES for code in codes)
    return Item(question_code(question.id), question.text, values, frozenset({question.id}), frozenset(pointed))


def sheet_of_ours(model: MaturityModelFile) -> Sheet:
    named = {name: frozenset(_codes(source.where)) for name, source in model.sources.items()}
    items = [
        Item(
            question.id,
            question.text,
            tuple((option.level - 1) / 4 for option in question.options),
            frozenset({question.id, practice.id}),
            pointed,
        )
        for practice in model.practices()
        for pointed in [_points_of(practice, named)]
        for question in practice.questions
    ]
    return Sheet(model.meta.id, frozenset({model.meta.id}), tuple(items))


def _points_of(practice: Practice, named: Mapping[str, frozenset[tuple[str, str]]]) -> frozenset[tuple[str, str]]:
    backing = {name for action in practice.actions for name in action.backing}
    return frozenset(code for name in backing for code in named.get(name, frozenset()))


def _codes(where: str) -> Iterable[tuple[str, str]]:
    found = NAMED_MODEL.fullmatch(where.strip())
    return ((found[1], code) for code in re.split(r"[,;\s]+", found[2]) if code) if found else ()


def linked(target: Sheet, source: Sheet) -> dict[str, tuple[Item, ...]]:
    """By question of `target` the questions of `source` that speak of the same, whichever of the two says so."""
    if target.slug == source.slug:
        return {}
    found = {
        item.id: tuple(other for other in source.items if _are_linked(item, target, other, source))
        for item in target.items
    }
    return {name: others for name, others in found.items() if others}


def _are_linked(item: Item, target: Sheet, other: Item, source: Sheet) -> bool:
    forth = any(family in source.families and code in other.names for family, code in item.points_at)
    return forth or any(family in target.families and code in item.names for family, code in other.points_at)


def suggested(target: Item, given: Iterable[tuple[Item, int]]) -> Suggested | None:
    """From answers to linked questions, as places counted from 1: their mean, rounded down to an answer there is.

    Down, because what another model asks is rarely all that this one asks; a person raises it, not a formula.
    """
    known = [(item, item.values[level - 1]) for item, level in given if 0 < level <= len(item.values)]
    if not known or not target.values:
        return None
    mean = fsum(value for _, value in known) / len(known)
    offered = [(value, place) for place, value in enumerate(target.values, start=1) if value <= mean + SLACK]
    if not offered:
        return None
    return Suggested(max(offered, key=lambda pair: (pair[0], -pair[1]))[1], tuple(item.id for item, _ in known))
