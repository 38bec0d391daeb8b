"""Reading addresses: pasted, typed, or from a spreadsheet, with every line that is wrong."""

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.refusals import Invalid
from core.spreadsheet import FORMULA_STARTS, harmless
from surveys.domain.address_list import (
    BYTES_MAX,
    Row,
    clean_name,
    decode,
    read_addresses,
    written,
)
from tests.effort import processor_s

LONG = "a" * 300 + "@x.org"
ROLES = {"engineer": "Engineer", "senior": "Senior engineer or reviewer", "product": "Product and analysis"}


def read(text, default=("engineer",)):
    return read_addresses(text, roles=ROLES, default_roles=default)


def emails(text):
    return [row.email for row in read(text).rows]


def sentences(text, default=("engineer",)):
    return [(p.line, p.sentence) for p in read(text, default).problems]


@pytest.mark.parametrize(
    "text",
    ["ada@x.org\nben@x.org", "ada@x.org, ben@x.org", "ADA@x.org; ben@X.org;", "\ufeffada@x.org\r\n\r\n ben@x.org\r\n"],
)
def test_addresses_are_read_however_they_are_separated(text):
    assert emails(text) == ["ada@x.org", "ben@x.org"]


def test_name_may_stand_before_the_address():
    rows = read("Ada Lovelace <ada@x.org>\n'Ben' <ben@x.org>").rows
    assert [(row.name, row.email) for row in rows] == [("Ada Lovelace", "ada@x.org"), ("Ben", "ben@x.org")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_stand_in_any_order_behind_any_delimiter(delimiter):
    lines = [
        ["Roles", "E-Mail", "Name"],
        ["engineer+senior", "ada@x.org", "Ada"],
        ["Product and analysis", "b@x.org", ""],
    ]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    assert read(text).rows == (
        Row(2, "ada@x.org", "Ada", ("engineer", "senior")),
        Row(3, "b@x.org", "", ("product",)),
    )


def test_quoted_cells_empty_lines_and_the_line_of_a_spreadsheet():
    text = 'sep=;\nemail;name;roles\n\n"ada@x.org";"Lovelace; Ada";"engineer, senior"\n;;\n'
    assert read(text).rows == (Row(4, "ada@x.org", "Lovelace; Ada", ("engineer", "senior")),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(encoding):
    text = decode("email;name\nada@x.org;Adèle Müller\n".encode(encoding))
    assert read(text).rows[0].name == "Adèle Müller"


def test_unknown_role_is_a_sentence_with_the_line_and_the_roles_there_are():
    ((line, sentence),) = sentences("email,roles\nada@x.org,engineer\nben@x.org,wizard")
    assert line == 3
    assert sentence.startswith("There is no role “wizard”. The roles are: engineer (Engineer)")


@pytest.mark.parametrize(
    "bad",
    ["ada", "@x.org", "ada@", "=1+1", "=cmd|'/C calc'!A0", "ada@x\u202e.org", "a\x00da@x.org", "ada@x.org\u200b", LONG],
)
def test_what_is_no_address_is_said_with_its_line(bad):
    ((line, sentence),) = sentences(f"email\nben@x.org\n{bad}")
    assert line == 3
    assert sentence.endswith("is not an e-mail address.")
    assert not set(sentence) & set("\x00\u202e\u200b")


def test_address_that_stands_twice_is_said():
    assert sentences("ada@x.org\nben@x.org\nADA@x.org") == [(3, "ada@x.org stands on line 1 already.")]
    assert sentences("ada@x.org, ada@x.org") == [(1, "ada@x.org stands on line 1 already.")]


def test_row_without_a_role_needs_one():
    assert sentences("ada@x.org", default=()) == [
        (1, "No role. Choose one for everybody without a role, or add a column “roles”.")
    ]


def test_columns_that_mean_nothing_are_named():
    assert read("phone,email,Salary\n1,ada@x.org,2").unused == ("phone", "Salary")


def test_name_loses_what_turns_the_direction_of_writing():
    assert clean_name("Ada\u202e evoL\x07\n\u2066x\u2069") == "Ada evoL x"
    assert clean_name("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize("text", ["", "  \n\n", "\ufeff"])
def test_empty_list_is_said(text):
    with pytest.raises(Invalid, match="empty"):
        read(text)


def test_huge_file_is_refused_at_once():
    def refuse():
        with pytest.raises(Invalid, match="too long"):
            decode(b"ada@x.org\n" * 1_048_576)
        with pytest.raises(Invalid, match="too long"):
            read("ada@x.org\n" * 1_048_576)
        with pytest.raises(Invalid, match="1000 people"):
            read("\n".join(f"a{n}@x.org" for n in range(1001)))

    assert processor_s(refuse) < 2


def test_longest_list_is_read_quickly():
    def read_longest():
        assert len(emails("\n".join(f"a{n}@x.org" for n in range(1000)))) == 1000
        with pytest.raises(Invalid):
            read("," * (BYTES_MAX - 10))

    assert processor_s(read_longest) < 2


def test_quote_that_never_ends_is_a_problem_and_no_crash():
    assert read('email,name\n"ada@x.org,Ada\nben@x.org,Ben').problems
    with pytest.raises(Invalid, match="Line 2 cannot be read"):
        read('email\n"' + "x" * 200_000)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    with contextlib.suppress(Invalid):  # any other error fails
        found = read(text)
        assert found.rows or found.problems
        assert len({row.email for row in found.rows}) == len(found.rows)


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=3), max_size=5))
def test_no_cell_that_is_written_starts_a_formula(rows):
    out = written(rows)
    assert not any(cell.startswith(FORMULA_STARTS) for row in csv.reader(io.StringIO(out, newline="")) for cell in row)
    assert harmless("=1+1") == "'=1+1"
