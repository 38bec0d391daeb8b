"""Seeing an assessment in another version of its model, and moving there."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from assessment.domain.evidence import current_result, rescore
from assessment.models import Assessment, AssessmentState, EvidenceSource
from core.refusals import Refused
from surveys.domain.moving import preview_of, targets_to_move_to
from surveys.domain.moving_over import move_to_version
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, AnswerKind, Participant, ParticipantState, PracticeComment, Survey
from tests.factories.assessment import AssessmentFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.models import changed_model
from tests.factories.named_assessments import named_result
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
SAID = {"SP1.m": 2, "SP1.e": 3, "SP2.m": 4}


@pytest.fixture
def assessment(place):
    """Ben said three things; a guest was invited and said one of them."""
    row = AssessmentFactory(team=place.team, title="Q4")
    survey = SurveyFactory(assessment=row)
    finished = {"state": ParticipantState.FINISHED, "fix_first": "The queue."}
    ben = ParticipantFactory(survey=survey, user=place.member, roles=["engineer", "product"], **finished)
    guest = InvitationFactory(participant__survey=survey, email="guest@example.org").participant
    for question, level in SAID.items():
        Answer.objects.create(participant=ben, question=question, kind=AnswerKind.LEVEL, level=level)
    Answer.objects.create(participant=guest, question="SP2.m", kind=AnswerKind.DONT_KNOW)
    PracticeComment.objects.create(participant=ben, practice="SP1", text="Mostly.")
    summarize_survey(survey)
    return row


def scores(preview, practice):
    return next((row.before, row.after) for row in preview.practices if row.id == practice)


def test_preview_counts_answers_and_scores_both_versions(assessment):
    preview = preview_of(assessment, changed_model(SP2=2.0))
    assert (preview.n_answers, preview.n_carried) == (4, 3)
    assert preview.carried.asked_again == (("SP1.m", "other choices"),)
    before, after = scores(preview, "SP1")
    assert before < after  # only the answer to SP1.e, the better one, is left
    assert scores(preview, "SP2")[0] == scores(preview, "SP2")[1]


def test_preview_keeps_nothing(assessment):
    target = changed_model()
    counts = [model.objects.count() for model in (Assessment, Survey, Participant, Answer)]
    result = current_result(assessment)
    preview_of(assessment, target)
    assert [model.objects.count() for model in (Assessment, Survey, Participant, Answer)] == counts
    assert current_result(assessment) == result


def test_to_the_same_questions_both_scores_are_the_same():
    result = named_result("rich")
    other = changed_model()
    preview = preview_of(result.assessment, other)
    alike = [row for row in preview.practices if row.id not in {"SP1"}]
    assert [row.before for row in alike] == [row.after for row in alike]
    assert preview.dropped_signals == ()


def test_moving_brings_answers_with_their_people_and_leaves_the_old_as_it_is(assessment, place):
    target, result = changed_model(), current_result(assessment)
    answers = Answer.objects.filter(participant__survey__assessment=assessment).order_by("pk")
    kept = (result.score, result.digest, list(answers.values_list("pk", "level")))
    new = move_to_version(assessment, target, title="Q4 again", by=place.lead)
    assert (new.maturity_model, new.title, new.state) == (target, "Q4 again", AssessmentState.DRAFT)
    assert (new.period_start_on, new.team) == (assessment.period_start_on, assessment.team)
    ben = Participant.objects.get(survey__assessment=new, user=place.member)
    assert dict(ben.answers.values_list("question", "level")) == {"SP1.e": 3, "SP2.m": 4}
    assert (ben.state, ben.fix_first, ben.comments.get().text) == (ParticipantState.STARTED, "The queue.", "Mostly.")
    guest = Participant.objects.get(survey__assessment=new, user=None)
    assert guest.invitation.email == "guest@example.org"
    assert not guest.invitation.links.exists()
    assert new.survey.frozen_on
    assert set(new.evidence.values_list("practice", flat=True)) == {"SP1", "SP2"}
    assert current_result(new).score["practices"]
    result.refresh_from_db()
    old = list(
        Answer.objects.filter(participant__survey__assessment=assessment).values_list("pk", "level").order_by("pk")
    )
    assert (result.score, result.digest, old) == kept
    event = AuditEvent.objects.get(verb="assessment.moved_to_version")
    assert (event.who, event.facts) == (
        place.lead,
        {"before": "1.0", "after": "2.0", "carried": event.facts["carried"]},
    )


def test_what_is_scored_after_moving_is_what_the_preview_showed():
    old, target = named_result("rich").assessment, changed_model(EN1=0.5)
    preview = preview_of(old, target)
    new = move_to_version(old, target, title="Moved", by=None)
    card = current_result(new).score
    assert {p["practice"]: p["planning_score"] for p in card["practices"]} == {
        row.id: row.after for row in preview.practices
    }
    assert card["overall"]["score"] == preview.whole[0].after
    measured = {"source": EvidenceSource.METRIC}
    assert new.evidence.filter(**measured).count() == old.evidence.filter(**measured).count()
    assert new.flow_inputs.count() == old.flow_inputs.count()
    assert new.evidence_contests.count() == old.evidence_contests.count() == 1


def test_answers_without_names_stay_and_everybody_is_asked_again(place):
    assessment = AssessmentFactory(team=place.team)
    survey = AnonymousSurveyFactory(assessment=assessment)
    ParticipantFactory(survey=survey, user=place.member, state=ParticipantState.STARTED, fix_first="Never here.")
    assessment.evidence.create(
        source=EvidenceSource.SURVEY, practice="SP3", content=_summary("SP3"), n=5, observed_at="2026-09-30T00:00Z"
    )
    assessment.evidence.create(
        source=EvidenceSource.SURVEY, practice="SP1", content=_summary("SP1"), n=5, observed_at="2026-09-30T00:00Z"
    )
    rescore(assessment)
    preview = preview_of(assessment, changed_model())
    assert (preview.n_answers, preview.n_carried) == (None, None)
    assert scores(preview, "SP3")[1] is not None
    assert scores(preview, "SP1")[1] is None
    new = move_to_version(assessment, changed_model(), title="Again", by=place.lead)
    assert (new.survey.mode, new.survey.minimum_group) == ("anonymous", 5)
    seat = Participant.objects.get(survey=new.survey)
    assert (seat.user, seat.state, seat.fix_first) == (place.member, ParticipantState.INVITED, "")
    assert not new.evidence.exists()


def _summary(practice):
    from dataclasses import asdict

    from tests.factories.scoring import make_summary

    return asdict(make_summary(practice, 3.0))


def test_a_model_scored_by_another_rule_is_no_version_to_move_to(assessment):
    target = changed_model()
    assert targets_to_move_to(assessment) == [target]
    target.rule = "samm"
    with pytest.raises(Refused, match="same rule"):
        preview_of(assessment, target)


def test_pages_lead_to_the_new_assessment(client, place, assessment):
    target = changed_model()
    client.force_login(place.lead)
    page = client.get(reverse("surveys:version-list", args=[assessment.public_id])).content.decode()
    address = reverse("surveys:version-preview", args=[assessment.public_id, target.digest])
    assert f'href="{address}"' in page
    page = client.get(address).content.decode()
    assert "3 of 4 answers carry over." in page
    assert "Its choices are others." in page
    assert "before: How do security" in page
    assert client.post(address, {"title": ""}).status_code == 422
    response = client.post(address, {"title": "Q4, version 2"})
    new = Assessment.objects.get(title="Q4, version 2")
    assert response["Location"] == reverse("assessment:assessment-detail", args=[new.public_id])


def test_whoever_owes_answers_sees_no_scores_yet(client, place, assessment):
    target = changed_model()
    ParticipantFactory(survey=assessment.survey, user=place.lead)
    client.force_login(place.lead)
    address = reverse("surveys:version-preview", args=[assessment.public_id, target.digest])
    assert client.get(address).status_code == 403
