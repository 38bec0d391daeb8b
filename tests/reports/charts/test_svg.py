"""The SVG templates keep the chart rules: print theme in attributes, page theme by class, nothing dynamic."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from reports.charts.profile import StageControl, profile
from reports.charts.quadrant import Point, quadrant
from reports.charts.roadmap import PlannedStep, roadmap_figure
from reports.charts.scale import scale_words
from reports.charts.strip import strip
from reports.charts.value_stream import Loop, StageTime, value_stream
from reports.charts.voices import Said, Shown, voices

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "templates" / "charts").glob("*.svg"))
MESSAGE = 'Merge gate <3.2> & "so on"'
CHARTS = {
    "scale": scale_words(["Improvised", "Visible", "Agreed", "Enforced", "Tuned"]),
    "strip": strip(score=2.6, low_high=(2.3, 2.9), staged=2, disputed=False, message=MESSAGE),
    "voices": voices(
        said=Said(3, 2, 4, (1, 0, 0, 2, 0)),
        shown=Shown(2, 0.4),
        plan=2,
        split=True,
        contradiction=False,
        message=MESSAGE,
    ),
    "profile": profile(
        [StageControl("Design & planning", 0.02, 0.7), StageControl("Build", None, None)],
        sides=(0.02, None),
        message=MESSAGE,
    ),
    "value_stream": value_stream(
        [StageTime("Build & <test>", 1.5, 0), StageTime("Review", 0.3, 2.4, "89% busy")],
        [Loop(1, 0, "sent back: 25%")],
        message=MESSAGE,
    ),
    "quadrant": quadrant(
        [Point("SP1", 2.0, 0.4), Point("EN1", 4.0, 1.2)],
        limit=0.83,
        middle=3.0,
        corners=("Keep", "Find <out>", "Fix", "Talk"),
        ends=("agree", "split"),
        message=MESSAGE,
    ),
    "roadmap": roadmap_figure(
        [PlannedStep("a", 0, "Say <what>", "S", settles=True), PlannedStep("b", 1, "B", "M", after=("a",))],
        ["Now", "Next", "Later"],
        message=MESSAGE,
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_figure_is_well_formed_named_and_sized(name):
    root = ET.fromstring(render_to_string(f"charts/{name}.svg", {"chart": CHARTS[name]}))
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    assert {"width", "height", "viewBox", "font-family", "font-size"} <= set(root.attrib)
    assert root.attrib["role"] == "img"
    assert root.find(f"{space}title").text == CHARTS[name].message
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"


@pytest.mark.parametrize("name", CHARTS)
def test_every_drawn_element_has_a_class_for_the_page_theme_and_a_colour_for_print(name):
    root = ET.fromstring(render_to_string(f"charts/{name}.svg", {"chart": CHARTS[name]}))
    drawn = [e for e in root.iter() if e.tag.rsplit("}")[-1] in {"rect", "circle", "path", "text"}]
    assert drawn
    assert all(e.get("class") and (e.get("fill", "none") != "none" or e.get("stroke")) for e in drawn)


@pytest.mark.parametrize("name", CHARTS)
def test_figure_is_drawn_the_same_where_numbers_are_written_with_a_comma(name):
    drawn = render_to_string(f"charts/{name}.svg", {"chart": CHARTS[name]})
    with override("de"):
        assert render_to_string(f"charts/{name}.svg", {"chart": CHARTS[name]}) == drawn


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_template_writes_no_coordinate_the_way_of_a_language(template):
    text = template.read_text(encoding="utf-8")
    assert text.startswith("{% load l10n %}{% localize off %}<svg")
    assert text.endswith("</svg>{% endlocalize %}\n")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_template_uses_no_style_variable_or_gradient(template):
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"style=|var\(|<style|Gradient|url\(", text)


def test_print_theme_uses_only_colours_of_the_tokens():
    light = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8").split("@media")[0]
    for template in TEMPLATES:
        used = set(re.findall(r"#[0-9a-f]{6}", template.read_text(encoding="utf-8")))
        assert used <= set(re.findall(r"#[0-9a-f]{6}", light)), template.name


def test_every_chart_class_has_a_page_theme():
    styles = (ROOT / "static/css/result.css").read_text(encoding="utf-8")
    classes = {name for t in TEMPLATES for name in re.findall(r"\bc-[a-z-]+", t.read_text(encoding="utf-8"))}
    assert {name for name in classes if f".{name}" not in styles} == set()
