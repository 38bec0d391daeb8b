"""Level against agreement: four corners, figures per question, and nothing about a group that is too small."""

import pytest
from django.urls import reverse

from reports.domain.agreement_data import agreement_data
from surveys.domain.answers import save_answer
from surveys.domain.summarize import summarize_survey
from surveys.models import ParticipantState
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db


def answered(levels_by_question, **survey):
    """A survey in which the first person gave the first level of each question, and so on."""
    assessment = AssessmentFactory()
    asked = SurveyFactory(assessment=assessment, **survey)
    for nth in range(max(map(len, levels_by_question.values()))):
        seat = ParticipantFactory(survey=asked, state=ParticipantState.STARTED, roles=["product", "senior"])
        for question, levels in levels_by_question.items():
            if nth < len(levels):
                save_answer(seat, question=question, answer=levels[nth])
    summarize_survey(asked)
    return assessment


def test_practices_stand_in_the_corner_of_their_level_and_agreement():
    assessment = answered({"SP1.m": [1, 1, 1], "RV1.m": [1, 5, 1], "RV2.m": [5, 5, 5], "SP2.m": [5, 2, 5]})
    data = agreement_data(assessment)
    corners = {
        name: [row.id for row in getattr(data, name)]
        for name in ("low_agreed", "low_split", "high_split", "high_agreed")
    }
    assert corners == {
        "low_agreed": ["SP1"],
        "low_split": ["RV1"],
        "high_split": ["SP2"],
        "high_agreed": ["RV2"],
    }
    row = data.low_split[0]
    assert [told.spread.distribution for told in row.questions] == [(2, 0, 0, 0, 1)]
    assert row.questions[0].r_wg_words == "more split than random"


def test_one_voice_is_compared_with_nobody():
    data = agreement_data(answered({"SP1.m": [1]}))
    assert [row.id for row in data.alone] == ["SP1"]
    assert data.alone[0].questions == ()
    assert data.spread.alpha is None


def test_page_shows_figures_and_says_what_is_undefined(client):
    assessment = answered({"SP1.m": [2, 3, 3], "RV1.m": [2, 2, 4]})
    client.force_login(_lead(assessment))
    page = client.get(reverse("reports:agreement", args=[assessment.public_id])).content.decode()
    assert "Low and agreed: fix it" in page
    assert "0 · 1 · 2 · 0 · 0" in page
    assert page.count('class="c-dot"') == 2


def test_without_answers_the_page_says_what_is_missing(client):
    assessment = AssessmentFactory()
    client.force_login(_lead(assessment))
    page = client.get(reverse("reports:agreement", args=[assessment.public_id])).content.decode()
    assert "Nothing can be shown yet." in page


@pytest.mark.parametrize("n_questions", [1, 3])
def test_page_takes_the_same_queries_whatever_was_answered(client, django_assert_num_queries, n_questions):
    assessment = answered({question: [2, 3, 3] for question in ("SP1.m", "RV1.m", "RV2.m")[:n_questions]})
    client.force_login(_lead(assessment))
    with django_assert_num_queries(7):
        client.get(reverse("reports:agreement", args=[assessment.public_id]))


def _lead(assessment):
    from tests.factories.accounts import MembershipFactory

    return MembershipFactory(team=assessment.team, organization=assessment.team.organization, role="lead").user
