"""The generated model of the OWASP DevSecOps Maturity Model: two YAML documents, `meta` and the tree.

A sub-dimension becomes a practice, an activity a question at its level, and an action. Control numbers stay text.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assessment.maturity.foreign.codes import first_circle, id_of, report_circle, text_of
from assessment.maturity.foreign.text_yaml import int_of, read_text_yaml
from assessment.maturity.foreign.types import (
    Action,
    Choice,
    Dimension,
    Findings,
    ForeignModel,
    Needs,
    Practice,
    Question,
    UnusableForeign,
)
from assessment.maturity.reading import UnreadableYaml
from core.language import gettext

KNOWN = {
    "uuid",
    "risk",
    "measure",
    "description",
    "difficultyOfImplementation",
    "usefulness",
    "level",
    "dependsOn",
    "implementation",
    "references",
    "tags",
    "isImplemented",
    "evidence",
    "comments",
    "comment",
    "assessment",
    "meta",
}
EFFORTS = ("knowledge", "time", "resources")
NUMBERS = ("level", "usefulness", *EFFORTS)
LEVELS = range(1, 6)
CHOICES = (Choice(id="0", text="Not implemented", value=0), Choice(id="1", text="Implemented", value=1))


def read_dsomm(path: Path, *, slug: str = "") -> tuple[ForeignModel, Findings]:
    findings = Findings()
    try:
        documents = [one for one in read_text_yaml(path, path.name, findings, numbers=NUMBERS) if one]
    except UnreadableYaml as wrong:
        findings.error("unreadable", path.name, str(wrong))
        raise UnusableForeign(findings) from None
    meta = next((one["meta"] for one in documents if isinstance(one, dict) and set(one) == {"meta"}), None)
    tree = next((one for one in documents if isinstance(one, dict) and "meta" not in one), None)
    if not isinstance(meta, dict) or tree is None:
        findings.error(
            "not-this-format",
            path.name,
            gettext("must hold two YAML documents: `meta` with the version, then the tree."),
        )
        raise UnusableForeign(findings)
    model = _Reader(findings).model(meta, tree, slug)
    if findings.errors:
        raise UnusableForeign(findings)
    return model, findings


class _Reader:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.kept: dict[str, str] = {}
        self.places: dict[str, str] = {}  # uuid -> place
        self.named: dict[str, str] = {}  # activity's name -> uuid
        self.needs: dict[str, list[str]] = {}
        self.actions: list[Action] = []

    def model(self, meta: Mapping[str, Any], tree: Mapping[str, Any], slug: str) -> ForeignModel:
        dimensions = tuple(self._dimension(name, part) for name, part in tree.items())
        edges = {of: self._resolved(of, needs) for of, needs in self.needs.items()}
        levels = {one.id: one.level or 0 for d in dimensions for p in d.practices for one in p.questions}
        for of, needs in edges.items():
            for need in needs:
                if levels.get(need, 0) > levels[of]:
                    self.findings.warn(
                        "level-inversion",
                        self.places[of],
                        gettext("needs {other}, which is of a higher level.").format(other=self.places[need]),
                    )
        report_circle([self.places[one] for one in first_circle(edges)], self.findings)
        return ForeignModel(
            slug=slug or "dsomm",
            version=text_of(meta.get("version")) or "unversioned",
            title="OWASP DevSecOps Maturity Model",
            text=text_of(meta.get("publisher")),
            format="dsomm",
            rule="levels",
            dimensions=dimensions,
            actions=tuple(self.actions),
            prerequisites=tuple(Needs(of=of, needs=need) for of, needs in edges.items() for need in needs),
            kept=self.kept,
        )

    def _resolved(self, of: str, needs: list[str]) -> list[str]:
        found = []
        for need in needs:
            key = need if need in self.places else self.named.get(need, "")
            if key:
                found.append(key)
            else:
                self.findings.error(
                    "dangling-reference",
                    f"{self.places[of]}.dependsOn",
                    gettext("names {need}; there is no such activity.").format(need=repr(need)),
                )
        return found

    def _dimension(self, name: str, raw: Any) -> Dimension:
        key = id_of(name)
        parts = self._mapping(raw, name)
        return Dimension(
            id=key, name=name, practices=tuple(self._practice(key, name, sub, one) for sub, one in parts.items())
        )

    def _practice(self, dimension: str, over: str, name: str, raw: Any) -> Practice:
        place = f"{over} / {name}"
        questions = tuple(
            self._activity(one, part, f"{place} / {one}") for one, part in self._mapping(raw, place).items()
        )
        return Practice(id=f"{dimension}/{id_of(name)}", name=name, questions=questions)

    def _mapping(self, raw: Any, place: str) -> Mapping[str, Any]:
        if isinstance(raw, dict) and raw:
            return raw
        self.findings.error("missing-part", place, gettext("must be a mapping with at least one entry."))
        return {}

    def _activity(self, name: str, raw: Any, place: str) -> Question:
        row = raw if isinstance(raw, dict) else {}
        key = text_of(row.get("uuid"))
        if not key:
            self.findings.error(
                "missing-id", place, gettext("has no uuid; progress and prerequisites name activities by it.")
            )
        elif key in self.places:
            self.findings.error(
                "duplicate-id",
                place,
                gettext("has the uuid of {other}; give each its own.").format(other=self.places[key]),
            )
        self.places.setdefault(key, place)
        self.named.setdefault(name, key)
        level = self._number(row.get("level"), f"{place}.level")
        for unknown in (one for one in row if one not in KNOWN):
            self.findings.warn(
                "unknown-key", f"{place}.{unknown}", gettext("is no key of the format; it was kept beside the model.")
            )
            self.kept[f"{place}.{unknown}"] = str(row[unknown])
        self.needs[key] = [str(one) for one in self._list(row.get("dependsOn"))]
        efforts = row.get("difficultyOfImplementation")
        effort = (
            {
                one: number
                for one in EFFORTS
                if (number := self._number(efforts.get(one), f"{place}.{one}", is_needed=False))
            }
            if isinstance(efforts, dict)
            else {}
        )
        self.actions.append(
            Action(
                id=f"{key}-action",
                title=name,
                text=text_of(row.get("measure")),
                question=key,
                effort=effort,
                usefulness=self._number(row.get("usefulness"), f"{place}.usefulness", is_needed=False),
            )
        )
        references = row.get("references") if isinstance(row.get("references"), dict) else {}
        return Question(
            id=key,
            text=name,
            detail=text_of(row.get("risk")),
            kind="coverage",
            level=level,
            choices=CHOICES,
            criteria=(text_of(row.get("assessment")),) if text_of(row.get("assessment")) else (),
            references={
                one: tuple(str(number) for number in self._list(said)) for one, said in (references or {}).items()
            },
        )

    def _number(self, raw: Any, place: str, *, is_needed: bool = True) -> int | None:
        """From 1 to 5. Without a level nothing can be scored; an activity can do without the others."""
        found = int_of(raw)
        if found is not None and found in LEVELS:
            return found
        if is_needed or raw is not None:
            tell = self.findings.error if is_needed else self.findings.warn
            tell("bad-value", place, gettext("is {raw}; give a whole number from 1 to 5.").format(raw=repr(raw)))
        return None

    @staticmethod
    def _list(raw: Any) -> list[Any]:
        return raw if isinstance(raw, list) else []
