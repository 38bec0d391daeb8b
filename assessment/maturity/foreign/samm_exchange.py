"""Answers to SAMM as other tools exchange them: `.samm` files, after the schema open-sammy publishes.

`extensions` stand at the top, as the schema has it, or inside `assessment`, as its description shows; both are read,
the first is written. A question without a score is not answered. What the format cannot say (does not apply, not known)
goes into an extension of our own. Everything wrong with a file is told at once.
"""

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assessment.maturity.foreign.types import Findings, ForeignModel
from core.language import gettext

FORMAT_VERSION = "1.0.0"
ABOUT = ("version", "organization", "scope", "date")
FRAMEWORK, REMARKS, OURS = "Assessment Framework", "Assessment Stream Remarks", "Headwater Answers"
REMARK_TYPES = ("COMMENT", "VALIDATION", "RECOMMENDATION")
ONCE = ("VALIDATION", "RECOMMENDATION")  # of a stream
NOT_APPLICABLE, DONT_KNOW = "na", "dk"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SHOWN = 60
Remark = dict[str, str]


@dataclass(frozen=True)
class Exchange:
    """`answers` has a score, "na" or "dk" for each question that is answered. `kept` is what is not understood."""

    about: Mapping[str, str]
    answers: Mapping[str, float | str]
    remarks: Mapping[str, list[Remark]] = field(default_factory=dict)
    extensions: list[dict[str, Any]] = field(default_factory=list)
    kept: Mapping[str, Any] = field(default_factory=dict)


def read_exchange(model: ForeignModel, raw: Any) -> tuple[Exchange | None, Findings]:
    """What the file says, and everything noticed; None when there are errors."""
    reader = _Reader(model)
    found = reader.read(raw)
    return (None if reader.findings.errors else found), reader.findings


