"""Flow on the result page and in the report: shown where the team is known, from the result alone."""

import pytest

from assessment.domain.flow.reading import read_flow
from assessment.domain.flow.whatif import WhatIf
from assessment.domain.flow_reading import as_dict
from assessment.models import FlowInput
from reports.domain.render import report_html
from reports.domain.report_data import report_data
from tests.assessment.flow.test_constraint import TOLD, WAITS, team
from tests.factories.reports import ResultFactory

pytestmark = pytest.mark.django_db


def data(given, **more):
    return report_data(ResultFactory(flow=as_dict(read_flow(given, **more))))


def test_report_shows_presets_break_even_relief_and_inputs():
    flow = data([*team(), *WAITS]).flow
    assert flow.title == "A change takes 9.3 working days; review is 89% busy."
    assert [case.lead_time for case in flow.presets] == ["9.3", "12.8", *["no steady state"] * 3]
    assert next(row for row in flow.breakeven_rows if row.is_own).growth == "2.2%"
    assert flow.relief[0].label == "Review effort per pass"
    assert flow.inputs[0].observed == "n = 40, 90 days"


def test_scenario_put_into_the_report_stands_there_as_it_was():
    html = report_html(data([*team(), *WAITS], scenarios=[("More review hours", WhatIf(reviewers=4))]))
    assert "Scenario “More review hours”" in html
    assert "What AI volume would do" in html


def test_what_people_tell_alone_says_nothing_about_the_team():
    assert data(TOLD).flow is None
    assert "What AI volume would do" not in report_html(data(TOLD))


def test_scenario_on_defaults_names_the_defaults():
    assert "a default stands in" in data(TOLD, scenarios=[("Trial", WhatIf())]).flow.defaults


def test_report_reads_the_result_and_not_the_inputs_of_today():
    result = ResultFactory(flow=as_dict(read_flow([*team(), *WAITS])))
    before = report_html(report_data(result))
    FlowInput.objects.create(assessment=result.assessment, name="reviewers", origin="facilitator", value=9)
    assert report_html(report_data(result)) == before


def test_queue_that_grows_is_told_without_a_lead_time():
    flow = data([*team(changes_per_day=9), *WAITS]).flow
    assert flow.title == "There is no steady state today."
    assert "the queue grows by" in flow.notes[0]
    assert flow.breakeven.startswith("There is no steady state today")
    assert flow.relief_title == "What a fifth of relief takes off the growth of the queue"


def test_value_stream_tells_work_waiting_and_the_ways_back():
    today = data([*team(), *WAITS]).flow_today
    assert today.title == "A change takes 9.3 working days; review is 89% busy."
    assert [row.stage for row in today.rows] == ["Definition", "Build", "Review", "Integration", "Release"]
    review = today.rows[2]
    assert (review.note, float(review.waiting) > float(review.working)) == ("89% busy", True)
    assert [loop.label.text for loop in today.chart.loops] == ["fails after review: 6%", "sent back: 25%"]
    assert today.sentences[0].endswith("of 9.3 working days.")


def test_value_stream_that_is_not_known_is_said_and_not_drawn():
    today = data(TOLD).flow_today
    assert today.chart is None
    assert "a default stands in" in today.sentences[0]
    assert report_data(ResultFactory()).flow_today.title == "How long work takes and where it waits is not known yet."
