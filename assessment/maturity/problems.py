"""What is wrong with a maturity model file, and pydantic's findings in the words a model's author reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from assessment.maturity.schema import MaturityModelFile
from core.language import gettext, gettext_noop

TYPE_CODES = {"missing": "missing-key", "extra_forbidden": "unknown-key"}
WANTED = {
    "bool_parsing": gettext_noop("should be a valid boolean, unable to interpret input"),
    "bool_type": gettext_noop("should be a valid boolean"),
    "dict_type": gettext_noop("should be a valid dictionary"),
    "finite_number": gettext_noop("should be a finite number"),
    "float_parsing": gettext_noop("should be a valid number, unable to parse string as a number"),
    "float_type": gettext_noop("should be a valid number"),
    "greater_than": gettext_noop("should be greater than {gt}"),
    "greater_than_equal": gettext_noop("should be greater than or equal to {ge}"),
    "int_from_float": gettext_noop("should be a valid integer, got a number with a fractional part"),
    "int_parsing": gettext_noop("should be a valid integer, unable to parse string as an integer"),
    "int_type": gettext_noop("should be a valid integer"),
    "less_than": gettext_noop("should be less than {lt}"),
    "less_than_equal": gettext_noop("should be less than or equal to {le}"),
    "list_type": gettext_noop("should be a valid list"),
    "literal_error": gettext_noop("should be {expected}"),
    "model_type": gettext_noop("should be a valid dictionary or instance of {class_name}"),
    "string_pattern_mismatch": gettext_noop("string should match pattern '{pattern}'"),
    "string_too_long": gettext_noop("string should have at most {max_length} characters"),
    "string_too_short": gettext_noop("string should have at least {min_length} characters"),
    "string_type": gettext_noop("should be a valid string"),
    "tuple_type": gettext_noop("should be a valid tuple"),
}  # as pydantic words them, so that a file is told the same with and without a catalog
SHOWN = 60  # characters of a wrong value that are repeated


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where inside the file, and what would be right."""

    path: str
    text: str
    code: str = ""  # stable, of docs/maturity-model.md; empty until the check it came from is known

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.path else self.text


class Node:
    """A place in raw data with its path; asking for what is not there gives an empty place, never an error."""

    def __init__(self, value: object, path: str = "") -> None:
        self.value = value
        self.path = path

    def at(self, key: str) -> "Node":
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(value, f"{self.path}.{key}" if self.path else key)

    def each(self) -> list["Node"]:
        values = self.value if isinstance(self.value, list) else []
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(values)]

    def named(self) -> list[tuple[Any, "Node"]]:
        values = self.value if isinstance(self.value, dict) else {}
        return [(key, Node(value, f"{self.path}.{key}")) for key, value in values.items()]

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    @property
    def number(self) -> float | None:
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        return float(self.value) if is_number else None  # type: ignore[arg-type]  # is_number says so

    def wrong(self, text: str, code: str = "") -> Problem:
        return Problem(self.path, text, code)


def near(name: object, known: Sequence[str]) -> str:
    """ "did you mean …?" where a known name is close, else a few known names."""
    close = get_close_matches(str(name), known, n=1)
    if close:
        return gettext("did you mean {close}?").format(close=repr(close[0]))
    return (
        gettext("known are {known}.").format(known=", ".join(known[:8]) + (" …" if len(known) > 8 else ""))
        if known
        else gettext("none are defined.")
    )


def type_problems(raw: object) -> list[Problem]:
    """What the types refuse; one problem per place."""
    try:
        MaturityModelFile.model_validate(raw)
    except ValidationError as wrong:
        found: dict[str, Problem] = {}
        for error in wrong.errors(include_url=False):
            place = tuple(part for part in error["loc"] if not _is_type_tag(part))
            code = TYPE_CODES.get(error["type"], "wrong-type")
            found.setdefault(path_of(place), Problem(path_of(place), _text(error, place), code))
        return list(found.values())
    return []


def path_of(place: Sequence[int | str]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def _is_type_tag(part: int | str) -> bool:
    """Unions and dictionary keys leave names of types in pydantic's location."""
    return isinstance(part, str) and (part in {"float", "str", "[key]"} or "[" in part)


def _text(error: Any, place: tuple[int | str, ...]) -> str:
    if error["type"] == "missing":
        return gettext("is missing; add it.")
    if error["type"] == "extra_forbidden":
        return gettext("is no known key; {near}").format(near=near(place[-1], _keys_beside(place)))
    shown = repr(error["input"])
    value = f"{shown[:SHOWN]}…" if len(shown) > SHOWN else shown
    return gettext("is {value}, {wanted}.").format(value=value, wanted=_wanted(error))


def _wanted(error: Any) -> str:
    """What the types want instead, in the reader's language where the kind of mistake is a usual one."""
    if error["type"] in WANTED:
        wanted = WANTED[error["type"]]
        return gettext(wanted).format(**error.get("ctx", {}))
    wanted = str(error["msg"]).replace("Input should", "should").removeprefix("Value error, ")
    return gettext(f"{wanted[:1].lower()}{wanted[1:]}")


def _keys_beside(place: tuple[int | str, ...]) -> list[str]:
    part: Any = MaturityModelFile
    for step in place[:-1]:
        part = _inside(part, step)
    return [field.alias or name for name, field in part.model_fields.items()] if _is_part(part) else []


def _inside(part: Any, step: int | str) -> Any:
    """The type one step further in: a field of a part, or what a tuple or dictionary holds."""
    if _is_part(part):
        fields = (field for name, field in part.model_fields.items() if step in (name, field.alias))
        return next((field.annotation for field in fields), None)
    arguments = [argument for argument in get_args(part) if argument is not Ellipsis]
    return arguments[-1] if arguments else None


def _is_part(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)
