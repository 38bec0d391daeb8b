"""What a survey promises cannot be flipped once somebody has begun, whichever way it is tried."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from surveys import guards
from surveys.domain import answer_store
from surveys.domain.seats import new_secret
from surveys.models import AnonymousAnswer, Answer, Survey
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
FOUR = {"kind": "level", "level": 4, "reason": ""}
FLIPS = [
    {"mode": "named"},
    {"minimum_group": 4},
    {"minimum_role_group": 6},
    {"facilitated_comments": True},
    {"frozen_on": None},
    {"role_groups": ["security"]},
]


@pytest.fixture
def answered():
    seat = ParticipantFactory(survey=AnonymousSurveyFactory())
    new_secret(seat)
    seat.state = "started"
    seat.save()
    answer_store.put(seat, "SP1.m", FOUR, replaces=None)
    return seat


def refused(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: next(iter(flip)))
def test_promise_cannot_be_flipped_by_an_update_after_the_first_answer(answered, flip):
    rows = Survey.objects.filter(pk=answered.survey_id)
    refused(lambda: rows.update(**flip))
    assert rows.get().is_anonymous


def test_promise_cannot_be_flipped_by_plain_sql(answered):
    def flip():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE surveys_survey SET mode = 'named', minimum_group = 1")

    refused(flip)


def test_named_answer_freezes_too():
    seat = ParticipantFactory(survey=SurveyFactory())
    Survey.objects.filter(pk=seat.survey_id).update(minimum_group=3)
    Answer.objects.create(participant=seat, question="SP1.m", kind="level", level=3)
    assert Survey.objects.get(pk=seat.survey_id).frozen_on is not None
    refused(lambda: Survey.objects.filter(pk=seat.survey_id).update(mode="anonymous", minimum_group=5))


def test_other_columns_still_change(answered):
    Survey.objects.filter(pk=answered.survey_id).update(summarized_at=timezone.now())


def test_each_mode_takes_only_its_own_answers(answered):
    refused(lambda: Answer.objects.create(participant=answered, question="SP1.m", kind="level", level=3))
    named = SurveyFactory()
    refused(lambda: AnonymousAnswer.objects.create(slot="x", survey=named, question="SP1.m", kind="dk"))


def test_survey_that_has_spoken_takes_no_more_answers(answered):
    Survey.objects.filter(pk=answered.survey_id).update(published_at=timezone.now())
    refused(lambda: answer_store.put(answered, "SP1.e", FOUR, replaces=None))
    refused(lambda: answer_store.put(answered, "SP1.m", FOUR | {"level": 1}, replaces=None))
    refused(lambda: Survey.objects.filter(pk=answered.survey_id).update(published_at=None))


def test_anonymous_survey_needs_a_group_of_four():
    survey = SurveyFactory()
    refused(lambda: Survey.objects.filter(pk=survey.pk).update(mode="anonymous", minimum_group=3))
    refused(lambda: Survey.objects.filter(pk=survey.pk).update(mode="anonymous", minimum_group=5, minimum_role_group=4))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone drops triggers when it builds a table anew")
def test_every_guard_survived_the_migrations():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert set(guards.sqlite_triggers()) <= {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize(("posted", "minimum"), [("1", 5), ("6", 6)])
def test_without_names_the_number_left_as_it_was_becomes_the_usual_one(client, place, posted, minimum):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    client.force_login(place.lead)
    address = reverse("surveys:promise", args=[survey.assessment.public_id])
    client.post(address, {"mode": "anonymous", "minimum_group": posted})
    survey.refresh_from_db()
    assert (survey.is_anonymous, survey.minimum_group) == (True, minimum)
