"""The core folder of OWASP SAMM 2: one object per file, linked by ids.

Functions become dimensions; an activity becomes a question with its own answers and an action. Codes are made from the
links (`I-SB-A-3`: function, practice, stream, level), never from file names, which order them otherwise.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assessment.maturity.foreign.codes import digest_of, first_circle, report_circle, text_of
from assessment.maturity.foreign.text_yaml import float_of, int_of, read_text_yaml
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

FOLDERS = {
    "business_functions": {"model", "id", "name", "description", "color", "logo", "order", "type"},
    "security_practices": {
        "function",
        "id",
        "name",
        "shortName",
        "shortDescription",
        "longDescription",
        "order",
        "assignee",
        "progress",
        "type",
    },
    "streams": {"practice", "id", "name", "letter", "description", "order", "type"},
    "maturity_levels": {"id", "number", "description", "type"},
    "practice_levels": {"practice", "maturityLevel", "id", "objective", "type"},
    "activities": {
        "stream",
        "level",
        "id",
        "title",
        "benefit",
        "shortDescription",
        "longDescription",
        "results",
        "metrics",
        "costs",
        "personnel",
        "notes",
        "relatedActivities",
        "assignee",
        "progress",
        "type",
    },
    "questions": {"activity", "answerSet", "id", "text", "order", "quality", "type"},
    "answer_sets": {"id", "values", "type"},
}
LINKS = {
    "security_practices": {"function": "business_functions"},
    "streams": {"practice": "security_practices"},
    "practice_levels": {"practice": "security_practices", "maturityLevel": "maturity_levels"},
    "activities": {"stream": "streams", "level": "practice_levels"},
    "questions": {"activity": "activities", "answerSet": "answer_sets"},
}
PLACEHOLDERS = ("TBS", "TBD", "TODO", "None", "result1", "metric1")
NUMBERS = ("value", "weight", "order", "number", "progress")
MAX_FILES = 2_000
Rows = dict[str, dict[str, Any]]


def read_samm(path: Path, *, slug: str = "") -> tuple[ForeignModel, Findings]:
    """The model in the folder; UnusableForeign when links or files are broken."""
    findings = Findings()
    kinds = {kind: _read_kind(_root_of(path, findings) / kind, kind, findings) for kind in FOLDERS}
    _check_links(kinds, findings)
    if findings.errors:
        raise UnusableForeign(findings)
    return _Builder(kinds, findings).model(slug), findings


def _root_of(path: Path, findings: Findings) -> Path:
    for root in (path, path / "model"):
        if (root / "activities").is_dir():
            return root
    findings.error(
        "not-this-format", str(path.name), gettext("no folder `activities`; give the folder that holds `model/`.")
    )
    raise UnusableForeign(findings)


def _read_kind(folder: Path, kind: str, findings: Findings) -> Rows:
    rows: Rows = {}
    files = sorted(folder.glob("*.yml")) if folder.is_dir() else []
    if not files:
        findings.error("missing-folder", kind, gettext("holds no .yml file; the model needs it."))
    for file in files[:MAX_FILES]:
        shown = f"{kind}/{file.name}"
        try:
            documents = read_text_yaml(file, shown, findings, numbers=NUMBERS)
        except UnreadableYaml as wrong:
            findings.error("unreadable", shown, str(wrong))
            continue
        if len(documents) != 1 or not isinstance(documents[0], dict) or not documents[0].get("id"):
            findings.error("unreadable", shown, gettext("must hold one object with an `id`."))
            continue
        row = documents[0] | {"_file": shown}
        for key in (key for key in row if key not in FOLDERS[kind] and key != "_file"):
            findings.warn(
                "unknown-key",
                shown,
                gettext("{key} is no known key; it was kept beside the model.").format(key=repr(key)),
            )
        if row["id"] in rows:
            findings.error(
                "duplicate-id",
                shown,
                gettext("has the id of {other}; give each its own.").format(other=rows[row["id"]]["_file"]),
            )
        rows.setdefault(row["id"], row)
    return rows


def _check_links(kinds: Mapping[str, Rows], findings: Findings) -> None:
    for kind, links in LINKS.items():
        for row in kinds[kind].values():
            for key, target in links.items():
                if row.get(key) not in kinds[target]:
                    findings.error(
                        "dangling-reference",
                        row["_file"],
                        gettext("{key} is {value}; no file in {target} has that id.").format(
                            key=key, value=repr(row.get(key)), target=target
                        ),
                    )
    for row in kinds["activities"].values():
        for related in row.get("relatedActivities") or []:
            if related not in kinds["activities"]:
                findings.error(
                    "dangling-reference",
                    row["_file"],
                    gettext("relatedActivities names {related}; there is no such activity.").format(
                        related=repr(related)
                    ),
                )


def _by_order(rows: Rows) -> list[dict[str, Any]]:
    return sorted(rows.values(), key=lambda row: (int_of(row.get("order")) or 0, row["_file"]))


def _grouped(rows: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    """By what each row names under the key, in the order given."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


