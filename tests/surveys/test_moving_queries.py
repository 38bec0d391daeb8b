"""Pages of versions and suggestions ask the database the same, however many people, versions and answers there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.domain.evidence import rescore
from assessment.models import AssessmentState
from surveys.domain.answers import save_answer
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, AnswerKind, ParticipantState
from tests.factories.assessment import AssessmentFactory
from tests.factories.models import changed_model
from tests.factories.surveys import ParticipantFactory, SurveyFactory
from tests.surveys.test_moving_others import a_lens, answered, dsomm, reworded_and_other_choices, samm
from tests.surveys.test_suggested import A, B, activity, seat_of

pytestmark = pytest.mark.django_db
PEOPLE = pytest.mark.parametrize("n", [1, 3])


def ours(place, n):
    """An assessment by the shipped model with `n` people, and as many versions to move to."""
    assessment = AssessmentFactory(team=place.team, state=AssessmentState.OPEN)
    survey = SurveyFactory(assessment=assessment)
    for _ in range(n):
        seat = ParticipantFactory(survey=survey, roles=["engineer"], state=ParticipantState.FINISHED)
        for question in ("SP1.m", "SP1.e", "SP2.m")[:n]:
            Answer.objects.create(participant=seat, question=question, kind=AnswerKind.LEVEL, level=2)
    summarize_survey(survey)
    return assessment, [changed_model(f"{k}.0", SP2=1.0 + k) for k in range(2, 2 + n)]


def of_samm(place, n, folders):
    old = samm(folders[0])
    versions = [samm(folders[1], reworded_and_other_choices)]
    for k in range(1, n):
        folder = folders[1] / str(k)
        folder.mkdir()
        versions.append(samm(folder, lambda files, k=k: files["questions/P-1-A"].update(text=f"Wording {k}")))
    people = [{"P-RO-A-1": 3, "P-RO-B-1": 3}] * n
    return answered(place, old, *people), versions


def n_queries(client, address):
    client.get(address)  # what a process reads once is read by now
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.fixture
def folders(tmp_path):
    made = tmp_path / "before", tmp_path / "after"
    for folder in made:
        folder.mkdir()
    return made


@PEOPLE
def test_versions_and_preview_of_our_own_format(client, place, n):
    assessment, versions = ours(place, n)
    client.force_login(place.lead)
    key = assessment.public_id
    assert n_queries(client, reverse("surveys:version-list", args=[key])) == 5
    assert n_queries(client, reverse("surveys:version-preview", args=[key, versions[0].digest])) == 15


@PEOPLE
def test_versions_and_preview_of_models_of_others(client, place, folders, n):
    assessment, versions = of_samm(place, n, folders)
    client.force_login(place.lead)
    key = assessment.public_id
    assert n_queries(client, reverse("surveys:version-list", args=[key])) == 5
    assert n_queries(client, reverse("surveys:version-preview", args=[key, versions[0].digest])) == 12


@PEOPLE
def test_page_of_answering_with_suggestions(client, place, folders, n):
    """`n` earlier assessments by another model, each with `n` answers of the person."""
    linked = {name: activity(key, references={"samm2": ["P-RO-A-1"]}) for name, key in (("One", A), ("Two", B))}
    other = dsomm(folders[1], **linked)
    for _ in range(n):
        seat = seat_of(place.member, place.team, other)
        for question in (A, B)[:n]:
            save_answer(seat, question=question, answer=5)
    here = seat_of(place.member, place.team, samm(folders[0]))
    client.force_login(place.member)
    address = reverse("surveys:answer-section", args=[here.survey.assessment.public_id, "part-1"])
    assert "Suggested" in client.get(address).content.decode()
    assert n_queries(client, address) == 9


@PEOPLE
def test_list_of_models_and_of_drafts(client, place, folders, n):
    for k in range(n):
        folder = folders[0] / str(k)
        folder.mkdir()
        a_lens(folder, title=f"Title {k}")
        rescore(AssessmentFactory(team=place.team))
    client.force_login(place.consultant)
    key = place.organization.public_id
    assert n_queries(client, reverse("assessment:model-list", args=[key])) == 5
    assert n_queries(client, reverse("assessment:draft-list", args=[key])) == 7
