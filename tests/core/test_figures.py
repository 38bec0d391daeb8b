"""One way to write a reading, on every page and in every report."""

import pytest
from django.utils import translation

from core import figures


@pytest.mark.parametrize(
    ("value", "grade", "unit", "said"),
    [
        (0.34, None, "share", "34%"),
        (0.083, None, "share", "8.3%"),
        (0.02, None, "share", "2%"),
        (0.0, None, "share", "0%"),
        (1.0, None, "share", "100%"),
        (0.124, None, "share of inflow", "12% of inflow"),
        (0.021, None, "share of inflow", "2.1% of inflow"),
        (120.0, None, "lines", "120 lines"),
        (612.4, None, "lines", "612 lines"),
        (1234.5, None, "lines", "1,234 lines"),
        (48210.0, None, "lines", "48,210 lines"),
        (3.44, None, "days", "3.44 days"),
        (31.0, None, "h", "31 h"),
        (0.0, None, "h", "0 h"),
        (0.9, None, "ratio", "0.9"),
        (0.52, None, "per 100 merged changes", "0.52 per 100 merged changes"),
        (None, None, "h", "not known"),
        (None, "present_not_in_ci", "", "present, not in CI"),
        (None, "tests_on_changes", "", "tests on changes"),
    ],
)
def test_value_text_says_value_and_unit(value, grade, unit, said):
    assert figures.value_text(value, grade, unit) == said


def test_figures_take_the_marks_of_the_language():
    with translation.override("de"):
        assert (figures.value_text(1234.5, None, ""), figures.percent_text(0.083)) == ("1.234", "8,3\u00a0%")


def test_window_text_counts_days_or_stands_still():
    assert [figures.window_text(days) for days in (0, 1, 90)] == ["as it stands", "1 day", "90 days"]


def test_range_text_stays_on_the_ladder():
    assert figures.range_text((0.5, 5.5)) == "1.0 to 5.0"
    assert figures.range_text((0.5, 1.02)) == "1.0"
    assert figures.range_text(None) == ""
