"""Own answers on one model as suggestions on another: shown with their origin, saved only when confirmed."""

import pytest
from django.urls import reverse

from assessment.maturity.foreign.dsomm import read_dsomm
from assessment.maturity.foreign.samm import read_samm
from assessment.maturity.loader import load_foreign_model
from surveys.domain.answers import begin_survey, save_answer, sections_of
from surveys.domain.suggested import suggestions
from surveys.models import Answer
from tests.assessment.foreign.samples import activity, samm_files, write_dsomm, write_samm
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
A, B = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def samm(tmp_path):
    return load_foreign_model(read_samm(write_samm(tmp_path, samm_files()))[0])


@pytest.fixture
def dsomm(tmp_path):
    rows = {
        "One": activity(A, references={"samm2": ["P-RO-A-1"]}),
        "Two": activity(B, references={"samm2": ["P-RO-A-1"]}),
    }
    return load_foreign_model(read_dsomm(write_dsomm(tmp_path / "d.yaml", {"D": {"S": rows}}))[0])


def seat_of(user, team, model, factory=SurveyFactory):
    survey = factory(assessment=AssessmentFactory(team=team, maturity_model=model))
    seat = ParticipantFactory(survey=survey, user=user, roles=["everybody"])
    begin_survey(seat)
    return seat


@pytest.fixture
def user(team):
    return MembershipFactory(team=team).user


def test_own_answers_are_suggested_with_their_origin(user, team, samm, dsomm):
    before = seat_of(user, team, dsomm)
    save_answer(before, question=A, answer=5)
    save_answer(before, question=B, answer=2)
    found = suggestions(seat_of(user, team, samm), ["P-RO-A-1", "P-RO-A-2"])
    assert list(found) == ["P-RO-A-1"]
    assert found["P-RO-A-1"].level == 2  # the mean of 1 and 0.25, down to “Half”
    assert "From 2 answers of yours" in found["P-RO-A-1"].origin
    assert before.survey.assessment.title in found["P-RO-A-1"].origin
    assert "“One”; “Two”" in found["P-RO-A-1"].origin


def test_it_works_the_other_way_round(user, team, samm, dsomm):
    save_answer(seat_of(user, team, samm), question="P-RO-A-1", answer=2)
    found = suggestions(seat_of(user, team, dsomm), [A, B])
    assert {name: one.level for name, one in found.items()} == {A: 3, B: 3}
    assert "From your answer of" in found[A].origin


def test_nobody_elses_answers_are_suggested(user, team, samm, dsomm):
    save_answer(seat_of(MembershipFactory(team=team).user, team, dsomm), question=A, answer=5)
    save_answer(seat_of(user, TeamFactory(), dsomm), question=A, answer=5)
    assert suggestions(seat_of(user, team, samm), ["P-RO-A-1"]) == {}


def test_an_anonymous_seat_is_suggested_nothing_and_models_without_links_cost_nothing(
    user, team, samm, dsomm, django_assert_num_queries
):
    save_answer(seat_of(user, team, dsomm), question=A, answer=5)
    anonymous = ParticipantFactory(
        survey=AnonymousSurveyFactory(assessment=AssessmentFactory(team=team, maturity_model=samm)),
        user=user,
        roles=["everybody"],
    )
    assert suggestions(anonymous, ["P-RO-A-1"]) == {}
    plain = ParticipantFactory(
        survey=SurveyFactory(assessment=AssessmentFactory(team=team)), user=user, roles=["engineer"]
    )
    with django_assert_num_queries(0):
        assert suggestions(plain, ["SP1.m"]) == {}


def test_page_shows_a_suggestion_and_saves_it_only_when_taken(client, user, team, samm, dsomm):
    save_answer(seat_of(user, team, dsomm), question=A, answer=5)
    seat = seat_of(user, team, samm)
    stage = sections_of(seat)[0].stage.id
    address = reverse("surveys:answer-section", args=[seat.survey.assessment.public_id, stage])
    client.force_login(user)
    page = client.get(address).content.decode()
    assert "Suggested: “Fully”." in page
    assert page.count('name="take-') == 1
    assert page.index('<button class="visually-hidden"') < page.index('name="take-')  # Enter takes nothing unasked
    client.post(address, {"seat": seat.public_id, "stay": ""})
    assert not Answer.objects.filter(participant=seat).exists()
    assert client.post(address, {"seat": seat.public_id, "take-P-RO-A-1": ""}).url == address
    assert Answer.objects.get(participant=seat).level == 3
    assert "Suggested" not in client.get(address).content.decode()
    client.post(address, {"seat": seat.public_id, "take-P-RO-A-2": ""})
    assert Answer.objects.filter(participant=seat).count() == 1
