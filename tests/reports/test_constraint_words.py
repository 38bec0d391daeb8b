"""The constraint sentence where the data allow one, and the honest wording where they do not."""

import pytest

from assessment.domain.flow.reading import read_flow
from assessment.domain.flow_reading import as_dict
from reports.domain.report_data import report_data
from tests.assessment.flow.test_constraint import TOLD, WAITS, measured, team
from tests.factories.reports import ResultFactory

pytestmark = pytest.mark.django_db


def headline(given, **more):
    return report_data(ResultFactory(flow=as_dict(read_flow(given, **more)))).headline


def test_constraint_speaks_in_the_pattern_of_the_report():
    found = headline([*team(), *WAITS, *TOLD])
    assert found.title.startswith("Review sets the pace for ")
    assert found.lead == (
        "Work waits 1.2 working days before it (3.4 at the 75th percentile; n = 40, 90 days). "
        "One fifth of relief there is worth 1.5 days of lead time; the same in coding is worth 0.34. "
        "Confidence: clear. Next in line: Definition."
    )
    assert found.reading == (
        "It is a capacity constraint: work waits for people or machines that are busy. Kind of reading: measured "
        "waiting, what relief buys in the flow model and what people report."
    )
    assert found.practice


def test_window_is_told_as_a_policy_and_missing_readings_are_named():
    found = headline([measured("release_wait_days", 4, 6)])
    assert found.title.startswith("Release sets the pace for ")
    assert "policy constraint" in found.reading
    assert "not known: what relief buys in the flow model and what people report" in found.reading


@pytest.mark.parametrize(
    ("given", "growth", "words"),
    [
        (TOLD, None, "Time through the value stream has not been measured"),
        ([*WAITS, *team()], 0.4, "the review queue changed by 40% of its inflow"),
        (
            [*WAITS, *team(), measured("open_changes", 5), measured("time_in_review_mean_days", 3)],
            None,
            "contradict Little’s law by 67%",
        ),
        (
            [*WAITS, measured("changes_per_day_first_half", 2), measured("changes_per_day_second_half", 6)],
            None,
            "differ by a factor of 3.0 in changes made ready per day",
        ),
        ([*team(p_sendback=1.0), *WAITS], None, "cannot take a number"),
    ],
)
def test_where_the_data_do_not_allow_it_the_lowest_keystone_is_named(given, growth, words):
    found = headline(given, queue_growth=growth)
    assert found.title.startswith("The weakest keystone of ")
    assert words in found.reading
    assert "lowest of the 8 keystones" in found.reading
