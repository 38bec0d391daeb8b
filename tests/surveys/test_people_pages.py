"""Choosing who answers, and reading comments without names."""

import re

import pytest
from django.urls import reverse

from accounts.models import Membership
from assessment.models import AssessmentState
from surveys.domain.answers import save_answer, save_comment
from surveys.models import ParticipantState
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(place):
    return SurveyFactory(assessment=AssessmentFactory(team=place.team))


def address(survey, name):
    return reverse(f"surveys:{name}", args=[survey.assessment.public_id])


def box(user, team):
    return str(Membership.objects.get(user=user, team=team).public_id)


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 200), ("consultant", 200), ("lead", 200), ("member", 403), ("stranger", 404)]
)
def test_who_answers_is_chosen_by_those_who_lead(client, place, survey, who, status):
    client.force_login(place.by_name(who))
    assert client.get(address(survey, "participant-list")).status_code == status


def test_ticked_people_get_seats_and_others_do_not(client, place, survey):
    client.force_login(place.lead)
    client.post(address(survey, "participant-list"), {box(place.member, place.team): ["engineer", "quality"]})
    assert survey.participants.get().user == place.member
    assert survey.participants.get().roles == ["engineer", "quality"]


def test_stale_page_does_not_take_away_a_seat_it_never_showed(client, place, survey):
    client.force_login(place.lead)
    ParticipantFactory(survey=survey, user=place.member)  # added by somebody else after the page was loaded
    client.post(address(survey, "participant-list"), {box(place.lead, place.team): ["leader"]})
    assert survey.participants.count() == 2


def test_unticking_takes_the_seat_away(client, place, survey):
    client.force_login(place.lead)
    ParticipantFactory(survey=survey, user=place.member)
    name = box(place.member, place.team)
    page = client.get(address(survey, "participant-list")).content.decode()
    assert f'name="initial-{name}" value="engineer"' in page
    client.post(address(survey, "participant-list"), {f"initial-{name}": ["engineer"]})
    assert not survey.participants.exists()


def test_seat_with_answers_is_kept_and_the_page_says_why(client, place, survey):
    client.force_login(place.lead)
    save_answer(ParticipantFactory(survey=survey, user=place.member), question="SP1.m", answer=3)
    name = box(place.member, place.team)
    page = client.post(
        address(survey, "participant-list"), {f"initial-{name}": ["engineer"]}, follow=True
    ).content.decode()
    assert "has already answered" in page
    assert survey.participants.count() == 1


def test_role_the_model_does_not_know_is_refused(client, place, survey):
    client.force_login(place.lead)
    response = client.post(address(survey, "participant-list"), {box(place.member, place.team): ["wizard"]})
    assert response.status_code == 422
    assert not survey.participants.exists()


def test_demonstration_seats_are_marked(client, place, survey):
    survey.assessment.is_demo = True
    survey.assessment.save()
    ParticipantFactory(survey=survey, user=None, label="Engineer 1")
    client.force_login(place.lead)
    page = client.get(address(survey, "participant-list")).content.decode()
    assert "Engineer 1" in page
    assert "Demonstration" in page


def test_page_never_tells_what_somebody_answered(client, place, survey):
    seat = ParticipantFactory(survey=survey, user=place.member, state=ParticipantState.STARTED)
    save_answer(seat, question="SP1.m", answer="na", reason="A telling reason")
    save_comment(seat, practice="SP1", text="A telling comment")
    client.force_login(place.lead)
    for name in ("surveys:participant-list", "assessment:assessment-detail"):
        page = client.get(reverse(name, args=[survey.assessment.public_id])).content.decode()
        assert "telling" not in page


@pytest.mark.parametrize("n_more", [0, 2])
def test_page_asks_the_database_the_same_for_any_size(client, place, survey, n_more, django_assert_num_queries):
    for membership in MembershipFactory.create_batch(n_more, team=place.team):
        ParticipantFactory(survey=survey, user=membership.user)
    client.force_login(place.lead)
    with django_assert_num_queries(7):
        client.get(address(survey, "participant-list"))


def closed_with_comments(survey):
    for name in ("Dora", "Emil"):
        seat = ParticipantFactory(
            survey=survey, user=UserFactory(name=name), fix_first=f"{name[0]} would fix the build."
        )
        save_comment(seat, practice="SP1", text=f"Comment {name[0]}")
    survey.assessment.state = AssessmentState.CLOSED
    survey.assessment.save()


def test_comments_are_read_without_names_by_those_who_lead(client, place, survey):
    closed_with_comments(survey)
    client.force_login(place.lead)
    page = client.get(address(survey, "comment-list")).content.decode()
    assert "Comment D" in page
    assert "E would fix the build." in page
    assert not re.search("Dora|Emil", page)
    assert "@example.org" not in page


def test_comments_wait_until_the_assessment_is_closed(client, place, survey):
    client.force_login(place.lead)
    response = client.get(address(survey, "comment-list"))
    assert response.status_code == 409
    assert "once the assessment is closed" in response.content.decode()


def test_member_does_not_read_comments(client, place, survey):
    closed_with_comments(survey)
    client.force_login(place.member)
    assert client.get(address(survey, "comment-list")).status_code == 403


def test_order_of_comments_does_not_follow_the_order_of_writing(client, place, survey):
    texts = [f"Remark number {n}" for n in range(8)]
    for text in texts:
        save_comment(ParticipantFactory(survey=survey), practice="SP1", text=text)
    survey.assessment.state = AssessmentState.CLOSED
    survey.assessment.save()
    client.force_login(place.lead)
    page = client.get(address(survey, "comment-list")).content.decode()
    shown = re.findall(r"Remark number \d", page)
    assert sorted(shown) == texts
    assert shown != texts
