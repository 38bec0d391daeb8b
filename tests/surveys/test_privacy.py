"""What docs/privacy.md promises: nobody meets another person's answer, on any page or API address they can open."""

import pytest
from django.contrib import admin
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from assessment.models import AssessmentState
from surveys.domain.answers import save_answer, save_comment, save_fix_first
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, Participant, PracticeComment
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
TELLING = "zebra-reason"
WORDS = "zebra-comment"
WISH = "zebra-wish"


@pytest.fixture
def survey(place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    dora = MembershipFactory(team=place.team, user=UserFactory(name="Dora")).user
    seat = ParticipantFactory(survey=survey, user=dora, roles=["engineer"])
    save_answer(seat, question="SP1.m", answer="na", reason=TELLING)
    save_answer(seat, question="RV1.m", answer=4)
    save_comment(seat, practice="SP1", text=WORDS)
    save_fix_first(seat, text=WISH)
    for user in (place.lead, place.member):
        save_answer(ParticipantFactory(survey=survey, user=user), question="RV1.m", answer=2)
    summarize_survey(survey)
    return survey


def patterns(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern) and entry.name:
            yield prefix + entry.name, set(entry.pattern.converters)


def addresses_of(assessment):
    """Every named address that needs no more than the assessment, and the answering pages of one stage and question."""
    values = {"assessment": assessment.public_id, "stage": "define", "question": "SP1.m", "practice": "SP1"}
    values |= {"public_id": assessment.public_id, "assessment_id": assessment.public_id}
    return {
        reverse(name, kwargs={argument: values[argument] for argument in arguments})
        for name, arguments in patterns(get_resolver())
        if arguments and arguments <= values.keys()
    }


@pytest.mark.parametrize("state", [AssessmentState.OPEN, AssessmentState.CLOSED])
@pytest.mark.parametrize("who", ["admin", "consultant", "lead", "member"])
def test_nobody_meets_anothers_answer_anywhere(client, place, survey, who, state):
    survey.assessment.state = state
    survey.assessment.save()
    client.force_login(place.by_name(who))
    addresses = addresses_of(survey.assessment)
    assert len(addresses) > 15
    opened = 0
    for address in addresses:
        response = client.get(address)
        opened += response.status_code == 200
        content = b"".join(response.streaming_content) if response.streaming else response.content
        page = content.decode(errors="replace")
        assert TELLING not in page, address
        if not (address.endswith("/comments/") and state == AssessmentState.CLOSED):
            assert WORDS not in page, address
            assert WISH not in page, address
    assert opened > 5


def test_participant_reads_the_own_reason(client, survey):
    seat = Participant.objects.get(user__name="Dora")
    client.force_login(seat.user)
    page = client.get(reverse("surveys:answer-review", args=[survey.assessment.public_id])).content.decode()
    assert TELLING in page


def test_sentence_before_the_first_question_says_what_holds(client, survey):
    seat = Participant.objects.get(user__name="Dora")
    client.force_login(seat.user)
    address = reverse("surveys:answer-start", args=[survey.assessment.public_id])
    assert "where you are the only voice, that summary is your answer" in client.get(address).content.decode()


def test_sentence_names_the_minimum_of_a_survey_that_has_one(client, place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team), minimum_group=4)
    seat = ParticipantFactory(survey=survey, user=place.member)
    client.force_login(seat.user)
    address = reverse("surveys:answer-start", args=[survey.assessment.public_id])
    assert "none below 4 voices" in client.get(address).content.decode()


def test_rows_of_single_answers_are_not_in_the_admin_site():
    for model in (Answer, PracticeComment, Participant):
        assert not admin.site.is_registered(model)
