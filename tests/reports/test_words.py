import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.domain.report_data import words


@pytest.mark.parametrize(
    ("value", "grade", "unit", "said"),
    [
        (0.34, None, "share", "34%"),
        (0.083, None, "share", "8.3%"),
        (0.02, None, "share", "2%"),
        (0.0, None, "share", "0%"),
        (0.124, None, "share of inflow", "12% of inflow"),
        (612.4, None, "lines", "612 lines"),
        (48210.0, None, "lines", "48,210 lines"),
        (6.12, None, "days", "6.12 days"),
        (31.0, None, "h", "31 h"),
        (0.9, None, "ratio", "0.9"),
        (None, None, "h", "not known"),
        (None, "present_not_in_ci", "", "present, not in CI"),
    ],
)
def test_value_text_says_value_and_unit(value, grade, unit, said):
    assert words.value_text(value, grade, unit) == said


def test_observed_text_names_n_and_window():
    assert words.observed_text(1214, 90) == "n = 1,214, 90 days"
    assert words.observed_text(1, 0) == "n = 1, as it stands"


def test_range_text_stays_on_the_ladder():
    assert words.range_text((0.5, 5.5)) == "1.0 to 5.0"
    assert words.range_text((0.5, 1.02)) == "1.0"
    assert words.range_text(None) == ""


def test_signed_text_uses_a_true_minus():
    assert words.signed_text(-24.2) == "\N{MINUS SIGN}24"
    assert words.signed_text(5) == "+5"


def test_list_text_joins_as_a_sentence():
    assert [words.list_text(p) for p in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_as_sentence_starts_and_ends_once():
    assert words.as_sentence(" it moves. ") == "It moves."
    assert words.as_sentence("it moves") == "It moves."
    assert words.as_sentence("") == ""


def test_period_text_names_both_days():
    assert words.period_text(dt.date(2026, 7, 1), dt.date(2026, 9, 30)) == "1 July 2026 to 30 September 2026"


@given(parts=st.lists(st.text(max_size=60), max_size=3))
def test_file_name_is_safe_everywhere(parts):
    name = words.file_name(*parts)
    assert name
    assert len(name) <= 100
    assert not set(name) & set('/\\:*?"<>|\0\n\r .')


def test_file_name_keeps_letters_of_any_script():
    assert words.file_name("headwater", "Платежи & Co", "Q4/2026") == "headwater-платежи-co-q4-2026"
