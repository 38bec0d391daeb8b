"""One export by name, and the audit event of taking it away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from accounts.domain.audit import record
from accounts.models import User
from assessment.models import Result
from reports.domain.assessment_file import assessment_json
from reports.domain.branding import brand_in_use, look_of
from reports.domain.exports.figures import png_files, svg_files
from reports.domain.exports.other import other_markdown, other_tables
from reports.domain.exports.other_slides import other_slides
from reports.domain.exports.page import self_contained
from reports.domain.exports.slides import slides_of
from reports.domain.exports.tables import csv_of, tables_of
from reports.domain.exports.text import markdown_of
from reports.domain.exports.workbook import xlsx_of
from reports.domain.other_report import OtherReport, other_report
from reports.domain.other_report.file import other_json
from reports.domain.render import is_other, other_html, report_html
from reports.domain.report_data.build import assemble
from reports.domain.report_data.gather import Gathered, gather
from reports.domain.report_data.redaction import redacted
from reports.domain.report_data.types import ReportData
from reports.domain.report_data.words import file_name
from reports.models import Profile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True)
class Exported:
    name: str
    content_type: str
    content: bytes


Make = Callable[[Gathered, ReportData], bytes]


def _table(place: int) -> Make:
    return lambda gathered, data: csv_of(tables_of(gathered, data)[place])


def _workbook(gathered: Gathered, data: ReportData) -> bytes:
    about = [(gathered.team.name, gathered.assessment.title), *((row.name, row.value) for row in data.colophon)]
    return xlsx_of(tables_of(gathered, data), about=about, made_at=gathered.result.created_at)


TEAM_ALONE = frozenset({"data"})
EXPORTS: Mapping[str, tuple[str, str, Make]] = {  # name in the address: ending, content type, maker
    "scores": ("scores.csv", "text/csv; charset=utf-8", _table(0)),
    "evidence": ("evidence.csv", "text/csv; charset=utf-8", _table(1)),
    "actions": ("actions.csv", "text/csv; charset=utf-8", _table(2)),
    "workbook": ("tables.xlsx", XLSX, _workbook),
    "page": ("report.html", "text/html; charset=utf-8", lambda _, data: self_contained(report_html(data))),
    "text": ("report.md", "text/markdown; charset=utf-8", lambda _, data: markdown_of(data)),
    "figures": ("figures.zip", "application/zip", lambda _, data: svg_files(data)),
    "pictures": ("pictures.zip", "application/zip", lambda _, data: png_files(data)),
    "slides": ("summary.pptx", PPTX, lambda gathered, data: slides_of(data, made_at=gathered.result.created_at)),
    "data": ("assessment.json", "application/json", lambda gathered, _: assessment_json(gathered.result)),
}


DRAWN = frozenset({"figures", "pictures"})  # nothing is drawn of a maturity model of others


def is_offered(result: Result, kind: str, profile: str) -> bool:
    is_known = kind in EXPORTS and profile in Profile.values and not (kind in DRAWN and is_other(result))
    return is_known and (profile == Profile.TEAM or kind not in TEAM_ALONE)


@transaction.atomic
def export(result: Result, kind: str, *, by: User, profile: str = Profile.TEAM) -> Exported:
    """The result in another form for readers of this profile, in the active language.

    KeyError for a form there is none of: the data are the team's alone.
    """
    if not is_offered(result, kind, profile):
        raise KeyError(kind)
    ending, content_type, make = EXPORTS[kind]
    assessment, team = result.assessment, result.assessment.team
    brand = brand_in_use(team.organization)
    look = look_of(brand) if brand else None
    if is_other(result):
        content = _other(result, kind, replace(other_report(result, profile), look=look))
    else:
        gathered = redacted(gather(result), profile)
        content = make(gathered, replace(assemble(gathered), look=look))
    record("report.exported", by=by, on=assessment, team=team, format=kind)
    stem, _, extension = ending.partition(".")
    name = file_name("headwater", team.name, assessment.title, *_reader(profile), stem)
    return Exported(f"{name}.{extension}", content_type, content)


def _other(result: Result, kind: str, data: OtherReport) -> bytes:
    """The same of a result whose maturity model was written elsewhere."""
    tables = other_tables(data)
    if kind == "workbook":
        about = [(data.scope.team, data.scope.title), *((row.name, row.value) for row in data.colophon)]
        return xlsx_of(tables, about=about, made_at=result.created_at)
    if kind == "page":
        return self_contained(other_html(data))
    if kind == "text":
        return other_markdown(data)
    if kind == "slides":
        return other_slides(data, made_at=result.created_at)
    if kind == "data":
        return other_json(result)
    return csv_of(next(table for table in tables if table.id == kind))


def _reader(profile: str) -> list[str]:
    return [] if profile == Profile.TEAM else [profile]
