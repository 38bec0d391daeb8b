"""The summary as slides: what stands on them, for whom, and that other programs can open them."""

import dataclasses
import io
import xml.etree.ElementTree as ET
import zipfile
from functools import cache

import pytest
from django.utils.translation import override
from pptx import Presentation

from assessment.domain.flow.reading import read_flow
from assessment.domain.flow_reading import as_dict
from assessment.domain.scoring.types import State
from reports.domain.exports import slides
from reports.domain.exports.deck import INK, LONGEST, RIVER, SMALLEST_TITLE, column_of, height_of, title_size
from reports.domain.exports.pictures import drawn
from reports.domain.exports.slides import slides_of
from reports.domain.report_data import report_data
from tests.assessment.flow.test_constraint import WAITS, team
from tests.factories import team_of_nine
from tests.factories.reports import MODEL, ResultFactory, practice_score, score_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def result():
    flow = as_dict(read_flow([*team(), *WAITS]))
    return ResultFactory(card=team_of_nine.card(), flow=flow)


@pytest.fixture(autouse=True)
def _each_picture_is_drawn_once(monkeypatch):
    """The real pictures; equal figures of different tests share them, since setting them takes seconds."""
    monkeypatch.setattr(slides, "drawn", lambda figures: drawn_once(tuple(figures)))


@cache
def drawn_once(figures):
    return drawn(figures)


def opened(data, result):
    content = slides_of(data, made_at=result.created_at)
    return content, Presentation(io.BytesIO(content))


def texts(slide):
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def test_slides_hold_the_answer_the_strips_the_decision_the_figures_and_the_roadmap(result):
    data = report_data(result)
    content, deck = opened(data, result)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles == [
        data.headline.title,
        "5 readings, with what holds each back",
        data.decision,
        data.flow_today.title,
        data.profile.title,
        data.flow.breakeven,
        data.roadmap.title,
    ]
    first, strips, asked, *_, roadmap = (texts(slide) for slide in deck.slides)
    assert data.headline.lead in first
    assert all(strip.name in strips and strip.score in strips for strip in data.strips)
    assert all(card.title in asked and card.owner in asked for card in data.roadmap.now[:3])
    assert all(column.name in roadmap for column in data.roadmap.columns)
    assert content == slides_of(data, made_at=result.created_at)


def test_every_picture_strip_and_table_has_words_and_every_text_a_language(result):
    with override("de"):
        data = report_data(result)
        content, deck = opened(data, result)
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.shape_type is not None and shape.shape_type.name in {"PICTURE", "GROUP", "TABLE"}:
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr")
    groups = [shape for shape in deck.slides[1].shapes if shape.shape_type.name == "GROUP"]
    assert [group.name for group in groups] == [strip.name for strip in data.strips]
    assert all(len(group.shapes) > 5 for group in groups)
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        slides = [files.read(name) for name in files.namelist() if name.startswith("ppt/slides/slide")]
    runs = [run for slide in slides for run in ET.fromstring(slide).iter(f"{{{A}}}rPr")]
    assert {run.get("lang") for run in runs} == {"de"}


A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def test_every_part_is_well_formed_and_refers_to_nothing_outside(result):
    content, _ = opened(report_data(result), result)
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        names = set(files.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                tree = ET.fromstring(files.read(name))
                assert not [one for one in tree.iter() if one.get("TargetMode") == "External"]
        content_types = ET.fromstring(files.read("[Content_Types].xml"))
    parts = {one.get("PartName").lstrip("/") for one in content_types if one.get("PartName")}
    assert parts <= names


def test_long_and_hostile_texts_are_text_and_fit(result):
    word = "=HYPERLINK(1)<script>\x0b" + "w" * 10_000
    data = report_data(result)
    data = dataclasses.replace(data, headline=dataclasses.replace(data.headline, title=word, lead=word))
    _, deck = opened(data, result)
    title = deck.slides[0].shapes.title.text_frame.text
    assert len(title) <= LONGEST + 10
    assert "<script>" in title


def test_board_and_client_slides_are_made_of_what_they_may_read(result):
    for profile in ("board", "client"):
        data = report_data(result, profile)
        _, deck = opened(data, result)
        assert len(deck.slides) == 7
        assert "Nobody" not in texts(deck.slides[1])


def test_team_without_anything_known_gets_slides_that_say_so():

    empty = ResultFactory(card=score_card(tuple(practice_score(p.id, State.NOT_ASKED) for p in MODEL.practices())))
    data = report_data(empty)
    _, deck = opened(data, empty)
    assert data.headline.title in texts(deck.slides[0])


def test_long_titles_shrink_and_columns_leave_to_the_report_what_has_no_room():
    title = "Decision asked: " + "planned person-days with owners named " * 6
    assert title_size("Short.", 26, 1.0) == 26
    assert SMALLEST_TITLE <= title_size(title, 26, 1.0) < 26
    head = ("Now", 16, RIVER)
    steps = [[("A step with a title that takes several lines of its column " * 2, 13, INK)]] * 6
    shown = column_of(head, steps, width=3.0, height=5.0)
    assert height_of(shown, 3.0) <= 5.0
    assert shown[-1][0] == f"{6 - (len(shown) - 2)} more stand in the report."
    assert column_of(head, steps[:1], width=3.0, height=5.0) == [head, *steps[0]]
