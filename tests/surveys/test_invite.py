"""Choosing who answers, and planned missingness among many engineers."""

import pytest

from assessment.models import AssessmentState
from core.refusals import Invalid, Refused
from surveys.domain.answers import save_answer, sections_of
from surveys.domain.invite import invite, survey_of, withdraw
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(place):
    return survey_of(AssessmentFactory(team=place.team))


def engineers(survey, n):
    team = survey.assessment.team
    return [invite(survey, MembershipFactory(team=team).user, roles=["engineer"]) for _ in range(n)]


def n_asked(seat):
    seat.refresh_from_db()
    return sum(len(section.questions()) for section in sections_of(seat))


def test_survey_is_made_once(survey):
    assert survey_of(survey.assessment).pk == survey.pk


def test_person_of_the_team_gets_a_seat_with_roles(survey, place):
    seat = invite(survey, place.lead, roles=["leader", "senior"])
    assert (seat.user, seat.roles, seat.left_out) == (place.lead, ["leader", "senior"], [])


def test_inviting_again_changes_the_roles_and_makes_no_second_seat(survey, place):
    invite(survey, place.lead, roles=["leader"])
    assert invite(survey, place.lead, roles=["product"]).roles == ["product"]
    assert survey.participants.count() == 1


def test_stranger_cannot_be_invited(survey, place):
    with pytest.raises(Invalid, match="is not in Payments"):
        invite(survey, place.stranger, roles=["engineer"])


@pytest.mark.parametrize(("roles", "words"), [([], "at least one role"), (["wizard"], "no role called wizard")])
def test_roles_must_be_of_the_maturity_model(survey, place, roles, words):
    with pytest.raises(Invalid, match=words):
        invite(survey, place.lead, roles=roles)


def test_closed_assessment_invites_nobody(place):
    survey = survey_of(AssessmentFactory(team=place.team, state=AssessmentState.CLOSED))
    with pytest.raises(Refused, match="closed"):
        invite(survey, place.lead, roles=["engineer"])


def test_seat_without_answers_is_taken_away(survey, place):
    withdraw(invite(survey, place.lead, roles=["engineer"]))
    assert not survey.participants.exists()


def test_seat_with_answers_stays(survey, place):
    seat = invite(survey, place.lead, roles=["engineer"])
    save_answer(seat, question="SP1.m", answer=3)
    with pytest.raises(Refused, match="already answered"):
        withdraw(seat)


def test_five_engineers_answer_everything(survey):
    assert [n_asked(seat) for seat in engineers(survey, 5)] == [46] * 5


def test_six_engineers_answer_half_of_the_rest_each(survey):
    assert {n_asked(seat) for seat in engineers(survey, 6)} <= {34, 35}


def test_every_question_keeps_half_of_the_engineers(survey):
    seats = engineers(survey, 7)
    voices = {}
    for seat in seats:
        seat.refresh_from_db()
        for section in sections_of(seat):
            for question in section.questions():
                voices[question.id] = voices.get(question.id, 0) + 1
    assert len(voices) == 46
    assert min(voices.values()) == 3


def test_dealing_again_deals_the_same(survey):
    seats = engineers(survey, 6)
    before = [(seat.refresh_from_db(), seat.left_out)[1] for seat in seats]
    invite(survey, seats[0].user, roles=["engineer"])
    assert [(seat.refresh_from_db(), seat.left_out)[1] for seat in seats] == before


def test_engineer_who_has_started_keeps_every_question(survey):
    early = engineers(survey, 1)[0]
    save_answer(early, question="SP1.e", answer=3)
    engineers(survey, 5)
    assert n_asked(early) == 46


def test_engineer_who_has_started_keeps_the_half_that_was_dealt(survey):
    seats = engineers(survey, 6)
    seats[2].refresh_from_db()
    before = seats[2].left_out
    save_answer(seats[2], question="SP1.m", answer=3)
    withdraw(seats[0])
    seats[2].refresh_from_db()
    assert seats[2].left_out == before
    assert n_asked(seats[1]) == 46  # five are left, and this one has not started


def test_other_roles_are_never_dealt_a_half(survey):
    engineers(survey, 6)
    team = survey.assessment.team
    seat = invite(survey, MembershipFactory(team=team, user=UserFactory()).user, roles=["senior"])
    assert (seat.left_out, n_asked(seat)) == ([], 45)
