"""What has outlived its term on the pages: greyed, wider, listed with its day, and in a calendar."""

import datetime as dt
from dataclasses import asdict

import pytest
import time_machine
from django.urls import reverse

from assessment.domain.evidence import record_evidence, rescore
from assessment.maturity.loader import load_model
from assessment.models import AssessmentState
from reports.domain.report_data import practice_data, report_data
from tests.assessment.test_half_life import AT, with_terms
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model
from tests.factories.surveys import AnonymousSurveyFactory

pytestmark = pytest.mark.django_db
LATER = dt.date(2026, 12, 1)


def scored(model=None):
    row = AssessmentFactory(
        maturity_model=load_model(model or with_terms(), slug="termed"), state=AssessmentState.CLOSED
    )
    for practice in shipped_model().practices():
        said = asdict(make_summary(practice.id, 3.0))
        record_evidence(row, source="survey", practice=practice.id, content=said, n=5, observed_at=AT)
    return rescore(row)


def address(name, result, *more):
    return reverse(f"reports:{name}", args=[result.assessment.public_id, *more])


@pytest.fixture
def result():
    return scored()


@pytest.fixture
def member(result):
    return MembershipFactory(team=result.assessment.team).user


def read(client, member, day, where):
    """A page as it is on that day."""
    with time_machine.travel(dt.datetime.combine(day, dt.time(12), dt.UTC), tick=False):
        client.force_login(member)
        return client.get(where).content.decode()


def test_pages_grey_what_is_stale_and_say_so(client, member, result):
    page = read(client, member, LATER, address("result", result))
    assert "What is known of 1 practice has outlived its term; its range is wider for it." in page
    assert page.count('<tr class="stale">') in {1, 2}  # among the first eight, and among all
    assert "stale for 83 days" in page
    practice = read(client, member, LATER, address("practice", result, "SP1"))
    assert "This reading is stale for 83 days" in practice
    assert "83 days past its term of 100 days" in practice
    assert "stale" not in read(client, member, LATER, address("practice", result, "EN1"))


def test_what_is_printed_stands_as_it_was_made(result):
    printed, shown = report_data(result), report_data(result, today=LATER)
    assert printed.headline.stale == ""
    assert not any(row.stale for row in printed.voices)
    assert [row.practice for row in shown.voices if row.stale] == ["SP1"]
    before, after = (practice_data(result, "SP1", today=day) for day in (None, LATER))
    assert before.row.plan == after.row.plan
    assert before.combination != after.combination


def test_a_model_without_terms_reads_the_same_for_ever(client):
    plain = scored(shipped_model())
    assert report_data(plain) == report_data(plain, today=dt.date(2040, 1, 1))
    client.force_login(MembershipFactory(team=plain.assessment.team).user)
    page = client.get(address("validity", plain)).content.decode()
    assert "states no term for any practice" in page
    assert ".ics" not in page


def test_page_lists_the_days_and_what_is_over(client, member, result):
    page = read(client, member, LATER, address("validity", result))
    assert "1 practice to be asked again." in page
    assert "9 September 2026" in page
    assert page.count('<tr class="stale">') == 1
    early = read(client, member, dt.date(2026, 6, 2), address("validity", result))
    assert "All that is known is valid until 9 September 2026." in early


def test_calendar_has_a_day_for_each_practice_and_is_the_same_every_time(client, member, result):
    client.force_login(member)
    response = client.get(address("validity-file", result))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"].endswith('.ics"')
    lines = response.content.decode().replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20260910" in lines
    assert f"UID:{result.assessment.public_id}-SP1-survey@headwater" in lines
    assert client.get(address("validity-file", result)).content == response.content


@pytest.mark.parametrize("n", [1, 3, 23])
def test_pages_ask_the_database_the_same_for_any_number_of_terms(client, n, django_assert_num_queries):
    result = scored(with_terms({practice.id: 100 + k for k, practice in enumerate(shipped_model().practices()[:n])}))
    client.force_login(MembershipFactory(team=result.assessment.team).user)
    for name, n_asked in (("validity", 6), ("validity-file", 5)):
        client.get(address(name, result))
        with django_assert_num_queries(n_asked):
            client.get(address(name, result))


def test_answers_without_names_are_asked_again_by_the_next_assessment_alone(client, member, result):
    assessment = result.assessment
    AnonymousSurveyFactory(assessment=assessment)
    page = read(client, member, LATER, address("validity", result))
    assert "were summed up once, as promised" in page
    assert "sees these questions again" not in page
    link = reverse("assessment:assessment-create", args=[assessment.team.public_id])
    assert link not in page
    lead = MembershipFactory(team=assessment.team, role="lead").user
    assert link in read(client, lead, LATER, address("validity", result))