def written(model: ForeignModel, exchange: Exchange) -> str:
    """The file, every question of the model in it; the same content gives the same bytes."""
    answers = []
    for question in model.questions():
        said = exchange.answers.get(question.id)
        row: dict[str, Any] = {"questionCode": question.id}
        answers.append(row if said is None or isinstance(said, str) else row | {"answerScore": _number(said)})
    outside = {
        name: [q.id for q in model.questions() if exchange.answers.get(q.id) == kind]
        for name, kind in (("notApplicable", NOT_APPLICABLE), ("dontKnow", DONT_KNOW))
    }
    extensions: list[dict[str, Any]] = [{"name": FRAMEWORK, "version": "1.0.0", "assessmentFramework": "SAMM"}]
    if exchange.remarks:
        told = {code: list(rows) for code, rows in exchange.remarks.items()}
        extensions.append({"name": REMARKS, "version": "1.0.0", "assessmentStreamRemarks": told})
    if any(outside.values()):
        extensions.append({"name": OURS, "version": "1.0.0", "headwaterAnswers": outside})
    content = {
        "formatVersion": FORMAT_VERSION,
        "assessment": {**{name: exchange.about[name] for name in ABOUT}, "answers": answers},
        "extensions": [*extensions, *exchange.extensions],
        **exchange.kept,
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value


class _Reader:
    def __init__(self, model: ForeignModel) -> None:
        self.questions = {question.id: question for question in model.questions()}
        self.streams = {
            f"{practice.id}-{question.stream}" for practice in model.practices() for question in practice.questions
        }
        self.findings = Findings()

    def read(self, raw: Any) -> Exchange | None:
        if not isinstance(raw, dict):
            self.findings.error("not-this-format", "", gettext("the file must be a JSON object."))
            return None
        self._text(raw, "formatVersion", "")
        body = raw.get("assessment")
        if not isinstance(body, dict):
            self.findings.error(
                "missing-part", "assessment", gettext("must be an object with version, organization and so on.")
            )
            return None
        about = {name: self._text(body, name, "assessment.") for name in ABOUT}
        self._check_day(about["date"])
        answers = self._answers(body.get("answers"))
        remarks, others = self._extensions(raw, body, answers)
        for key in body.keys() - {*ABOUT, "answers", "extensions"}:
            self.findings.warn("unknown-key", f"assessment.{key}", gettext("is no known key; it is not kept."))
        kept = {key: value for key, value in raw.items() if key not in {"formatVersion", "assessment", "extensions"}}
        for key in kept:
            self.findings.warn("unknown-key", key, gettext("is no known key; it is kept and exported again."))
        return Exchange(about, answers, remarks, others, kept)

    def _text(self, part: Mapping[str, Any], name: str, place: str) -> str:
        value = part.get(name)
        if name not in part:
            self.findings.error("missing-key", f"{place}{name}", gettext("is missing; the format asks for it."))
        elif not isinstance(value, str):
            self.findings.error(
                "wrong-type", f"{place}{name}", gettext("is {value}; give a text.").format(value=_shown(value))
            )
        return value if isinstance(value, str) else ""

    def _check_day(self, day: str) -> None:
        try:
            is_day = bool(DAY.fullmatch(day)) and bool(dt.date.fromisoformat(day))
        except ValueError:
            is_day = False
        if day and not is_day:
            self.findings.error(
                "bad-value", "assessment.date", gettext("is {day}; give a day as YYYY-MM-DD.").format(day=_shown(day))
            )

    def _answers(self, rows: Any) -> dict[str, float | str]:
        if not isinstance(rows, list):
            self.findings.error("missing-part", "assessment.answers", gettext("must be a list."))
            return {}
        found: dict[str, float | str] = {}
        first: dict[str, int] = {}
        for n, row in enumerate(rows):
            place = f"assessment.answers[{n}]"
            code = row.get("questionCode") if isinstance(row, dict) else None
            if not isinstance(code, str) or code not in self.questions:
                example = next(iter(self.questions), "none")
                said = gettext("is {code}; the model has no such question, one it has is {example}.").format(
                    code=_shown(code), example=example
                )
                self.findings.error("dangling-reference", f"{place}.questionCode", said)
                continue
            if code in first:
                said = gettext("{code} stands in assessment.answers[{other}] too; keep one.").format(
                    code=code, other=first[code]
                )
                self.findings.error("duplicate-id", f"{place}.questionCode", said)
            first.setdefault(code, n)
            score = self._score(code, row.get("answerScore"), place)
            if score is not None:
                found[code] = score
        return found

    def _score(self, code: str, said: Any, place: str) -> float | None:
        if said is None:
            return None
        offered = sorted({choice.value for choice in self.questions[code].choices if choice.value is not None})
        is_number = isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said)
        if is_number and float(said) in offered:
            return float(said)
        right = ", ".join(f"{value:g}" for value in offered)
        self.findings.error(
            "bad-value",
            f"{place}.answerScore",
            gettext("is {said}; {code} offers {right}.").format(said=_shown(said), code=code, right=right),
        )
        return None

    def _extensions(
        self, raw: Mapping[str, Any], body: Mapping[str, Any], answers: dict[str, float | str]
    ) -> tuple[dict[str, list[Remark]], list[dict[str, Any]]]:
        remarks: dict[str, list[Remark]] = {}
        others: list[dict[str, Any]] = []
        for part, lead in ((raw, ""), (body, "assessment.")):
            rows = part.get("extensions", [])
            if not isinstance(rows, list):
                self.findings.error("wrong-type", f"{lead}extensions", gettext("must be a list."))
                continue
            for n, row in enumerate(rows):
                self._extension(row, f"{lead}extensions[{n}]", remarks, others, answers)
        return remarks, others

    def _extension(
        self,
        row: Any,
        place: str,
        remarks: dict[str, list[Remark]],
        others: list[dict[str, Any]],
        answers: dict[str, float | str],
    ) -> None:
        if not isinstance(row, dict):
            self.findings.error("wrong-type", place, gettext("must be an object with name and version."))
            return
        name = self._text(row, "name", f"{place}.")
        self._text(row, "version", f"{place}.")
        if name == FRAMEWORK:
            about = self._text(row, "assessmentFramework", f"{place}.")
            if about and about.upper() not in {"SAMM", "OWASP SAMM"}:
                said = gettext("is {about}; only answers to SAMM are read.").format(about=_shown(about))
                self.findings.error("bad-value", f"{place}.assessmentFramework", said)
        elif name == REMARKS:
            self._remarks(row.get("assessmentStreamRemarks"), f"{place}.assessmentStreamRemarks", remarks)
        elif name == OURS:
            self._outside(row.get("headwaterAnswers"), f"{place}.headwaterAnswers", answers)
        else:
            others.append(row)

    def _remarks(self, told: Any, place: str, remarks: dict[str, list[Remark]]) -> None:
        if not isinstance(told, dict):
            self.findings.error("wrong-type", place, gettext("must be an object of lists by stream."))
            return
        for code, rows in told.items():
            where = f"{place}.{code}"
            if code not in self.streams:
                example = min(self.streams, default="none")
                said = gettext("the model has no stream {code}; one it has is {example}.").format(
                    code=_shown(code), example=example
                )
                self.findings.error("dangling-reference", where, said)
            if not isinstance(rows, list) or not rows:
                self.findings.error("wrong-type", where, gettext("must be a list with at least one remark."))
                continue
            kept = remarks.setdefault(code, [])
            for n, row in enumerate(rows):
                if self._is_remark(row, f"{where}[{n}]"):
                    kept.append({"text": row["text"], "type": row["type"]})
            for kind in ONCE:
                if sum(row["type"] == kind for row in kept) > 1:
                    self.findings.error(
                        "duplicate-id", where, gettext("a stream has one {kind} at most.").format(kind=kind)
                    )

    def _is_remark(self, row: Any, where: str) -> bool:
        is_right = (
            isinstance(row, dict)
            and isinstance(row.get("text"), str)
            and bool(row["text"])
            and row.get("type") in REMARK_TYPES
            and not row.keys() - {"text", "type"}
        )
        if not is_right:
            said = gettext("must hold a text and a type, one of {remark_types}, and nothing else.").format(
                remark_types=", ".join(REMARK_TYPES)
            )
            self.findings.error("bad-value", where, said)
        return is_right

    def _outside(self, told: Any, place: str, answers: dict[str, float | str]) -> None:
        lists = told if isinstance(told, dict) else {}
        for name, kind in (("notApplicable", NOT_APPLICABLE), ("dontKnow", DONT_KNOW)):
            codes = lists.get(name, [])
            for code in codes if isinstance(codes, list) else []:
                if not isinstance(code, str) or code not in self.questions:
                    self.findings.error(
                        "dangling-reference",
                        f"{place}.{name}",
                        gettext("there is no question {code}.").format(code=_shown(code)),
                    )
                elif code in answers:
                    self.findings.error(
                        "bad-value",
                        f"{place}.{name}",
                        gettext("{code} has a score or another answer as well.").format(code=code),
                    )
                else:
                    answers[code] = kind


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
