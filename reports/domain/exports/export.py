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


@dataclass(frozen=True)
class Form:
    """How a result is written in one form, by our maturity model and by those of others."""

    file: str
    content_type: str
    make: Callable[[Gathered, ReportData], bytes]
    make_other: Callable[[Result, OtherReport], bytes] | None = None  # None: such a result has no such form


def _table(file: str, place: int) -> Form:
    return Form(
        file,
        "text/csv; charset=utf-8",
        lambda gathered, data: csv_of(tables_of(gathered, data)[place]),
        lambda _, data: csv_of(other_tables(data)[place]),
    )


def _workbook(gathered: Gathered, data: ReportData) -> bytes:
    about = [(gathered.team.name, gathered.assessment.title), *((row.name, row.value) for row in data.colophon)]
    return xlsx_of(tables_of(gathered, data), about=about, made_at=gathered.result.created_at)


def _other_workbook(result: Result, data: OtherReport) -> bytes:
    about = [(data.scope.team, data.scope.title), *((row.name, row.value) for row in data.colophon)]
    return xlsx_of(other_tables(data), about=about, made_at=result.created_at)


TEAM_ALONE = frozenset({"data"})
EXPORTS: Mapping[str, Form] = {  # by name in the address
    "scores": _table("scores.csv", 0),
    "evidence": _table("evidence.csv", 1),
    "actions": _table("actions.csv", 2),
    "workbook": Form("tables.xlsx", XLSX, _workbook, _other_workbook),
    "page": Form(
        "report.html",
        "text/html; charset=utf-8",
        lambda _, data: self_contained(report_html(data)),
        lambda _, data: self_contained(other_html(data)),
    ),
    "text": Form(
        "report.md",
        "text/markdown; charset=utf-8",
        lambda _, data: markdown_of(data),
        lambda _, data: other_markdown(data),
    ),
    "figures": Form("figures.zip", "application/zip", lambda _, data: svg_files(data)),
    "pictures": Form("pictures.zip", "application/zip", lambda _, data: png_files(data)),
    "slides": Form(
        "summary.pptx",
        PPTX,
        lambda gathered, data: slides_of(data, made_at=gathered.result.created_at),
        lambda result, data: other_slides(data, made_at=result.created_at),
    ),
    "data": Form(
        "assessment.json",
        "application/json",
        lambda gathered, _: assessment_json(gathered.result),
        lambda result, _: other_json(result),
    ),
}


def is_offered(result: Result, kind: str, profile: str) -> bool:
    if kind not in EXPORTS or profile not in Profile.values or (is_other(result) and not EXPORTS[kind].make_other):
        return False
    return profile == Profile.TEAM or kind not in TEAM_ALONE


@transaction.atomic
def export(result: Result, kind: str, *, by: User, profile: str = Profile.TEAM) -> Exported:
    """The result in another form for readers of this profile, in the active language.

    KeyError for a form there is none of: the data are the team's alone.
    """
    if not is_offered(result, kind, profile):
        raise KeyError(kind)
    form = EXPORTS[kind]
    assessment, team = result.assessment, result.assessment.team
    brand = brand_in_use(team.organization)
    look = look_of(brand) if brand else None
    if form.make_other and is_other(result):
        content = form.make_other(result, replace(other_report(result, profile), look=look))
    else:
        gathered = redacted(gather(result), profile)
        content = form.make(gathered, replace(assemble(gathered), look=look))
    record("report.exported", by=by, on=assessment, team=team, format=kind)
    stem, _, extension = form.file.partition(".")
    name = file_name("headwater", team.name, assessment.title, *_reader(profile), stem)
    return Exported(f"{name}.{extension}", form.content_type, content)


def _reader(profile: str) -> list[str]:
    return [] if profile == Profile.TEAM else [profile]
