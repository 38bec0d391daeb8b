import pytest

from assessment.models import Evidence
from surveys.domain.answers import save_answer
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer

pytestmark = pytest.mark.django_db


def address(assessment):
    return f"/api/v1/assessments/{assessment.public_id}/answers/"


def put(api, user, assessment, **body):
    return api(user).put(address(assessment), body, format="json")


def test_put_saves_and_put_again_replaces(api, ben, assessment, seat):
    assert put(api, ben, assessment, question="SP1.m", kind="level", level=2).status_code == 200
    assert put(api, ben, assessment, question="SP1.m", kind="level", level=4).status_code == 200
    assert [(a.question, a.level) for a in seat.answers.all()] == [("SP1.m", 4)]
    mine = api(ben).get(address(assessment)).json()
    assert [(row["question"], row["level"]) for row in mine] == [("SP1.m", 4)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "SP1.m", "kind": "level"}, 400),
        ({"question": "SP1.m", "kind": "dk", "level": 3}, 400),
        ({"question": "SP1.m", "kind": "level", "level": 6}, 422),
        ({"question": "nowhere", "kind": "dk"}, 422),
        ({"question": "SP1.m", "kind": "na"}, 422),
        ({"question": "SP1.m", "kind": "maybe"}, 400),
    ],
)
def test_put_of_a_bad_answer_is_refused_and_stores_nothing(api, ben, assessment, seat, body, status):
    assert put(api, ben, assessment, **body).status_code == status
    assert not Answer.objects.exists()


def test_put_after_closing_is_a_conflict(api, ben, assessment, seat):
    assessment.state = "closed"
    assessment.save()
    assert put(api, ben, assessment, question="SP1.m", kind="dk").status_code == 409


def test_lead_without_a_seat_reads_nobodys_answers(api, ada, assessment, seat):
    save_answer(seat, question="SP1.m", answer=2)
    assert api(ada).get(address(assessment)).status_code == 404


def test_evidence_holds_summaries_and_never_an_answer(api, ada, assessment, seat):
    save_answer(seat, question="SP1.m", answer=2)
    summarize_survey(seat.survey)
    rows = api(ada).get(f"/api/v1/assessments/{assessment.public_id}/evidence/").json()["results"]
    assert {row["practice"] for row in rows} == set(Evidence.objects.values_list("practice", flat=True))
    assert "SP1.m" not in str(rows)
    assert str(seat.public_id) not in str(rows)
    assert seat.user.email not in str(rows)


def test_person_who_left_the_team_can_no_longer_answer(api, ben, assessment, seat):
    ben.memberships.all().delete()
    assert put(api, ben, assessment, question="SP1.m", kind="dk").status_code == 404
    assert not Answer.objects.exists()
