"""Six ways in which surveys elsewhere leaked who said what (docs/privacy.md), tried on every page, partial, API
address and printed page of ours. Each test plants the leak's fingerprint and fails when it comes out anywhere."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from assessment.domain.evidence import current_result
from assessment.domain.lifecycle import close_assessment, reopen_assessment
from assessment.models import AssessmentState, Evidence
from core.refusals import Refused
from reports.domain.render import report_html
from reports.domain.report_data import report_data
from surveys.domain import answer_store
from surveys.domain.answers import begin_survey, finish_survey
from surveys.domain.comments import comments_of
from surveys.domain.promise import set_promise
from surveys.domain.seats import hold_here, new_secret
from surveys.domain.stored import delete_what_is_stored, what_is_stored
from surveys.domain.summarize import summarize_survey
from surveys.models import AnonymousAnswer, AnonymousComment, Participant, Survey
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory
from tests.surveys.test_privacy import addresses_of

pytestmark = pytest.mark.django_db
QUESTION, PRACTICE = "SP1.m", "SP1"
WORDS = "zebra-comment"
REASON = "zebra-reason"
WHO = ("admin", "consultant", "lead", "member")


def level(n):
    return {"kind": "level", "level": n, "reason": ""}


def begun(survey, user, roles=("engineer",)):
    seat = ParticipantFactory(survey=survey, user=user, roles=list(roles))
    new_secret(seat)
    begin_survey(seat)
    return seat


def team_of(place, n):
    others = [MembershipFactory(team=place.team, user=UserFactory(name=f"Zora{i} Zebrani")).user for i in range(n - 2)]
    return [place.lead, place.member, *others]


@pytest.fixture
def make(place):
    def make(levels, *, close=True, **promise):
        """An anonymous survey of one person for each level; None is asked and says nothing."""
        assessment = AssessmentFactory(team=place.team)
        survey = AnonymousSurveyFactory(assessment=assessment, **promise)
        seats = []
        for user, one in zip(team_of(place, max(2, len(levels))), levels, strict=False):
            seat = begun(survey, user) if one else ParticipantFactory(survey=survey, user=user)
            if one:
                answer_store.put(seat, QUESTION, level(one), replaces=None)
            seats.append(seat)
        if close:
            close_assessment(assessment)
            summarize_survey(survey)
        survey.refresh_from_db()
        survey.assessment.refresh_from_db()
        return survey, seats

    return make


def everything(client, place, survey):
    """All that anybody can read: pages, partials, API, the text of the PDF."""
    found = {}
    for who in WHO:
        client.force_login(place.by_name(who))
        for address in addresses_of(survey.assessment):
            for htmx in ({}, {"HTTP_HX_REQUEST": "true"}):
                response = client.get(address, **htmx)
                content = b"".join(response.streaming_content) if response.streaming else response.content
                if response.status_code == 200:
                    found[who, address, bool(htmx)] = content.decode(errors="replace")
    if result := current_result(survey.assessment):
        found["report"] = report_html(report_data(result))
        found["result"] = json.dumps([result.score, result.roadmap])
        found["evidence"] = json.dumps(list(Evidence.objects.values_list("content", flat=True)))
    return found


def test_leak_1_no_output_carries_an_identity_of_an_answer(client, place, make):
    survey, seats = make([1, 2, 3, 4, 5, 3])
    slots = set(AnonymousAnswer.objects.values_list("slot", flat=True))
    secrets = {seat.secret for seat in seats} | {seat.secret_digest for seat in seats}
    outputs = everything(client, place, survey)
    assert len(outputs) > 30
    for where, text in outputs.items():
        assert not [one for one in slots | secrets if one in text], where
    for kind in ("report", "result", "evidence"):
        for seat in seats:
            assert seat.user.name not in outputs[kind]
            assert seat.user.email not in outputs[kind]


def test_leak_2_the_wire_carries_no_answer_of_anybody_else(client, place, make):
    survey, seats = make([4, 4, 4, 4, 4], close=False)
    answer_store.put(seats[2], "SP1.e", {"kind": "na", "level": None, "reason": REASON}, replaces=None)
    answer_store.put_text(seats[2], PRACTICE, WORDS)
    for where, text in everything(client, place, survey).items():
        assert REASON not in text, where
        assert WORDS not in text, where
    client.force_login(seats[3].user)
    own = reverse("api:own-answers", args=[survey.assessment.public_id])
    assert client.get(own).json() == []


@pytest.mark.parametrize("n", [1, 4])
def test_leak_3_fewer_than_the_minimum_show_nothing_and_say_why(client, place, make, n):
    survey, _ = make([5] * n + [None] * (6 - n))
    assert not Evidence.objects.filter(source="survey").exists()
    assert not survey.assessment.flow_inputs.filter(origin="survey").exists()
    result = current_result(survey.assessment)
    text = report_html(report_data(result))
    assert "Not shown: fewer than 5 people chose a level" in text
    assert all(p["summary"] is None and p["self_report"] is None for p in result.score["practices"])
    client.force_login(place.member)
    page = client.get(reverse("reports:practice", args=[survey.assessment.public_id, PRACTICE])).content.decode()
    assert "Not shown: fewer than 5 people chose a level" in page
    assert "Nobody answered" not in page


def test_leak_3_five_are_enough(make):
    _survey, _ = make([1, 2, 3, 4, 5])
    assert Evidence.objects.get(source="survey", practice=PRACTICE).content["value"] == 3


@pytest.mark.usefixtures("no_gaps")
def test_leak_4_nothing_tells_when_or_in_which_order_people_answered(make):
    survey, seats = make([1, 2, 3, 4, 5], close=False)
    finish_survey(seats[0])
    columns = {field.get_internal_type() for field in AnonymousAnswer._meta.fields}
    assert not columns & {"DateTimeField", "DateField", "TimeField", "AutoField", "BigAutoField"}
    for seat in Participant.objects.filter(survey=survey):
        for at in (seat.created_at, seat.updated_at, seat.finished_at):
            assert at is None or (at.minute, at.second, at.microsecond) == (0, 0, 0)
    for event in AuditEvent.objects.filter(verb="survey.finished"):
        assert (event.who, event.at.minute, event.at.second) == (None, 0, 0)
    answer_store.mix(survey)
    with connection.cursor() as cursor:
        cursor.execute("SELECT slot FROM surveys_anonymousanswer")
        stored = [slot for (slot,) in cursor.fetchall()]
    assert stored == sorted(stored)


def test_leak_5_no_alias_joins_what_one_person_said_to_two_questions(make):
    _survey, seats = make([1, 2, 3, 4, 5], close=False)
    for seat in seats:
        answer_store.put(seat, "SP1.e", level(2), replaces=None)
        answer_store.put_text(seat, PRACTICE, f"{seat.user.name[:5]} text")
    by_question = {}
    for row in AnonymousAnswer.objects.values("slot", "version", "question", "role_group"):
        by_question.setdefault(row["question"], []).append(row)
    first, second = by_question[QUESTION], by_question["SP1.e"]
    assert not {row["slot"] for row in first} & {row["slot"] for row in second}
    comments = set(AnonymousComment.objects.values_list("slot", flat=True))
    assert not comments & {row["slot"] for row in (*first, *second)}
    assert {row["role_group"] for row in (*first, *second)} <= {"", "engineer"}
    other = AnonymousSurveyFactory()
    twin = ParticipantFactory(survey=other, state="started")
    twin.secret = seats[0].secret
    assert answer_store.slot_of(twin, QUESTION) != answer_store.slot_of(seats[0], QUESTION)


def test_leak_5_role_held_by_few_is_not_carried_by_an_answer(place):
    survey = AnonymousSurveyFactory(assessment=AssessmentFactory(team=place.team))
    users = team_of(place, 7)
    for user in users[1:]:
        ParticipantFactory(survey=survey, user=user, roles=["engineer"])
    alone = begun(survey, users[0], roles=["security"])
    answer_store.put(alone, QUESTION, level(2), replaces=None)
    assert AnonymousAnswer.objects.get().role_group == ""


def test_leak_6_promise_holds_for_every_way_to_flip_it(client, place, make):
    survey, _ = make([3], close=False)
    client.force_login(place.lead)
    address = reverse("surveys:promise", args=[survey.assessment.public_id])
    assert client.post(address, {"mode": "named", "minimum_group": 1}).status_code == 409
    with pytest.raises(Refused, match="begun"):
        set_promise(survey, mode="named", minimum_group=1)
    for change in ({"mode": "named"}, {"minimum_group": 4}, {"frozen_on": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Survey.objects.filter(pk=survey.pk).update(**change)
    assert Survey.objects.get(pk=survey.pk).is_anonymous


def test_leak_6_comment_stays_without_its_author_after_closing(client, place, make):
    survey, seats = make([3] * 6, close=False)
    answer_store.put_text(seats[2], PRACTICE, WORDS)
    close_assessment(survey.assessment)
    summarize_survey(survey)
    assert not Participant.objects.filter(comments__isnull=False).exists()
    assert comments_of(survey.assessment).n_withheld == 1
    for where, text in everything(client, place, survey).items():
        assert WORDS not in text, where


def test_comments_are_read_from_twice_the_minimum_or_when_released(client, place, make):
    survey, seats = make([3] * 6, close=False, facilitated_comments=True)
    answer_store.put_text(seats[2], PRACTICE, WORDS)
    close_assessment(survey.assessment)
    address = reverse("surveys:comment-release", args=[survey.assessment.public_id])
    client.force_login(place.lead)
    assert client.get(address).status_code == 403
    client.force_login(place.consultant)
    assert WORDS in client.get(address).content.decode()
    client.post(address, {"slot": AnonymousComment.objects.get().slot})
    client.force_login(place.lead)
    page = client.get(reverse("surveys:comment-list", args=[survey.assessment.public_id])).content.decode()
    assert WORDS in page
    big, seats = make([3] * 10, close=False)
    answer_store.put_text(seats[2], PRACTICE, "enough voices")
    close_assessment(big.assessment)
    assert comments_of(big.assessment).practices[0][1] == ["enough voices"]


def test_second_result_beside_the_first_is_refused_and_changes_nothing(make):
    survey, seats = make([1, 2, 3, 4, 5, None])
    before = Evidence.objects.get(source="survey", practice=PRACTICE).content
    with pytest.raises(Refused):
        reopen_assessment(survey.assessment)
    seats[0].user.delete()
    summarize_survey(survey)
    assert Evidence.objects.get(source="survey", practice=PRACTICE).content == before
    assert survey.assessment.results.filter(score__practices__0__summary__isnull=False).count() == 1


def test_newcomer_in_the_next_wave_is_not_pointed_at(place):
    people = team_of(place, 6)
    contents = []
    for n in (5, 6):
        assessment = AssessmentFactory(team=place.team)
        survey = AnonymousSurveyFactory(assessment=assessment)
        for i, user in enumerate(people[:n]):
            answer_store.put(begun(survey, user), QUESTION, level(1 + i % 5), replaces=None)
        close_assessment(assessment)
        summarize_survey(survey)
        contents.append(Evidence.objects.get(assessment=assessment, source="survey", practice=PRACTICE).content)
    first, second = contents
    assert not first["is_coarse"]
    assert second["is_coarse"]
    assert (second["n"], second["roles"], second["distribution"]) == (5, [], [0, 0, 0, 0, 0])
    assert second["value"] * 2 == int(second["value"] * 2)


def test_lost_key_leaves_the_voice_counted_once(place, make):
    _survey, seats = make([3, 3, 3, 3, 3], close=False)
    lost = Participant.objects.get(pk=seats[0].pk)
    with pytest.raises(Refused, match="another device"):
        hold_here(lost)
    with pytest.raises(Refused, match="another device"):
        new_secret(lost)
    assert what_is_stored(lost)["answers"] == []
    assert AnonymousAnswer.objects.count() == 5


def test_person_sees_downloads_and_deletes_what_is_stored(client, place, make):
    survey, seats = make([3, 3, 3, 3, 3], close=False)
    seat = seats[1]
    answer_store.put_text(seat, PRACTICE, WORDS)
    client.force_login(seat.user)
    client.cookies[f"seat-{survey.assessment.public_id.hex}"] = seat.secret
    address = reverse("surveys:stored", args=[survey.assessment.public_id])
    page = client.get(address).content.decode()
    assert WORDS in page
    data = client.get(reverse("surveys:stored-download", args=[survey.assessment.public_id])).json()
    assert [(one["question"], one["level"]) for one in data["answers"]] == [(QUESTION, 3)]
    assert "changed_at" not in data["answers"][0]
    delete = reverse("surveys:stored-delete", args=[survey.assessment.public_id])
    assert client.post(delete).status_code == 422
    assert client.post(delete, {"sure": "on"}).status_code == 302
    assert AnonymousAnswer.objects.count() == 4
    assert not AnonymousComment.objects.exists()
    close_assessment(survey.assessment)
    assert "are part of its sums" in client.get(address).content.decode()
    with pytest.raises(Refused, match="closed"):
        delete_what_is_stored(seat)


def test_small_team_is_told_so_and_offered_names(client, place):
    survey = AnonymousSurveyFactory(assessment=AssessmentFactory(team=place.team, state=AssessmentState.DRAFT))
    ParticipantFactory(survey=survey, user=place.member)
    client.force_login(place.lead)
    for name in ("surveys:promise", "surveys:participant-list"):
        page = client.get(reverse(name, args=[survey.assessment.public_id])).content.decode()
        assert "A team this small cannot be anonymous" in page


def test_participant_reads_the_promise_before_the_first_question(client, place, make):
    survey, _ = make([None, None], close=False)
    client.force_login(place.member)
    page = client.get(reverse("surveys:answer-start", args=[survey.assessment.public_id])).content.decode()
    assert "nothing computed on fewer than 5 people is ever shown" in page
    assert "Comments are shown from 10 people on, below that to nobody." in page
