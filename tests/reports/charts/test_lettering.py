from hypothesis import given
from hypothesis import strategies as st

from reports.charts.lettering import text_width, wrap_text


@given(text=st.text(max_size=200), width=st.floats(20, 300), max_lines=st.integers(1, 5))
def test_wrap_text_fits_the_width_and_the_number_of_lines(text, width, max_lines):
    lines = wrap_text(text, width=width, size=12, max_lines=max_lines)
    assert 1 <= len(lines) <= max_lines
    assert all(text_width(line, size=12) <= width or len(line) <= 2 for line in lines)


def test_wrap_text_breaks_a_word_longer_than_a_line():
    lines = wrap_text("Donaudampfschifffahrtsgesellschaftskapitän", width=100, size=12, max_lines=4)
    assert len(lines) > 1
    assert lines[0].endswith("-")


def test_wrap_text_ends_what_does_not_fit_in_an_ellipsis():
    assert wrap_text("one two three four five six", width=40, size=12, max_lines=2)[-1].endswith("…")
