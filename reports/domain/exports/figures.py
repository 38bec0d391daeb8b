"""Every figure of a report by name, as SVG and as PNG of the same picture, with what it says in words."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from core.language import gettext
from reports.domain.exports.pictures import SCALE, drawn
from reports.domain.exports.tables import Table, csv_of
from reports.domain.report_data.types import ReportData
from reports.domain.report_data.words import file_name

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time a ZIP can hold: the same figures give the same bytes


@dataclass(frozen=True)
class Figure:
    name: str
    svg: str
    says: str
    width: float
    height: float


def figures_of(data: ReportData) -> tuple[Figure, ...]:
    charts: dict[str, tuple[str, Any]] = {
        "control-profile": ("profile", data.profile.chart),
        "roadmap": ("roadmap", data.roadmap.chart),
        **{f"dimension-{strip.id}": ("strip", strip.chart) for strip in data.strips},
        **{f"practice-{row.practice}": ("voices", row.chart) for row in data.voices},
    }
    if data.flow_today.chart:
        charts["value-stream"] = ("value_stream", data.flow_today.chart)
    if data.flow:
        charts["ai-volume"] = ("flow_bars", data.flow.chart)
    return tuple(
        Figure(
            name=file_name(name),
            svg=render_to_string(f"charts/{template}.svg", {"chart": chart}),
            says=chart.message,
            width=chart.width,
            height=chart.height,
        )
        for name, (template, chart) in charts.items()
    )


def svg_files(data: ReportData) -> bytes:
    return packed((f"{figure.name}.svg", figure.svg.encode()) for figure in figures_of(data))


def png_files(data: ReportData) -> bytes:
    """The same pictures in pixels, and a table of their sizes and of what each says for those who do not see it."""
    figures = figures_of(data)
    pictures = drawn(figures)
    head = (gettext("File"), gettext("Width in pixels"), gettext("Height in pixels"), gettext("Alternative text"))
    rows = tuple(
        (f"{figure.name}.png", picture.width, picture.height, figure.says)
        for figure, picture in zip(figures, pictures, strict=True)
    )
    index = Table(id="figures", name=gettext("Figures"), head=head, rows=rows)
    files = [(f"{figure.name}.png", picture.png) for figure, picture in zip(figures, pictures, strict=True)]
    return packed([*files, ("figures.csv", csv_of(index))])


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


__all__ = ["SCALE", "Figure", "figures_of", "packed", "png_files", "svg_files"]
