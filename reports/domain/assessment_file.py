"""The assessment as one JSON document, attached to its report and read back from it.

It holds what a result was computed from and what came out: summaries and signals that crossed into the assessment,
never an answer. `result` is what the API answers for the same result.
"""

import datetime as dt
import json
import re
import zlib
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from assessment.domain.strict_json import UnusableFile, parse_json
from assessment.models import Result
from core.language import gettext
from core.refusals import Invalid
from reports.domain.generator import generator
from reports.domain.seal import issuer
from surveys.models import Survey

FORMAT = "headwater-assessment/1"
MAX_JSON_BYTES = 20_000_000
MAX_PDF_BYTES = 50_000_000
STREAM = re.compile(rb"stream\r?\n")
DICTIONARY_ROOM = 2_000  # bytes between the type of an attachment and its stream, at most

_STRICT = ConfigDict(extra="forbid", strict=True)


@checked(frozen=True, config=_STRICT)
class About:
    id: str
    title: str
    team: str
    organization: str
    period_start_on: str
    period_end_on: str
    scope_note: str
    is_demo: bool


@checked(frozen=True, config=_STRICT)
class ModelNamed:
    slug: str
    version: str
    title: str
    digest: str


@checked(frozen=True, config=_STRICT)
class Minimums:
    group: int
    role_group: int


@checked(frozen=True, config=_STRICT)
class ResultStored:
    id: str
    digest: str
    scorer_version: str
    created_at: str
    score: dict[str, Any]
    roadmap: dict[str, Any]
    flow: dict[str, Any] | None


@checked(frozen=True, config=_STRICT)
class Inputs:
    evidence: list[list[Any]]
    contested: list[list[Any]]
    targets: dict[str, int]


@checked(frozen=True, config=_STRICT)
class AssessmentFile:
    format: Literal["headwater-assessment/1"]
    generator: str
    issuer: str
    assessment: About
    maturity_model: ModelNamed
    minimums: Minimums
    result: ResultStored
    inputs: Inputs


_FILE = TypeAdapter(AssessmentFile)


def assessment_json(result: Result) -> bytes:
    """The document of a result; the same result gives the same bytes."""
    survey = Survey.objects.filter(assessment=result.assessment_id).first()
    content = document_of(result, FORMAT, survey)
    content["minimums"]["role_group"] = survey.minimum_role_group if survey else 3
    content["result"]["flow"] = result.flow
    content["inputs"] = {
        "evidence": result.inputs.get("evidence", []),
        "contested": result.inputs.get("contested", []),
        "targets": result.inputs.get("targets", {}),
    }
    return document_bytes(content)


def document_of(result: Result, named: str, survey: Survey | None) -> dict[str, Any]:
    """What the document of any result holds, whatever rule scored it; `named` is its format."""
    assessment = result.assessment
    model = assessment.maturity_model
    return {
        "format": named,
        "generator": generator(),
        "issuer": issuer(),
        "assessment": {
            "id": str(assessment.public_id),
            "title": assessment.title,
            "team": assessment.team.name,
            "organization": assessment.team.organization.name,
            "period_start_on": assessment.period_start_on.isoformat(),
            "period_end_on": assessment.period_end_on.isoformat(),
            "scope_note": assessment.scope_note,
            "is_demo": assessment.is_demo,
        },
        "maturity_model": {
            "slug": model.slug,
            "version": model.version,
            "title": model.title,
            "digest": model.digest,
        },
        "minimums": {"group": survey.minimum_group if survey else 1},
        "result": {
            "id": str(result.public_id),
            "digest": result.digest,
            "scorer_version": result.scorer_version,
            "created_at": result.created_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
            "score": result.score,
            "roadmap": result.roadmap,
        },
        "inputs": result.inputs,
    }


def document_bytes(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False).encode()


def assessment_in(content: bytes) -> AssessmentFile:
    """The assessment a report carries, or one given as bare JSON. Raises Invalid with one sentence."""
    if len(content) > MAX_PDF_BYTES:
        raise Invalid(gettext("The file is larger than {n} MB; no report is.").format(n=MAX_PDF_BYTES // 1_000_000))
    raw = attached_json(content) if content.startswith(b"%PDF-") else content
    try:
        parse_json(raw.decode("utf-8"))  # refuses what JSON readers differ about: a key twice, NaN
        return _FILE.validate_json(raw)
    except UnicodeDecodeError:
        raise Invalid(gettext("The attached assessment is not UTF-8 text, so it was altered.")) from None
    except UnusableFile as wrong:
        raise Invalid(gettext("The attached assessment cannot be read: {why}").format(why=wrong)) from None
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        text = gettext("The attached assessment is not one of Headwater: {where}: {why}.")
        raise Invalid(text.format(where=where or "the file", why=first["msg"])) from None


def attached_json(pdf: bytes) -> bytes:
    """The attached assessment of a PDF. Reads attachments only and unpacks no more than an assessment may take."""
    found = [text for start in re.finditer(rb"/EmbeddedFile\b", pdf) if (text := _attachment(pdf, start.end()))]
    if len(found) != 1:
        raise Invalid(gettext("No assessment is attached to this PDF, or more than one: it is no report for the team."))
    return found[0]


def _attachment(pdf: bytes, start: int) -> bytes:
    """The bytes of the stream that follows, if they hold an assessment."""
    opened = STREAM.search(pdf, start, start + DICTIONARY_ROOM)
    if opened is None:
        return b""
    end = pdf.find(b"endstream", opened.end())
    packed = pdf[opened.end() : end if end >= 0 else len(pdf)]
    plain = packed if packed.lstrip().startswith(b"{") else _unpacked(packed)
    return plain if FORMAT.encode() in plain else b""


def _unpacked(packed: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(packed, MAX_JSON_BYTES)
    except zlib.error:
        return b""
    return b"" if reader.unconsumed_tail else plain
