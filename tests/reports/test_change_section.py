"""What the page and the report say of change since the team's last assessment."""

import dataclasses
import datetime as dt
from dataclasses import asdict

import pytest
from django.urls import reverse

from assessment.domain import team_roadmap as roadmap
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.team_roadmap import team_roadmap
from assessment.maturity.loader import load_model
from assessment.models import AssessmentState
from reports.domain.exports.text import markdown_of
from reports.domain.render import report_html
from reports.domain.report_data import report_data
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model

pytestmark = pytest.mark.django_db
MODEL = shipped_model()
ENDS = (dt.date(2026, 3, 31), dt.date(2026, 6, 30), dt.date(2026, 9, 30))


def assessed(team, turn, value, *, raised=(), model=None, **summary):
    """A closed assessment in which everybody says `value`, and 4.6 of the raised practices."""
    more = {"maturity_model": load_model(model)} if model else {}
    row = AssessmentFactory(
        team=team, period_end_on=ENDS[turn], title=f"Round {turn}", state=AssessmentState.CLOSED, **more
    )
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    for practice in MODEL.practices():
        said = make_summary(practice.id, 4.6 if practice.id in raised else value, **summary)
        record_evidence(row, source="survey", practice=practice.id, content=asdict(said), n=5, observed_at=at)
    return row, rescore(row)


@pytest.fixture
def team():
    return TeamFactory()


def test_first_assessment_says_nothing_of_change(team):
    _, result = assessed(team, 0, 2.0)
    data = report_data(result)
    assert data.change is None
    assert "Change since last time" not in report_html(data)


def test_only_what_is_beyond_its_interval_is_shown(team):
    assessed(team, 0, 2.0)
    _, result = assessed(team, 1, 2.1, raised=("SP1", "EN1"))
    change = report_data(result).change
    assert [row.id for row in change.practices] == ["SP1", "EN1"]
    assert {row.word for row in change.practices} == {"higher"}
    assert change.title == "2 practices stand higher than last time."
    assert change.still == "21 practices moved by less than their intervals: that is not called a change."
    assert change.since == "Compared with “Round 0”, 1 July 2026 to 31 March 2026."


def test_nothing_beyond_its_interval_is_said_in_one_sentence(team):
    assessed(team, 0, 2.0)
    _, result = assessed(team, 1, 2.1)
    change = report_data(result).change
    assert (change.practices, change.dimensions) == ((), ())
    assert change.title == "No practice has changed beyond what chance explains."


def test_level_that_stayed_a_second_round_is_shown_once(team):
    assessed(team, 0, 2.6)
    assessed(team, 1, 2.8)
    _, result = assessed(team, 2, 2.8)
    change = report_data(result).change
    assert len(change.practices) == 23
    assert {row.word for row in change.practices} == {"level moved a round ago and stayed"}
    assert {row.level for row in change.practices} == {"Visible, now Agreed"}


def test_open_and_foreign_assessments_are_never_compared_with(team):
    row, _ = assessed(team, 0, 1.0)
    row.state = AssessmentState.OPEN
    row.save()
    assessed(TeamFactory(organization=team.organization), 0, 1.0)
    _, result = assessed(team, 1, 4.0)
    assert report_data(result).change is None


def newer(**changes):
    """The shipped model in a later version, in which one practice asks something else."""
    content = MODEL.model_dump(mode="json", by_alias=True)
    content["meta"] |= {"version": "9.9", **changes}
    content["dimensions"][0]["practices"][0]["questions"][0]["text"] = "Is this asked in another way?"
    return type(MODEL).model_validate(content)


def test_another_version_of_the_model_is_said_and_only_like_practices_compared(team):
    assessed(team, 0, 2.0)
    _, result = assessed(team, 1, 4.5, model=newer())
    change = report_data(result).change
    assert "9.9" in change.notes[0]
    assert "so not compared: Testable intent" in change.notes[0]
    assert len(change.practices) == 22
    assert "SP1" not in {row.id for row in change.practices}


def test_another_model_is_not_compared(team):
    assessed(team, 0, 2.0)
    _, result = assessed(team, 1, 4.5, model=newer(id="other"))
    change = report_data(result).change
    assert change.title == "Nothing can be compared with the last assessment."
    assert "another maturity model" in change.notes[0]
    assert (change.practices, change.dimensions) == ((), ())


def test_rounding_between_two_surveys_is_said(team):
    assessed(team, 0, 2.0)
    _, result = assessed(team, 1, 4.0, is_coarse=True)
    assert any("half levels" in note for note in report_data(result).change.notes)


def test_last_roadmap_is_confronted_with_what_was_found(team, client):
    row, _ = assessed(team, 0, 2.0)
    lead = MembershipFactory(team=team, role="lead").user
    step = team_roadmap(row).actions[0]
    roadmap.accept(row, step.id, by=lead)
    following, result = assessed(team, 1, 3.2)
    data = report_data(result)
    assert [(one.title, one.came) for one in data.change.promises] == [(step.title, "Reached")]
    html, text = report_html(data), markdown_of(data).decode()
    client.force_login(lead)
    page = client.get(reverse("reports:result", args=[following.public_id])).content.decode()
    for shown in (html, text, page):
        assert data.change.title in shown
        assert "What became of the roadmap of Round 0" in shown


def test_change_is_words_for_board_and_client_too(team):
    assessed(team, 0, 2.0)
    _, result = assessed(team, 1, 4.0)
    team_sees = report_data(result).change
    assert dataclasses.asdict(report_data(result, "board").change) == dataclasses.asdict(team_sees)


def test_change_takes_the_same_queries_whatever_lies_before(team, django_assert_num_queries):
    assessed(team, 0, 2.0)
    _, second = assessed(team, 1, 2.5)
    with django_assert_num_queries(11):
        report_data(second)
    _, third = assessed(team, 2, 3.0)
    with django_assert_num_queries(11):
        report_data(third)
