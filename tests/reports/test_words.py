import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from core.language import list_text
from reports.domain.report_data import words


def test_observed_text_names_n_and_window():
    assert words.observed_text(1214, 90) == "n = 1,214, 90 days"
    assert words.observed_text(1, 0) == "n = 1, as it stands"


def test_signed_text_uses_a_true_minus():
    assert words.signed_text(-24.2) == "\N{MINUS SIGN}24"
    assert words.signed_text(5) == "+5"


def test_nothing_has_no_sign():
    assert [words.signed_text(-0.4), words.signed_text(0.04, 1), words.signed_text(0)] == ["0", "0.0", "0"]


def test_list_text_joins_as_a_sentence():
    assert [list_text(p) for p in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


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
