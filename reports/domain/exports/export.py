"""One export by name, and the audit event of taking it away."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.template.loader import render_to_string

from accounts.domain.audit import record
from accounts.models import User
from assessment.models import Result
from reports.domain.assessment_file import assessment_json
from reports.domain.exports.page import self_contained
from reports.domain.exports.tables import csv_of, tables_of
from reports.domain.exports.text import markdown_of
from reports.domain.exports.workbook import xlsx_of
from reports.domain.render import report_html
from reports.domain.report_data.build import assemble
from reports.domain.report_data.gather import Gathered, gather
from reports.domain.report_data.types import ReportData
from reports.domain.report_data.words import file_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time a ZIP can hold: the same figures give the same bytes


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


def _figures(_: Gathered, data: ReportData) -> bytes:
    """Every figure as an SVG file."""
    charts = {
        "control-profile": ("profile", data.profile.chart),
        "roadmap": ("roadmap", data.roadmap.chart),
        **{f"dimension-{strip.id}": ("strip", strip.chart) for strip in data.strips},
        **{f"practice-{row.practice}": ("voices", row.chart) for row in data.voices},
    }
    if data.flow_today.chart:
        charts["value-stream"] = ("value_stream", data.flow_today.chart)
    if data.flow:
        charts["ai-volume"] = ("flow_bars", data.flow.chart)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for name, (template, chart) in charts.items():
            drawn = render_to_string(f"charts/{template}.svg", {"chart": chart})
            files.writestr(zipfile.ZipInfo(f"{file_name(name)}.svg", LONG_AGO), drawn, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


EXPORTS: Mapping[str, tuple[str, str, Make]] = {  # name in the address: ending, content type, maker
    "scores": ("scores.csv", "text/csv; charset=utf-8", _table(0)),
    "evidence": ("evidence.csv", "text/csv; charset=utf-8", _table(1)),
    "actions": ("actions.csv", "text/csv; charset=utf-8", _table(2)),
    "workbook": ("tables.xlsx", XLSX, _workbook),
    "page": ("report.html", "text/html; charset=utf-8", lambda _, data: self_contained(report_html(data))),
    "text": ("report.md", "text/markdown; charset=utf-8", lambda _, data: markdown_of(data)),
    "figures": ("figures.zip", "application/zip", _figures),
    "data": ("assessment.json", "application/json", lambda gathered, _: assessment_json(gathered.result)),
}


@transaction.atomic
def export(result: Result, kind: str, *, by: User) -> Exported:
    """The result in another form, in the active language. KeyError for a form there is none of."""
    ending, content_type, make = EXPORTS[kind]
    gathered = gather(result)
    content = make(gathered, assemble(gathered))
    record("report.exported", by=by, on=gathered.assessment, team=gathered.team, format=kind)
    stem, _, extension = ending.partition(".")
    name = file_name("headwater", gathered.team.name, gathered.assessment.title, stem)
    return Exported(f"{name}.{extension}", content_type, content)
