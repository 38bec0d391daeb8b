"""Counts, distances and fixed words of the report in clear words of one language."""

import dataclasses

import pytest
from django.utils.translation import override

from assessment.domain.scoring.types import State
from reports.charts.flow_bars import FlowCase, Part, flow_bars
from reports.domain.render import report_html
from reports.domain.report_data import report_data
from reports.domain.report_data.types import DimensionFindings, FlowSection
from tests.factories.reports import MODEL, ResultFactory, practice_score, score_card, split_score

pytestmark = pytest.mark.django_db


def parameters(data):
    return {row.name: row.value for row in data.method.parameters}


def test_one_person_and_one_level_are_not_many():
    data = report_data(ResultFactory())
    assert next(row.value for row in data.colophon if row.name == "Smallest group shown") == (
        "1 person in all, 3 people in a role"
    )
    told = parameters(data)
    assert told["Role gap from a difference of"] == "1 level"
    assert told["Noise of one question"] == "0.35 levels"
    assert told["Distance of a signal from its practice"] == "direct 0.4 levels, proxy 0.7 levels, weak 1 level"


def test_german_report_has_no_english_words_among_its_parameters_and_readings():
    result = ResultFactory(card=score_card(tuple(split_score(about.id) for about in MODEL.practices())))
    with override("de"):
        data = report_data(result)
        assert parameters(data)["Abstand eines Signals von seiner Praktik"] == (
            "direkt 0,4 Stufen, mittelbar 0,7 Stufen, schwach 1 Stufe"
        )
        assert {row.said for row in data.voices} == {"geteilt"}


def test_german_report_writes_weights_with_a_comma_and_exports_them_as_numbers():
    with override("de"):
        data = report_data(ResultFactory())
        assert "4,70 (direkt)" in report_html(data)
    assert isinstance(data.ledger.rows[0].uses[0].weight, float)


def test_days_below_the_bars_have_the_marks_of_the_language():
    with override("de"):
        figure = flow_bars([FlowCase("", (Part("", 1.2, waits=False),), "")], message="", days_word="Tage")
    assert [tick.text for tick in figure.ticks] == ["0", "0,5", "1 Tage"]


def test_level_that_is_not_known_is_said_once_in_the_control_map():
    card = score_card(tuple(practice_score(about.id, State.NOT_KNOWN) for about in MODEL.practices()))
    row = report_data(ResultFactory(card=card)).control_map.controls[0]
    assert (row.level, row.score) == ("not known", "")


def test_source_says_whether_it_was_read():
    checked = {source.checked for source in report_data(ResultFactory()).sources if not source.is_claim}
    assert checked
    assert all(text.startswith("read") for text in checked)


def test_facts_stand_across_the_page_only_beside_strengths_and_only_where_there_are_some():
    found = report_data(ResultFactory()).findings[0]
    assert isinstance(found, DimensionFindings)
    full = dataclasses.replace(found, strengths=found.gaps, facts=("A fact.",))
    assert full.is_wide
    assert not dataclasses.replace(full, facts=()).is_wide
    assert not dataclasses.replace(full, strengths=()).is_wide


def test_inputs_of_the_flow_are_gathered_by_where_they_are_from():
    groups = FlowSection.origins.fget(FakeFlow((Input("set by hand", 1), Input("default", 2), Input("set by hand", 3))))
    assert [(group.title, [row.value for row in group.rows]) for group in groups] == [
        ("Set by hand", [1, 3]),
        ("Default", [2]),
    ]


@dataclasses.dataclass(frozen=True)
class Input:
    origin: str
    value: int
    is_default: bool = False


@dataclasses.dataclass(frozen=True)
class FakeFlow:
    inputs: tuple
