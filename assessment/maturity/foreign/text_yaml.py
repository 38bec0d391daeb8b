"""YAML read as text: every scalar stays what its author wrote, and what YAML would have made of it is told.

`No` is a word and `8.30` a section number; a YAML reader makes them False and 8.3 in silence.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml

from assessment.maturity.foreign.types import Findings
from assessment.maturity.reading import UnreadableYaml, read_text, refuse_bombs
from core.language import gettext, ngettext

TAG = "tag:yaml.org,2002:"
KINDS = {"str", "null", "bool", "int", "float", "timestamp", "map", "seq", "merge", "value"}
NUMBERS = {"int", "float", "timestamp"}
PLAIN_WORDS = {"true", "false", "null", "~", ""}
EATEN = re.compile(r"\s*(#[0-9A-Fa-f]{3,8})\s*$")


def read_text_yaml(path: Path, shown: str, findings: Findings, *, numbers: Collection[str] | None) -> list[Any]:
    """The documents of the file as dicts, lists and texts; UnreadableYaml where it is none.

    `numbers` are the keys whose values are meant as numbers; None where numbers are checked by types elsewhere.
    """
    return parse_text_yaml(read_text(path), shown, findings, numbers=numbers)


def parse_text_yaml(
    text: str, shown: str, findings: Findings, *, numbers: Collection[str] | None, texts: Collection[str] = ()
) -> list[Any]:
    """The same of a text that was read already; `texts` are places where a number was found and a text is wanted."""
    try:
        refuse_bombs(text)
        documents = yaml.compose_all(text, Loader=yaml.CSafeLoader)
        plain = _Plain(text, shown, findings, numbers, texts)
        found = [plain.of(node, "") for node in documents]
        plain.tell_numbers()
        return found
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise UnreadableYaml(
            gettext("not YAML: {why}.").format(why=getattr(error, "problem", error)), mark and mark.line + 1
        ) from None


class _Plain:
    def __init__(
        self, text: str, shown: str, findings: Findings, numbers: Collection[str] | None, texts: Collection[str]
    ) -> None:
        self.numbers = numbers
        self.texts = texts
        self.lines = text.splitlines()
        self.shown = shown
        self.findings = findings
        self.taken: dict[str, list[tuple[int, str]]] = {}  # by key: texts YAML takes for numbers, with their lines

    def tell_numbers(self) -> None:
        """One finding for a key, however many of its texts YAML takes for numbers that look the same."""
        for key, found in self.taken.items():
            line, raw = found[0]
            what = ngettext(
                '{raw} is read as a number by YAML, although meant as text; kept as text, write "{raw}".',
                '{raw} and {n} more are read as numbers by YAML, although meant as text; kept as text, write "{raw}".',
                len(found),
            ).format(raw=raw, n=len(found) - 1)
            self.findings.warn("coerced-scalar", f"{self.shown}:{line} {key}", what)

    def of(self, node: yaml.Node | None, place: str) -> Any:
        if node is not None and node.tag.removeprefix(TAG) not in KINDS:
            raise UnreadableYaml(
                gettext("{tag} is a tag; write plain YAML.").format(tag=node.tag), node.start_mark.line + 1
            )
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, place))
        if isinstance(node, yaml.SequenceNode):
            return [self.of(one, f"{place}[{index}]") for index, one in enumerate(node.value)]
        return self._scalar(node, place) if isinstance(node, yaml.ScalarNode) else None

    def _pairs(self, node: yaml.MappingNode, place: str) -> Iterator[tuple[str, Any]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise UnreadableYaml(
                    gettext("the key {name} stands here and in line {other}; keep one.").format(
                        name=repr(name), other=seen[name]
                    ),
                    line,
                )
            seen[name] = line
            yield name, self.of(value, f"{place}.{name}".lstrip("."))

    def _scalar(self, node: yaml.ScalarNode, place: str) -> str | None:
        raw, kind = str(node.value), node.tag.removeprefix(TAG)
        is_number = self.numbers is None or place.rpartition(".")[2] in self.numbers
        is_meant = kind in NUMBERS and is_number and place not in self.texts
        if not node.style and not is_meant and (made := self._made_of(raw, kind, node.start_mark.line)):
            where = f"{self.shown}:{node.start_mark.line + 1}" + (f" {place}" if place else "")
            self.findings.warn("coerced-scalar", where, made)
        elif kind in {"int", "float"} and not node.style and not is_meant:
            self.taken.setdefault(_key_of(place), []).append((node.start_mark.line + 1, raw))
        return None if kind == "null" and raw in {"", "~", "null"} else raw

    def _made_of(self, raw: str, kind: str, line: int) -> str:
        """What a YAML reader would silently make of the text; empty where it keeps it."""
        if kind == "null" and raw == "":
            rest = "".join(self.lines[line].partition(":")[2:]) if line < len(self.lines) else ""
            below = self.lines[line + 1] if line + 1 < len(self.lines) else ""
            if found := EATEN.match(rest) or (EATEN.match(below) if not rest.strip() else None):
                return gettext('{found} is a comment to YAML, so the value is empty; write "{found}".').format(
                    found=found[1]
                )
        if kind == "bool" and raw.lower() not in PLAIN_WORDS:
            return gettext('{raw} is read as true or false by YAML; kept as text, write "{raw}".').format(raw=raw)
        if kind == "float" and repr(float_of(raw)) != raw.strip():
            return gettext('{raw} is read as a number by YAML and changes; kept as text, write "{raw}".').format(
                raw=raw
            )
        if kind == "int" and str(int_of(raw)) != raw.strip():
            return gettext('{raw} is read as another number by YAML; kept as text, write "{raw}".').format(raw=raw)
        if kind == "timestamp":
            return gettext('{raw} is read as a date by YAML; kept as text, write "{raw}".').format(raw=raw)
        return ""


def _key_of(place: str) -> str:
    """The last key of a place, without the numbers of entries of a list."""
    return re.sub(r"\[\d+\]", "", place.rpartition(".")[2])


def float_of(raw: object) -> float | None:
    try:
        return float(str(raw))
    except ValueError:
        return None


def int_of(raw: object) -> int | None:
    try:
        return int(str(raw))
    except ValueError:
        return None
