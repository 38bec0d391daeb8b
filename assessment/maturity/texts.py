"""The texts of a maturity model in another language: every text has a place, a translation names places.

Pure: imports pydantic and the schema only. Ids, numbers, units and titles of publications are not texts.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from assessment.maturity.schema import MaturityModelFile

TEXTS: dict[str, tuple[str, ...]] = {
    "Meta": ("title", "purpose", "unit_of_assessment", "not_for"),
    "TargetTime": ("note",),
    "Scale": ("note",),
    "ScaleLevel": ("name", "test"),
    "OutsideAnswer": ("label", "effect"),
    "RoleDefinition": ("name", "titles"),
    "Stage": ("name", "touches"),
    "Gate": ("why",),
    "EffortSize": ("elapsed", "person_days", "needs"),
    "Signal": ("name", "definition"),
    "Dimension": ("name", "asks", "role_in_scoring"),
    "Practice": ("name", "intent", "levels"),
    "Question": ("text",),
    "Option": ("text",),
    "Cap": ("because",),
    "Action": ("title", "outcome"),
    "Indicator": ("watch",),
    "StopRule": ("asks",),
    "MaturityModelFile": ("action_semantics", "facts"),
}
NOT_TRANSLATED = ("seed_items", "sources")  # the founding claims and the publications stand in their own language


def texts_of(file: MaturityModelFile) -> dict[str, str]:
    """Every text by its place, as `dimensions/spec/practices/SP1/name`; empty texts have none."""
    return dict(_walk(file, ""))


def with_texts(file: MaturityModelFile, texts: Mapping[str, str]) -> MaturityModelFile:
    """The model with the texts that are given; a place without one keeps the original."""
    return MaturityModelFile.model_validate(_replaced(file, "", texts))


def fitting(file: MaturityModelFile, known: Mapping[str, Sequence[str]]) -> MaturityModelFile:
    """The model with those of the known translations, `[mark, text]` by place, that were made from its wording."""
    originals = texts_of(file) if known else {}
    texts = {place: text for place, (mark, text) in known.items() if mark == mark_of(originals.get(place, ""))}
    return with_texts(file, texts) if texts else file


def mark_of(text: str) -> str:
    """Eight letters that change with the original, so that a translation of an older wording is found."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _walk(part: BaseModel, place: str) -> Iterator[tuple[str, str]]:
    named = TEXTS.get(type(part).__name__, ())
    for field in type(part).model_fields:
        value = getattr(part, field)
        if field in named:
            yield from _texts(value, f"{place}{field}")
        elif field not in NOT_TRANSLATED:
            for key, child in _children(value):
                yield from _walk(child, f"{place}{field}/{key}/" if key else f"{place}{field}/")


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((f"{place}/{key}", text) for key, text in value.items())
    elif value:
        yield place, value


def _children(value: Any) -> Iterator[tuple[str, BaseModel]]:
    """The parts inside a field, each with the key that finds it again: its id, number or level, else its position."""
    if isinstance(value, BaseModel):
        yield "", value
    elif isinstance(value, dict):
        yield from ((str(key), child) for key, child in value.items() if isinstance(child, BaseModel))
    elif isinstance(value, tuple):
        yield from ((key_of(child, i), child) for i, child in enumerate(value) if isinstance(child, BaseModel))


def key_of(part: BaseModel, position: int) -> str:
    """What finds a part again among its neighbours: its id, number or level, else its position."""
    found = next((getattr(part, name) for name in ("id", "n") if hasattr(part, name)), None)
    if type(part).__name__ == "Option":
        found = getattr(part, "level", None)
    return str(position if found is None else found)


def _replaced(part: BaseModel, place: str, texts: Mapping[str, str]) -> dict[str, Any]:
    named, out = TEXTS.get(type(part).__name__, ()), {}
    for field, info in type(part).model_fields.items():
        value = getattr(part, field)
        if field in named and isinstance(value, dict):
            out[info.alias or field] = {key: texts.get(f"{place}{field}/{key}", text) for key, text in value.items()}
        elif field in named:
            out[info.alias or field] = texts.get(f"{place}{field}", value)
        else:
            out[info.alias or field] = (
                value if field in NOT_TRANSLATED else _with_children(value, f"{place}{field}/", texts)
            )
    return out


def _with_children(value: Any, place: str, texts: Mapping[str, str]) -> Any:
    new = {key: _replaced(child, f"{place}{key}/" if key else place, texts) for key, child in _children(value)}
    if not new:
        return value
    if isinstance(value, BaseModel):
        return new[""]
    if isinstance(value, dict):
        return {key: new[str(key)] for key in value}
    return tuple(new[key_of(child, i)] for i, child in enumerate(value))
