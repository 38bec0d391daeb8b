"""Both ways of keeping answers behind one face, and what the table of anonymous ones does not tell."""

import pytest
from django.db import connection

from core.refusals import Refused
from surveys.domain import answer_store
from surveys.domain.seats import new_secret
from surveys.models import AnonymousAnswer, AnonymousComment, Participant
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
FOUR = {"kind": "level", "level": 4, "reason": ""}
UNSURE = {"kind": "dk", "level": None, "reason": ""}


@pytest.fixture(params=[SurveyFactory, AnonymousSurveyFactory])
def seat(request):
    seat = ParticipantFactory(survey=request.param())
    new_secret(seat)
    seat.state = "started"
    seat.save()
    return seat


def put(seat, question, fields):
    found = answer_store.answer_to(seat, question)
    return answer_store.put(seat, question, fields, replaces=found)


def again(seat):
    """The same seat in a later request of the same device."""
    found = Participant.objects.get(pk=seat.pk)
    found.secret = seat.secret
    return found


def test_answer_is_found_again_replaced_and_taken_back(seat):
    put(seat, "SP1.m", FOUR)
    put(seat, "SP1.e", FOUR)
    put(seat, "SP1.m", UNSURE)
    found = answer_store.given(again(seat))
    assert {question: (a.kind, a.level) for question, a in found.items()} == {
        "SP1.m": ("dk", None),
        "SP1.e": ("level", 4),
    }
    answer_store.forget(again(seat), "SP1.m")
    assert set(answer_store.given(again(seat))) == {"SP1.e"}
    assert answer_store.answer_to(seat, "SP1.m") is None


def test_texts_are_found_again_and_forgotten_with_everything_else(seat):
    put(seat, "SP1.m", FOUR)
    answer_store.put_text(seat, "SP1", "It depends.")
    answer_store.put_text(seat, answer_store.WISH, "The build.")
    texts = {practice: said.text for practice, said in answer_store.texts(again(seat)).items()}
    assert texts == {"SP1": "It depends.", "": "The build."}
    answer_store.put_text(seat, "SP1", "")
    assert set(answer_store.texts(again(seat))) == {""}
    answer_store.forget(again(seat))
    assert answer_store.texts(again(seat)) == answer_store.given(again(seat)) == {}


def test_without_the_secret_nothing_is_found_and_nothing_stored():
    seat = ParticipantFactory(survey=AnonymousSurveyFactory())
    new_secret(seat)
    seat.state = "started"
    seat.save()
    put(seat, "SP1.m", FOUR)
    seat.secret = ""
    assert answer_store.given(seat) == {}
    with pytest.raises(Refused, match="does not hold the key"):
        put(seat, "SP1.e", FOUR)


def test_row_of_an_anonymous_answer_holds_nothing_of_the_seat():
    seat = ParticipantFactory(survey=AnonymousSurveyFactory(), roles=["security"])
    new_secret(seat)
    seat.state = "started"
    seat.save()
    put(seat, "SP1.m", FOUR)
    answer_store.put_text(seat, answer_store.WISH, "The build.")
    seat.refresh_from_db()
    known = {str(seat.public_id), seat.secret_digest, seat.secret, seat.user.email, "security"}
    for row in (*AnonymousAnswer.objects.values(), *AnonymousComment.objects.values()):
        assert not {str(value) for value in row.values()} & known
    assert {field.name for field in AnonymousAnswer._meta.fields} == {
        "slot", "version", "survey", "question", "kind", "level", "ticked", "reason", "role_group",
    }  # fmt: skip
    assert not seat.answers.exists()
    assert seat.fix_first == ""


def test_seat_of_an_anonymous_survey_keeps_no_time_of_day():
    seat = ParticipantFactory(survey=AnonymousSurveyFactory())
    seat.save()
    stamps = Participant.objects.values_list("created_at", "updated_at").get(pk=seat.pk)
    assert all((at.minute, at.second, at.microsecond) == (0, 0, 0) for at in stamps)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no row numbers to leave out")
def test_tables_without_names_have_no_row_number():
    with connection.cursor() as cursor:
        for model in (AnonymousAnswer, AnonymousComment):
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [model._meta.db_table])
            assert cursor.fetchone()[0].endswith("WITHOUT ROWID")


@pytest.mark.usefixtures("no_gaps")
def test_rows_come_in_the_order_of_their_slots_after_mixing():
    seats = [ParticipantFactory(survey=AnonymousSurveyFactory()) for _ in range(1)]
    survey = seats[0].survey
    seats += [ParticipantFactory(survey=survey) for _ in range(9)]
    for seat in seats:
        new_secret(seat)
        seat.state = "started"
        put(seat, "SP1.m", FOUR)
    answer_store.mix(survey)
    with connection.cursor() as cursor:
        cursor.execute("SELECT slot FROM surveys_anonymousanswer")
        slots = [slot for (slot,) in cursor.fetchall()]
    assert len(slots) == 10
    assert slots == sorted(slots)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM surveys_anonymousanswer")
            assert cursor.fetchone() == (1,)
