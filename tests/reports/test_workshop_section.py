"""What the result page and the PDF say of a workshop."""

import pytest

from reports.domain.exports.tables import csv_of, workshop_tables
from reports.domain.exports.text import markdown_of
from reports.domain.render import report_html
from reports.domain.report_data import report_data
from surveys.domain.workshop.finishing import finish_workshop
from surveys.domain.workshop.leading import add_note, confirm, open_vote, reveal, settle
from tests.factories.places import make_place
from tests.factories.workshops import make_workshop, vote_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """Two votes and an agreement, one vote and none, one practice confirmed: the report's data and its text."""
    place = make_place()
    workshop, seats = make_workshop(place, n_seats=4)
    first, second, third = workshop.items.all()[:3]
    for number, levels in enumerate(([1, 3, 4, None], [3, 3, 3, None]), start=1):
        open_vote(workshop, first, by=place.lead)
        vote_all(first, seats, levels, number=number)
        reveal(workshop, first, by=place.lead)
    settle(workshop, first, level=3, check_what="Tags", check_who="Ben", by=place.lead)
    open_vote(workshop, second, by=place.lead)
    vote_all(second, seats, [1, 1, 5, 5])
    reveal(workshop, second, by=place.lead)
    settle(workshop, second, level=None, dissent="Two services, two ways.", by=place.lead)
    add_note(workshop, kind="decision", text="Ask again in spring", by=place.lead)
    confirm(workshop, [third.practice], by=place.lead)
    data = report_data(finish_workshop(workshop, by=place.lead))
    return data, report_html(data)


def test_each_practice_has_both_votes_the_shift_the_rule_and_the_outcome(told):
    data, _ = told
    agreed, disagreed, confirmed = data.workshop.rows
    assert agreed.first == "1 0 1 1 0; mean 2.7; 1 did not know"
    assert agreed.second == "0 0 3 0 0; mean 3.0; 1 did not know"
    assert agreed.shift == "Mean moved by +0.3, closer together."
    assert (agreed.rule, agreed.outcome, agreed.check) == ("met", "Agreed: level 3", "To be checked: Tags – Ben")
    assert (disagreed.rule, disagreed.outcome) == ("not met", "Agreed to disagree")
    assert (confirmed.rule, confirmed.outcome, confirmed.first) == ("not judged", "Confirmed without a vote", "–")
    assert data.workshop.title == "The workshop agreed on 2 practices, on 1 it agreed to disagree."


def test_report_prints_rule_dissent_and_decisions(told):
    data, text = told
    for said in (data.workshop.title, "At least 75 % of levels", "Two services, two ways.", "Ask again in spring"):
        assert said in text


def test_markdown_and_workbook_hold_the_record_as_well(told):
    data, _ = told
    (table,) = workshop_tables(data.workshop)
    text = markdown_of(data).decode()
    cells = [" ".join(str(cell) for cell in row) for row in table.rows]
    assert len(table.head) == len(table.rows[0]) == 5
    assert "Two services, two ways." in cells[1]
    assert "Two services, two ways." in csv_of(table).decode("utf-8-sig")
    assert f"## {data.workshop.title}" in text
    assert "Two services, two ways." in text
    assert "Ask again in spring" in text
    assert workshop_tables(None) == ()
