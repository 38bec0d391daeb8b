"""What differs between two maturity models: parts added, changed and removed, each with its place.

Parts are found again by what names them (id, level, number, key), never by their order. Pure: no Django below.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import BaseModel

from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.texts import TEXTS, key_of

Model = MaturityModelFile | ForeignModel
NUMBERS = {
    "weight": "weight",
    "question_weights": "weight",
    "role_weights": "weight",
    "value": "weight",
    "thresholds": "threshold",
    "grades": "threshold",
    "supports_max": "threshold",
    "min_n": "threshold",
}
FOREIGN_TEXTS = ("name", "title", "text", "detail", "help", "improvement", "criteria")
PARTS = {  # what an entry is called that is none of weight, threshold, text
    "MaturityModelFile": "model",
    "ForeignModel": "model",
    "Option": "option",
    "Choice": "option",
    "RoleDefinition": "role",
    "SeedItem": "seed item",
    "ScaleLevel": "level",
    "Step": "action",
    "StopRule": "action",
    "Indicator": "action",
    "EvidenceLink": "evidence",
    "Condition": "cap",
    "Prerequisite": "prerequisite",
    "Needs": "prerequisite",
    "RiskRule": "rule",
    "QuestionRoles": "question",
    "ScoringParameters": "scoring",
}
NAMED_INSIDE = ("id", "name", "title", "text", "version")


@dataclass(frozen=True)
class Change:
    """`kind` is the part it is about, or weight, threshold or text; `before` and `after` are plain data or None."""

    kind: str
    place: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class Difference:
    added: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        return asdict(self)

    def counts(self) -> dict[str, int]:
        return {"added": len(self.added), "changed": len(self.changed), "removed": len(self.removed)}


def difference(before: Model, after: Model) -> Difference:
    """What became of `before`. A part that is new or gone is told once, not with everything inside it."""
    walk = _Walk()
    walk.parts(before, after, "")
    return Difference(tuple(walk.added), tuple(walk.changed), tuple(walk.removed))


@dataclass
class _Walk:
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)

    def parts(self, before: BaseModel, after: BaseModel, place: str) -> None:
        if type(before) is not type(after):
            self.changed.append(Change("format", place or "format", type(before).__name__, type(after).__name__))
            return
        for name in type(before).model_fields:
            self.values(before, name, getattr(before, name), getattr(after, name), f"{place}{name}")

    def values(self, part: BaseModel, name: str, before: Any, after: Any, place: str) -> None:
        if before == after:
            return
        if isinstance(before, BaseModel) and isinstance(after, BaseModel):
            self.parts(before, after, f"{place}/")
        elif _holds_parts(before) or _holds_parts(after):
            self.collections(_by_key(before), _by_key(after), place)
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            for key in [*before, *(key for key in after if key not in before)]:
                self.values(part, name, before.get(key), after.get(key), f"{place}/{key}")
        else:
            rows = self.added if before is None else self.removed if after is None else self.changed
            rows.append(Change(_kind(part, name), place, _plain(before), _plain(after)))

    def collections(self, before: dict[str, BaseModel], after: dict[str, BaseModel], place: str) -> None:
        for key, part in before.items():
            if key in after:
                self.parts(part, after[key], f"{place}/{key}/")
            else:
                self.removed.append(Change(_part_name(part), f"{place}/{key}", before=_in_short(part)))
        for key, part in after.items():
            if key not in before:
                self.added.append(Change(_part_name(part), f"{place}/{key}", after=_in_short(part)))
        kept_before, kept_after = [key for key in before if key in after], [key for key in after if key in before]
        if kept_before != kept_after:
            self.changed.append(Change("order", place, kept_before, kept_after))


def _holds_parts(value: Any) -> bool:
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
    return any(isinstance(one, BaseModel) for one in inside)


def _by_key(value: Any) -> dict[str, BaseModel]:
    if isinstance(value, Mapping):
        return {str(key): part for key, part in value.items()}
    return dict(_keyed(value or ()))


def _keyed(parts: tuple[BaseModel, ...]) -> Iterator[tuple[str, BaseModel]]:
    seen: dict[str, int] = {}
    for position, part in enumerate(parts):
        key = _key(part, position)
        seen[key] = seen.get(key, 0) + 1
        yield (key if seen[key] == 1 else f"{key}({seen[key]})"), part


def _key(part: BaseModel, position: int) -> str:
    """What names a part: for links between parts, what they link."""
    kind = type(part).__name__
    if kind == "Prerequisite":
        return f"{part.practice}@{part.level}"  # type: ignore[attr-defined]  # its fields
    if kind == "EvidenceLink":
        return str(part.signal)  # type: ignore[attr-defined]  # its field
    if kind == "Needs":
        return f"{part.of}<{part.needs}"  # type: ignore[attr-defined]  # its fields
    if kind == "Gate":
        return f"{part.practice}@{part.level}"  # type: ignore[attr-defined]  # its fields
    return key_of(part, position)


def _part_name(part: BaseModel) -> str:
    return PARTS.get(type(part).__name__, type(part).__name__.lower())


def _kind(part: BaseModel, name: str) -> str:
    if name in NUMBERS:
        return NUMBERS[name]
    is_text = name in FOREIGN_TEXTS if type(part).__module__.endswith("foreign.types") else False
    if is_text or name in TEXTS.get(type(part).__name__, ()):
        return "text"
    return PARTS.get(type(part).__name__, type(part).__name__.lower())


def _in_short(part: BaseModel) -> dict[str, Any]:
    """The names of a part, and how much is in it; a part without names as a whole."""
    data = part.model_dump(mode="json", by_alias=True)
    named = {name: data[name] for name in NAMED_INSIDE if data.get(name)}
    if not named:
        return data
    return named | {name: len(value) for name, value in data.items() if isinstance(value, list) and value}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return list(value) if isinstance(value, tuple) else value
