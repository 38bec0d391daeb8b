import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.markdown import ELEMENTS, plain_lines, safe_html

TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")


def test_emphasis_lists_and_quotes_become_elements():
    made = safe_html("**Now** and *then*\n\n- one\n- two\n\n> said")
    assert "<strong>Now</strong> and <em>then</em>" in made
    assert made.count("<li>") == 2
    assert "<blockquote>" in made


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](file:///etc/passwd)",
        "![x](http://127.0.0.1/x.png)",
        "[x](javascript:alert(1))",
        "[x](file:///etc/passwd)",
        "[x](data:text/html,x)",
        "<style>p { color: red }</style>",
        "| a |\n| - |\n| b |",
        "# A heading\n\nUnderlined\n===",
    ],
)
def test_what_could_do_something_stays_as_it_was_typed(text):
    made = safe_html(text)
    assert {name for _, name, _ in TAG.findall(made)} <= {"p", "a", "br"}
    assert re.findall(r'(?:src|href)="(?!https?:)', made) == []
    assert "<img" not in made


def test_a_link_to_a_web_page_keeps_its_address_and_nothing_else():
    assert safe_html("[x](https://example.org/a)") == (
        '<p><a href="https://example.org/a" rel="noreferrer noopener">x</a></p>\n'
    )


@given(st.text(alphabet="<>&\"'ab*_[]()!:/#-`~|\\\n =>1.", max_size=200))
def test_whatever_is_typed_only_listed_elements_come_out(text):
    for _, name, attributes in TAG.findall(safe_html(text)):
        assert name in ELEMENTS
        assert re.fullmatch(r'( href="(https?:|mailto:)[^"]*" rel="noreferrer noopener")?', attributes)


def test_nesting_has_an_end():
    assert safe_html("> " * 2000 + "x").count("<blockquote>") <= 12


def test_plain_lines_say_the_same_without_marks():
    assert plain_lines("**Now** & *then*\n\n- one\n- [two](https://example.org)") == ("Now & then", "one", "two")