class _Builder:
    def __init__(self, kinds: Mapping[str, Rows], findings: Findings) -> None:
        self.kinds = kinds
        self.findings = findings
        self.kept: dict[str, str] = {}
        self.practices = _grouped(_by_order(kinds["security_practices"]), "function")
        self.streams = _grouped(kinds["streams"].values(), "practice")
        self.activities = _grouped(kinds["activities"].values(), "stream")
        self.asked = _grouped(_by_order(kinds["questions"]), "activity")
        self.codes = {key: self._code(row) for key, row in kinds["activities"].items()}
        self._check_codes()

    def model(self, slug: str) -> ForeignModel:
        dimensions = tuple(self._dimension(row) for row in _by_order(self.kinds["business_functions"]))
        activities = sorted(self.kinds["activities"].values(), key=lambda row: self.codes[row["id"]])
        self._keep()
        version = next((row["model"] for row in self.kinds["business_functions"].values() if row.get("model")), "SAMM")
        edges = {
            self.codes[row["id"]]: [self.codes[one] for one in row.get("relatedActivities") or []] for row in activities
        }
        report_circle(first_circle(edges), self.findings)
        if self.findings.errors:
            raise UnusableForeign(self.findings)
        return ForeignModel(
            slug=slug or "samm",
            version=f"{version}-{digest_of(self.kinds)}",
            title="OWASP SAMM",
            format="samm",
            rule="samm",
            dimensions=dimensions,
            actions=tuple(self._action(row) for row in activities),
            prerequisites=tuple(Needs(of=of, needs=need) for of, needs in sorted(edges.items()) for need in needs),
            kept=self.kept,
        )

    def _check_codes(self) -> None:
        """Answers and exchange files name an activity by its code."""
        first: dict[str, str] = {}
        for key, code in self.codes.items():
            file = self.kinds["activities"][key]["_file"]
            if code in first:
                what = gettext(
                    "has the code {code} of {other} (function, practice, stream, level); give each its own."
                ).format(code=code, other=first[code])
                self.findings.error("duplicate-id", file, what)
            first.setdefault(code, file)

    def _code(self, activity: Mapping[str, Any]) -> str:
        stream = self.kinds["streams"][activity["stream"]]
        level = self.kinds["practice_levels"][activity["level"]]
        number = self.kinds["maturity_levels"][level["maturityLevel"]].get("number")
        practice = self._practice_code(self.kinds["security_practices"][stream["practice"]])
        return f"{practice}-{stream.get('letter')}-{number}"

    def _practice_code(self, practice: Mapping[str, Any]) -> str:
        function = self.kinds["business_functions"][practice["function"]]
        return f"{text_of(function.get('name'))[:1]}-{text_of(practice.get('shortName'))}"

    def _dimension(self, row: Mapping[str, Any]) -> Dimension:
        name = text_of(row.get("name"))
        return Dimension(
            id=name[:1],
            name=name,
            text=text_of(row.get("description")),
            practices=tuple(self._practice(one) for one in self.practices.get(row["id"], [])),
        )

    def _practice(self, row: Mapping[str, Any]) -> Practice:
        streams = self.streams.get(row["id"], [])
        activities = [one for stream in streams for one in self.activities.get(stream["id"], [])]
        activities.sort(key=lambda one: self.codes[one["id"]])
        return Practice(
            id=self._practice_code(row),
            name=text_of(row.get("name")),
            text=text_of(row.get("shortDescription")),
            questions=tuple(question for one in activities for question in self._questions(one)),
        )

    def _questions(self, activity: Mapping[str, Any]) -> list[Question]:
        code = self.codes[activity["id"]]
        asked = self.asked.get(activity["id"], [])
        if not asked:
            self.findings.warn(
                "never-scores", activity["_file"], gettext("no question asks about this activity; it never counts.")
            )
        return [self._question(code if n == 0 else f"{code}-{n + 1}", row) for n, row in enumerate(asked)]

    def _question(self, code: str, row: Mapping[str, Any]) -> Question:
        _practice, stream, level = code.split("-")[1:4]
        values = self.kinds["answer_sets"][row["answerSet"]].get("values") or []
        return Question(
            id=code,
            text=text_of(row.get("text")),
            kind="single",
            level=int_of(level),
            stream=stream,
            choices=tuple(self._choice(one, row["_file"], n) for n, one in enumerate(values)),
            criteria=tuple(text_of(one) for one in row.get("quality") or []),
        )

    def _choice(self, raw: Any, where: str, place: int) -> Choice:
        one = raw if isinstance(raw, dict) else {}
        value = float_of(one.get("value"))
        if value is None or not 0 <= value <= 1:
            self.findings.error(
                "bad-value",
                where,
                gettext("answer {n} has the value {value}; give one from 0 to 1.").format(
                    n=place + 1, value=repr(one.get("value"))
                ),
            )
        return Choice(id=str(place), text=text_of(one.get("text")), value=value)

    def _action(self, row: Mapping[str, Any]) -> Action:
        for key in ("results", "metrics", "costs", "personnel", "notes"):
            said = row.get(key)
            for one in said if isinstance(said, list) else [said]:
                if text_of(one).rstrip(".") in PLACEHOLDERS:
                    self.findings.warn(
                        "placeholder-text",
                        row["_file"],
                        gettext("{key} says {one}; it was left out.").format(key=key, one=repr(one)),
                    )
        code = self.codes[row["id"]]
        return Action(
            id=f"{code}-action", title=text_of(row.get("title")), text=text_of(row.get("benefit")), question=code
        )

    def _keep(self) -> None:
        for kind, rows in self.kinds.items():
            for row in rows.values():
                for key in (key for key in row if key not in FOLDERS[kind] and key != "_file"):
                    self.kept[f"{row['_file']}#{key}"] = text_of(row[key])
