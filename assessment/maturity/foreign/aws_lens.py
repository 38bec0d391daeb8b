"""Custom lenses of the AWS Well-Architected Tool: JSON with pillars, questions, choices and risk rules.

A pillar becomes a dimension, a question a practice of one question. Published lenses stray from the format in small
ways; what can be built is built, and everything that strays is told with its place.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assessment.maturity.foreign.codes import digest_of, id_of, text_of
from assessment.maturity.foreign.conditions import BadCondition, read_condition
from assessment.maturity.foreign.types import (
    Action,
    Choice,
    Dimension,
    Findings,
    ForeignModel,
    Practice,
    Question,
    RiskRule,
    UnusableForeign,
)
from core.language import gettext

SCHEMA = "2021-11-01"
MAX_BYTES, FORMAT_BYTES = 20_000_000, 500_000
RISKS = ("HIGH_RISK", "MEDIUM_RISK", "NO_RISK")
KNOWN = {
    "lens": {"schemaVersion", "name", "description", "pillars"},
    "pillar": {"id", "name", "questions"},
    "question": {"id", "title", "description", "helpfulResource", "choices", "riskRules"},
    "choice": {"id", "title", "helpfulResource", "improvementPlan", "additionalResources"},
    "rule": {"condition", "risk"},
    "resource": {"displayText", "url"},
}
LIMITS = {"pillars": 10, "questions": 20, "choices": 15, "riskRules": 3}
ID = re.compile(r"[A-Za-z0-9_]{3,128}")
CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)')
ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
HTML = re.compile(r"<[A-Za-z/][^>]{0,200}>")


def read_aws_lens(path: Path, *, slug: str = "") -> tuple[ForeignModel, Findings]:
    findings = Findings()
    raw = _json(path, findings)
    if not isinstance(raw, dict):
        findings.error(
            "not-this-format", "", gettext("must hold one JSON object with the keys schemaVersion, name and pillars.")
        )
        raise UnusableForeign(findings)
    model = _Reader(findings).lens(raw, slug)
    if findings.errors:
        raise UnusableForeign(findings)
    return model, findings


def _json(path: Path, findings: Findings) -> Any:
    text = ""

    def constant(name: str) -> None:
        places = [found for found in CONSTANT.finditer(text) if found[1]]
        at = places[sum(one.code == "not-strict-json" for one in findings.warnings)].start() if places else 0
        line = text.count("\n", 0, at) + 1
        what = gettext(
            "{name} is not JSON; it counts as nothing. Write a text in quotes, or leave the key out."
        ).format(name=name)
        findings.warn("not-strict-json", f"line {line}", what)

    try:
        if (size := path.stat().st_size) > MAX_BYTES:
            raise ValueError(gettext("larger than {n} MB; the format ends at 500 KB").format(n=MAX_BYTES // 1000000))
        text = path.read_text(encoding="utf-8")
        if size > FORMAT_BYTES:
            findings.warn("too-large", "", gettext("is larger than 500 KB, where the format ends."))
        if text.startswith("\ufeff"):
            findings.warn("byte-order-mark", "", gettext("begins with a byte-order mark; save it without."))
        found = json.loads(text.removeprefix("\ufeff"), parse_constant=constant, object_pairs_hook=_once)
        return _printable(found, text, findings)
    except json.JSONDecodeError as error:
        findings.error("unreadable", f"line {error.lineno}", gettext("is not JSON: {why}.").format(why=error.msg))
    except UnicodeDecodeError:
        findings.error("unreadable", "", gettext("is not UTF-8 text; save it as UTF-8."))
    except OSError as error:
        findings.error("unreadable", "", gettext("cannot be read: {why}.").format(why=error.strerror or error))
    except (RecursionError, ValueError) as error:
        findings.error(
            "unreadable",
            "",
            gettext("cannot be read: {why}.").format(why=str(error)[:200] or gettext("nested too deeply")),
        )
    raise UnusableForeign(findings)


def _printable(raw: Any, text: str, findings: Findings) -> Any:
    """Without what no database keeps in a text: a zero character, or half of a pair of code units."""
    suspects = [one.start() for one in ESCAPED.finditer(text)]
    clean = _without_odd(raw) if suspects else raw
    if clean != raw:
        line = text.count("\n", 0, suspects[0]) + 1
        what = gettext("holds a character no text has (a zero, or half of a pair); it was left out.")
        findings.warn("odd-character", f"line {line}", what)
    return clean


def _without_odd(raw: Any) -> Any:
    if isinstance(raw, str):
        return raw.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(raw, dict):
        return {_without_odd(key): _without_odd(value) for key, value in raw.items()}
    return [_without_odd(one) for one in raw] if isinstance(raw, list) else raw


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(gettext("the key {key} stands twice in one object; keep one").format(key=repr(key)))
        found[key] = value
    return found


class _Reader:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.kept: dict[str, str] = {}
        self.seen: dict[str, str] = {}

    def lens(self, raw: Mapping[str, Any], slug: str) -> ForeignModel:
        if raw.get("schemaVersion") != SCHEMA:
            self.findings.warn(
                "schema-version",
                "schemaVersion",
                gettext('is {value}; the format is "{schema}".').format(
                    value=repr(raw.get("schemaVersion")), schema=SCHEMA
                ),
            )
        self._unknown(raw, "lens", "")
        name = text_of(raw.get("name"))
        dimensions = tuple(self._pillar(one, where) for one, where in self._list(raw, "pillars", ""))
        return ForeignModel(
            slug=slug or id_of(name)[:60] or "lens",
            version=text_of(raw.get("_version")) or digest_of(raw),
            title=name or "Lens without a name",
            text=text_of(raw.get("description")),
            format="aws-lens",
            rule="risk-rules",
            dimensions=dimensions,
            actions=tuple(_actions(dimensions)),
            kept=self.kept,
        )

    def _pillar(self, raw: Mapping[str, Any], where: str) -> Dimension:
        self._unknown(raw, "pillar", where)
        questions = [self._question(one, place) for one, place in self._list(raw, "questions", where)]
        practices = tuple(Practice(id=one.id, name=one.text, text=one.detail, questions=(one,)) for one in questions)
        return Dimension(id=self._id(raw, where), name=text_of(raw.get("name")), practices=practices)

    def _question(self, raw: Mapping[str, Any], where: str) -> Question:
        self._unknown(raw, "question", where)
        key = self._id(raw, where)
        choices = [self._choice(one, place) for one, place in self._list(raw, "choices", where)]
        ids = [one.id for one in choices]
        for twice in dict.fromkeys(one for one in ids if ids.count(one) > 1):
            self.findings.error(
                "duplicate-id",
                f"{where}.choices",
                gettext("{twice} stands twice; give each choice its own id.").format(twice=repr(twice)),
            )
        rules = [self._rule(one, ids, place) for one, place in self._list(raw, "riskRules", where)]
        return Question(
            id=key,
            text=self._text(raw, "title", where),
            detail=self._text(raw, "description", where),
            kind="multiple",
            choices=tuple(choices),
            rules=tuple(one for one in rules if one),
        )

    def _choice(self, raw: Mapping[str, Any], where: str) -> Choice:
        self._unknown(raw, "choice", where)
        key = text_of(raw.get("id"))
        if not key:
            self.findings.error("missing-id", where, gettext("has no id; rules name choices by it."))
        elif not ID.fullmatch(key):
            self.findings.warn(
                "odd-id",
                f"{where}.id",
                gettext("{key} is not 3 to 128 letters, digits or underscores.").format(key=repr(key)),
            )
        is_none = key.endswith("_no")
        improvement, improvement_url = self._resource(raw, "improvementPlan", where)
        helped, help_url = self._resource(raw, "helpfulResource", where)
        if not improvement and not is_none:
            self.findings.warn(
                "missing-improvement-plan",
                where,
                gettext("has no improvementPlan; every choice but “none of these” needs one."),
            )
        if "additionalResources" in raw:
            self.kept[f"{where}.additionalResources"] = json.dumps(raw["additionalResources"], ensure_ascii=False)
        return Choice(
            id=key,
            text=self._text(raw, "title", where),
            is_none_of_these=is_none,
            help=helped,
            help_url=help_url,
            improvement=improvement,
            improvement_url=improvement_url,
        )

    def _rule(self, raw: Mapping[str, Any], ids: list[str], where: str) -> RiskRule | None:
        self._unknown(raw, "rule", where)
        text, risk = text_of(raw.get("condition")), raw.get("risk")
        if risk not in RISKS:
            self.findings.error(
                "bad-risk",
                f"{where}.risk",
                gettext("is {risk}; known are {risks}.").format(risk=repr(risk), risks=", ".join(RISKS)),
            )
            return None
        try:
            condition = read_condition(text)
        except BadCondition as wrong:
            self.findings.error(
                "bad-condition",
                f"{where}.condition",
                f"{text[:80]!r} {wrong}",
            )
            return None
        for name in condition.names:
            if name not in ids:
                self.findings.error(
                    "dangling-reference",
                    f"{where}.condition",
                    gettext("names the choice {name}; the question has none with that id.").format(name=repr(name)),
                )
        return RiskRule(condition=text, risk=risk)

    def _resource(self, raw: Mapping[str, Any], key: str, where: str) -> tuple[str, str]:
        found = raw.get(key)
        if not isinstance(found, dict):
            return "", ""
        self._unknown(found, "resource", f"{where}.{key}")
        url = found.get("url")
        if isinstance(url, str) and not url.startswith(("http://", "https://")):
            self.findings.warn(
                "bad-link",
                f"{where}.{key}.url",
                gettext("is {url}; a link begins with http:// or https://. It was left out.").format(
                    url=repr(url[:60])
                ),
            )
            url = ""
        return self._text(found, "displayText", f"{where}.{key}"), text_of(url)

    def _text(self, raw: Mapping[str, Any], key: str, where: str) -> str:
        found = text_of(raw.get(key))
        if HTML.search(found):
            self.findings.warn("html-in-text", f"{where}.{key}", gettext("holds HTML; it is shown as plain text."))
        return found

    def _id(self, raw: Mapping[str, Any], where: str) -> str:
        key = text_of(raw.get("id"))
        if not key:
            self.findings.error(
                "missing-id", where, gettext("has no id; give each pillar, question and choice its own.")
            )
        elif key in self.seen:
            self.findings.error(
                "duplicate-id",
                f"{where}.id",
                gettext("{key} is already the id of {other}; give each its own.").format(
                    key=repr(key), other=self.seen[key]
                ),
            )
        elif not ID.fullmatch(key):
            self.findings.warn(
                "odd-id",
                f"{where}.id",
                gettext("{key} is not 3 to 128 letters, digits or underscores.").format(key=repr(key)),
            )
        self.seen.setdefault(key, where)
        return key

    def _list(self, raw: Mapping[str, Any], key: str, where: str) -> list[tuple[Mapping[str, Any], str]]:
        found, place = raw.get(key), f"{where}.{key}".lstrip(".")
        if not isinstance(found, list) or not found:
            self.findings.error("missing-part", place, gettext("must be a list with at least one entry."))
            return []
        if len(found) > LIMITS[key]:
            self.findings.warn(
                "too-many",
                place,
                gettext("has {n} entries; the format allows {value}.").format(n=len(found), value=LIMITS[key]),
            )
        rows = [(one, f"{place}[{n}]") for n, one in enumerate(found)]
        for one, at in rows:
            if not isinstance(one, dict):
                self.findings.error("missing-part", at, gettext("must be an object."))
        return [(one, at) for one, at in rows if isinstance(one, dict)]

    def _unknown(self, raw: Mapping[str, Any], kind: str, where: str) -> None:
        for key in (key for key in raw if key not in KNOWN[kind]):
            place = f"{where}.{key}".lstrip(".")
            self.findings.warn("unknown-key", place, gettext("is no key of the format; it was kept beside the model."))
            value = raw[key]
            self.kept[place] = (
                "" if isinstance(value, float) and math.isnan(value) else json.dumps(value, ensure_ascii=False)
            )


def _actions(dimensions: tuple[Dimension, ...]) -> list[Action]:
    """One action for each choice with an improvement plan: to make that choice true."""
    return [
        Action(id=f"{question.id}/{choice.id}", title=choice.text, text=choice.improvement, question=question.id)
        for dimension in dimensions
        for practice in dimension.practices
        for question in practice.questions
        for choice in question.choices
        if choice.improvement
    ]
